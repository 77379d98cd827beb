/**
 * The text of a Pix code, which a QR code shows and a banking app takes by copy and paste: the BR Code of Brazil's central
 * bank, a form of EMV's merchant-presented codes. A PSP that answers `pixCopiaECola` has written it already.
 * @module
 */
import { formatUnits, type Money } from "./money.ts";

/** Who is paid, as the code shows it before the bank has looked. */
interface Receiver {
  /** Letters without accents; what is beyond 25 characters is cut off. */
  readonly name: string;
  /** The same, 15 characters. */
  readonly city: string;
}

/** A charge that the payer's bank fetches: amount and receiver stand there. */
export interface DynamicPix extends Receiver {
  /** `location` of the charge; the scheme is left out of the code. */
  readonly url: string;
}

/** A payment to a key. */
export interface StaticPix extends Receiver {
  /** As the directory has it: CPF, CNPJ, `+55…`, e-mail or random key. */
  readonly key: string;
  /** Absent: the payer says how much. */
  readonly amount?: Money;
  /** Letters and digits, 25 at most; what the receiver finds the payment by. */
  readonly txid?: string;
  /** What the payer reads beside it. */
  readonly description?: string;
}

const BRAZIL = { currency: "986", country: "BR", scheme: "br.gov.bcb.pix" } as const;
/** A length has two digits. */
const MOST_CHARACTERS = 99;
/** Where the code names no transaction of its own. */
const NO_TXID = "***";

/**
 * Writes the code.
 * @throws RangeError for what the form cannot hold
 */
export function pixCode(pix: DynamicPix | StaticPix): string {
  const isDynamic = "url" in pix;
  const text = [
    field("00", "01"),
    // Good once; a code without it may be paid again and again.
    ...(isDynamic ? [field("01", "12")] : []),
    field("26", field("00", BRAZIL.scheme) + (isDynamic ? field("25", locationOf(pix.url)) : accountOf(pix))),
    field("52", "0000"),
    field("53", BRAZIL.currency),
    ...(isDynamic || pix.amount === undefined ? [] : [field("54", amountOf(pix.amount))]),
    field("58", BRAZIL.country),
    field("59", plain(pix.name, 25, "name")),
    field("60", plain(pix.city, 15, "city")),
    field("62", field("05", isDynamic ? NO_TXID : txidOf(pix.txid))),
    // The sum counts its own tag and length.
    "6304",
  ].join("");
  return text + checksum(text);
}

/** CRC-16/CCITT-FALSE, in four capital hex digits. */
export function checksum(text: string): string {
  let sum = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) sum = ((sum << 1) ^ (sum & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return sum.toString(16).toUpperCase().padStart(4, "0");
}

function field(tag: string, value: string): string {
  if (value.length > MOST_CHARACTERS) {
    throw refused(`field ${tag} has more than ${MOST_CHARACTERS} characters`);
  }
  return tag + String(value.length).padStart(2, "0") + value;
}

function locationOf(url: string): string {
  const location = url.replace(/^https:\/\//, "");
  if (!/^[!-~]{1,77}$/.test(location)) throw refused("the address has blanks or more than 77 characters");
  return location;
}

function accountOf({ key, description }: StaticPix): string {
  if (!/^[!-~]{1,77}$/.test(key)) throw refused("the key has blanks or more than 77 characters");
  return field("01", key) +
    (description === undefined ? "" : field("02", plain(description, 72, "description")));
}

function amountOf({ units, currency }: Money): string {
  if (currency !== "BRL" || units <= 0n || units % 100_000n !== 0n) {
    throw refused("the amount is no whole centavos");
  }
  const amount = formatUnits(units, 2);
  if (amount.length > 13) throw refused("the amount has more than 13 characters");
  return amount;
}

function txidOf(txid: string = NO_TXID): string {
  if (txid !== NO_TXID && !/^[A-Za-z0-9]{1,25}$/.test(txid)) {
    throw refused("the txid is not 1 to 25 letters and digits");
  }
  return txid;
}

/** Accents are left out, as readers of the code expect letters of ASCII. */
function plain(text: string, most: number, what: string): string {
  const ascii = text.normalize("NFD").replace(/[^ -~]/g, "").trim().slice(0, most).trimEnd();
  if (ascii === "") throw refused(`the ${what} has no letters`);
  return ascii;
}

function refused(reason: string): RangeError {
  return new RangeError(`Cannot write a Pix code: ${reason}`);
}
