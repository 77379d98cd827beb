/**
 * Every field name of SEP-9 with its type and the kind of value that it holds: the whole of sep-09, as data.
 *
 * Names are flat, case-sensitive keys (R-09-1, R-09-2). Of two aliases the catalogue holds the one that we write,
 * `first_name` and `last_name`; `names.ts` knows the other.
 * @module
 */

/** The four data types that SEP-12 announces. */
export type Sep9Type = "string" | "binary" | "number" | "date";

/** What a value must look like; each has a reader in `kinds.ts` and a text under `errors.sep12.invalid.<kind>`. */
export type Sep9Kind =
  | "text"
  | "lines"
  | "country"
  | "country_alpha2"
  | "subdivision"
  | "date"
  | "past_date"
  | "year_month"
  | "phone"
  | "mobile"
  | "email"
  | "language"
  | "occupation"
  | "count"
  | "id_type"
  | "ip"
  | "sex"
  | "account_type"
  | "account"
  | "clabe"
  | "cbu"
  | "cbu_alias"
  | "url"
  | "card_number"
  | "card_code"
  | "image"
  | "image_or_video";

/** One field of SEP-9. */
export interface Sep9Field {
  /** The name that we write. */
  readonly name: string;
  readonly type: Sep9Type;
  readonly kind: Sep9Kind;
  /** Whom or what it describes. */
  readonly about: "person" | "account" | "organization" | "card";
}

type Rows = readonly (readonly [name: string, kind: Sep9Kind, type?: Sep9Type])[];

const PERSON: Rows = [
  ["last_name", "text"],
  ["first_name", "text"],
  ["additional_name", "text"],
  ["address_country_code", "country"],
  ["state_or_province", "text"],
  ["city", "text"],
  ["postal_code", "text"],
  ["address", "lines"],
  ["mobile_number", "mobile"],
  ["mobile_number_format", "text"],
  ["email_address", "email"],
  ["birth_date", "past_date", "date"],
  ["birth_place", "text"],
  ["birth_country_code", "country"],
  ["tax_id", "text"],
  ["tax_id_name", "text"],
  ["occupation", "occupation", "number"],
  ["employer_name", "text"],
  ["employer_address", "lines"],
  ["language_code", "language"],
  ["id_type", "id_type"],
  ["id_country_code", "country"],
  ["id_issue_date", "date", "date"],
  ["id_expiration_date", "date", "date"],
  ["id_number", "text"],
  ["photo_id_front", "image", "binary"],
  ["photo_id_back", "image", "binary"],
  ["notary_approval_of_photo_id", "image", "binary"],
  ["ip_address", "ip"],
  ["photo_proof_residence", "image", "binary"],
  ["sex", "sex"],
  ["proof_of_income", "image", "binary"],
  ["proof_of_liveness", "image_or_video", "binary"],
  ["referral_id", "text"],
];

const ACCOUNT: Rows = [
  ["bank_name", "text"],
  ["bank_account_type", "account_type"],
  ["bank_account_number", "account"],
  ["bank_number", "text"],
  ["bank_phone_number", "phone"],
  ["bank_branch_number", "text"],
  ["external_transfer_memo", "text"],
  ["clabe_number", "clabe"],
  ["cbu_number", "cbu"],
  ["cbu_alias", "cbu_alias"],
  ["mobile_money_number", "phone"],
  ["mobile_money_provider", "text"],
  ["crypto_address", "text"],
];

const ORGANIZATION: Rows = [
  ["organization.name", "text"],
  ["organization.VAT_number", "text"],
  ["organization.registration_number", "text"],
  // A string in SEP-9 although it holds a date: the announced type follows the catalogue (trap 5).
  ["organization.registration_date", "date"],
  ["organization.registered_address", "lines"],
  ["organization.number_of_shareholders", "count", "number"],
  ["organization.shareholder_name", "text"],
  ["organization.photo_incorporation_doc", "image", "binary"],
  ["organization.photo_proof_address", "image", "binary"],
  ["organization.address_country_code", "country"],
  ["organization.state_or_province", "text"],
  ["organization.city", "text"],
  ["organization.postal_code", "text"],
  ["organization.director_name", "text"],
  ["organization.website", "url"],
  ["organization.email", "email"],
  ["organization.phone", "phone"],
];

const CARD: Rows = [
  ["card.number", "card_number"],
  ["card.expiration_date", "year_month", "date"],
  ["card.cvc", "card_code"],
  ["card.holder_name", "text"],
  ["card.network", "text"],
  ["card.postal_code", "text"],
  ["card.country_code", "country_alpha2"],
  ["card.state_or_province", "subdivision"],
  ["card.city", "text"],
  ["card.address", "lines"],
  ["card.token", "text"],
];

function fields(about: Sep9Field["about"], rows: Rows, prefix = ""): Sep9Field[] {
  return rows.map(([name, kind, type = "string"]) => ({ name: `${prefix}${name}`, type, kind, about }));
}

/** All fields by name; an organization's accounts carry the prefix `organization.` (R-09-22). */
export const sep9Fields: ReadonlyMap<string, Sep9Field> = new Map(
  [
    ...fields("person", PERSON),
    ...fields("account", ACCOUNT),
    ...fields("organization", ORGANIZATION),
    ...fields("organization", ACCOUNT, "organization."),
    ...fields("card", CARD),
  ].map((field) => [field.name, field]),
);

/**
 * A field by the name that we write.
 * @throws {RangeError} for a name that SEP-9 does not have: a mistake of a config or a module, never of a caller
 */
export function sep9Field(name: string): Sep9Field {
  const field = sep9Fields.get(name);
  if (field === undefined) throw new RangeError(`Cannot use field "${name}": SEP-9 does not have it`);
  return field;
}
