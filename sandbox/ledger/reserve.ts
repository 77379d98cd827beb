/**
 * The reserve: native money that an account must keep for the entries that it owns or pays for.
 * @module
 */
import type { AccountEntry } from "./entries.ts";
import { accountIn, type View } from "./view.ts";

/** What one entry costs, in stroops. */
export const BASE_RESERVE = 5_000_000n;

/** The smallest fee of one operation, in stroops. */
export const BASE_FEE = 100n;

/** The most subentries (trustlines, signers, data) that one account may own. */
const SUBENTRY_LIMIT = 1000;

/** What an account must keep: two reserves and one for each entry that it owns or sponsors. */
export function minimumBalance(account: AccountEntry): bigint {
  return BigInt(2 + account.subentries + account.sponsoring) * BASE_RESERVE;
}

/** What an account may spend of its native balance; negative when it is below its reserve. */
export function available(account: AccountEntry): bigint {
  return account.balance - minimumBalance(account);
}

/** Makes an account pay for one more subentry, if it can. */
export function addSubentry(view: View, id: string): "ok" | "low_reserve" | "too_many" {
  const account = accountIn(view, id);
  if (account === undefined) throw new Error(`Cannot add a subentry: ${id} is not there`);
  if (account.subentries >= SUBENTRY_LIMIT) return "too_many";
  if (available(account) < BASE_RESERVE) return "low_reserve";
  view.put({ ...account, subentries: account.subentries + 1 });
  return "ok";
}

/** Gives an account the reserve of one subentry back. */
export function dropSubentry(view: View, id: string): void {
  const account = accountIn(view, id);
  if (account !== undefined) view.put({ ...account, subentries: account.subentries - 1 });
}
