import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { receive } from "../../../core/bank/receive.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import type { Database } from "../../../core/records/database.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { giveBackAtBank, order, returnStanding, unmatchedIds } from "../unmatched/returning.ts";
import { inbound, scriptedRail } from "./scripted-rail.ts";

const FIFTY = 50n * ONE;

/** The bank says of its only payment that it has completed, to two who listen: the second hears it just after the first read. */
async function toldAtOnce(work: MoneyAtWork, read: string): Promise<void> {
  const { bank: { instance, left, say }, books, db } = work;
  const [key = ""] = left.keys();
  const completed = say(key, { state: "completed", final: true });
  let isFirst = true;
  const between: Database = {
    ...db,
    async query(statement) {
      const rows = await db.query(statement);
      if (isFirst && rows.length > 0 && statement.sql.includes(read)) {
        isFirst = false;
        await notePayout(books, instance, completed);
      }
      return rows;
    },
  };
  await notePayout({ ...books, db: between }, instance, completed);
  assert.equal(isFirst, false, "somebody was faster");
  const alarms = await work.alarms();
  assert.deepEqual(alarms.filter((alarm) => alarm.startsWith("payout_mismatch")), []);
  assert.deepEqual(await work.balances(), {});
}

Deno.test("M-30 M-19 a return that somebody else has completed since it was looked at raises no alarm", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ becomes: "accepted" }) });
  await receive(work.receiving, work.bank.instance, inbound("in-1", FIFTY));
  const [id = ""] = await unmatchedIds(work);
  assert.equal((await order(work, id)).kind, "ordered");
  await giveBackAtBank(work, id);
  await toldAtOnce(work, "from returns");
  assert.deepEqual(await returnStanding(work, id), ["completed", null]);
});

Deno.test("M-30 M-19 a refund that somebody else has completed since it was looked at raises no alarm", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await moneyAtWork({ bank, service: { amountRule: { kind: "refund" } } });
  const transfer = await work.deposit();
  await work.pay(transfer, FIFTY, "in-1");
  await refundAtBank(work.refunding, transfer.id);
  await toldAtOnce(work, "from refunds");
  assert.equal((await work.now(transfer)).state, "refunded");
});
