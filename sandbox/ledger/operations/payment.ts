/**
 * Sending an amount of one asset.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import { partyFields, partyOf } from "../address.ts";
import { formatAmount } from "../amount.ts";
import { assetFields, assetName, isValidAsset, NATIVE, splitAsset } from "../asset.ts";
import { credit, debit } from "../holdings.ts";
import { accountIn } from "../view.ts";
import type { OperationHandler } from "./handler.ts";

const REFUSED = {
  op_underfunded: { code: -2 },
  op_malformed: { code: -1 },
  op_src_no_trust: { code: -3 },
  op_src_not_authorized: { code: -4 },
  op_no_destination: { code: -5 },
  op_no_trust: { code: -6 },
  op_not_authorized: { code: -7 },
  op_line_full: { code: -8 },
  op_no_issuer: { code: -9 },
} as const satisfies Record<string, xdr.PaymentResultWire>;

const CREDIT_REFUSED = {
  no_trust: REFUSED.op_no_trust,
  not_authorized: REFUSED.op_not_authorized,
  line_full: REFUSED.op_line_full,
} as const;

const DEBIT_REFUSED = {
  no_trust: REFUSED.op_src_no_trust,
  not_authorized: REFUSED.op_src_not_authorized,
  underfunded: REFUSED.op_underfunded,
} as const;

/** The operation `payment`. */
export const payment: OperationHandler<xdr.PaymentOpWire, xdr.PaymentResultWire> = {
  name: "payment",
  payment: true,
  threshold: () => "medium",
  refusals: REFUSED,
  untouched: { code: 0 },
  check: (op) => op.amount <= 0n || !isValidAsset(op.asset) ? REFUSED.op_malformed : undefined,
  apply(op, { view, source }) {
    const { account: destination } = partyOf(op.destination);
    const asset = assetName(op.asset);
    // Native money to oneself succeeds without a look at the balance.
    if (destination === source && asset === NATIVE) return { code: 0 };
    // What goes back to its issuer is gone, even if the issuer's account is no longer there.
    const burns = splitAsset(asset)?.issuer === destination;
    if (!burns && accountIn(view, destination) === undefined) return REFUSED.op_no_destination;
    // The network looks at the receiver before the sender.
    const refusedCredit = credit(view, destination, asset, op.amount);
    if (refusedCredit !== undefined) return CREDIT_REFUSED[refusedCredit];
    const refusedDebit = debit(view, source, asset, op.amount);
    if (refusedDebit !== undefined) return DEBIT_REFUSED[refusedDebit];
    return { code: 0 };
  },
  fields: (op, source) => ({
    ...assetFields(assetName(op.asset)),
    ...partyFields("from", source),
    ...partyFields("to", partyOf(op.destination)),
    amount: formatAmount(op.amount),
  }),
  participants: (op) => [partyOf(op.destination).account],
};
