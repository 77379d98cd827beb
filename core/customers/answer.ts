/**
 * What SEP-12 answers about a customer for a type: what is asked, by the purpose and by the transfers that wait, and how
 * the customer stands for the one that stands in the way most.
 * @module
 */
import type { CustomerView } from "./customer.ts";
import { needOfTransfer, requirementFor } from "./need.ts";
import type { KycPolicy, Need, TransferNeed } from "./need.ts";
import { standing } from "./standing.ts";
import type { CustomerStatus, Given, Standing } from "./standing.ts";

/** What a standing rests on: a customer as it was read, or as a batch will leave it. */
export interface CustomerState extends Omit<CustomerView, "values"> {
  readonly values: ReadonlyMap<string, Given>;
}

/** The answer without its effects. */
export interface Answer {
  /** Null until a PUT was made. */
  readonly id: string | null;
  readonly need: Need;
  readonly standing: Standing;
}

/** Where needs come from. */
export interface NeedSources {
  readonly policy: KycPolicy;
  /** Transfers of a customer that wait for KYC, for one type: what they need is asked without their ids too. */
  readonly transfersWaiting: (customerId: string, type: string) => Promise<readonly TransferNeed[]>;
}

/** From the one that stands in the way most. */
const WORST_FIRST: readonly CustomerStatus[] = ["REJECTED", "NEEDS_INFO", "PROCESSING", "ACCEPTED"];

/** What is asked for a type by a request that names no transfer; at least one need. */
export async function needsOf(
  { policy, transfersWaiting }: NeedSources,
  { customerId, type, country }: { customerId: string | null; type: string; country: string | null },
): Promise<readonly [Need, ...Need[]]> {
  const waiting = customerId === null ? [] : await transfersWaiting(customerId, type);
  return [
    requirementFor(policy, { type, country, amount: null }),
    ...waiting.map((transfer) => needOfTransfer(policy, transfer, country)),
  ];
}

/** How a customer stands for one need. */
export function standingIn(state: CustomerState | null, need: Need): Standing {
  return standing(
    need,
    state?.values ?? new Map(),
    (state?.cases ?? []).filter(({ type }) => type === need.type),
    state?.nowMs ?? 0,
  );
}

/** The answer: of several needs the one that stands in the way most. */
export function answerOf(
  state: CustomerState | null,
  [first, ...others]: readonly [Need, ...Need[]],
): Answer {
  let worst = { need: first, standing: standingIn(state, first) };
  for (const need of others) {
    const other = { need, standing: standingIn(state, need) };
    if (WORST_FIRST.indexOf(other.standing.status) < WORST_FIRST.indexOf(worst.standing.status)) {
      worst = other;
    }
  }
  return { id: state !== null && state.customer.version > 0 ? state.customer.id : null, ...worst };
}
