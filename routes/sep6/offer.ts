/**
 * The parts of an initiation's answer that repeat what the service offers.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import { isFixedPlusPercent } from "../../core/money/fees.ts";
import type { Service } from "../../core/transfers/services.ts";
import type { Transfer } from "../../core/transfers/transfer.ts";

/** Limits, fee and time as SEP-6 wants them: JSON numbers, for reading only. */
export function offer(services: readonly Service[], transfer: Transfer): Record<string, number> {
  const { terms, kind, asset, method, rail } = transfer;
  const service = services.find((one) =>
    one.kind === kind && one.asset.id === asset && one.method === method && one.rail === rail
  );
  // A fee with a bound is told by GET /fee and by the transaction (R-06-23).
  const fee = isFixedPlusPercent(terms.fee) ? terms.fee : null;
  const most = terms.upTo !== undefined && terms.upTo < terms.max ? terms.upTo : terms.max;
  return {
    ...(service?.eta ? { eta: service.eta } : {}),
    min_amount: Number(formatUnits(terms.min)),
    max_amount: Number(formatUnits(most)),
    ...(fee && fee.fixed > 0n ? { fee_fixed: Number(formatUnits(fee.fixed)) } : {}),
    ...(fee && fee.percent > 0n ? { fee_percent: Number(formatUnits(fee.percent)) } : {}),
  };
}
