import assert from "node:assert/strict";
import { Account, Asset, Keypair, Memo, MuxedAccount, Operation } from "@stellar/stellar-sdk";
import { withGateway } from "../support/gateway.ts";
import { arriveHosted } from "../support/hosted-customer.ts";
import { payoutOf } from "../support/payout-on-ledger.ts";

Deno.test("R-24-98 R-24-99 R-24-36 a deposit pays the account of the request, with its memo", () =>
  withGateway({}, async (gateway) => {
    const ada = await arriveHosted(gateway);
    const other = await arriveHosted(gateway, { lastName: "Byron" });
    const { account } = other.wallet;
    const hash = Keypair.random().rawPublicKey().toBase64();
    for (
      const [memo_type, memo] of [["id", "18446744073709551615"], ["text", "für Ada"], [
        "hash",
        hash,
      ]] as const
    ) {
      const done = await ada.deposit("10", { account, memo_type, memo });
      assert.deepEqual([done.to, done.deposit_memo, done.deposit_memo_type], [account, memo, memo_type]);
      const { to, transaction } = await payoutOf(gateway.horizonUrl, done.stellar_transaction_id ?? "");
      assert.deepEqual([to, transaction], [account, { memo_type, memo }]);
    }
    const muxed = new MuxedAccount(new Account(account, "0"), "77").accountId();
    const done = await ada.deposit("10", { account: muxed });
    assert.equal((await payoutOf(gateway.horizonUrl, done.stellar_transaction_id ?? "")).to_muxed, muxed);
    const own = await ada.deposit("10");
    assert.equal(own.to, ada.wallet.account);
    await ada.holds("9.45");
    await gateway.booksAgree();
  }));

Deno.test("R-24-91 R-24-138 R-24-140 without a trustline a deposit is pending_trust until there is one", () =>
  withGateway({}, async (gateway) => {
    const ada = await arriveHosted(gateway, { trusts: false });
    const id = await ada.ask("deposit", "100");
    await ada.payIn(id, "100");
    const waiting = await ada.until(id, "pending_trust");
    assert.ok((waiting.message ?? "").length > 10);
    for (let round = 0; round < 3; round++) await gateway.advance();
    assert.equal((await ada.transaction(id)).status, "pending_trust");
    await ada.wallet.trust(gateway.code, gateway.issuer);
    const done = await ada.until(id, "completed");
    assert.ok(done.kind === "deposit" && done.claimable_balance_id === null);
    await ada.holds("99");
    await gateway.booksAgree();
  }));

Deno.test("R-24-95 R-24-96 R-24-97 a wallet that takes claimable balances gets one, which its user alone may claim", () =>
  withGateway({}, async (gateway) => {
    const ada = await arriveHosted(gateway, { trusts: false });
    const done = await ada.deposit("100", { claimable_balance_supported: true });
    const balanceId = done.claimable_balance_id ?? "";
    const { type, claimants } = await payoutOf(gateway.horizonUrl, done.stellar_transaction_id ?? "");
    assert.equal(type, "create_claimable_balance");
    assert.deepEqual(claimants, [{ destination: ada.wallet.account, predicate: { unconditional: true } }]);
    const { records: [balance] } = await ada.wallet.horizon.claimableBalances().claimant(ada.wallet.account)
      .call();
    assert.equal(balance?.id, balanceId, "the network's own id");
    await ada.wallet.submit([
      Operation.changeTrust({ asset: new Asset(gateway.code, gateway.issuer) }),
      Operation.claimClaimableBalance({ balanceId }),
    ], Memo.none());
    await ada.holds("99");
    // Who does not take them waits for the trustline, though the anchor could.
    const bob = await arriveHosted(gateway, { trusts: false });
    const id = await bob.ask("deposit", "100", { claimable_balance_supported: false });
    await bob.payIn(id, "100");
    await bob.until(id, "pending_trust");
    await gateway.booksAgree();
  }));

Deno.test("R-24-89 R-24-90 R-24-94 a missing account is created, waits for its trustline, and pays no more than was shown", () =>
  withGateway({}, async (gateway) => {
    const ada = await arriveHosted(gateway, { funded: false });
    const id = await ada.ask("deposit", "100");
    const { amount_out: promised, fee_details: fee } = await ada.transaction(id);
    await ada.payIn(id, "100");
    await ada.until(id, "pending_trust");
    const { balances } = await gateway.until(
      "the account to be there",
      () => ada.wallet.horizon.loadAccount(ada.wallet.account).catch(() => null),
    );
    assert.deepEqual(balances.map(({ asset_type, balance }) => [asset_type, balance]), [[
      "native",
      "2.0100000",
    ]]);
    await ada.wallet.trust(gateway.code, gateway.issuer);
    const done = await ada.until(id, "completed");
    assert.deepEqual([done.amount_out, done.fee_details], [promised, fee]);
    await ada.holds(promised ?? "");
    await gateway.booksAgree();
  }));

Deno.test("R-24-102 M-1 a payout that the gateway handed in and heard nothing of before it stopped is paid once", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    const { id, secret } = await withGateway({ dataDir }, async (gateway) => {
      const ada = await arriveHosted(gateway);
      const id = await ada.ask("deposit", "100");
      const { distribution } = gateway;
      await gateway.ledger.behave({ behaviour: "timeout", included_after: 2, account: distribution });
      await ada.payIn(id, "100");
      await ada.until(id, "pending_stellar");
      await gateway.ledger.behave({ behaviour: "clear" });
      // It is in the ledger by now, and nobody has looked.
      await gateway.ledger.close(3);
      return { id, secret: ada.wallet.key.secret() };
    });
    await withGateway({ dataDir }, async (gateway) => {
      const { wallet, until } = await arriveHosted(gateway, { secret });
      await until(id, "completed");
      for (let round = 0; round < 5; round++) await gateway.advance();
      const { records } = await wallet.horizon.payments().forAccount(wallet.account).call();
      assert.deepEqual(records.flatMap((one) => one.type === "payment" ? [one.amount] : []), ["99.0000000"]);
      await gateway.booksAgree();
    });
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
