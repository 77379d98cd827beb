/**
 * National forms of identity, tax and bank numbers, by name: what a country pack may demand of a SEP-9 field beyond its
 * kind. Each reader answers the number in its compact form, or `null`. Sums are facts of the issuing authorities; that
 * a number passes does not prove that it was issued.
 * @module
 */
import { isMod97, readCbu, readClabe, readIban } from "./accounts.ts";

/** A form by its own name. */
export type NationalFormat = keyof typeof NATIONAL_FORMATS;

/** All forms. */
export const NATIONAL_FORMATS = {
  cpf: readCpf,
  cnpj: readCnpj,
  curp: readCurp,
  rfc: shape(/^[A-ZÑ&]{3,4}\d{6}[A-Z0-9]{3}$/), // about 1.5 % of the issued ones fail the sum
  clabe: readClabe,
  cbu: readCbu,
  cuit: readCuit,
  aba: readAba,
  ssn: readSsn,
  itin: shape(/^9\d{8}$/),
  iban: readIban,
  bic: shape(/^[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?$/),
  rf: readCreditorReference,
  idnr: readIdNr,
  bvn: shape(/^\d{11}$/),
  nin: shape(/^\d{11}$/),
  nuban: shape(/^\d{10}$/), // its sum needs the bank's code: isNuban
  kra_pin: shape(/^[AP]\d{9}[A-Z]$/),
  pan: shape(/^[A-Z]{3}[ABCFGHLJPTK][A-Z](?!0000)\d{4}[A-Z]$/),
  aadhaar: readAadhaar,
  ifsc: shape(/^[A-Z]{4}0[A-Z0-9]{6}$/),
} as const satisfies Record<string, (text: string) => string | null>;

/** A form that a country pack brings along, where none of ours is the country's. */
export interface OwnForm {
  /** What it is called where `texts` lack a language. */
  readonly name: string;
  /** The number in its compact form, or `null`. */
  readonly read: (text: string) => string | null;
  /** BCP 47 language → what people call it. */
  readonly texts: Readonly<Record<string, string>>;
}

/** A form, by its name or written out. */
export type NationalForm = NationalFormat | OwnForm;

/** Reads a number in one of several forms; the first that fits wins. */
export function readNational(forms: readonly NationalForm[], text: string): string | null {
  for (const form of forms) {
    const read = readerOf(form)(text.trim());
    if (read !== null) return read;
  }
  return null;
}

/** What people call a form, in a language. */
export function nationalFormName(form: NationalForm, language: string): string {
  if (typeof form === "string") return form.toUpperCase().replaceAll("_", " ");
  const [base = language] = language.split("-");
  return form.texts[language] ?? form.texts[base] ?? form.texts["en"] ?? form.name;
}

/** An operator's own reader that stumbles over a text, or answers something else than a text, has not read it. */
function readerOf(form: NationalForm): (text: string) => string | null {
  if (typeof form === "string") return NATIONAL_FORMATS[form];
  return (text) => {
    try {
      const read: unknown = form.read(text);
      return typeof read === "string" && read !== "" ? read : null;
    } catch {
      return null;
    }
  };
}

/** True when the last digit of a Nigerian account fits its bank: weights 3, 7, 3 over the bank's code and nine digits. */
export function isNuban(bankCode: string, account: string): boolean {
  if (!/^(\d{3}|\d{6})$/.test(bankCode) || !/^\d{10}$/.test(account)) return false;
  const digits = bankCode.padStart(6, "0") + account.slice(0, 9);
  return (10 - weigh(digits, (i) => i % 3 === 1 ? 7 : 3) % 10) % 10 === Number(account[9]);
}

function shape(pattern: RegExp): (text: string) => string | null {
  return (text) => {
    const compact = withoutSigns(text);
    return pattern.test(compact) ? compact : null;
  };
}

function withoutSigns(text: string): string {
  return text.toUpperCase().replace(/[\s./-]/g, "");
}

/** Sum of digit (letters by their code less 48, as CNPJ has them) times weight. */
function weigh(text: string, weight: (position: number) => number): number {
  return [...text].reduce((sum, digit, i) => sum + (digit.charCodeAt(0) - 48) * weight(i), 0);
}

/** The check digit of CPF and CNPJ. */
function mod11(sum: number): number {
  return sum % 11 < 2 ? 0 : 11 - sum % 11;
}

function readCpf(text: string): string | null {
  const cpf = withoutSigns(text);
  if (!/^\d{11}$/.test(cpf) || /^(\d)\1+$/.test(cpf)) return null; // eleven equal digits pass the sum and are none
  const fits = [9, 10].every((n) => mod11(weigh(cpf.slice(0, n), (i) => n + 1 - i)) === Number(cpf[n]));
  return fits ? cpf : null;
}

function readCnpj(text: string): string | null {
  const cnpj = withoutSigns(text);
  if (!/^[0-9A-Z]{12}\d{2}$/.test(cnpj) || /^(\d)\1+$/.test(cnpj)) return null;
  const fits = [12, 13].every((n) =>
    mod11(weigh(cnpj.slice(0, n), (i) => (n - 1 - i) % 8 + 2)) === Number(cnpj[n])
  );
  return fits ? cnpj : null;
}

function readCurp(text: string): string | null {
  const curp = withoutSigns(text);
  if (!/^[A-Z]{4}\d{6}[HMX][A-Z]{5}[0-9A-Z]\d$/.test(curp)) return null;
  const alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";
  const sum = [...curp.slice(0, 17)].reduce((total, sign, i) => total + alphabet.indexOf(sign) * (18 - i), 0);
  return (10 - sum % 10) % 10 === Number(curp[17]) ? curp : null;
}

function readCuit(text: string): string | null {
  const cuit = withoutSigns(text);
  if (!/^(20|23|24|27|30|33|34|50|51|55)\d{9}$/.test(cuit)) return null;
  const weights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
  const check = (11 - weigh(cuit.slice(0, 10), (i) => weights[i] ?? 0) % 11) % 11;
  return check === Number(cuit[10]) ? cuit : null;
}

function readAba(text: string): string | null {
  const aba = withoutSigns(text);
  return /^\d{9}$/.test(aba) && aba !== "000000000" && weigh(aba, (i) => [3, 7, 1][i % 3] ?? 0) % 10 === 0
    ? aba
    : null;
}

function readSsn(text: string): string | null {
  const ssn = withoutSigns(text);
  return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(ssn) ? ssn : null;
}

function readCreditorReference(text: string): string | null {
  const reference = withoutSigns(text);
  return /^RF\d{2}[A-Z0-9]{1,21}$/.test(reference) && isMod97(reference) ? reference : null;
}

/** German tax number for life: ISO 7064 mod 11,10, and among ten digits exactly one comes two or three times. */
function readIdNr(text: string): string | null {
  const idnr = withoutSigns(text);
  if (!/^[1-9]\d{10}$/.test(idnr)) return null;
  const counts = new Map<string, number>();
  for (const digit of idnr.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const repeated = [...counts.values()].filter((count) => count > 1);
  if (repeated.length !== 1 || (repeated[0] ?? 0) > 3) return null;
  let product = 10;
  for (const digit of idnr.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10;
    product = (sum === 0 ? 10 : sum) * 2 % 11;
  }
  return (11 - product) % 10 === Number(idnr[10]) ? idnr : null;
}

/** The dihedral group of Verhoeff's scheme: multiplication by row and column, and the permutation by place. */
const VERHOEFF_PRODUCTS =
  "0123456789 1234067895 2340178956 3401289567 4012395678 5987604321 6598710432 7659821043 8765932104 9876543210"
    .split(" ");
const VERHOEFF_PLACES =
  "0123456789 1576283094 5803796142 8916043527 9453126870 4286573901 2793806415 7046913258".split(" ");

function readAadhaar(text: string): string | null {
  const aadhaar = withoutSigns(text);
  if (!/^[2-9]\d{11}$/.test(aadhaar) || aadhaar === [...aadhaar].reverse().join("")) return null;
  const rest = [...aadhaar].reverse().reduce((sum, digit, i) => {
    const placed = Number(VERHOEFF_PLACES[i % 8]?.[Number(digit)]);
    return Number(VERHOEFF_PRODUCTS[sum]?.[placed]);
  }, 0);
  return rest === 0 ? aadhaar : null;
}
