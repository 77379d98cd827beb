/**
 * Moving an asset into and out of accounts, with the checks of reserve, trust, authorization and limit. The issuer of
 * an asset holds none of it: what it sends comes into being, what it receives is gone.
 * @module
 */
import { INT64_MAX } from "./amount.ts";
import { NATIVE, splitAsset } from "./asset.ts";
import { TRUSTLINE_FLAGS } from "./entries.ts";
import { available } from "./reserve.ts";
import { accountIn, trustlineIn, type View } from "./view.ts";

/** Why an amount could not be received. */
export type CreditRefusal = "no_trust" | "not_authorized" | "line_full";

/** Why an amount could not be sent. */
export type DebitRefusal = "no_trust" | "not_authorized" | "underfunded";

/** Adds to what an account holds. Undefined when it was done. */
export function credit(view: View, id: string, asset: string, amount: bigint): CreditRefusal | undefined {
  if (asset === NATIVE) {
    const account = accountIn(view, id);
    if (account === undefined) throw new Error(`Cannot credit: ${id} is not there`);
    if (account.balance + amount > INT64_MAX) return "line_full";
    view.put({ ...account, balance: account.balance + amount });
    return undefined;
  }
  if (splitAsset(asset)?.issuer === id) return undefined;
  const line = trustlineIn(view, id, asset);
  if (line === undefined) return "no_trust";
  if ((line.flags & TRUSTLINE_FLAGS.authorized) === 0) return "not_authorized";
  if (line.balance + amount > line.limit) return "line_full";
  view.put({ ...line, balance: line.balance + amount });
  return undefined;
}

/** Takes from what an account holds, never below its reserve. Undefined when it was done. */
export function debit(view: View, id: string, asset: string, amount: bigint): DebitRefusal | undefined {
  if (asset === NATIVE) {
    const account = accountIn(view, id);
    if (account === undefined) throw new Error(`Cannot debit: ${id} is not there`);
    if (available(account) < amount) return "underfunded";
    view.put({ ...account, balance: account.balance - amount });
    return undefined;
  }
  if (splitAsset(asset)?.issuer === id) return undefined;
  const line = trustlineIn(view, id, asset);
  if (line === undefined) return "no_trust";
  if ((line.flags & TRUSTLINE_FLAGS.authorized) === 0) return "not_authorized";
  if (line.balance < amount) return "underfunded";
  view.put({ ...line, balance: line.balance - amount });
  return undefined;
}
