/**
 * What would become of a choice: fee, what arrives, and which tier it needs. It reads and writes nothing, and refuses what
 * {@link choose} would refuse; only the destination on Stellar, which was judged when the draft was opened and is judged
 * again with the choice, is not asked for with each key that somebody presses.
 * @module
 */
import { type Amounts, amountsFor } from "../money/fees.ts";
import { standFor } from "./admit.ts";
import { type Choice, wantedOf } from "./choose.ts";
import { checkAmount, serviceOf, termsOf } from "./conditions.ts";
import { refuseSecond } from "./open-deposit.ts";
import type { Opening } from "./opening.ts";
import type { Transfer } from "./transfer.ts";

/** What would become of it. Amounts in units of 10⁻⁷. */
export interface Estimate {
  /** ISO 4217 code or asset code: what comes in, and what the fee is taken in. */
  readonly currencyIn: string;
  readonly currencyOut: string;
  /** `null` while the amount is open. */
  readonly amounts: Amounts | null;
  /** What tier and limits leave at the tier that is needed; `null`: no bound. */
  readonly upTo: bigint | null;
  readonly tier: string;
  /** Whether the customer owes nothing more for it. */
  readonly isReady: boolean;
  /** Seconds until it is usually done; `null` when nothing is promised. */
  readonly eta: number | null;
}

/** Works it out. @throws Refusal 400 as {@link choose} does */
export async function estimate(on: Opening, draft: Transfer, choice: Choice): Promise<Estimate> {
  const wanted = wantedOf(on, draft, choice);
  const service = serviceOf(on.services, wanted);
  const terms = termsOf(service, on.railOf);
  checkAmount(service, terms, wanted, on.railOf);
  const { id, kind, customerId, customerOwner } = draft;
  const customer = { id: customerId, owner: customerOwner };
  const { given: { tier, upTo }, isReady } = await standFor(on, customer, service, wanted);
  await refuseSecond(on, { id, kind, customerId, rail: service.rail });
  const { code, currency } = service.asset;
  const [currencyIn, currencyOut] = kind === "deposit" ? [currency, code] : [code, currency];
  return {
    currencyIn,
    currencyOut,
    amounts: choice.amount === null ? null : amountsFor(choice.amount, terms.fee, terms.step),
    upTo,
    tier,
    isReady,
    eta: service.eta,
  };
}
