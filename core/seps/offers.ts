/**
 * What the services of one asset have in common: what the `/info` of SEP-6 and that of SEP-24 both say of an asset.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import { type Fee, isSameFee } from "../money/fees.ts";
import type { Service } from "../transfers/services.ts";

/** Whether accounts are created and claimable balances used for any asset (R-06-28, R-06-29, R-24-21, R-24-22). */
export interface Features {
  readonly accountCreation: boolean;
  readonly claimableBalances: boolean;
}

/** Whether a SEP's fee fields can say a fee for every amount. */
export type IsSayable = (fee: Fee) => boolean;

/** Services of a kind by what their asset is called in `/info`. */
export function offersOf(
  services: readonly Service[],
  kind: Service["kind"],
  nameOf: (asset: Service["asset"]) => string = ({ code }) => code,
): ReadonlyMap<string, readonly Service[]> {
  return Map.groupBy(services.filter((service) => service.kind === kind), ({ asset }) => nameOf(asset));
}

/** The limits of all services together. */
export function limitsObject(offered: readonly Service[]): Record<string, number> {
  const [first] = offered;
  const least = offered.reduce((low, { min }) => min < low ? min : low, first?.min ?? 0n);
  const most = offered.reduce((high, { max }) => max > high ? max : high, 0n);
  return { min_amount: jsonNumber(least), max_amount: jsonNumber(most) };
}

/** The fee fields where they hold for all services together; what is nothing is left out. */
export function feeObject(offered: readonly Service[], isSayable: IsSayable): Record<string, number> {
  const fee = oneFeeOf(offered, isSayable);
  if (fee === null) return {};
  const { fixed, percent, minimum = 0n } = fee;
  return {
    ...(fixed > 0n ? { fee_fixed: jsonNumber(fixed) } : {}),
    ...(percent > 0n ? { fee_percent: jsonNumber(percent) } : {}),
    ...(minimum > 0n ? { fee_minimum: jsonNumber(minimum) } : {}),
  };
}

/** Services of those assets whose fee is not one that can be said: what GET `/fee` is there for (R-06-172, R-24-158). */
export function withoutSayableFee(services: readonly Service[], isSayable: IsSayable): Service[] {
  const groups = Map.groupBy(services, ({ kind, asset }) => `${kind} ${asset.code}`);
  return [...groups.values()].filter((offered) => oneFeeOf(offered, isSayable) === null).flat();
}

/** The features as both SEPs call them. */
export function featuresObject({ accountCreation, claimableBalances }: Features): Record<string, boolean> {
  return { account_creation: accountCreation, claimable_balances: claimableBalances };
}

/** The one fee of services of an asset, or `null` where none can be said for all of them. */
function oneFeeOf(offered: readonly Service[], isSayable: IsSayable): Fee | null {
  const [first] = offered;
  if (!first || !isSayable(first.fee)) return null;
  return offered.every(({ fee }) => isSameFee(fee, first.fee)) ? first.fee : null;
}

/** Numbers are JSON numbers in `/info` and nowhere else (R-06-22, R-24-17). For reading only: nothing is computed with it. */
function jsonNumber(units: bigint): number {
  return Number(formatUnits(units));
}
