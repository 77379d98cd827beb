/**
 * The call that sends money back at a bank: by the rail's own refund of what came in, or by a payout to who paid (M-15,
 * M-16, M-19). Its key has been stored before.
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import type { Money } from "../../plugins/money.ts";
import type { Outcome } from "../../plugins/outcome.ts";
import type { Performance } from "../effects.ts";
import type { Database, Statement } from "../records/database.ts";
import { beginCall, type Called, endCall, noLaterCall, waitForOthers } from "./calls.ts";
import { isRefusal, retryAfter } from "./provider-errors.ts";
import type { RailInstance } from "./rails.ts";
import type { WayBack } from "./way-back.ts";

/** What is sent back. */
export interface BackOrder {
  /** The rail's id of what came in. */
  readonly inboundId: string;
  readonly key: string;
  readonly amount: Money;
  readonly way: Exclude<WayBack, { kind: "none" }>;
  /** What the receiver sees, where it is a payout. */
  readonly reference: string;
}

/** Who is told what becomes of it. */
export interface BackTold {
  /** What the rail says of it. @returns whether more will come */
  readonly note: (state: PayoutState) => Promise<"over" | "open" | "unknown">;
  /**
   * The rail will not do it, and its look-up agrees.
   * @param conditions of the batch that says so @returns false when the batch was stale: look again
   */
  readonly end: (conditions: readonly Statement[]) => Promise<boolean>;
}

/** How long what the bank works on is left alone before it is asked about again. */
const ASK_AGAIN_MS = 5_000;
const SOON_MS = 1_000;

/**
 * As for payouts: a refusal is believed when the look-up agrees, and nobody else's call can still be taken (M-30).
 * @param called the row under whose key it is sent
 * @param begin `ask` first, unless the key is `fresh`: stored by this very call, so that nobody can have sent it
 */
export async function sendBackAtBank(
  { db, instance, called }: {
    readonly db: Database;
    readonly instance: RailInstance;
    readonly called: Called;
  },
  order: BackOrder,
  { note, end }: BackTold,
  begin: "ask" | "fresh",
): Promise<Performance> {
  const { rail, ports } = instance;
  const { key, inboundId } = order;
  const instruct = instructionOf(instance, order);
  if (!instruct || !rail.findPayout) return endedOr(await end([]));
  if (begin === "ask") {
    const found = await rail.findPayout(key, ports, inboundId);
    if (!found.ok) return retryAfter(found.error);
    if (found.value) return afterTelling(await note(found.value));
  }
  const call = await beginCall(db, called);
  if (call === null) return { kind: "again", afterMs: SOON_MS };
  const sent = await instruct();
  await endCall(db, call);
  if (sent.ok) return afterTelling(await note(sent.value));
  if (!isRefusal(sent.error)) return retryAfter(sent.error);
  const found = await rail.findPayout(key, ports, inboundId);
  if (!found.ok) return retryAfter(found.error);
  if (found.value) return afterTelling(await note(found.value));
  // Another process's call under this key may still be taken.
  const afterMs = waitForOthers(call);
  if (afterMs > 0) return { kind: "again", afterMs };
  return endedOr(await end([noLaterCall(call)]));
}

function endedOr(isEnded: boolean): Performance {
  return isEnded ? { kind: "done" } : { kind: "again", afterMs: SOON_MS };
}

/** What is left to do after the rail's word was taken in. */
export function afterTelling(noted: "over" | "open" | "unknown"): Performance {
  return noted === "open" ? { kind: "again", afterMs: ASK_AGAIN_MS } : { kind: "done" };
}

/** What the rail is to do; `null` when it lacks the member. */
function instructionOf(
  { rail, ports }: RailInstance,
  { key, inboundId, amount, way, reference }: BackOrder,
): (() => Promise<Outcome<PayoutState>>) | null {
  const { refundInbound, createPayout } = rail;
  if (way.kind === "refund") {
    return refundInbound ? () => refundInbound.call(rail, { inboundId, key, amount }, ports) : null;
  }
  const { beneficiary } = way;
  return createPayout ? () => createPayout.call(rail, { key, amount, beneficiary, reference }, ports) : null;
}
