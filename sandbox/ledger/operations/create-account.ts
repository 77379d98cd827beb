/**
 * Creating an account with a starting balance out of the source's native balance.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import { accountOf, partyFields } from "../address.ts";
import { formatAmount } from "../amount.ts";
import { NATIVE } from "../asset.ts";
import { newAccount } from "../new-account.ts";
import { debit } from "../holdings.ts";
import { BASE_RESERVE } from "../reserve.ts";
import { accountIn } from "../view.ts";
import type { OperationHandler } from "./handler.ts";

const REFUSED = {
  op_low_reserve: { code: -3 },
  op_malformed: { code: -1 },
  op_underfunded: { code: -2 },
  op_already_exists: { code: -4 },
} as const satisfies Record<string, xdr.CreateAccountResultWire>;

/** The operation `create_account`. */
export const createAccount: OperationHandler<xdr.CreateAccountOpWire, xdr.CreateAccountResultWire> = {
  name: "create_account",
  payment: true,
  threshold: () => "medium",
  refusals: REFUSED,
  untouched: { code: 0 },
  check(op, source) {
    // Zero is well formed: a sponsor could pay the reserve. Without one it is refused for the reserve later.
    const malformed = op.startingBalance < 0n || accountOf(op.destination) === source;
    return malformed ? REFUSED.op_malformed : undefined;
  },
  apply(op, { view, source, ledger }) {
    const id = accountOf(op.destination);
    if (accountIn(view, id) !== undefined) return REFUSED.op_already_exists;
    // The reserve of the new account is looked at before the balance of the source.
    if (op.startingBalance < 2n * BASE_RESERVE) return REFUSED.op_low_reserve;
    if (debit(view, source, NATIVE, op.startingBalance) !== undefined) return REFUSED.op_underfunded;
    view.put(newAccount(id, op.startingBalance, ledger.sequence));
    return { code: 0 };
  },
  fields: (op, source) => ({
    starting_balance: formatAmount(op.startingBalance),
    ...partyFields("funder", source),
    account: accountOf(op.destination),
  }),
  participants: (op) => [accountOf(op.destination)],
};
