/**
 * How each field of SEP-9 is typed: the right keyboard, what the browser may fill in, and an example of a number's form.
 * @module
 */
import type { FormField } from "../../core/customers/mod.ts";
import type { NationalForm, NationalFormat, Sep9Kind } from "../../plugins/sep9/mod.ts";

/** Attributes of an input. */
export interface InputLook {
  readonly type: "text" | "tel" | "email" | "url" | "date" | "month";
  readonly inputmode?: "numeric" | "tel" | "email" | "url";
  readonly autocapitalize?: "none" | "characters" | "words";
  /** Whether the browser may mark it as misspelt. */
  readonly spellcheck: boolean;
  /** Names take the direction of what is typed; numbers and addresses always read from the left. */
  readonly dir: "auto" | "ltr";
  /** Signs that people type, blanks and dots among them. */
  readonly maxlength?: number;
}

const WORDS: InputLook = {
  type: "text",
  autocapitalize: "words",
  spellcheck: false,
  dir: "auto",
  maxlength: 200,
};
const DIGITS: InputLook = {
  type: "text",
  inputmode: "numeric",
  spellcheck: false,
  dir: "ltr",
  maxlength: 50,
};
const SIGNS: InputLook = {
  type: "text",
  autocapitalize: "characters",
  spellcheck: false,
  dir: "ltr",
  maxlength: 100,
};
const PHONE: InputLook = { type: "tel", inputmode: "tel", spellcheck: false, dir: "ltr", maxlength: 50 };
const DAY: InputLook = { type: "date", spellcheck: false, dir: "ltr" };

const LOOKS: Partial<Record<Sep9Kind, InputLook>> = {
  phone: PHONE,
  mobile: PHONE,
  email: {
    type: "email",
    inputmode: "email",
    autocapitalize: "none",
    spellcheck: false,
    dir: "ltr",
    maxlength: 254,
  },
  url: {
    type: "url",
    inputmode: "url",
    autocapitalize: "none",
    spellcheck: false,
    dir: "ltr",
    maxlength: 500,
  },
  date: DAY,
  past_date: DAY,
  year_month: { ...DAY, type: "month" },
  occupation: DIGITS,
  count: DIGITS,
  clabe: DIGITS,
  cbu: DIGITS,
  card_number: DIGITS,
  card_code: DIGITS,
  account: SIGNS,
  subdivision: SIGNS,
  ip: { ...SIGNS, autocapitalize: "none" },
  cbu_alias: { ...SIGNS, autocapitalize: "none" },
};

/** Names of SEP-9 whose values are signs and no words, whatever country they are of. */
const CODES: ReadonlySet<string> = new Set([
  "tax_id",
  "id_number",
  "postal_code",
  "bank_number",
  "bank_branch_number",
  "crypto_address",
  "referral_id",
]);

/** Forms that hold digits alone. */
const NUMERIC: ReadonlySet<NationalForm> = new Set<NationalFormat>([
  "cpf",
  "clabe",
  "cbu",
  "cuit",
  "aba",
  "ssn",
  "itin",
  "idnr",
  "bvn",
  "nin",
  "nuban",
  "aadhaar",
]);

/** How a field is typed. */
export function lookOf({ name, kind, forms }: Pick<FormField, "name" | "kind" | "forms">): InputLook {
  if (forms.length > 0) return forms.every((form) => NUMERIC.has(form)) ? DIGITS : SIGNS;
  const ofKind = LOOKS[kind];
  if (ofKind !== undefined) return ofKind;
  // Of an address on another chain the case counts.
  if (name === "crypto_address") return { ...SIGNS, autocapitalize: "none" };
  return CODES.has(name) ? SIGNS : WORDS;
}

/** What a browser may fill in (WCAG 1.3.5); `off` for what it would keep to nobody's good. */
const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  first_name: "given-name",
  last_name: "family-name",
  additional_name: "additional-name",
  address_country_code: "country",
  state_or_province: "address-level1",
  city: "address-level2",
  postal_code: "postal-code",
  address: "street-address",
  mobile_number: "tel",
  email_address: "email",
  birth_date: "bday",
  sex: "sex",
  language_code: "language",
  employer_name: "organization",
  "organization.name": "organization",
  "organization.website": "url",
  "organization.email": "work email",
  "organization.phone": "work tel",
  "card.number": "cc-number",
  "card.expiration_date": "cc-exp",
  "card.cvc": "cc-csc",
  "card.holder_name": "cc-name",
  "card.postal_code": "billing postal-code",
  "card.country_code": "billing country",
  "card.city": "billing address-level2",
  "card.address": "billing street-address",
};

/** The value of `autocomplete`. */
export function autocompleteOf(name: string): string {
  return AUTOCOMPLETE[name] ?? "off";
}

/** A number of each form whose check digits are right and that is nobody's. */
const EXAMPLES: Partial<Record<NationalFormat, string>> = {
  cpf: "123.456.789-09",
  cnpj: "11.222.333/0001-81",
  clabe: "032 180 00011835971 9",
  iban: "GB82 WEST 1234 5698 7654 32",
  bic: "DEUTDEFF",
  aba: "021000021",
  pan: "ABCPE1234F",
  ifsc: "HDFC0001234",
};

/** A phone number as people write it down. */
export const PHONE_EXAMPLE = "+55 11 98765-4321";

/** An example of what is asked, or null where the label says it all. */
export function exampleOf({ kind, forms }: Pick<FormField, "kind" | "forms">): string | null {
  const [form] = forms;
  if (form !== undefined) return typeof form === "string" ? EXAMPLES[form] ?? null : null;
  if (kind === "subdivision") return "BR-SP";
  return kind === "phone" || kind === "mobile" ? PHONE_EXAMPLE : null;
}

/** Which camera takes a photo: that of the back for papers, the other for a face; none where a scan is as likely. */
export function captureOf(name: string): "environment" | "user" | undefined {
  if (name === "proof_of_liveness") return "user";
  return name === "photo_id_front" || name === "photo_id_back" ? "environment" : undefined;
}
