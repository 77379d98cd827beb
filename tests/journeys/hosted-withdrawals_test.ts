import assert from "node:assert/strict";
import { Asset, Memo, Operation } from "@stellar/stellar-sdk";
import { moveClock } from "../../core/records/clock.ts";
import { parseUnits } from "../../plugins/money.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";
import { arriveHosted, type HostedCustomer } from "../support/hosted-customer.ts";
import { changeOf } from "../support/settings.ts";

const DAY_MS = 25 * 3_600_000;

/** A customer who holds what ten withdrawals need. */
async function rich(gateway: TestGateway): Promise<HostedCustomer> {
  const ada = await arriveHosted(gateway);
  await ada.deposit("500");
  return ada;
}

Deno.test("R-24-103 R-24-104 R-24-105 each withdrawal has a memo of its own, told once it can be paid", () =>
  withGateway({}, async (gateway) => {
    const ada = await rich(gateway);
    const links = [await ada.link("withdraw"), await ada.link("withdraw"), await ada.link("withdraw")];
    for (const { id } of links) {
      const draft = await ada.transaction(id);
      assert.ok(draft.kind === "withdrawal");
      assert.deepEqual([draft.withdraw_memo, draft.withdraw_anchor_account], [null, null]);
    }
    const memos = new Set<string>();
    for (const { id } of links) {
      assert.equal((await ada.choose(id, "40")).amount_in, "40");
      const { to, memo } = await ada.payee(id);
      assert.equal(to, gateway.distribution);
      memos.add(memo);
    }
    assert.equal(memos.size, links.length);
    // Paid in another order than they were opened in, each is taken for itself.
    for (const { id } of links.toReversed()) {
      await ada.send(id, "40");
      await ada.until(id, "completed");
    }
    assert.equal((await gateway.bank.statement("out")).length, links.length);
    await gateway.booksAgree();
  }));

Deno.test("R-24-106 a withdrawal is paid by a payment or by either path payment", () =>
  withGateway({}, async (gateway) => {
    const ada = await rich(gateway);
    const asset = new Asset(gateway.code, gateway.issuer);
    const ways = [
      (destination: string) => Operation.payment({ destination, asset, amount: "40" }),
      (destination: string) =>
        Operation.pathPaymentStrictReceive({
          sendAsset: asset,
          sendMax: "41",
          destination,
          destAsset: asset,
          destAmount: "40",
          path: [],
        }),
      (destination: string) =>
        Operation.pathPaymentStrictSend({
          sendAsset: asset,
          sendAmount: "40",
          destination,
          destAsset: asset,
          destMin: "39",
          path: [],
        }),
    ];
    for (const way of ways) {
      const id = await ada.ask("withdraw", "40");
      const { to, memo } = await ada.payee(id);
      const hash = await ada.wallet.submit([way(to)], Memo.id(memo));
      const done = await ada.until(id, "completed");
      assert.deepEqual([done.amount_in, done.stellar_transaction_id], ["40", hash]);
    }
    await gateway.booksAgree();
  }));

Deno.test("R-24-109 within ten percent of what was announced, payout and fee follow what came", () =>
  withGateway({}, async (gateway) => {
    const ada = await rich(gateway);
    for (const [sent, out, fee] of [["36", "35.32", "0.68"], ["44", "43.28", "0.72"]] as const) {
      const id = await ada.ask("withdraw", "40");
      await ada.send(id, sent);
      const done = await ada.until(id, "completed");
      assert.deepEqual([done.amount_in, done.amount_out, done.fee_details?.total], [sent, out, fee]);
    }
    const id = await ada.ask("withdraw", "40");
    await ada.send(id, "35.99");
    await ada.until(id, "on_hold");
    const paid = (await gateway.bank.statement("out")).map(({ amount }) => amount);
    assert.deepEqual(paid.sort(), ["35.32", "43.28"]);
    await gateway.booksAgree();
  }));

Deno.test("R-24-114 a payment with an unknown memo, of another asset or too late is kept for return and credited to nobody", () =>
  withGateway({}, async (gateway) => {
    const ada = await rich(gateway);
    const id = await ada.ask("withdraw", "40");
    const late = await ada.ask("withdraw", "40");
    const { to, memo } = await ada.payee(id);
    const { memo: lateMemo } = await ada.payee(late);
    const ours = { to, code: gateway.code, issuer: gateway.issuer, amount: "40" };
    await ada.wallet.pay(ours);
    await ada.wallet.pay({ ...ours, memo: "7" });
    await ada.wallet.submit(
      [Operation.payment({ destination: to, asset: Asset.native(), amount: "40" })],
      Memo.id(memo),
    );
    await ada.send(id, "40");
    await ada.until(id, "completed");
    await moveClock(gateway.db, DAY_MS);
    await ada.until(late, "expired");
    await ada.wallet.pay({ ...ours, memo: lateMemo });
    const kept = await gateway.until("what was kept", async () => {
      const rows = await gateway.db.query({
        sql: "select reason, net, likely_transfer_id from receipts where state = 'unmatched' order by rowid",
      });
      return rows.length === 4 ? rows : null;
    });
    const net = parseUnits("40");
    assert.deepEqual(kept.map((row) => [row["reason"], row["net"], row["likely_transfer_id"]]), [
      ["no_memo", net, null],
      ["unknown_memo", net, null],
      ["other_asset", net, id],
      ["not_waiting", net, late],
    ]);
    assert.equal((await gateway.bank.statement("out")).length, 1);
    assert.equal((await ada.transaction(late)).status, "expired");
    await gateway.booksAgree();
  }));

Deno.test("R-24-112 R-24-152 R-24-153 what goes back carries refund_memo, or else the memo of the payment", () =>
  withGateway({
    config: changeOf({ is: "services", kind: "withdrawal", change: { amountRule: { kind: "refund" } } }),
  }, async (gateway) => {
    const ada = await rich(gateway);
    const memo = { refund_memo: "to ada", refund_memo_type: "text" };
    for (const asked of [{}, memo]) {
      const id = await ada.ask("withdraw", "40", asked);
      const { memo: own } = await ada.payee(id);
      await ada.send(id, "30");
      const back = await ada.until(id, "refunded");
      const [payment, ...others] = back.refunds?.payments ?? [];
      assert.ok(payment && others.length === 0);
      assert.deepEqual([back.amount_in, back.refunds?.amount_refunded, payment.amount], ["30", "30", "30"]);
      assert.ok(back.completed_at);
      const paid = await ada.wallet.horizon.transactions().transaction(payment.id).call();
      assert.deepEqual([paid.memo_type, paid.memo], asked === memo ? ["text", "to ada"] : ["id", own]);
    }
    await ada.holds("497");
    await gateway.booksAgree();
  }));
