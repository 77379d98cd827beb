/**
 * Moves everything that is sealed or hashed to the first keys of `DATA_KEY` and `INDEX_KEY`, while gateways serve, and says
 * what still needs which key.
 *
 * May be stopped and killed at any moment and run again, also twice at once: each value is moved by a compare-and-set of
 * its own, and only ever to the first key.
 * @module
 */
import { countKeys, isUnused, type KeyUse } from "./count.ts";
import { settleKeys } from "./keys-in-use.ts";
import { rehash } from "./rehash.ts";
import { reseal, type Unopened, type Walking } from "./reseal.ts";
import { sealedColumns } from "./sealed-columns.ts";

/**
 * What a run came to. `stopped`: some is done, run it again. `counted`: `unopened` is how many values did not open, `uses`
 * what each key is needed for now.
 */
export type RekeyEnd =
  | { readonly kind: "stopped" }
  | { readonly kind: "counted"; readonly unopened: number; readonly uses: readonly KeyUse[] };

/** Moves, then counts; both once over every table, page by page. */
export async function rekey(on: Walking): Promise<RekeyEnd> {
  // A value that does not open is met as itself and by its hash.
  const places = new Set<string>();
  const walking: Walking = {
    ...on,
    unopened(value: Unopened) {
      const { table, column, row } = value;
      const place = `${table}.${column}:${row}`;
      if (places.has(place)) return;
      places.add(place);
      on.unopened(value);
    },
  };
  for (const column of sealedColumns) {
    await reseal(walking, column);
    if (on.isStopped()) return { kind: "stopped" };
  }
  await rehash(walking);
  const uses = on.isStopped() ? null : await countKeys(on);
  if (uses === null) return { kind: "stopped" };
  await settleKeys(on.db, on.vault, uses);
  return { kind: "counted", unopened: places.size, uses };
}

/** Counts alone; nothing is changed. */
export async function checkKeys(on: Pick<Walking, "db" | "vault" | "isStopped">): Promise<RekeyEnd> {
  const uses = await countKeys(on);
  return uses === null ? { kind: "stopped" } : { kind: "counted", unopened: 0, uses };
}

/** Keys that something still stands under, though it should stand under the first. */
export function heldUp(uses: readonly KeyUse[]): KeyUse[] {
  return uses.filter((use) => use.position !== 1 && !isUnused(use));
}
