/**
 * The account that a withdrawal pays, told so that its owner knows it and nobody else can use it (R-24-115).
 * @module
 */
import type { Beneficiary } from "../../plugins/bank-rail.ts";

/** SEP-9 names whose value is the account itself, and not the bank, the branch or the holder. */
const ACCOUNT_NAMES = [
  "bank_account_number",
  "clabe_number",
  "cbu_number",
  "cbu_alias",
  "mobile_money_number",
  "crypto_address",
] as const;

/** Characters that stay readable: these at most, and never more than a third. */
const MOST_SHOWN = 4;

/** The account with all but its end hidden, or `null` where nothing names one. */
export function maskedAccount(beneficiary: Beneficiary): string | null {
  const name = ACCOUNT_NAMES.find((candidate) => beneficiary[candidate]);
  const account = name === undefined ? undefined : beneficiary[name];
  return account === undefined ? null : masked(account);
}

/** A text with all but its end hidden. Blanks are left out: where they stand tells how the rest is grouped. */
export function masked(account: string): string {
  const characters = [...account.replace(/\s/g, "")];
  const hidden = characters.length - Math.min(MOST_SHOWN, Math.floor(characters.length / 3));
  return "*".repeat(hidden) + characters.slice(hidden).join("");
}
