import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { receive } from "../../../core/bank/receive.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { giveBackAtBank, order, unmatchedIds } from "../unmatched/returning.ts";
import { inbound, scriptedRail } from "./scripted-rail.ts";

const FIFTY = 50n * ONE;

for (const [what, holds] of [["refund", "in_flight"], ["return", "suspense"]] as const) {
  Deno.test(`M-23 the fee of a ${what} that came back before it was known to have arrived is our cost, once`, async () => {
    const bank = scriptedRail({ becomes: "sent", fee: 3n });
    using work = await moneyAtWork({ bank, service: { amountRule: { kind: "refund" } } });
    if (what === "refund") {
      const transfer = await work.deposit();
      await work.pay(transfer, FIFTY);
      await refundAtBank(work.refunding, transfer.id);
    } else {
      await receive(work.receiving, bank.instance, inbound("in-1", FIFTY));
      const [id = ""] = await unmatchedIds(work);
      assert.equal((await order(work, id)).kind, "ordered");
      await giveBackAtBank(work, id);
    }
    const [key = ""] = bank.left.keys();
    const said = bank.say(key, { state: "returned", final: true });
    for (let time = 0; time < 2; time++) await notePayout(work.books, bank.instance, said);
    assert.deepEqual(await work.balances(), { "bank:bank": FIFTY - 3n, costs: 3n, [holds]: -FIFTY });
  });
}
