/**
 * More came than was announced, and the terms say that what is above goes back while the rest is paid (M-18). Pure.
 * @module
 */
import type { Clearance } from "./events.ts";
import { askFirst, type Outcome } from "./outcome.ts";
import { sendBack } from "./refund-outcomes.ts";
import { excessOf } from "./terms.ts";
import type { Transfer } from "./transfer.ts";

/** Message of a transfer on hold of which more came than was announced, below `transfer.message.` in the locales. */
export const EXCESS = "excess";

/**
 * What is above goes back, and the rest is paid once it is back; where so much needs more data, once that is given. What
 * the refund's fee would eat is not kept in silence: it stays with a person (M-25).
 * @param held what else came of the money, and that a person decides
 */
export function excessBack(transfer: Transfer, held: Outcome, clearance?: Clearance): Outcome {
  const { terms, amountIn, received } = transfer;
  const excess = excessOf(terms, amountIn, held.changes?.received ?? received);
  if (excess <= terms.refundFee) return held;
  const part = { amount: excess, then: "pay" } as const;
  const tier = clearance === undefined || clearance.kind === "above" ? {} : { tier: clearance.tier };
  const changes = { ...held.changes, ...tier };
  return clearance?.kind === "asks"
    ? askFirst(transfer, { ...held, changes: { ...changes, backLeft: part.amount, backThen: part.then } })
    : sendBack(transfer, { ...held, changes }, part);
}
