/**
 * Every call of the public wallet SDK's SEP-6 client, unmodified, against the gateway and its ledger.
 */
import assert from "node:assert/strict";
import { arrive, BENEFICIARY, text } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { sdkClients } from "../support/sdk-clients.ts";

/** Long enough that a watcher never asks by itself: the tests ask it to. */
const NEVER_MS = 600_000;

test.inEveryLayout("P20 R-06-126 R-06-131 the SDK lists transactions page by page, and finds one by each of its ids", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const { authToken, sep6 } = await sdkClients(ada);
    const deposited = await ada.deposit("100");
    const withdrawn = await ada.withdraw("40");
    const open = await ada.askDeposit("10");

    const list = async (
      more: { limit?: number; kind?: string; pagingId?: string; noOlderThan?: string } = {},
    ) =>
      (await sep6.getTransactionsForAsset({ authToken, assetCode: gateway.code, ...more })).map(({ id }) =>
        id
      );
    const all = [open, withdrawn.id, deposited.id];
    assert.deepEqual(await list(), all);
    assert.deepEqual(await list({ limit: 2 }), all.slice(0, 2));
    assert.deepEqual(await list({ pagingId: withdrawn.id }), all.slice(2));
    assert.deepEqual(await list({ kind: "withdrawal" }), [withdrawn.id]);
    assert.deepEqual(await list({ noOlderThan: text(withdrawn, "started_at") }), all.slice(0, 2));

    const byId = await sep6.getTransactionBy({ authToken, id: withdrawn.id });
    assert.equal(byId.status, "completed");
    const stellarTransactionId = text(withdrawn, "stellar_transaction_id");
    assert.deepEqual(await sep6.getTransactionBy({ authToken, stellarTransactionId }), byId);
    const externalTransactionId = text(withdrawn, "external_transaction_id");
    assert.deepEqual(await sep6.getTransactionBy({ authToken, externalTransactionId }), byId);
  }));

test.inEveryLayout("R-06-19 R-06-112 exchanges are neither promised nor served, and the SDK can say so", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { funded: false, language: "es" });
    const { authToken, sep6 } = await sdkClients(ada);
    const info = await sep6.info();
    assert.deepEqual([info["deposit-exchange"], info["withdraw-exchange"]], [{}, {}]);
    assert.equal((await ada.wallet.toml()).anchorQuoteServer, undefined);
    const pair = { amount: "10", account: ada.wallet.account, type: "bank_account" };
    const refused = [
      await refusalOf(() =>
        sep6.depositExchange({
          authToken,
          params: { ...pair, destination_asset: gateway.code, source_asset: "iso4217:USD" },
        })
      ),
      await refusalOf(() =>
        sep6.withdrawExchange({
          authToken,
          params: { ...pair, source_asset: gateway.code, destination_asset: "iso4217:USD" },
        })
      ),
    ];
    for (const { status, error } of refused) {
      assert.equal(status, 404);
      assert.ok(error.length > 10);
    }
    assert.deepEqual(await ada.wallet.transactions(gateway.code), []);
  }));

test.inEveryLayout("P20 W1 the SDK's watcher of one transaction tells each status, and the end", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const { authToken, sep6 } = await sdkClients(ada);
    const id = await ada.openDeposit("100");
    const told: unknown[] = [];
    const ends: unknown[] = [];
    const { refresh, stop } = sep6.watcher().watchOneTransaction({
      authToken,
      assetCode: gateway.code,
      id,
      timeout: NEVER_MS,
      onMessage: ({ status }) => void told.push(status),
      onSuccess: ({ status }) => void ends.push(status),
      onError: (error) => void ends.push(error),
    });
    const seen = (status: string) =>
      gateway.until(`the watcher to tell ${status}`, async () => {
        refresh();
        await ada.wallet.transaction(id);
        return told.includes(status) || ends.includes(status) ? status : null;
      });
    try {
      await seen("pending_customer_info_update");
      await ada.wallet.give(ada.person, id);
      await seen("pending_user_transfer_start");
      await ada.payIn(id, "100");
      await seen("completed");
    } finally {
      stop();
    }
    // Two of its questions may be under way when the last status comes, and each tells of it.
    assert.deepEqual([...new Set(ends)], ["completed"]);
    assert.deepEqual(told, [...new Set(told)], "no status is told twice");
  }));

test.inEveryLayout("P20 W1 the SDK's watcher of all transactions tells of new ones and of what becomes of them", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const { authToken, sep6 } = await sdkClients(ada);
    const told = new Map<unknown, unknown>();
    const faults: unknown[] = [];
    const { refresh, stop } = sep6.watcher().watchAllTransactions({
      authToken,
      assetCode: gateway.code,
      lang: "en",
      kind: "deposit",
      timeout: NEVER_MS,
      onMessage: ({ id, status }) => void told.set(id, status),
      onError: (error) => void faults.push(error),
    });
    const seen = (id: string, status: string) =>
      gateway.until(`the watcher to tell that ${id} is ${status}`, async () => {
        refresh();
        await ada.wallet.transaction(id);
        return told.get(id) === status ? status : null;
      });
    try {
      const first = await ada.askDeposit("10");
      await seen(first, "pending_user_transfer_start");
      const second = await ada.askDeposit("20");
      await ada.payIn(first, "10");
      await seen(first, "completed");
      assert.equal(told.get(second), "pending_user_transfer_start");
    } finally {
      stop();
    }
    assert.deepEqual(faults, []);
  }));

for (const language of ["en", "es", "pt-BR"]) {
  test.inEveryLayout(`P6 W2 P17 a wallet set to ${language} collects the data once and shares them; both ways go through`, ({ withGateway }) =>
    withGateway({}, async (gateway) => {
      const ada = await arrive(gateway, { language });
      const { sep12 } = await sdkClients(ada);
      const id = await ada.openDeposit("100");
      // What the wallet collected once, the accounts to be paid to among it, serves every transfer that follows.
      const account = BENEFICIARY["bank_account_number"] ?? "";
      await sep12.add({ sep9Info: { ...ada.person, bank_account_number: account }, type: "sep6" });
      await ada.until(id, "pending_user_transfer_start");
      await ada.payIn(id, "100");
      await ada.until(id, "completed");
      await ada.holds("99");
      const withdrawal = await ada.wallet.withdraw({
        asset_code: gateway.code,
        type: "bank_account",
        amount: "40",
      });
      assert.ok("account_id" in withdrawal && "id" in withdrawal, "nothing is asked again");
      await ada.send(withdrawal.id ?? "", "40");
      await ada.until(withdrawal.id ?? "", "completed");
      await ada.holds("59");
      await gateway.booksAgree();
    }));
}
