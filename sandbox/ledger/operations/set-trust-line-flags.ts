/**
 * What an issuer says of somebody's trustline to its asset: authorized or not, clawback given up.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import { accountOf } from "../address.ts";
import { assetFields, assetName, isValidAsset, splitAsset } from "../asset.ts";
import { ACCOUNT_FLAGS, TRUSTLINE_FLAGS } from "../entries.ts";
import { accountIn, trustlineIn } from "../view.ts";
import type { OperationHandler } from "./handler.ts";

const REFUSED = {
  op_no_trust: { code: -2 },
  op_malformed: { code: -1 },
  op_cant_revoke: { code: -3 },
  op_invalid_state: { code: -4 },
  op_low_reserve: { code: -5 },
} as const satisfies Record<string, xdr.SetTrustLineFlagsResultWire>;

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [TRUSTLINE_FLAGS.authorized, "authorized"],
  [TRUSTLINE_FLAGS.maintain, "authorized_to_maintain_liabilities"],
  [TRUSTLINE_FLAGS.clawback, "clawback_enabled"],
];

/** The operation `set_trust_line_flags`: an issuer authorizes a trustline, or takes the authorization back. */
export const setTrustLineFlags: OperationHandler<
  xdr.SetTrustLineFlagsOpWire,
  xdr.SetTrustLineFlagsResultWire
> = {
  name: "set_trust_line_flags",
  payment: false,
  threshold: () => "low",
  refusals: REFUSED,
  untouched: { code: 0 },
  check(op, source) {
    const { authorized, maintain, clawback } = TRUSTLINE_FLAGS;
    const malformed = !isValidAsset(op.asset) || splitAsset(assetName(op.asset))?.issuer !== source ||
      accountOf(op.trustor) === source || (op.setFlags & op.clearFlags) !== 0 ||
      (op.setFlags & ~(authorized | maintain)) !== 0 ||
      (op.clearFlags & ~(authorized | maintain | clawback)) !== 0 ||
      (op.setFlags & (authorized | maintain)) === (authorized | maintain);
    return malformed ? REFUSED.op_malformed : undefined;
  },
  apply(op, { view, source }) {
    const { authorized, maintain } = TRUSTLINE_FLAGS;
    const issuer = accountIn(view, source);
    const revocable = issuer !== undefined && (issuer.flags & ACCOUNT_FLAGS.revocable) !== 0;
    const revokes = (op.clearFlags & (authorized | maintain)) !== 0 && (op.setFlags & authorized) === 0;
    if (!revocable && revokes) return REFUSED.op_cant_revoke;
    const line = trustlineIn(view, accountOf(op.trustor), assetName(op.asset));
    if (line === undefined) return REFUSED.op_no_trust;
    const next = (line.flags & ~op.clearFlags) | op.setFlags;
    if ((next & (authorized | maintain)) === (authorized | maintain)) return REFUSED.op_invalid_state;
    view.put({ ...line, flags: next });
    return { code: 0 };
  },
  fields(op, _source) {
    const named = (flags: number) => FLAG_NAMES.filter(([flag]) => (flags & flag) !== 0);
    const list = (name: string, flags: number): Record<string, unknown> =>
      flags === 0 ? {} : {
        [name]: named(flags).map(([flag]) => flag),
        [`${name}_s`]: named(flags).map(([, text]) => text),
      };
    return {
      ...assetFields(assetName(op.asset)),
      trustor: accountOf(op.trustor),
      ...list("set_flags", op.setFlags),
      ...list("clear_flags", op.clearFlags),
    };
  },
  participants: (op) => [accountOf(op.trustor)],
};
