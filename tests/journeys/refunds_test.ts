import { Asset, Memo, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { z } from "zod";
import type { AssetConfig, ServiceConfig } from "../../core/config/anchor.ts";
import { withReceiver } from "../support/callback-receiver.ts";
import { arrive, BENEFICIARY, text } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";
import type { Place, PlaceOptions } from "../support/place.ts";
import { startProcess } from "../support/process.ts";
import { refundsOf } from "../support/refunds-of.ts";

/** A gateway whose withdrawals are changed so, and what is done about destinations. */
function refunding(
  { withGateway }: Place,
  change: Partial<ServiceConfig>,
  journey: (gateway: GatewayUnderTest) => Promise<void>,
  { destination = { startingBalance: "2.01", claimableBalances: true }, ...options }: PlaceOptions & {
    readonly destination?: NonNullable<AssetConfig["destination"]>;
  } = {},
) {
  return withGateway(
    { ...options, setting: { is: "services", kind: "withdrawal", change, destination } },
    journey,
  );
}

test.inEveryLayout("R-06-92 R-06-147 R-06-148 a withdrawal of which too little came goes back whole, with its memo", (place) =>
  refunding(place, { amountRule: { kind: "refund" } }, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("500");
    await ada.holds("497");
    const memo = { refund_memo: "to ada", refund_memo_type: "text" };
    for (const asked of [{}, memo]) {
      const id = await ada.askWithdrawal("40", asked);
      const sent = await ada.send(id, "30");
      const back = await ada.until(id, "refunded");
      assert.deepEqual([back["amount_in"], back["amount_out"], back["amount_fee"]], ["30", "0", "0"]);
      const { amount_refunded, amount_fee, payments: [payment] } = refundsOf(back);
      assert.deepEqual([amount_refunded, amount_fee, payment?.id_type], ["30", "0", "stellar"]);
      assert.equal(back["stellar_transaction_id"], sent, "that of the payment that came in");
      const paid = await ada.wallet.horizon.transactions().transaction(payment?.id ?? "").call();
      assert.deepEqual(
        [paid.memo_type, paid.memo],
        asked === memo ? ["text", "to ada"] : ["id", text(back, "withdraw_memo")],
      );
      assert.match(text(back, "message"), /went back/);
      await ada.holds("497");
    }
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-21 R-06-146 what the bank does not pay out, or sends back, goes back on Stellar by config, less its fee", (place) =>
  refunding(place, { onPayoutFailure: "refund", refundFee: "0.5" }, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("500");
    // Account numbers that the bank has closed, and that send back what was paid.
    for (const [number, left] of [["000001", "496.5"], ["000003", "496"]] as const) {
      const account = { ...BENEFICIARY, bank_account_number: `${number}5555` };
      const id = await ada.askWithdrawal("40", {}, account);
      await ada.wallet.give(account, id);
      await ada.send(id, "40");
      const back = await ada.until(id, "refunded");
      const { amount_refunded, amount_fee } = refundsOf(back);
      assert.deepEqual([amount_refunded, amount_fee], ["39.5", "0.5"]);
      await ada.holds(left);
    }
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-19 R-06-146 a payer who has closed the trustline gets a claimable balance", (place) =>
  refunding(place, { amountRule: { kind: "refund" } }, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const id = await ada.askWithdrawal("40");
    const asset = new Asset(gateway.code, gateway.issuer);
    const { withdraw_anchor_account: to, withdraw_memo: memo } = await ada.wallet.transaction(id);
    await ada.wallet.submit([
      Operation.payment({ destination: String(to), asset, amount: "99" }),
      Operation.changeTrust({ asset, limit: "0" }),
    ], Memo.id(String(memo)));
    assert.equal(refundsOf(await ada.until(id, "refunded")).amount_refunded, "99");
    const { records: [balance] } = await ada.wallet.horizon.claimableBalances().claimant(ada.wallet.account)
      .call();
    assert.ok(balance);
    await gateway.booksAgree();
    await ada.wallet.trust(gateway.code, gateway.issuer);
    await ada.wallet.submit([Operation.claimClaimableBalance({ balanceId: balance.id })], Memo.none());
    await ada.holds("99");
    await gateway.booksAgree();
  }));

for (const [refund, kind] of [["partial", "refund"], ["none", "payout"]] as const) {
  test.inEveryLayout(`M-19 R-06-146 R-06-147 a deposit of which too little came goes back at a bank by ${kind}, less the fee`, ({ withGateway }) =>
    withGateway({
      bank: { refund },
      setting: { is: "services", change: { amountRule: { kind: "refund" }, refundFee: "0.25" } },
    }, async (gateway) => {
      const ada = await arrive(gateway);
      const id = await ada.askDeposit("100");
      await ada.payIn(id, "60");
      const back = await ada.until(id, "refunded");
      const { amount_refunded, amount_fee, payments: [payment] } = refundsOf(back);
      assert.deepEqual([amount_refunded, amount_fee, payment?.id_type], ["59.75", "0.25", "external"]);
      const out = await gateway.bank.statement("out");
      assert.deepEqual(out.map(({ kind, amount }) => [kind, amount]), [[kind, "59.75"]]);
      assert.equal(out[0]?.beneficiary?.["bank_account_number"], "GB33BUKB20201555555555");
      await gateway.booksAgree();
    }));
}

/** Runs the operator's task beside a gateway. */
async function order({ dataDir, variables }: Place, { publicUrl }: GatewayUnderTest, id: string) {
  const child = await startProcess({
    program: "tasks/refund.ts",
    folder: dataDir,
    variables: { ...await variables(), PUBLIC_URL: publicUrl },
    args: [id],
  });
  return { code: await child.ended, said: child.output() };
}

test.inFewLayouts("M-22 M-19 R-06-57 who is rejected while money waits to go back gets it by an operator's order alone, and is told", (place) =>
  withReceiver((receiver, options) =>
    refunding(place, { amountRule: { kind: "refund" } }, async (gateway) => {
      const ada = await arrive(gateway);
      await ada.deposit("100");
      const id = await ada.askWithdrawal("40", { on_change_callback: receiver.url("/told") });
      assert.match((await order(place, gateway, id)).said, /waits neither for an operator/);
      const asset = new Asset(gateway.code, gateway.issuer);
      const { withdraw_anchor_account: to, withdraw_memo: memo } = await ada.wallet.transaction(id);
      await ada.wallet.submit([
        Operation.payment({ destination: String(to), asset, amount: "99" }),
        Operation.changeTrust({ asset, limit: "0" }),
      ], Memo.id(String(memo)));
      await gateway.until("the trustline to be missed", async () => {
        const { status, message } = await ada.wallet.transaction(id);
        return status === "pending_stellar" && /Add a trustline/.test(String(message)) ? true : null;
      });
      const { id: customer = "" } = await ada.wallet.customer();
      await gateway.kyc.decide(customer, "rejected", { reason: "watchlist" });
      await ada.wallet.trust(gateway.code, gateway.issuer);
      await ada.until(id, "on_hold");
      for (let round = 0; round < 3; round++) await gateway.advance();
      await ada.holds("0");
      const ordered = await order(place, gateway, id);
      assert.equal(ordered.code, 0, ordered.said);
      assert.match(ordered.said, /goes back on Stellar/);
      assert.equal(refundsOf(await ada.until(id, "refunded")).amount_refunded, "99");
      const again = await order(place, gateway, id);
      assert.deepEqual([again.code, /has gone back/.test(again.said)], [1, true], again.said);
      await ada.holds("99");
      assert.deepEqual(await gateway.bank.statement("out"), []);
      await gateway.booksAgree();
      const told = () =>
        receiver.bodiesOf("/told").map((body) =>
          z.object({ transaction: z.object({ status: z.string() }) }).parse(body).transaction.status
        );
      const statuses = ["pending_stellar", "on_hold", "pending_stellar", "refunded"];
      await gateway.until(
        "the last status",
        () => Promise.resolve(told().includes("refunded") ? true : null),
      );
      assert.deepEqual(told().slice(-4), statuses);
    }, { ...options, destination: { startingBalance: "2.01" } })
  ));
