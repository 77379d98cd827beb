/**
 * What a run of `rekey` tells: keys by their place and id, counts, and what to do next. Never a key, never a value.
 * @module
 */
import { isUnused, type KeyPurpose, type KeyUse, valuesUnder } from "../../core/keys/count.ts";
import { VARIABLES } from "../../core/keys/keys-in-use.ts";
import { heldUp, type RekeyEnd } from "../../core/keys/rekey.ts";
import type { Progress, Unopened } from "../../core/keys/reseal.ts";

/** Exit codes; 1 is that of every task that could not do its work. */
export const EXIT = {
  /** All stands under the first keys. */
  done: 0,
  /** Values did not open, or stand under keys that are not configured. */
  unopened: 2,
  /** Values stand under a key that is not the first: run it again. */
  left: 3,
  /** Stopped by a signal: run it again. */
  stopped: 130,
} as const;

/** The exit code of a run. */
export function exitOf(end: RekeyEnd): number {
  if (end.kind === "stopped") return EXIT.stopped;
  const held = heldUp(end.uses);
  if (end.unopened > 0 || held.some(({ position }) => position === null)) return EXIT.unopened;
  return held.length > 0 ? EXIT.left : EXIT.done;
}

/** One line for how far a table is. */
export function progressLine({ table, column, looked, moved, isOver }: Progress): string {
  return `${table}.${column}: ${grouped(looked)} looked at, ${grouped(moved)} moved${isOver ? "" : " ..."}`;
}

/** One line for a value that does not open: its place, and why. */
export function unopenedLine({ table, column, row, why, keyId }: Unopened): string {
  return `does not open: ${table}.${column} of ${row}: ${why}${keyId === undefined ? "" : ` ${keyId}`}`;
}

/** The end of a run: what stands under each key, and what may be dropped. */
export function reportLines(end: RekeyEnd): string[] {
  if (end.kind === "stopped") {
    return ["stopped; what is done is done: run the task again, and it goes on where it was"];
  }
  return (["data", "index"] as const).flatMap((purpose) => purposeLines(end, purpose));
}

function purposeLines(end: Extract<RekeyEnd, { kind: "counted" }>, purpose: KeyPurpose): string[] {
  const uses = end.uses.filter((use) => use.purpose === purpose);
  const name = VARIABLES[purpose];
  return [
    `${name}:`,
    ...uses.map((use) => `  ${useLine(use)}`),
    ...advice(uses, end.unopened).map((line) => `  ${line}`),
  ];
}

function useLine(use: KeyUse): string {
  const place = use.position === null ? "not configured" : `key ${use.position}`;
  const codes = use.expiresMs === null
    ? ""
    : `, and counts of codes that were sent, until ${new Date(use.expiresMs).toISOString()}`;
  return `${place}, ${use.keyId}: ${countOf(valuesUnder(use))}${codes}${
    use.position === 1 ? "; new values come under it" : ""
  }`;
}

function advice(uses: readonly KeyUse[], unopened: number): string[] {
  const older = uses.filter(({ position }) => position !== null && position > 1);
  const free = older.filter(isUnused);
  const held = heldUp(uses);
  const missing = held.filter(({ position }) => position === null);
  const needed = held.filter((use) => use.position !== null && valuesUnder(use) > 0);
  const waiting = held.filter((use) => use.position !== null && valuesUnder(use) === 0);
  return [
    ...missing.map((use) =>
      `The key ${use.keyId} is not configured: put it back, behind the first one, or its values never open (${
        [...use.values.keys()].join(", ")
      }).`
    ),
    ...needed.map(({ position }) =>
      unopened > 0
        ? `Key ${position} must stay: values under it did not open, see above.`
        : `Key ${position} must stay: run deno task rekey, and again where an instance still seals with it.`
    ),
    ...waiting.map(({ position }) =>
      `Key ${position} must stay until the time above, for what was counted under it; then run the task again.`
    ),
    ...free.map(({ position }) =>
      `Key ${position} may be dropped, once every instance has been started with key 1 in the first place: ` +
      "one that has not seals with its own first key. When the last of them is, run deno task rekey once more; if it " +
      "still says so, drop the key here, and keep it with the backups that were made under it."
    ),
    ...(older.length === 0 && held.length === 0 ? ["There is no older key to drop."] : []),
  ];
}

/** `1 value`, `12,000 values`. */
export function countOf(count: number): string {
  return `${grouped(count)} ${count === 1 ? "value" : "values"}`;
}

function grouped(count: number): string {
  return new Intl.NumberFormat("en").format(count);
}
