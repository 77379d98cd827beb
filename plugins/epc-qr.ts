/**
 * The text of an EPC QR code ("GiroCode"), from which banking apps of the euro area fill in a SEPA credit transfer: EPC069-12
 * of the European Payments Council, version 002. The picture has to use error correction M.
 * @module
 */
import { formatUnits, type Money } from "./money.ts";
import { NATIONAL_FORMATS } from "./sep9/mod.ts";

/** A transfer that is asked for. */
export interface EpcTransfer {
  /** Who is paid; 70 characters. */
  readonly name: string;
  readonly iban: string;
  /** Needed outside the European Economic Area only. */
  readonly bic?: string;
  /** Euros in whole cents; absent: the payer says how much. */
  readonly amount?: Money;
  /** ISO 20022's purpose, up to four characters. */
  readonly purpose?: string;
  /** What the receiver finds the transfer by: an ISO 11649 reference (`RF…`), or a text of 140 characters. */
  readonly remittance?: string;
  /** What the payer reads beside it; 70 characters. */
  readonly note?: string;
}

const MOST_BYTES = 331;
const LEAST = 100_000n;
const MOST = 9_999_999_999_900_000n;

/**
 * Writes the code.
 * @throws RangeError for what the form cannot hold
 */
export function epcQr({ name, iban, bic, amount, purpose, remittance, note }: EpcTransfer): string {
  const reference = remittance === undefined ? null : NATIONAL_FORMATS.rf(remittance);
  const elements = [
    "BCD",
    "002",
    "1", // UTF-8
    "SCT",
    bic === undefined ? "" : checked(NATIONAL_FORMATS.bic(bic), "the BIC is none"),
    line(name, 70, "name"),
    checked(NATIONAL_FORMATS.iban(iban), "the IBAN is none"),
    amount === undefined ? "" : euros(amount),
    purpose === undefined ? "" : line(purpose, 4, "purpose"),
    // One of the two, never both.
    reference ?? "",
    reference === null && remittance !== undefined ? line(remittance, 140, "remittance") : "",
    note === undefined ? "" : line(note, 70, "note"),
  ];
  // Nothing follows the last element that is given.
  const text = elements.join("\n").trimEnd();
  if (new TextEncoder().encode(text).length > MOST_BYTES) {
    throw refused(`it has more than ${MOST_BYTES} bytes`);
  }
  return text;
}

function euros({ units, currency }: Money): string {
  if (currency !== "EUR" || units < LEAST || units > MOST || units % LEAST !== 0n) {
    throw refused("the amount is no whole cents from 0.01 to 999999999.99 EUR");
  }
  return `EUR${formatUnits(units, 2)}`;
}

function line(text: string, most: number, what: string): string {
  const trimmed = text.trim();
  if (trimmed === "" || [...trimmed].length > most || /\p{Cc}/u.test(trimmed)) {
    throw refused(`the ${what} is not one line of 1 to ${most} characters`);
  }
  return trimmed;
}

function checked(value: string | null, reason: string): string {
  if (value === null) throw refused(reason);
  return value;
}

function refused(reason: string): RangeError {
  return new RangeError(`Cannot write an EPC code: ${reason}`);
}
