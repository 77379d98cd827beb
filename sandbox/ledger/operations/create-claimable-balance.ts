/**
 * Setting money aside for one of several claimants.
 * @module
 */
import { hash, xdr } from "@stellar/stellar-sdk";
import { accountOf, publicKeyOf } from "../address.ts";
import { formatAmount } from "../amount.ts";
import { assetName, isValidAsset, NATIVE, splitAsset } from "../asset.ts";
import { ACCOUNT_FLAGS, TRUSTLINE_FLAGS } from "../entries.ts";
import { debit } from "../holdings.ts";
import { fixedAt, isValidPredicate, predicateJson, predicateOf } from "../predicates.ts";
import { available, BASE_RESERVE } from "../reserve.ts";
import { accountIn, trustlineIn, type View } from "../view.ts";
import type { Applying, OperationHandler } from "./handler.ts";

const REFUSED = {
  op_underfunded: { code: -5 },
  op_malformed: { code: -1 },
  op_low_reserve: { code: -2 },
  op_no_trust: { code: -3 },
  op_not_authorized: { code: -4 },
} as const satisfies Record<string, xdr.CreateClaimableBalanceResultWire>;

const DEBIT_REFUSED = {
  no_trust: REFUSED.op_no_trust,
  not_authorized: REFUSED.op_not_authorized,
  underfunded: REFUSED.op_underfunded,
} as const;

/**
 * The id of a balance: the hash of who created it where. Both accounts and sequence are those of the transaction, so
 * that the id is known before the transaction is sent.
 */
function balanceHash({ transaction, index }: Applying): Uint8Array {
  const operationId = {
    sourceAccount: publicKeyOf(transaction.source),
    seqNum: transaction.sequence,
    opNum: index,
  };
  return hash(xdr.HashIdPreimage.fromXdrObject({ type: 6, operationId }).toXdr());
}

/** Whether what the balance holds may be clawed back: as the source's own holding may. */
function isClawedBack(view: View, source: string, asset: string): boolean {
  if (asset === NATIVE) return false;
  if (splitAsset(asset)?.issuer === source) {
    return ((accountIn(view, source)?.flags ?? 0) & ACCOUNT_FLAGS.clawback) !== 0;
  }
  return ((trustlineIn(view, source, asset)?.flags ?? 0) & TRUSTLINE_FLAGS.clawback) !== 0;
}

/** The operation `create_claimable_balance`. */
export const createClaimableBalance: OperationHandler<
  xdr.CreateClaimableBalanceOpWire,
  xdr.CreateClaimableBalanceResultWire
> = {
  name: "create_claimable_balance",
  payment: false,
  threshold: () => "medium",
  refusals: REFUSED,
  untouched: { code: 0, balanceId: { type: 0, v0: new Uint8Array(32) } },
  check(op) {
    const destinations = new Set(op.claimants.map(({ v0 }) => accountOf(v0.destination)));
    const malformed = !isValidAsset(op.asset) || op.amount <= 0n || op.claimants.length === 0 ||
      destinations.size !== op.claimants.length ||
      !op.claimants.every(({ v0 }) => isValidPredicate(v0.predicate));
    return malformed ? REFUSED.op_malformed : undefined;
  },
  apply(op, at) {
    const { view, source, ledger } = at;
    const asset = assetName(op.asset);
    const refused = debit(view, source, asset, op.amount);
    if (refused !== undefined) return DEBIT_REFUSED[refused];
    // The creator pays one reserve for each claimant until the balance is claimed.
    const sponsor = accountIn(view, source);
    if (sponsor === undefined) throw new Error(`Cannot create a balance: ${source} is not there`);
    if (available(sponsor) < BigInt(op.claimants.length) * BASE_RESERVE) return REFUSED.op_low_reserve;
    view.put({ ...sponsor, sponsoring: sponsor.sponsoring + op.claimants.length });
    const v0 = balanceHash(at);
    view.put({
      kind: "balance",
      id: `00000000${xdr.encodeBytes(v0, "hex")}`,
      asset,
      amount: op.amount,
      claimants: op.claimants.map((claimant) => ({
        destination: accountOf(claimant.v0.destination),
        predicate: fixedAt(predicateOf(claimant.v0.predicate), ledger.closeTime),
      })),
      sponsor: source,
      clawback: isClawedBack(view, source, asset),
      lastModified: ledger.sequence,
    });
    return { code: 0, balanceId: { type: 0, v0 } };
  },
  fields: (op, source) => ({
    sponsor: source.account,
    asset: assetName(op.asset),
    amount: formatAmount(op.amount),
    claimants: op.claimants.map(({ v0 }) => ({
      destination: accountOf(v0.destination),
      predicate: predicateJson(predicateOf(v0.predicate)),
    })),
  }),
  participants: (op) => op.claimants.map(({ v0 }) => accountOf(v0.destination)),
};
