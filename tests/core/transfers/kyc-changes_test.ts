import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { repeatable } from "../../../core/records/database.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { State } from "../../../core/transfers/states.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { type AtWork, working } from "../customers/at-work.ts";
import { ACCOUNT, BASIC, holder } from "../customers/people.ts";
import { atDesk } from "./at-desk.ts";
import { ONE, OURS } from "./money-at-work.ts";

const HUNDRED = 100n * ONE;
const ACCOUNT_TO_PAY = { bank_account_number: "11111111" };

/** Ways in which a customer stops being accepted. */
const CHANGES = {
  rejected: ({ db }: AtWork) =>
    db.write([{ sql: "update kyc_cases set state = 'rejected', version = version + 1" }], repeatable),
  lapsed: ({ db }: AtWork) =>
    db.write([{ sql: "update kyc_cases set valid_until_ms = 1, version = version + 1" }], repeatable),
  erased: ({ customers }: AtWork) => customers.erase(holder(), { account: ACCOUNT }),
} as const;

/** A withdrawal of a known customer whose tokens are here. */
async function funded(at: AtWork) {
  const { desk, work, open } = await atDesk(at);
  await at.put(holder(), { ...BASIC, ...ACCOUNT_TO_PAY });
  const { id, asset } = await open({ kind: "withdrawal", amount: HUNDRED });
  await apply(work.books, id, { type: "money_received", amount: HUNDRED, kept: 0n, place: OURS }, () => [{
    sql: `insert into receipts (id, side, place, external_id, state, asset, gross, fee, net, transfer_id,
      revision, version, at_ms) values ('r', 'ledger', ?, 'r', 'matched', ?, ?, 0, ?, ?, 1, 1, 0)`,
    args: [OURS, asset, HUNDRED, HUNDRED, id],
  }]);
  const { accepted, isAccepted, beneficiaryOf } = desk;
  return { id, desk, work, paying: { ...work.paying, accepted, isAccepted, beneficiaryOf } };
}

for (const [name, change] of Object.entries(CHANGES)) {
  Deno.test(`M-22 M-30 a customer who is ${name} before the look, or between look and batch of two payers, is not paid`, () =>
    working(async (at) => {
      const { id, desk, work, paying } = await funded(at);
      // Both payers have looked when it changes, and neither holds a lease.
      let looked = 0;
      const { promise: both, resolve } = Promise.withResolvers<void>();
      const accepted = async (transfer: Transfer) => {
        const statement = await desk.accepted(transfer);
        if (++looked === 2) {
          await change(at);
          resolve();
        }
        await both;
        return statement;
      };
      await Promise.all([1, 2].map(() => payAtBank({ ...paying, accepted }, id)));
      assert.equal(looked, 2);
      assert.equal((await work.now({ id })).state, "funded", "the batch was stale");
      await Promise.all([1, 2].map(() => payAtBank(paying, id)));
      const held = await work.now({ id });
      assert.deepEqual([held.state, held.message], ["on_hold", "customer_withdrawn"]);
      assert.deepEqual([work.bank.left.size, await work.count("attempts")], [0, 0]);
      // Neither paid nor sent back by itself; an operator sends it back.
      assert.deepEqual(await desk.settle(held.customerId, "sep6"), []);
      assert.equal((await orderRefund(work.books, id)).kind, "ordered");
      await work.balances();
    }));
}

/** Where money may be when a customer stops being accepted, and where it is afterwards without anybody's doing. */
const INSIDE: readonly (readonly [State, State])[] = [
  ["funded", "on_hold"],
  ["asking", "on_hold"],
  ["on_hold", "on_hold"],
  ["paying", "paying"],
  ["completed", "completed"],
];

Deno.test("M-22 wherever the money is, a rejection neither pays it nor sends it back, and what is under way goes on", async () => {
  for (const [inside, afterwards] of INSIDE) {
    await working(async (at) => {
      const { id, desk, work, paying } = await funded(at);
      await at.db.write([{
        sql: "update transfers set state = ?, message = ? where id = ?",
        args: [inside, inside === "on_hold" ? "approval" : null, id],
      }], repeatable);
      await CHANGES.rejected(at);
      const { customerId } = await work.now({ id });
      await desk.settle(customerId, "sep6");
      await payAtBank(paying, id);
      assert.equal((await work.now({ id })).state, afterwards, inside);
      assert.equal(work.bank.left.size, 0);
    });
  }
});
