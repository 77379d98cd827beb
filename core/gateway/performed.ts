/**
 * What a request that has just opened a transfer waits for: its own effects, and those of its transfer that another process
 * was faster to begin.
 * @module
 */
import type { Effects } from "../effects.ts";
import type { Database } from "../records/database.ts";
import type { Outbox } from "../records/outbox.ts";
import { findTransfer } from "../transfers/find.ts";
import type { Transfer } from "../transfers/transfer.ts";

/** How often is looked whether the other one has come to an end, in milliseconds. */
const LOOK_MS = 75;

/** Makes `Gateway.performed`: performs what is due for a transfer, or waits for whoever does, and reads it again. */
export function performedWithin(
  { db, outbox, effects, budgetMs }: {
    readonly db: Database;
    readonly outbox: Pick<Outbox, "isHeld">;
    readonly effects: Pick<Effects, "performOf">;
    readonly budgetMs: number;
  },
): (transfer: Transfer) => Promise<Transfer> {
  return async function performed(transfer) {
    const end = performance.now() + budgetMs;
    const read = async () => await findTransfer(db, transfer.id) ?? transfer;
    await effects.performOf(transfer.id, budgetMs);
    let now = await read();
    let isHeld = true;
    // Only instructions are waited for: the answer is to say where to pay.
    while (isHeld && now.state === "instructing" && performance.now() + LOOK_MS < end) {
      isHeld = await outbox.isHeld(transfer.id);
      if (isHeld) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      // Also after the other one has let go: it may have ended since the transfer was read.
      now = await read();
    }
    return now;
  };
}
