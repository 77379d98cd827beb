/**
 * Reads a rail's statement from a cursor (P10). The cursor moves only after everything on a page has been taken in, and
 * taking the same page in twice changes nothing.
 * @module
 */
import type { StatementPage } from "../../plugins/bank-rail.ts";
import { raiseAlarm } from "../records/alarms.ts";
import { repeatable } from "../records/database.ts";
import { moveCursor, readCursor } from "../records/cursors.ts";
import { notePayout } from "./payout-news.ts";
import { noteDebit } from "../transfers/debits.ts";
import type { Receiving } from "./news.ts";
import type { RailInstance } from "./rails.ts";
import { receive } from "./receive.ts";

/**
 * Reads what is new at a rail.
 * @returns ids of transfers that moved, and whether the end of the statement was reached
 * @throws Error with the provider's error kind when the statement cannot be read: the job tries again
 */
export async function pollRail(
  on: Receiving,
  instance: RailInstance,
  deadline: () => boolean,
): Promise<{ readonly moved: readonly string[]; readonly complete: boolean }> {
  const { rail, name, ports } = instance;
  if (!rail.readStatement) return { moved: [], complete: true };
  const moved = new Set<string>();
  for (;;) {
    const cursor = await readCursor(on.books.db, `rail:${name}`);
    const outcome = await rail.readStatement(cursor.value, ports);
    if (!outcome.ok) throw new Error(`Cannot read the statement of ${name}: ${outcome.error.kind}`);
    for (const id of await takePage(on, instance, outcome.value)) moved.add(id);
    if (outcome.value.next !== cursor.value) {
      // Another process that moved it has taken in the same page.
      await moveCursor(on.books.db, cursor, outcome.value.next);
    }
    if (!outcome.value.more) return { moved: [...moved], complete: true };
    if (deadline() || outcome.value.next === cursor.value) return { moved: [...moved], complete: false };
  }
}

/**
 * Takes in a page of a statement or file. Every debit that is no payout of ours, and every line that cannot be read, is
 * put before an operator (M-14).
 */
export async function takePage(
  on: Receiving,
  instance: RailInstance,
  page: Pick<StatementPage, "inbound" | "payouts" | "otherDebits" | "unreadable">,
): Promise<string[]> {
  const moved: string[] = [];
  for (const inbound of page.inbound) {
    const { transferId } = await receive(on, instance, inbound);
    if (transferId !== undefined) moved.push(transferId);
  }
  for (const payout of page.payouts) await notePayout(on.books, instance, payout);
  const alarms = [
    ...page.otherDebits.flatMap(({ id, amount: { units, currency } }) =>
      noteDebit({
        side: "bank",
        place: instance.name,
        externalId: id,
        key: null,
        asset: currency,
        amount: units,
        fee: 0n,
      })
    ),
    // What the module cannot read may be money: an operator reads it in the bank's own statement.
    ...(page.unreadable ?? []).map((id) =>
      raiseAlarm("receipt_unmatched", `${instance.name}:${id}`, "unreadable")
    ),
  ];
  if (alarms.length > 0) await on.books.db.write(alarms, repeatable);
  return moved;
}
