/**
 * Tells a wallet of each change of a SEP-6 transfer's status (R-06-57).
 * @module
 */
import type { Tell } from "../transfers/record.ts";
import { createStatusTeller, hasMoved, type StatusTelling } from "./status-callback.ts";

/** Creates the teller, see {@link createStatusTeller}. */
export function createSep6Teller(telling: StatusTelling): Tell {
  return createStatusTeller("sep6", (change) => hasMoved("sep6", change), telling);
}
