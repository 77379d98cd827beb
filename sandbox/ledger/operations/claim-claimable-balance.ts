/**
 * Claiming a balance that was set aside for the source.
 * @module
 */
import { xdr } from "@stellar/stellar-sdk";
import { partyFields } from "../address.ts";
import { credit } from "../holdings.ts";
import { holds } from "../predicates.ts";
import { accountIn, balanceIn } from "../view.ts";
import type { OperationHandler } from "./handler.ts";

const REFUSED = {
  op_cannot_claim: { code: -2 },
  op_does_not_exist: { code: -1 },
  op_line_full: { code: -3 },
  op_no_trust: { code: -4 },
  op_not_authorized: { code: -5 },
} as const satisfies Record<string, xdr.ClaimClaimableBalanceResultWire>;

const CREDIT_REFUSED = {
  no_trust: REFUSED.op_no_trust,
  not_authorized: REFUSED.op_not_authorized,
  line_full: REFUSED.op_line_full,
} as const;

/** The 72 digits by which Horizon names a balance. */
export function balanceIdOf(id: xdr.ClaimableBalanceIdWire): string {
  return xdr.ClaimableBalanceId.fromXdrObject(id).toXdr("hex");
}

/** The operation `claim_claimable_balance`. */
export const claimClaimableBalance: OperationHandler<
  xdr.ClaimClaimableBalanceOpWire,
  xdr.ClaimClaimableBalanceResultWire
> = {
  name: "claim_claimable_balance",
  payment: false,
  threshold: () => "low",
  refusals: REFUSED,
  untouched: { code: 0 },
  check: () => undefined,
  apply(op, { view, source, ledger }) {
    const balance = balanceIn(view, balanceIdOf(op.balanceId));
    if (balance === undefined) return REFUSED.op_does_not_exist;
    const claimant = balance.claimants.find(({ destination }) => destination === source);
    if (claimant === undefined || !holds(claimant.predicate, ledger.closeTime)) {
      return REFUSED.op_cannot_claim;
    }
    const refused = credit(view, source, balance.asset, balance.amount);
    if (refused !== undefined) return CREDIT_REFUSED[refused];
    view.remove(balance);
    const sponsor = accountIn(view, balance.sponsor);
    if (sponsor !== undefined) {
      view.put({ ...sponsor, sponsoring: sponsor.sponsoring - balance.claimants.length });
    }
    return { code: 0 };
  },
  fields: (op, source) => ({ balance_id: balanceIdOf(op.balanceId), ...partyFields("claimant", source) }),
  participants: () => [],
};
