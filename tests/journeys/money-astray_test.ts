import assert from "node:assert/strict";
import { Asset, Memo, Operation } from "@stellar/stellar-sdk";
import { moveClock } from "../../core/records/clock.ts";
import { parseUnits } from "../../plugins/money.ts";
import { addressOf, arrive, text } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";

const DAY_MS = 25 * 3_600_000;

/** What waits for an operator: reason, amount and the transfer that should be looked at first. */
async function unmatched({ db }: GatewayUnderTest) {
  const rows = await db.query({
    sql:
      "select side, reason, net, likely_transfer_id from receipts where state = 'unmatched' order by rowid",
  });
  return rows.map(({ side, reason, net, likely_transfer_id }) => ({
    side,
    reason,
    net,
    likely: likely_transfer_id,
  }));
}

/** Waits until so many receipts wait for an operator. */
async function untilUnmatched(gateway: GatewayUnderTest, count: number) {
  return await gateway.until(`${count} unmatched receipts`, async () => {
    const found = await unmatched(gateway);
    return found.length >= count ? found : null;
  });
}

test.inEveryLayout("M-17 M-25 P17 an unpaid deposit expires, and what comes late is kept with its likely transfer", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("100");
    const reference = await addressOf(ada.wallet, id);
    await moveClock(gateway.db, DAY_MS);
    await ada.until(id, "expired");
    await gateway.bank.payIn({ reference, amount: "100" });
    assert.deepEqual(await untilUnmatched(gateway, 1), [
      { side: "bank", reason: "not_waiting", net: parseUnits("100"), likely: id },
    ]);
    assert.equal((await ada.wallet.transaction(id)).status, "expired");
    await ada.holds("0");
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-06-90 M-12 M-11 a payment with a wrong memo, asset or time is kept and never credited", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("500");
    const id = await ada.askWithdrawal("40");
    const waiting = await ada.wallet.transaction(id);
    const to = text(waiting, "withdraw_anchor_account");
    const memo = text(waiting, "withdraw_memo");
    const ours = { to, code: gateway.code, issuer: gateway.issuer, amount: "40" };
    const likely = id;
    await ada.wallet.pay(ours);
    await ada.wallet.pay({ ...ours, memo: "7" });
    await ada.wallet.pay({ ...ours, memo: Memo.text(memo) });
    await ada.wallet.submit([
      Operation.payment({ destination: to, asset: Asset.native(), amount: "40" }),
    ], Memo.id(memo));
    const net = parseUnits("40");
    assert.deepEqual(await untilUnmatched(gateway, 4), [
      { side: "ledger", reason: "no_memo", net, likely: null },
      { side: "ledger", reason: "unknown_memo", net, likely: null },
      { side: "ledger", reason: "memo_type", net, likely },
      { side: "ledger", reason: "other_asset", net, likely },
    ]);
    assert.equal((await ada.wallet.transaction(id)).status, "pending_user_transfer_start");
    assert.deepEqual(await gateway.bank.statement("out"), []);

    // The right one is still taken, once; the same memo a second time belongs to nobody.
    await ada.send(id, "40");
    await ada.until(id, "completed");
    await ada.wallet.pay({ ...ours, memo });
    const all = await untilUnmatched(gateway, 5);
    assert.deepEqual(all.at(-1), { side: "ledger", reason: "not_waiting", net, likely });
    assert.equal((await gateway.bank.statement("out")).length, 1);
    await ada.holds("297");
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-17 R-06-90 withdrawal money for an expired transfer waits for an operator", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const id = await ada.askWithdrawal("40");
    await moveClock(gateway.db, DAY_MS);
    await ada.until(id, "expired");
    await ada.send(id, "40");
    const [late] = await untilUnmatched(gateway, 1);
    assert.deepEqual(late, { side: "ledger", reason: "not_waiting", net: parseUnits("40"), likely: id });
    assert.deepEqual(await gateway.bank.statement("out"), []);
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-06-93 M-18 within ten percent either way the payout follows what came; further off a person decides", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("500");
    for (const [sent, paid] of [["36", "35.32"], ["44", "43.28"]] as const) {
      const id = await ada.askWithdrawal("40");
      await ada.send(id, sent);
      const done = await ada.until(id, "completed");
      assert.deepEqual([done["amount_in"], done["amount_out"]], [sent, paid]);
    }
    for (const sent of ["35.99", "44.01"]) {
      const id = await ada.askWithdrawal("40");
      await ada.send(id, sent);
      const held = await ada.until(id, "on_hold");
      assert.equal(held["amount_in"], sent);
    }
    const paid = (await gateway.bank.statement("out")).map(({ amount }) => amount);
    assert.deepEqual(paid.sort(), ["35.32", "43.28"]);
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-18 M-17 a second payment for the same deposit is kept apart", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("100");
    const reference = await addressOf(ada.wallet, id);
    await ada.payIn(id, "100");
    await ada.until(id, "completed");
    await gateway.bank.payIn({
      reference: `thanks for ${reference.slice(0, 5)} ${reference.slice(5)}!`,
      amount: "100",
      account: "bank",
    });
    const [second] = await untilUnmatched(gateway, 1);
    assert.deepEqual(second, { side: "bank", reason: "not_waiting", net: parseUnits("100"), likely: id });
    await ada.holds("99");
    await gateway.booksAgree();
  }));

test.inEveryLayout("P17 a withdrawal above what the wallet holds never leaves the wallet, and the anchor goes on waiting", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const id = await ada.askWithdrawal("200");
    await assert.rejects(() => ada.send(id, "200"));
    for (let round = 0; round < 3; round++) await gateway.advance();
    assert.equal((await ada.wallet.transaction(id)).status, "pending_user_transfer_start");
    await ada.holds("99");
    await gateway.booksAgree();
  }));
