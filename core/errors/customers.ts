/**
 * Errors of SEP-12 and SEP-9.
 * @module
 */
import type { Sep9Kind } from "../../plugins/sep9/mod.ts";
import type { ErrorEntry, ErrorTable } from "./table.ts";

/** A value that does not have its field's form, by the field's kind. */
const invalid = {
  "sep12.invalid.text": { status: 400, meaning: "Not one line of 1 to 200 characters." },
  "sep12.invalid.lines": { status: 400, meaning: "Not 1 to 1000 characters of text." },
  "sep12.invalid.country": { status: 400, meaning: "No ISO 3166-1 alpha-3 code." },
  "sep12.invalid.country_alpha2": { status: 400, meaning: "No ISO 3166-1 alpha-2 code." },
  "sep12.invalid.subdivision": { status: 400, meaning: "No ISO 3166-2 code." },
  "sep12.invalid.date": { status: 400, meaning: "No day of the form `YYYY-MM-DD`." },
  "sep12.invalid.past_date": { status: 400, meaning: "No day of the form `YYYY-MM-DD` before today." },
  "sep12.invalid.year_month": { status: 400, meaning: "No month of the form `YY-MM`." },
  "sep12.invalid.phone": { status: 400, meaning: "No number in E.164." },
  "sep12.invalid.mobile": {
    status: 400,
    meaning: "No number in E.164, and `mobile_number_format` does not say otherwise.",
  },
  "sep12.invalid.email": { status: 400, meaning: "No e-mail address." },
  "sep12.invalid.language": { status: 400, meaning: "No ISO 639-1 code." },
  "sep12.invalid.occupation": { status: 400, meaning: "No ISCO-08 code of three digits." },
  "sep12.invalid.count": { status: 400, meaning: "No whole number from 0." },
  "sep12.invalid.id_type": { status: 400, meaning: "None of the kinds of documents in `choices`." },
  "sep12.invalid.ip": { status: 400, meaning: "No IPv4 or IPv6 address." },
  "sep12.invalid.sex": { status: 400, meaning: "None of SEP-9's values." },
  "sep12.invalid.account_type": { status: 400, meaning: "None of SEP-9's values." },
  "sep12.invalid.account": {
    status: 400,
    meaning: "No account number, or an IBAN whose check digits are wrong.",
  },
  "sep12.invalid.clabe": { status: 400, meaning: "No CLABE, or its check digit is wrong." },
  "sep12.invalid.cbu": { status: 400, meaning: "No CBU or CVU, or a check digit is wrong." },
  "sep12.invalid.cbu_alias": { status: 400, meaning: "No alias of a CBU." },
  "sep12.invalid.url": { status: 400, meaning: "No http or https address." },
  "sep12.invalid.card_number": { status: 400, meaning: "No card number of 12 to 19 digits." },
  "sep12.invalid.card_code": { status: 400, meaning: "No code of 3 or 4 digits." },
  "sep12.invalid.image": { status: 400, meaning: "The file's content is no JPG, PNG or PDF." },
  "sep12.invalid.image_or_video": { status: 400, meaning: "The file's content is no JPG, PNG, MP4 or WebM." },
} as const satisfies Readonly<Record<`sep12.invalid.${Sep9Kind}`, ErrorEntry>>;

/** See the module's text. */
export const customerErrors = {
  "sep12.account_mismatch": { status: 400, meaning: "`account` is not the account of the token." },
  "sep12.not_the_owner": { status: 401, meaning: "DELETE names another account than that of the token." },
  "sep12.nothing_stored": { status: 404, meaning: "Nothing is stored that DELETE could erase." },
  "sep12.memo_not_allowed": { status: 400, meaning: "`memo` beside a contract account." },
  "sep12.memo_mismatch": { status: 400, meaning: "`memo` is not the memo or muxed id of the token." },
  "sep12.memo_invalid": { status: 400, meaning: "`memo` does not fit `memo_type`." },
  "sep12.customer_not_found": {
    status: 404,
    meaning: "No customer has this id, or another account's has; both answer alike.",
  },
  "sep12.nothing_given": { status: 404, meaning: "A callback for a customer of whom nothing is known." },
  "sep12.transaction_not_found": {
    status: 404,
    meaning: "No transfer of this customer and type has this id.",
  },
  "sep12.type_missing": { status: 400, meaning: "`transaction_id` without `type`." },
  "sep12.type_unknown": { status: 400, meaning: "`type` is none that this anchor has." },
  "sep12.given_twice": {
    status: 400,
    meaning: "One field has two different values, under its aliases or in query and body.",
  },
  "sep12.text_expected": {
    status: 400,
    meaning: "A value that must be text is a file, a list or an object.",
  },
  "sep12.file_expected": { status: 400, meaning: "A binary field was sent as text." },
  "sep12.file_too_large": { status: 413, meaning: "A file is above the limit." },
  "sep12.file_unknown": {
    status: 400,
    meaning: "`<name>_file_id` names no file of this customer, or one that has expired.",
  },
  "sep12.file_or_customer_needed": {
    status: 400,
    meaning: "Neither `file_id` nor `customer_id` was given.",
  },
  "sep12.file_taken": {
    status: 400,
    meaning: "`<name>_file_id` names a file that stands in the place of another field.",
  },
  "sep12.file_type": {
    status: 400,
    meaning: "The content of an upload is none of the media types that any field takes.",
  },
  "sep12.too_many_files": {
    status: 429,
    meaning: "Too many uploads of this account wait for a PUT that refers to them.",
  },
  "sep12.not_to_verify": { status: 400, meaning: "`<name>_verification` for a field that awaits none." },
  "sep12.code_wrong": { status: 400, meaning: "`<name>_verification` is not the code that was sent." },
  "sep12.code_expired": {
    status: 400,
    meaning: "The code has run out or was tried too often; a new one is on its way.",
  },
  "sep12.code_not_sent": { status: 400, meaning: "The code has not been sent yet." },
  "sep12.code_limit": {
    status: 400,
    meaning: "Too many codes were sent for this field, or to this number or address, within an hour.",
  },
  "sep12.code_unchecked": {
    status: 503,
    meaning: "The KYC provider did not say whether the code is right; the try was counted.",
  },
  "sep12.code_missing": {
    status: 400,
    meaning: "`PUT /customer/verification` without `<name>_verification`.",
  },
  "sep12.id_missing": { status: 400, meaning: "`PUT /customer/verification` without `id`." },
  "sep12.page_unavailable": {
    status: 503,
    meaning: "The KYC provider does not give the address of its page now.",
  },
  "sep12.busy": { status: 503, meaning: "Other requests changed this customer again and again meanwhile." },
  ...invalid,
  "sep12.invalid.national": {
    status: 400,
    meaning: "The value does not have the national form that the country asks.",
  },
} as const satisfies ErrorTable;
