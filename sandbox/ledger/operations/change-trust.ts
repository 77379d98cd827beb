/**
 * Trusting an asset up to a limit, changing the limit, giving the trust up.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import { partyFields } from "../address.ts";
import { formatAmount } from "../amount.ts";
import { assetFields, assetName, isValidAsset, splitAsset } from "../asset.ts";
import { ACCOUNT_FLAGS, TRUSTLINE_FLAGS } from "../entries.ts";
import { addSubentry, dropSubentry } from "../reserve.ts";
import { accountIn, trustlineIn } from "../view.ts";
import type { OperationHandler } from "./handler.ts";

const REFUSED = {
  op_low_reserve: { code: -4 },
  op_malformed: { code: -1 },
  op_no_issuer: { code: -2 },
  op_invalid_limit: { code: -3 },
  op_self_not_allowed: { code: -5 },
  op_trust_line_missing: { code: -6 },
  op_cannot_delete: { code: -7 },
} as const satisfies Record<string, xdr.ChangeTrustResultWire>;

/** The asset of a line, or undefined for what cannot be trusted here: native money and shares of pools. */
function creditOf(
  line: xdr.ChangeTrustAssetWire,
): { code: string; issuer: string; name: string } | undefined {
  if (line.type === 0 || line.type === 3 || !isValidAsset(line)) return undefined;
  const name = assetName(line);
  const parts = splitAsset(name);
  return parts === undefined ? undefined : { ...parts, name };
}

/** The operation `change_trust`. */
export const changeTrust: OperationHandler<xdr.ChangeTrustOpWire, xdr.ChangeTrustResultWire> = {
  name: "change_trust",
  payment: false,
  threshold: () => "medium",
  refusals: REFUSED,
  untouched: { code: 0 },
  check(op, source) {
    const asset = creditOf(op.line);
    const malformed = op.limit < 0n || asset === undefined || asset.issuer === source;
    return malformed ? REFUSED.op_malformed : undefined;
  },
  apply(op, { view, source, ledger }) {
    const asset = creditOf(op.line);
    if (asset === undefined) return REFUSED.op_malformed;
    const issuer = accountIn(view, asset.issuer);
    const line = trustlineIn(view, source, asset.name);
    if (line !== undefined) {
      if (op.limit < line.balance) return REFUSED.op_invalid_limit;
      if (op.limit === 0n) {
        view.remove(line);
        dropSubentry(view, source);
        return { code: 0 };
      }
      if (issuer === undefined) return REFUSED.op_no_issuer;
      view.put({ ...line, limit: op.limit });
      return { code: 0 };
    }
    if (op.limit === 0n) return REFUSED.op_invalid_limit;
    if (issuer === undefined) return REFUSED.op_no_issuer;
    const added = addSubentry(view, source);
    if (added === "low_reserve") return REFUSED.op_low_reserve;
    if (added === "too_many") return "too_many_subentries";
    const authorized = (issuer.flags & ACCOUNT_FLAGS.required) === 0 ? TRUSTLINE_FLAGS.authorized : 0;
    const clawback = (issuer.flags & ACCOUNT_FLAGS.clawback) !== 0 ? TRUSTLINE_FLAGS.clawback : 0;
    view.put({
      kind: "trustline",
      account: source,
      asset: asset.name,
      balance: 0n,
      limit: op.limit,
      flags: authorized | clawback,
      lastModified: ledger.sequence,
    });
    return { code: 0 };
  },
  fields(op, source) {
    const asset = creditOf(op.line);
    return {
      ...(asset === undefined ? {} : { ...assetFields(asset.name), trustee: asset.issuer }),
      limit: formatAmount(op.limit),
      ...partyFields("trustor", source),
    };
  },
  participants: () => [],
};
