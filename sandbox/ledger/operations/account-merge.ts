/**
 * Giving an account up and its native money to another.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import { partyFields, partyOf } from "../address.ts";
import { NATIVE } from "../asset.ts";
import { ACCOUNT_FLAGS } from "../entries.ts";
import { credit } from "../holdings.ts";
import { accountIn } from "../view.ts";
import type { OperationHandler } from "./handler.ts";

const REFUSED = {
  op_has_sub_entries: { code: -4 },
  op_malformed: { code: -1 },
  op_no_account: { code: -2 },
  op_immutable_set: { code: -3 },
  op_seq_num_too_far: { code: -5 },
  op_dest_full: { code: -6 },
  op_is_sponsor: { code: -7 },
} as const satisfies Record<string, xdr.AccountMergeResultWire>;

/** The operation `account_merge`; its body is the destination alone. */
export const accountMerge: OperationHandler<
  { destination: xdr.MuxedAccountWire },
  xdr.AccountMergeResultWire
> = {
  name: "account_merge",
  payment: true,
  threshold: () => "high",
  refusals: REFUSED,
  untouched: { code: 0, sourceAccountBalance: 0n },
  check: (op, source) => partyOf(op.destination).account === source ? REFUSED.op_malformed : undefined,
  apply(op, { view, source, ledger }) {
    const destination = partyOf(op.destination).account;
    const account = accountIn(view, source);
    if (account === undefined) throw new Error(`Cannot merge: ${source} is not there`);
    if (accountIn(view, destination) === undefined) return REFUSED.op_no_account;
    if ((account.flags & ACCOUNT_FLAGS.immutable) !== 0) return REFUSED.op_immutable_set;
    if (account.subentries !== account.signers.length) return REFUSED.op_has_sub_entries;
    // Created again, the account would begin at a lower number, and old transactions could be played twice.
    if (account.sequence >= BigInt(ledger.sequence) << 32n) return REFUSED.op_seq_num_too_far;
    if (account.sponsoring !== 0) return REFUSED.op_is_sponsor;
    if (credit(view, destination, NATIVE, account.balance) !== undefined) return REFUSED.op_dest_full;
    view.remove(account);
    return { code: 0, sourceAccountBalance: account.balance };
  },
  fields: (op, source) => ({
    ...partyFields("account", source),
    ...partyFields("into", partyOf(op.destination)),
  }),
  participants: (op) => [partyOf(op.destination).account],
};
