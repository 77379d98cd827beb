/**
 * On which conditions a transfer is opened: the service, its terms, and amounts that can be served.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import type { RailOf } from "../bank/rails.ts";
import { sendsBack } from "../bank/way-back.ts";
import { amountsFor } from "../money/fees.ts";
import { Refusal } from "../refusal.ts";
import type { OpenRequest } from "./open-request.ts";
import { findService, type Service, type ServiceQuery } from "./services.ts";
import type { Terms } from "./terms.ts";

/** The service that is asked for. @throws Refusal 400 that says what there is instead */
export function serviceOf(services: readonly Service[], request: ServiceQuery): Service {
  const found = findService(services, request);
  if (typeof found !== "string") return found;
  const methods = services.filter(({ kind, asset }) =>
    kind === request.kind && asset.code === request.assetCode
  )
    .map(({ method }) => method);
  throw new Refusal(`transfer.${found}`, {
    asset: shownCode(request.assetCode),
    methods: [...new Set(methods)].join(", "),
    assets: [
      ...new Set(services.filter(({ kind }) => kind === request.kind).map(({ asset }) => asset.code)),
    ].join(", "),
  });
}

/** The terms that hold for this transfer from now on. */
export function termsOf(service: Service, railOf: RailOf): Terms {
  const { declares } = railOf(service.rail).rail;
  return {
    min: service.min,
    max: service.max,
    fee: service.fee,
    step: service.kind === "deposit" ? 1n : declares.minUnit,
    amounts: service.amountRule,
    maxAttempts: 3,
    railRefunds: sendsBack(declares),
    refundFee: service.refundFee,
    onPayoutFailure: service.onPayoutFailure,
  };
}

/** @throws Refusal 400 for an amount that can never be served, or that is needed and missing */
export function checkAmount(
  service: Service,
  terms: Terms,
  { amount, kind }: Pick<OpenRequest, "amount" | "kind">,
  railOf: RailOf,
): void {
  const { declares } = railOf(service.rail).rail;
  const limits = { min: formatUnits(service.min), max: formatUnits(service.max), asset: service.asset.code };
  if (amount === null) {
    if (kind === "deposit" && declares.deposit?.amount === "exact") {
      throw new Refusal("transfer.amount_needed", limits);
    }
    return;
  }
  if (amount < service.min) throw new Refusal("transfer.amount_too_small", limits);
  if (amount > service.max) throw new Refusal("transfer.amount_too_large", limits);
  if (kind === "deposit" && amount % declares.minUnit !== 0n) {
    throw new Refusal("transfer.amount_step", { ...limits, step: formatUnits(declares.minUnit) });
  }
  if (amountsFor(amount, terms.fee, terms.step) === null) {
    throw new Refusal("transfer.amount_too_small", limits);
  }
}

/**
 * What a transfer of an amount would cost, rounding to what the bank can move included, in units of 10⁻⁷.
 * @throws Refusal 400 for what cannot be served
 */
export function feeFor(
  { services, railOf }: { readonly services: readonly Service[]; readonly railOf: RailOf },
  request: ServiceQuery & { readonly amount: bigint },
): bigint {
  const service = serviceOf(services, request);
  const terms = termsOf(service, railOf);
  checkAmount(service, terms, request, railOf);
  const amounts = amountsFor(request.amount, terms.fee, terms.step);
  if (amounts === null) throw new Error("Cannot tell a fee: the amount was checked and leaves nothing");
  return amounts.fee;
}

/** A caller's asset code as an answer may repeat it: what cannot be a code is not repeated. */
export function shownCode(text: string): string {
  return /^[A-Za-z0-9]{1,12}$/.test(text) ? text : "?";
}
