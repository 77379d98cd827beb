/**
 * Records decisions: the new state, its history, the postings and the effects in one batch with a version check
 * (DESIGN §3). Nothing else in the project sets a transfer's state.
 * @module
 */
import { postingStatements } from "../money/postings.ts";
import { closeAlarms, raiseAlarmAnew } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Statement } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import type { Outbox } from "../records/outbox.ts";
import { transferAfter } from "./after.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import type { TransferEvent } from "./events.ts";
import { findTransfer, findTransferNow } from "./find.ts";
import { newId } from "./id.ts";
import { termsToJson } from "./terms.ts";
import type { Transfer } from "./transfer.ts";

/** What recording needs. */
export interface Books {
  readonly db: Database;
  readonly outbox: Outbox;
  /** Nobody is told when absent. */
  readonly tell?: Tell;
}

/** One decision, for whoever is told of it. */
export interface Change {
  readonly before: Transfer;
  /** As the batch leaves it. */
  readonly after: Transfer;
  readonly event: TransferEvent;
}

/** What is told of a decision, as statements for its batch. */
export type Tell = (change: Change) => Promise<readonly Statement[]>;

/**
 * What became of an event. `ignored`: it changes nothing in the present state; `duplicate`: what the maker added was
 * already there, or had changed, so another process told the same fact first.
 */
export type Applied =
  | { readonly kind: "recorded"; readonly transfer: Transfer }
  | { readonly kind: "ignored"; readonly transfer: Transfer }
  | { readonly kind: "duplicate"; readonly key: string };

/** A batch of a decision with what its maker adds: rows of receipts, attempts, inbox. */
type Extra = (transfer: Transfer, writeId: string) => readonly Statement[];

/** Decisions made on the same version of one transfer are rare; more than this in a row is a fault of ours. */
const RACES = 8;

/**
 * Applies an event to a transfer: reads it, decides, records. When another process was faster it is read and decided
 * again, so what was read is what was written upon.
 * @param extra statements for the same batch; called anew for each try
 * @throws Error when there is no such transfer
 */
export async function apply(
  books: Books,
  transferId: string,
  event: TransferEvent,
  extra: Extra = () => [],
): Promise<Applied> {
  let triedOn: number | null = null;
  for (let race = 1; race <= RACES; race++) {
    const found = await findTransferNow(books.db, transferId);
    if (!found) throw new Error(`Cannot apply ${event.type}: transfer ${transferId} is not there`);
    const { transfer, nowMs } = found;
    // The transfer stands as it stood, so it was not the transfer that made the last batch stale.
    if (transfer.version === triedOn) return { kind: "duplicate", key: "extra" };
    triedOn = transfer.version;
    const decision = decide(transfer, event);
    if ("ignored" in decision) return { kind: "ignored", transfer };
    const writeId = newId();
    const change = { before: transfer, after: transferAfter(transfer, decision, nowMs), event };
    const result = await books.db.write(
      [
        ...decisionStatements(books, change, decision, writeId),
        ...await books.tell?.(change) ?? [],
        ...extra(transfer, writeId),
      ],
      { committed: { sql: "select 1 from transfer_history where id = ?", args: [writeId] } },
    );
    if (result.kind === "duplicate" && !result.key.startsWith("transfer_history")) {
      return { kind: "duplicate", key: result.key };
    }
    if (result.kind === "written") {
      const recorded = await findTransfer(books.db, transferId);
      return { kind: "recorded", transfer: recorded ?? transfer };
    }
  }
  throw new Error(
    `Cannot apply ${event.type} to transfer ${transferId}: it changed ${RACES} times meanwhile`,
  );
}

/** The statements of one decision; the compare-and-set on the version stands first. */
function decisionStatements(
  { outbox }: Books,
  { before, after, event }: Change,
  decision: Decision,
  writeId: string,
): Statement[] {
  return [
    ...compareAndSet(updateOf(before, after)),
    historyStatement(writeId, after.id, after.version, event.type, before.state, after.state),
    ...postingStatements(writeId, decision.postings),
    ...decision.effects.map(({ key, kind, subject }) =>
      outbox.insert({ id: key, kind, subject, delivery: "at_least_once", body: undefined })
    ),
    ...(after.state === "on_hold"
      ? raiseAlarmAnew("transfer_on_hold", after.id, decision.changes.message ?? event.type)
      : []),
    // A person has decided, or news came that settled it.
    ...(before.state === "on_hold" && after.state !== "on_hold"
      ? [closeAlarms("transfer_on_hold", after.id)]
      : []),
  ];
}

/** The line of history that each change of a transfer leaves. */
export function historyStatement(
  writeId: string,
  transferId: string,
  version: number,
  event: string,
  before: string | null,
  after: string,
): Statement {
  return {
    sql: `insert into transfer_history (id, transfer_id, version, event, state_before, state_after, at_ms)
          values (?, ?, ?, ?, ?, ?, ${NOW_MS})`,
    args: [writeId, transferId, version, event, before, after],
  };
}

/** What decisions change: members of a transfer and their columns. */
const COLUMNS = [
  ["state", "state"],
  ["version", "version"],
  ["amountRequested", "amount_requested"],
  ["currency", "currency"],
  ["method", "method"],
  ["country", "country"],
  ["rail", "rail"],
  ["kyc", "kyc"],
  ["terms", "terms"],
  ["receiveMemo", "receive_memo"],
  ["amountIn", "amount_in"],
  ["amountFee", "amount_fee"],
  ["amountOut", "amount_out"],
  ["feeDetails", "fee_details"],
  ["received", "received"],
  ["fundedMs", "funded_ms"],
  ["tier", "tier"],
  ["refunded", "refunded"],
  ["backLeft", "back_left"],
  ["backThen", "back_then"],
  ["paidFrom", "paid_from"],
  ["stellarTransactionId", "stellar_transaction_id"],
  ["externalTransactionId", "external_transaction_id"],
  ["claimableBalanceId", "claimable_balance_id"],
  ["message", "message"],
  ["reference", "reference"],
  ["instructions", "instructions"],
  ["beneficiary", "beneficiary"],
  ["returnableUntilMs", "returnable_until_ms"],
  ["statusMs", "status_ms"],
  ["completedMs", "completed_ms"],
  ["expiresMs", "expires_ms"],
] as const satisfies readonly (readonly [keyof Transfer, string])[];

function updateOf(before: Transfer, after: Transfer): Statement {
  const changed = COLUMNS.filter(([member]) => before[member] !== after[member]);
  return {
    sql: `update transfers set ${
      changed.map(([, column]) => `${column} = ?`).join(", ")
    } where id = ? and version = ?`,
    args: [
      ...changed.map(([member]) => member === "terms" ? termsToJson(after.terms) : after[member]),
      before.id,
      before.version,
    ],
  };
}
