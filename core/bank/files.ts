/**
 * Rails whose news and orders are files: statements are read once each, payouts are written in batches.
 *
 * A batch is recorded before its file is written: a crash in between writes the same payouts under the same name again,
 * and a payout is in one file only (M-15).
 * @module
 */
import { closeAlarms, raiseAlarm, raiseAlarmAnew } from "../records/alarms.ts";
import { moveCursor, readCursor } from "../records/cursors.ts";
import { repeatable } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { UNDECIDED } from "../transfers/attempts.ts";
import { findTransfer } from "../transfers/find.ts";
import { newId } from "../transfers/id.ts";
import { takeBalance } from "./balances.ts";
import { type BankPaying, payoutRequest } from "./payouts.ts";
import { takePage } from "./poll.ts";
import type { RailInstance } from "./rails.ts";
import type { Receiving } from "./receive.ts";

const attempts = rowsOfTable("attempts");

/** Most payouts in one file. */
const BATCH = 500;

/** Reads the statements that wait. @returns ids of transfers that moved */
export async function readStatementFiles(
  on: Receiving,
  instance: RailInstance,
  isSpent: () => boolean,
): Promise<string[]> {
  const { rail, name: railName, ports } = instance;
  if (!rail.readFile) return [];
  const moved: string[] = [];
  const { db } = on.books;
  for (const name of await ports.files.list("in")) {
    if (isSpent()) break;
    const read = await readCursor(db, `file:${railName}:${name}`);
    if (read.value !== null) continue;
    const file = await readOne(instance, name);
    if (file === null) continue;
    if (typeof file === "string") {
      // A file that cannot be read may hold money: an operator looks at it, and the next one is read all the same.
      await db.write([raiseAlarm("statement_gap", `${railName}:${name}`, file)], repeatable);
      continue;
    }
    moved.push(...await takePage(on, instance, file));
    // After the lines that led to it are in the books.
    if (file.balance) await takeBalance(db, instance, file.balance);
    await noteSequence(on, railName, file.sequence);
    await moveCursor(db, read, file.sequence);
  }
  return moved;
}

/** What a file says; a code when it cannot be read, `null` when it is gone. */
async function readOne({ rail, ports }: RailInstance, name: string) {
  try {
    const bytes = await ports.files.read("in", name);
    const outcome = bytes === null ? null : await rail.readFile?.({ name, bytes }, ports) ?? null;
    if (outcome === null || outcome.ok) return outcome && outcome.value;
    return outcome.error.providerCode ?? outcome.error.kind;
  } catch {
    // Neither a locked file nor a module that throws says anything about the files after it.
    return "unreadable";
  }
}

/** Statements are numbered one after another; a missing number is money that nobody has told of (part D, 14). */
async function noteSequence(on: Receiving, rail: string, sequence: string): Promise<void> {
  const { db } = on.books;
  const last = await readCursor(db, `statement:${rail}`);
  if (!/^\d{1,30}$/.test(sequence)) return;
  const number = BigInt(sequence);
  const before = last.value === null ? null : BigInt(last.value);
  if (before !== null && number <= before) return;
  if (before !== null && number !== before + 1n) {
    await db.write([raiseAlarm("statement_gap", rail, `${before}-${number}`)], repeatable);
  }
  await moveCursor(db, last, number.toString());
}

/**
 * Writes payouts that wait for a file.
 * @returns how many files were written
 * @throws AggregateError after all of them, when some could not be written: they are due again
 */
export async function writePaymentFiles(
  on: Pick<BankPaying, "books" | "beneficiaryOf">,
  instance: RailInstance,
): Promise<number> {
  const { rail, name } = instance;
  if (!rail.writeFile) return 0;
  const { db } = on.books;
  const batch = newId();
  await db.write([{
    sql: `update attempts set batch = ? where id in (
            select id from attempts indexed by attempts_undecided
            where side = 'bank' and place = ? and ${UNDECIDED} and state = 'sent' and purpose = 'payout'
              and batch is null order by stored_ms, id limit ${BATCH})`,
    args: [batch, name],
  }], {
    // Tried again after a lost answer it would add to a batch whose file another process may have written by now.
    committed: {
      sql: "select 1 from attempts where side = 'bank' and place = ? and batch = ? limit 1",
      args: [name, batch],
    },
  });
  // The bank has not heard of a batch without a file, so its payouts are still underway: the others need no look.
  const rows = await db.query({
    sql: `select distinct batch from attempts indexed by attempts_undecided
            where side = 'bank' and place = ? and ${UNDECIDED} and state = 'sent'
            and batch is not null
            and not exists (select 1 from cursors where cursors.name = 'payments:' || attempts.batch) limit 20`,
    args: [name],
  });
  const faults: unknown[] = [];
  for (const row of rows) {
    try {
      await writeBatch(on, instance, attempts.text(row, "batch"));
    } catch (error) {
      // One that cannot be written is tried again, and holds up no other.
      faults.push(error);
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, `Cannot write every payment file of ${name}`);
  return rows.length;
}

async function writeBatch(
  on: Pick<BankPaying, "books" | "beneficiaryOf">,
  instance: RailInstance,
  batch: string,
): Promise<void> {
  const { rail, ports } = instance;
  const { db } = on.books;
  const rows = await db.query({
    sql: `select key, amount, transfer_id from attempts where side = 'bank' and place = ? and batch = ?
          order by key`,
    args: [instance.name, batch],
  });
  const payouts = [];
  for (const row of rows) {
    const transfer = await findTransfer(db, attempts.text(row, "transfer_id"));
    if (!transfer) continue;
    const attempt = { key: attempts.text(row, "key"), amount: attempts.integer(row, "amount") };
    payouts.push(await payoutRequest(on, instance, transfer, attempt));
  }
  const file = await rail.writeFile?.(payouts, ports);
  if (!file?.ok) {
    const code = file?.error.providerCode ?? file?.error.kind ?? "no_files";
    await db.write(raiseAlarmAnew("payout_refused", `${instance.name}:${batch}`, code), repeatable);
    throw new Error(`Cannot write payments of ${instance.name}: ${code}`);
  }
  // A name that is there already holds these very payouts: the same payouts make the same bytes.
  await ports.files.write("out", file.value.name, file.value.bytes);
  await moveCursor(db, await readCursor(db, `payments:${batch}`), file.value.name);
  await db.write([closeAlarms("payout_refused", `${instance.name}:${batch}`)], repeatable);
}
