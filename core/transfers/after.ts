/**
 * A transfer as a decision leaves it. Pure, so that what is told of a change is the same as what is written.
 * @module
 */
import type { Decision } from "./decision.ts";
import { type State, UNPAID } from "./states.ts";
import type { Transfer } from "./transfer.ts";

/** States in which a part of the money goes back, or is to once a person has decided or the customer has told more. */
const KEEPS_PART: ReadonlySet<State> = new Set<State>(["refunding", "on_hold", "asking"]);

/** The transfer after a decision that is made at `nowMs` of the database's clock. */
export function transferAfter(transfer: Transfer, { state, changes }: Decision, nowMs: number): Transfer {
  const { completed, funded, endsWithinMs, returnableForMs, ...values } = changes;
  return {
    ...transfer,
    ...values,
    state,
    version: transfer.version + 1,
    // updated_at is the time at which the state was reached (R-06-140), not that of any change of the row.
    statusMs: state === transfer.state ? transfer.statusMs : nowMs,
    fundedMs: funded === undefined ? transfer.fundedMs : funded ? nowMs : null,
    completedMs: completed === undefined ? transfer.completedMs : completed ? nowMs : null,
    // What was to go back counts no more once something else becomes of the money.
    ...(KEEPS_PART.has(state) ? {} : { backLeft: null, backThen: null }),
    ...(returnableForMs === undefined ? {} : { returnableUntilMs: nowMs + returnableForMs }),
    ...(endsWithinMs === undefined ? {} : { expiresMs: nowMs + endsWithinMs }),
    // The deadline was for the user to pay; afterwards it would be shown as passed (R-06-142).
    ...(UNPAID.has(state) ? {} : { expiresMs: null }),
  };
}
