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
import {
  findService,
  findServices,
  type Service,
  type ServiceMiss,
  type ServiceQuery,
  type Services,
} from "./services.ts";
import type { Terms } from "./terms.ts";

/** The service that is asked for. @throws Refusal 400 that says what there is instead */
export function serviceOf(services: readonly Service[], request: ServiceQuery): Service {
  const found = findService(services, request);
  if (typeof found === "string") throw missed(found, services, request);
  return found;
}

/** All services that could be meant. @throws Refusal 400 that says what there is instead */
export function servicesOf(services: readonly Service[], request: ServiceQuery): Services {
  const found = findServices(services, request);
  if (typeof found === "string") throw missed(found, services, request);
  return found;
}

function missed(miss: ServiceMiss, services: readonly Service[], request: ServiceQuery): Refusal {
  const methods = services.filter(({ kind, asset }) =>
    kind === request.kind && asset.code === request.assetCode
  )
    .map(({ method }) => method);
  return new Refusal(`transfer.${miss}`, {
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

type AmountAsked = Pick<OpenRequest, "amount" | "kind"> & Partial<Pick<OpenRequest, "protocol">>;

/**
 * Whether an amount has to be named: for a rail that takes exact ones, and for withdrawals of SEP-24, which promises
 * `amount_in` before anybody pays (R-24-104).
 */
export function needsAmount(
  { rail }: Service,
  { kind, protocol }: Omit<AmountAsked, "amount">,
  railOf: RailOf,
): boolean {
  if (kind === "withdrawal") return protocol === "sep24";
  return railOf(rail).rail.declares.deposit?.amount === "exact";
}

/** @throws Refusal 400 for an amount that can never be served, or that is needed and missing */
export function checkAmount(service: Service, terms: Terms, asked: AmountAsked, railOf: RailOf): void {
  const refusal = amountRefusal(service, terms, asked, railOf);
  if (refusal !== null) throw refusal;
}

function amountRefusal(
  service: Service,
  terms: Terms,
  asked: AmountAsked,
  railOf: RailOf,
): Refusal | null {
  const { amount, kind } = asked;
  const { declares } = railOf(service.rail).rail;
  const limits = { min: formatUnits(service.min), max: formatUnits(service.max), asset: service.asset.code };
  if (amount === null) {
    return needsAmount(service, asked, railOf) ? new Refusal("transfer.amount_needed", limits) : null;
  }
  if (amount < service.min) return new Refusal("transfer.amount_too_small", limits);
  if (amount > service.max) return new Refusal("transfer.amount_too_large", limits);
  if (kind === "deposit" && amount % declares.minUnit !== 0n) {
    return new Refusal("transfer.amount_step", { ...limits, step: formatUnits(declares.minUnit) });
  }
  const isLeft = amountsFor(amount, terms.fee, terms.step) !== null;
  return isLeft ? null : new Refusal("transfer.amount_too_small", limits);
}

/**
 * Of services among which somebody will choose, those that can serve an amount; all of them while it is open, also those
 * that will ask for one.
 * @throws Refusal 400 when none can: with the bounds of all of them where it is outside these, else with the first one's
 */
export function fittingServices(services: Services, asked: AmountAsked, railOf: RailOf): Services {
  if (asked.amount === null) return services;
  const refusalBy = (service: Service) => amountRefusal(service, termsOf(service, railOf), asked, railOf);
  const [first, ...others] = services.filter((service) => refusalBy(service) === null);
  if (first !== undefined) return [first, ...others];
  const [one] = services;
  const min = services.reduce((least, service) => service.min < least ? service.min : least, one.min);
  const max = services.reduce((most, service) => service.max > most ? service.max : most, one.max);
  throw refusalBy({ ...one, min, max }) ?? refusalBy(one);
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
