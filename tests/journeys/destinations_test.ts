import assert from "node:assert/strict";
import { Account, Asset, Keypair, Memo, MuxedAccount, Operation } from "@stellar/stellar-sdk";
import { arrive, text } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { payoutOf } from "../support/payout-on-ledger.ts";
import { refusalOf } from "../support/refusal-of.ts";

test.inEveryLayout("R-06-66 R-06-67 M-8 a missing account is created, waits for its trustline, and is paid", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { funded: false });
    const id = await ada.askDeposit("100");
    await ada.payIn(id, "100");
    await ada.until(id, "pending_trust");
    await gateway.until("the account to be there", async () => {
      const answer = await fetch(`${gateway.horizonUrl}/accounts/${ada.wallet.account}`);
      await answer.body?.cancel();
      return answer.ok ? true : null;
    });
    assert.equal((await ada.wallet.transaction(id)).status, "pending_trust");
    const account = await ada.wallet.horizon.loadAccount(ada.wallet.account);
    assert.equal(account.balances.find(({ asset_type }) => asset_type === "native")?.balance, "2.0100000");
    await ada.wallet.trust(gateway.code, gateway.issuer);
    await ada.until(id, "completed");
    await ada.holds("99");
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-06-72 an account that is created costs nothing beside the fee that is shown", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { funded: false });
    const id = await ada.askDeposit("100");
    await ada.payIn(id, "100");
    await ada.until(id, "pending_trust");
    const account = await gateway.until(
      "the account to be there",
      () => ada.wallet.horizon.loadAccount(ada.wallet.account).catch(() => null),
    );
    assert.ok(account.balances.some(({ asset_type }) => asset_type === "native"));
    await ada.wallet.trust(gateway.code, gateway.issuer);
    const done = await ada.until(id, "completed");
    const { deposit } = await ada.wallet.info();
    const { fee_fixed = 0, fee_percent = 0 } = deposit[gateway.code] ?? {};
    assert.equal(text(done, "amount_fee"), String(fee_fixed + fee_percent));
    await ada.holds(String(100 - fee_fixed - fee_percent));
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-06-68 R-06-69 R-06-76 without a trustline the payout waits, and comes by itself", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { trusts: false });
    const id = await ada.askDeposit("100");
    await ada.payIn(id, "100");
    const waiting = await ada.until(id, "pending_trust");
    assert.ok(text(waiting, "message").length > 10);
    for (let round = 0; round < 3; round++) await gateway.advance();
    assert.equal((await ada.wallet.transaction(id)).status, "pending_trust");
    await gateway.booksAgree();
    await ada.wallet.trust(gateway.code, gateway.issuer);
    const done = await ada.until(id, "completed");
    assert.equal(done["claimable_balance_id"], undefined);
    await ada.holds("99");
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-06-77 a claimable balance may be claimed by the user, and by nobody else, at any time", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { trusts: false });
    const id = await ada.askDeposit("100", { claimable_balance_supported: "true" });
    await ada.payIn(id, "100");
    const done = await ada.until(id, "completed");
    const { claimants } = await payoutOf(gateway.horizonUrl, text(done, "stellar_transaction_id"));
    assert.deepEqual(claimants, [{ destination: ada.wallet.account, predicate: { unconditional: true } }]);
  }));

test.inEveryLayout("R-06-73 R-06-74 R-06-75 a claimable balance where both sides want it, for the user to claim", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { trusts: false });
    const id = await ada.askDeposit("100", { claimable_balance_supported: "true" });
    await ada.payIn(id, "100");
    const done = await ada.until(id, "completed");
    const balanceId = text(done, "claimable_balance_id");
    const operation = await payoutOf(gateway.horizonUrl, text(done, "stellar_transaction_id"));
    assert.equal(operation.type, "create_claimable_balance");
    assert.ok(operation.claimants?.some(({ destination }) => destination === ada.wallet.account));
    await gateway.booksAgree();
    await ada.wallet.submit([
      Operation.changeTrust({ asset: new Asset(gateway.code, gateway.issuer) }),
      Operation.claimClaimableBalance({ balanceId }),
    ], Memo.none());
    await ada.holds("99");
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-06-78 R-06-79 R-06-80 a payout carries the memo that was asked for, or goes to the muxed destination", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const hash = Keypair.random().rawPublicKey().toBase64();
    for (
      const [memo_type, memo] of [["id", "18446744073709551615"], ["text", "für Ada"], [
        "hash",
        hash,
      ]] as const
    ) {
      const done = await ada.deposit("10", { memo_type, memo });
      const { transaction } = await payoutOf(gateway.horizonUrl, text(done, "stellar_transaction_id"));
      assert.deepEqual(transaction, { memo_type, memo });
      assert.deepEqual([done["deposit_memo"], done["deposit_memo_type"]], [memo, memo_type]);
    }
    const muxed = new MuxedAccount(new Account(ada.wallet.account, "0"), "77").accountId();
    const done = await ada.deposit("10", { account: muxed });
    const operation = await payoutOf(gateway.horizonUrl, text(done, "stellar_transaction_id"));
    assert.equal(operation.to_muxed, muxed);
    assert.equal(text(done, "to"), muxed);

    const both = await refusalOf(() => ada.askDeposit("10", { account: muxed, memo_type: "id", memo: "1" }));
    assert.equal(both.status, 400);
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-13 R-29-5 destinations that can never be paid are refused before anybody pays", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const { distribution } = gateway;
    for (const account of [distribution, gateway.issuer, "not an address", `C${"A".repeat(55)}`]) {
      const refused = await refusalOf(() => ada.askDeposit("10", { account }));
      assert.equal(refused.status, 400, account);
      assert.ok(refused.error.length > 10);
    }
    await ada.wallet.submit(
      [Operation.manageData({ name: "config.memo_required", value: "1" })],
      Memo.none(),
    );
    assert.equal((await refusalOf(() => ada.askDeposit("10"))).status, 400);
    await ada.deposit("10", { memo_type: "text", memo: "with a memo" });
    await gateway.booksAgree();
  }));
