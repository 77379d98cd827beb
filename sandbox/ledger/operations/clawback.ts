/**
 * An issuer takes its asset back from a holder who agreed to that by trusting it.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import { partyFields, partyOf } from "../address.ts";
import { formatAmount } from "../amount.ts";
import { assetFields, assetName, isValidAsset, splitAsset } from "../asset.ts";
import { TRUSTLINE_FLAGS } from "../entries.ts";
import { trustlineIn } from "../view.ts";
import type { OperationHandler } from "./handler.ts";

const REFUSED = {
  op_underfunded: { code: -4 },
  op_malformed: { code: -1 },
  op_not_clawback_enabled: { code: -2 },
  op_no_trust: { code: -3 },
} as const satisfies Record<string, xdr.ClawbackResultWire>;

/** The operation `clawback`. */
export const clawback: OperationHandler<xdr.ClawbackOpWire, xdr.ClawbackResultWire> = {
  name: "clawback",
  payment: false,
  threshold: () => "medium",
  refusals: REFUSED,
  untouched: { code: 0 },
  check(op, source) {
    const malformed = op.amount <= 0n || !isValidAsset(op.asset) ||
      splitAsset(assetName(op.asset))?.issuer !== source || partyOf(op.from).account === source;
    return malformed ? REFUSED.op_malformed : undefined;
  },
  apply(op, { view }) {
    const line = trustlineIn(view, partyOf(op.from).account, assetName(op.asset));
    if (line === undefined) return REFUSED.op_no_trust;
    if ((line.flags & TRUSTLINE_FLAGS.clawback) === 0) return REFUSED.op_not_clawback_enabled;
    if (line.balance < op.amount) return REFUSED.op_underfunded;
    view.put({ ...line, balance: line.balance - op.amount });
    return { code: 0 };
  },
  fields: (op) => ({
    ...assetFields(assetName(op.asset)),
    ...partyFields("from", partyOf(op.from)),
    amount: formatAmount(op.amount),
  }),
  participants: (op) => [partyOf(op.from).account],
};
