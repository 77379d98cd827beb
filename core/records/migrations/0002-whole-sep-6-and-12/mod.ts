/**
 * The second migration: what SEP-6 and SEP-12 need to be whole: callbacks, verification codes, uploaded files, erasure,
 * limits per period.
 * @module
 */
import { customersTables } from "./customers.ts";
import { recordsTables } from "./records.ts";
import { transfersTables } from "./transfers.ts";

/** Runs as one atomic batch. */
export const wholeSep6And12 = {
  id: "0002-whole-sep-6-and-12",
  up: [...customersTables, ...transfersTables, ...recordsTables],
} as const;
