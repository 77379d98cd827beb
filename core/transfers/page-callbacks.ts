/**
 * Where a wallet wants to be told of a SEP-24 transfer. It appends the addresses to the link of the pages (R-24-75,
 * R-24-78), so they come with the page, and not with the request that opened the transfer.
 *
 * What is set stays: whoever opens the page again, with other addresses, sends no wallet's news elsewhere.
 * @module
 */
import type { Database } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import type { Vault } from "../records/vault.ts";
import { findTransfer } from "./find.ts";
import { newId } from "./id.ts";
import { historyStatement } from "./record.ts";
import { IN_FLOW } from "./states.ts";
import { sealedCallback, sealedEndCallback, type Transfer } from "./transfer.ts";

/** Addresses, judged by whoever took them (R-24-83). */
export interface PageCallbacks {
  /** Where the end of the flow is posted, once. */
  readonly callback?: string;
  /** Where each change is posted. */
  readonly onChangeCallback?: string;
}

/** Changes of one transfer while its page is opened are rare; more than this in a row is a fault of ours. */
const RACES = 8;

/**
 * Sets those that are not set yet; nothing once the transfer has left the flow. Harmless twice.
 *
 * It counts as a change of the transfer, so that a decision which is made at the same moment is made again and told there.
 * @throws Error when there is no such transfer
 */
export async function setPageCallbacks(
  db: Database,
  vault: Pick<Vault, "seal">,
  transferId: string,
  given: PageCallbacks,
): Promise<void> {
  for (let race = 1; race <= RACES; race++) {
    const transfer = await findTransfer(db, transferId);
    if (!transfer) throw new Error(`Cannot set where transfer ${transferId} is told: it is not there`);
    const { id, state, version } = transfer;
    const missing = missingOf(transfer, given);
    if (missing.length === 0) return;
    const writeId = newId();
    const result = await db.write([
      ...compareAndSet({
        sql: `update transfers set ${missing.map(([{ column }]) => `${column} = ?`).join(", ")},
          version = version + 1 where id = ? and version = ?`,
        args: [...missing.map(([column, url]) => vault.seal(column.place(id), url)), id, version],
      }),
      historyStatement(writeId, id, version + 1, "callbacks_set", state, state),
    ], { committed: { sql: "select 1 from transfer_history where id = ?", args: [writeId] } });
    if (result.kind === "written") return;
  }
  throw new Error(`Cannot set where transfer ${transferId} is told: it changed ${RACES} times meanwhile`);
}

/** An address, and the column that it goes into. */
type Missing = readonly [typeof sealedCallback, string];

function missingOf(
  { protocol, state, callback, endCallback }: Transfer,
  given: PageCallbacks,
): Missing[] {
  if (protocol !== "sep24" || !IN_FLOW.has(state)) return [];
  const missing: Missing[] = [];
  if (endCallback === null && given.callback !== undefined) missing.push([sealedEndCallback, given.callback]);
  if (callback === null && given.onChangeCallback !== undefined) {
    missing.push([sealedCallback, given.onChangeCallback]);
  }
  return missing;
}
