/**
 * Under which hashes a value is found again (DESIGN §4.6): identity numbers, accounts, phones, addresses of mail and
 * the words of a name.
 * @module
 */
import { account, email, identityNumber, nameWords, phone } from "../records/normalise.ts";
import type { Vault } from "../records/vault.ts";

type Kind = "identity" | "account" | "phone" | "email" | "name";

const KINDS: Readonly<Record<string, Kind>> = {
  first_name: "name",
  last_name: "name",
  additional_name: "name",
  "organization.name": "name",
  tax_id: "identity",
  id_number: "identity",
  "organization.VAT_number": "identity",
  "organization.registration_number": "identity",
  mobile_number: "phone",
  "organization.phone": "phone",
  mobile_money_number: "account",
  email_address: "email",
  "organization.email": "email",
  bank_account_number: "account",
  clabe_number: "account",
  cbu_number: "account",
  cbu_alias: "account",
  crypto_address: "account",
  "organization.bank_account_number": "account",
  "organization.clabe_number": "account",
  "organization.cbu_number": "account",
};

/** The normal forms under which a value is found; none for a field that is never looked up. */
export function formsOf(name: string, value: string): { kind: Kind; form: string }[] {
  const kind = KINDS[name];
  if (kind === undefined) return [];
  return normalForms(kind, value).filter((form) => form !== "").map((form) => ({ kind, form }));
}

/** The hashes under which a value is stored, by the first index key. */
export function hashesOf(vault: Vault, name: string, value: string): { kind: Kind; hash: string }[] {
  return formsOf(name, value).map(({ kind, form }) => ({ kind, hash: vault.index(kind, form) }));
}

function normalForms(kind: Kind, value: string): string[] {
  switch (kind) {
    case "name":
      return nameWords(value);
    case "identity":
      return [identityNumber(value)];
    case "account":
      return [account(value)];
    case "phone":
      return [phone(value)];
    case "email":
      return [email(value)];
  }
}
