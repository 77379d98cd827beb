/**
 * The books by themselves (M-23, M-25) and against the world, as an assertion.
 * @module
 */
import assert from "node:assert/strict";
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
