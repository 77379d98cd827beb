/**
 * On which conditions a transfer is opened: the service, its terms, and amounts that can be served.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import type { RailOf } from "../bank/rails.ts";
import { amountsFor } from "../money/fees.ts";
import { Refusal } from "../refusal.ts";
import type { OpenRequest } from "./open-request.ts";
import { findService, type Service } from "./services.ts";
import type { Terms } from "./terms.ts";

/** The service that is asked for. @throws Refusal 400 that says what there is instead */
export function serviceOf(services: readonly Service[], request: OpenRequest): Service {
  const found = findService(services, request);
  if (typeof found !== "string") return found;
  const methods = services.filter(({ kind, asset }) =>
    kind === request.kind && asset.code === request.assetCode
  )
    .map(({ method }) => method);
  throw new Refusal(`transfer.${found}`, {
    asset: request.assetCode,
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
    railRefunds: declares.deposit !== null && declares.deposit.refund !== "none",
  };
}

/** @throws Refusal 400 for an amount that can never be served, or that is needed and missing */
export function checkAmount(
  service: Service,
  terms: Terms,
  { amount, kind }: OpenRequest,
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
