/**
 * Path payments. The sandbox has no offers, so that only a path from an asset to itself leads anywhere.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import { type Party, partyFields, partyOf, publicKeyOf } from "../address.ts";
import { formatAmount } from "../amount.ts";
import { assetFields, assetName, isValidAsset, splitAsset } from "../asset.ts";
import { credit, debit } from "../holdings.ts";
import { accountIn, type View } from "../view.ts";
import type { OperationHandler } from "./handler.ts";

const REFUSED = {
  op_too_few_offers: { code: -10 },
  op_malformed: { code: -1 },
  op_underfunded: { code: -2 },
  op_src_no_trust: { code: -3 },
  op_src_not_authorized: { code: -4 },
  op_no_destination: { code: -5 },
  op_no_trust: { code: -6 },
  op_not_authorized: { code: -7 },
  op_line_full: { code: -8 },
} as const;

const RECEIVE_REFUSED = {
  ...REFUSED,
  op_cross_self: { code: -11 },
  op_over_source_max: { code: -12 },
} as const satisfies Record<string, xdr.PathPaymentStrictReceiveResultWire>;

const SEND_REFUSED = {
  ...REFUSED,
  op_cross_self: { code: -11 },
  op_under_dest_min: { code: -12 },
} as const satisfies Record<string, xdr.PathPaymentStrictSendResultWire>;

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

/** What stands in a result before anything was paid. */
const UNTOUCHED: { code: 0; success: xdr.PathPaymentStrictReceiveResultSuccessWire } = {
  code: 0,
  success: {
    offers: [],
    last: { destination: { type: 0, ed25519: new Uint8Array(32) }, asset: { type: 0 }, amount: 0n },
  },
};

interface Route {
  sendAsset: xdr.AssetWire;
  destAsset: xdr.AssetWire;
  destination: xdr.MuxedAccountWire;
  path: xdr.AssetWire[];
}

/** Whether a payment along this route needs no exchange at all. */
function staysInOneAsset(route: Route): boolean {
  const asset = assetName(route.destAsset);
  return [route.sendAsset, ...route.path].every((hop) => assetName(hop) === asset);
}

function areValid(route: Route): boolean {
  return [route.sendAsset, route.destAsset, ...route.path].every(isValidAsset);
}

/** The destination has to exist unless the payment burns its asset. */
function isMissing(view: View, route: Route): boolean {
  const { account } = partyOf(route.destination);
  const burns = route.path.length === 0 && staysInOneAsset(route) &&
    splitAsset(assetName(route.destAsset))?.issuer === account;
  return !burns && accountIn(view, account) === undefined;
}

/** The result of a payment that needed no exchange. */
function succeeded(
  route: Route,
  amount: bigint,
): { code: 0; success: xdr.PathPaymentStrictReceiveResultSuccessWire } {
  const destination = publicKeyOf(partyOf(route.destination).account);
  return { code: 0, success: { offers: [], last: { destination, asset: route.destAsset, amount } } };
}

function routeFields(route: Route, source: Party): Record<string, unknown> {
  return {
    ...assetFields(assetName(route.destAsset)),
    ...partyFields("from", source),
    ...partyFields("to", partyOf(route.destination)),
    ...assetFields(assetName(route.sendAsset), "source_"),
    path: route.path.map((hop) => assetFields(assetName(hop))),
  };
}

/** The operation `path_payment_strict_receive`. */
export const pathPaymentStrictReceive: OperationHandler<
  xdr.PathPaymentStrictReceiveOpWire,
  xdr.PathPaymentStrictReceiveResultWire
> = {
  name: "path_payment_strict_receive",
  payment: true,
  threshold: () => "medium",
  refusals: RECEIVE_REFUSED,
  untouched: UNTOUCHED,
  check: (op) =>
    op.destAmount <= 0n || op.sendMax <= 0n || !areValid(op) ? RECEIVE_REFUSED.op_malformed : undefined,
  apply(op, { view, source }) {
    if (isMissing(view, op)) return RECEIVE_REFUSED.op_no_destination;
    const refusedCredit = credit(
      view,
      partyOf(op.destination).account,
      assetName(op.destAsset),
      op.destAmount,
    );
    if (refusedCredit !== undefined) return CREDIT_REFUSED[refusedCredit];
    if (!staysInOneAsset(op)) return RECEIVE_REFUSED.op_too_few_offers;
    if (op.destAmount > op.sendMax) return RECEIVE_REFUSED.op_over_source_max;
    const refusedDebit = debit(view, source, assetName(op.sendAsset), op.destAmount);
    if (refusedDebit !== undefined) return DEBIT_REFUSED[refusedDebit];
    return succeeded(op, op.destAmount);
  },
  fields: (op, source, successful) => ({
    ...routeFields(op, source),
    amount: formatAmount(op.destAmount),
    source_amount: formatAmount(successful ? op.destAmount : 0n),
    source_max: formatAmount(op.sendMax),
  }),
  participants: (op) => [partyOf(op.destination).account],
};

/** The operation `path_payment_strict_send`. */
export const pathPaymentStrictSend: OperationHandler<
  xdr.PathPaymentStrictSendOpWire,
  xdr.PathPaymentStrictSendResultWire
> = {
  name: "path_payment_strict_send",
  payment: true,
  threshold: () => "medium",
  refusals: SEND_REFUSED,
  untouched: UNTOUCHED,
  check: (op) =>
    op.sendAmount <= 0n || op.destMin <= 0n || !areValid(op) ? SEND_REFUSED.op_malformed : undefined,
  apply(op, { view, source }) {
    if (isMissing(view, op)) return SEND_REFUSED.op_no_destination;
    const refusedDebit = debit(view, source, assetName(op.sendAsset), op.sendAmount);
    if (refusedDebit !== undefined) return DEBIT_REFUSED[refusedDebit];
    if (!staysInOneAsset(op)) return SEND_REFUSED.op_too_few_offers;
    if (op.sendAmount < op.destMin) return SEND_REFUSED.op_under_dest_min;
    const refusedCredit = credit(
      view,
      partyOf(op.destination).account,
      assetName(op.destAsset),
      op.sendAmount,
    );
    if (refusedCredit !== undefined) return CREDIT_REFUSED[refusedCredit];
    return succeeded(op, op.sendAmount);
  },
  fields: (op, source, successful) => ({
    ...routeFields(op, source),
    amount: formatAmount(successful ? op.sendAmount : 0n),
    source_amount: formatAmount(op.sendAmount),
    destination_min: formatAmount(op.destMin),
  }),
  participants: (op) => [partyOf(op.destination).account],
};
