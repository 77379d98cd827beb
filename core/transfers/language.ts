/**
 * The language of a transfer, changed by its person on a page: from then on its texts and callbacks speak it.
 * @module
 */
import type { Database } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { findTransfer } from "./find.ts";
import { newId } from "./id.ts";
import { historyStatement } from "./record.ts";

/** Changes of one transfer at the moment of a choice are rare; more than this in a row is a fault of ours. */
const RACES = 8;

/**
 * Sets the language, in whatever state the transfer is; the same once more changes nothing.
 *
 * It counts as a change of the transfer, so that a decision which is made at the same moment is made again and told in it.
 * @param language BCP 47, one of ours
 * @throws Error when there is no such transfer
 */
export async function setLanguage(db: Database, transferId: string, language: string): Promise<void> {
  for (let race = 1; race <= RACES; race++) {
    const transfer = await findTransfer(db, transferId);
    if (!transfer) throw new Error(`Cannot set the language of transfer ${transferId}: it is not there`);
    const { id, state, version } = transfer;
    if (transfer.language === language) return;
    const writeId = newId();
    const result = await db.write([
      ...compareAndSet({
        sql: "update transfers set language = ?, version = version + 1 where id = ? and version = ?",
        args: [language, id, version],
      }),
      historyStatement(writeId, id, version + 1, "language_set", state, state),
    ], { committed: { sql: "select 1 from transfer_history where id = ?", args: [writeId] } });
    if (result.kind === "written") return;
  }
  throw new Error(`Cannot set the language of transfer ${transferId}: it changed ${RACES} times meanwhile`);
}
