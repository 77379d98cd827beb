/**
 * The books by themselves (M-23, M-25) and against the world, as assertions.
 * @module
 */
import assert from "node:assert/strict";
import { checkBooks } from "../../core/money/equation.ts";
import type { Database } from "../../core/records/database.ts";
import { type BookedAsset, disagreements } from "../../tasks/load/agreement.ts";
import type { World } from "./world.ts";

/** Fails when books, bank and ledger do not agree to the last unit. */
export async function booksAgree(
  world: World,
  db: Database,
  distribution: string,
  assets: readonly BookedAsset[],
): Promise<void> {
  assert.deepEqual(await disagreements(world, { db, distribution, assets }), []);
}

/** Fails when the books do not balance, or say something else than the records: whatever has happened, and while it happens. */
export async function booksBalance(db: Database): Promise<void> {
  assert.deepEqual(await checkBooks(db), [], "the books balance");
}
