/**
 * The rows that keep the ledger's word on an envelope.
 * @module
 */
import { move, postingStatements } from "../money/postings.ts";
import { closeAlarms, raiseAlarm } from "../records/alarms.ts";
import type { Statement } from "../records/database.ts";
import { type Attempt, updateAttempt } from "../transfers/attempts.ts";
import { keepAlias } from "../transfers/transaction-aliases.ts";
import type { Judgement } from "./decided.ts";
import { releaseSource } from "./envelopes.ts";

/** The attempt's end, what was told of it at the door, its source freed but for what only an operator can settle, and the network's fee in the books. */
export function decidedStatements(attempt: Attempt, judgement: Judgement): Statement[] {
  switch (judgement.kind) {
    case "undecided":
      return [];
    case "undecidable":
      return [
        ...updateAttempt(attempt, { state: "undecidable" }),
        raiseAlarm("payout_undecidable", attempt.transferId, attempt.id),
      ];
    case "absent":
      return [
        ...updateAttempt(attempt, { state: "absent" }),
        ...releaseSource({ id: attempt.id, source: attempt.place }),
        closeAlarms("payout_refused", attempt.id),
        closeAlarms("payout_undecidable", attempt.transferId),
      ];
    case "succeeded":
    case "failed": {
      const isDone = judgement.kind === "succeeded";
      const code = judgement.kind === "failed"
        ? judgement.codes?.operations.at(0) ?? judgement.codes?.transaction
        : undefined;
      return [
        ...updateAttempt(attempt, {
          state: isDone ? "completed" : "failed",
          ledger: judgement.ledger,
          externalId: judgement.hash,
          fee: judgement.feeCharged,
          ...(code === undefined ? {} : { code }),
        }),
        ...keepAlias(attempt.key, judgement.hash),
        ...releaseSource({ id: attempt.id, source: attempt.place }),
        closeAlarms("payout_refused", attempt.id),
        closeAlarms("payout_undecidable", attempt.transferId),
        ...postingStatements(
          `fee:${attempt.id}`,
          move("native", judgement.feeCharged, "costs", "bank:stellar"),
        ),
      ];
    }
  }
}
