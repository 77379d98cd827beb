/**
 * Effects under test.
 * @module
 */
import { createEffects, type Performance, type Performers } from "../../core/effects.ts";
import { repeatable } from "../../core/records/database.ts";
import type { Database } from "../../core/records/database.ts";
import { createOutbox, type Delivery, type Lane } from "../../core/records/outbox.ts";
import { testVault } from "./records/memory.ts";

/** Effects whose performers answer as they are told. */
export function effectsOver(
  db: Database,
  answer: (id: string) => Promise<Performance> | Performance,
  workAtOnce?: number,
) {
  const outbox = createOutbox({ db, vault: testVault() });
  const performed: string[] = [];
  const reported: string[] = [];
  const gaveUp: string[] = [];
  const perform = async ({ id }: { readonly id: string }) => {
    performed.push(id);
    return await answer(id);
  };
  const performers: Performers = {
    deposit_instructions: perform,
    ledger_payout: perform,
    bank_payout: perform,
    bank_refund: perform,
    ledger_refund: perform,
    bank_return: perform,
    ledger_return: perform,
    ledger_clawback: perform,
    customer_review: perform,
    kyc_review: perform,
    transfer_callback: perform,
    transfer_callback_once: perform,
    customer_callback: perform,
    kyc_erase: perform,
    customer_erased: perform,
    kyc_code: perform,
  };
  const effects = createEffects({
    db,
    outbox,
    performers,
    ...(workAtOnce === undefined ? {} : { workAtOnce }),
    report: (id) => reported.push(id),
    gaveUp: ({ subject }, error) => gaveUp.push(`${subject} ${error}`),
  });
  const add = async (
    id: string,
    kind = "bank_payout",
    subject = "s",
    lane: Lane = "work",
    delivery: Delivery = "at_least_once",
  ) => {
    await db.write([outbox.insert({ id, kind, subject, delivery, body: undefined, lane })], repeatable);
  };
  return { outbox, effects, performed, reported, gaveUp, add };
}

/** State and error of an effect. */
export async function stateOf(db: Database, id: string): Promise<string> {
  const [row] = await db.query({ sql: "select state, error from outbox where id = ?", args: [id] });
  return `${row?.state} ${row?.error}`;
}
