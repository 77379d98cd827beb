import assert from "node:assert/strict";
import { z } from "zod";
import { arrive, text } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";
import { sep6Client } from "../../support/sep6-client.ts";

type Query = Readonly<Record<string, string>>;

/** A customer who asks by hand, with what a good deposit and a good withdrawal say. */
async function openScene(gateway: TestGateway) {
  const ada = await arrive(gateway);
  const ask = sep6Client(gateway.publicUrl, ada.token);
  const good: Query = { asset_code: gateway.code, funding_method: "bank_account", amount: "100" };
  const deposit = (changes: Query = {}) =>
    ask("/deposit", { ...good, account: ada.wallet.account, ...changes });
  const withdraw = (changes: Query = {}) => ask("/withdraw", { ...good, ...changes });
  const count = async () => {
    const [row] = await gateway.running.gateway.db.query({ sql: "select count(*) as count from transfers" });
    return row?.count;
  };
  return { ada, ask, deposit, withdraw, count };
}

/** A test's body with a customer. */
function staged(work: (scene: Awaited<ReturnType<typeof openScene>>, gateway: TestGateway) => Promise<void>) {
  return () => withGateway({}, async (gateway) => work(await openScene(gateway), gateway));
}

Deno.test(
  "R-06-54 R-06-40 R-06-42 what cannot be served is refused with 400, and leaves no record",
  staged(async ({ deposit, withdraw, count }) => {
    const refused: readonly Query[] = [
      { asset_code: "NONE" },
      { asset_code: "" },
      { funding_method: "carrier_pigeon" },
      { funding_method: "bank_account", type: "SWIFT" },
      { amount: "0" },
      { amount: "-5" },
      { amount: "1e3" },
      { amount: "1,000" },
      { amount: "NaN" },
      { amount: "0.00000001" },
      { amount: "100.12345678" },
      { amount: "0.99" },
      { amount: "10000.01" },
      { country_code: "Germany" },
    ];
    for (const changes of refused) {
      for (const ask of [deposit, withdraw]) {
        const { status, body } = await ask(changes);
        assert.equal(status, 400, JSON.stringify(changes));
        assert.ok(body.error, JSON.stringify(changes));
      }
    }
    assert.equal(await count(), 0n);
  }),
);

Deno.test(
  "R-06-38 R-06-44 R-06-45 accounts and memos that are none, or do not fit, are refused",
  staged(async ({ deposit, count, ada }) => {
    const refused: readonly Query[] = [
      { account: "" },
      { account: "GABC" },
      { account: ada.wallet.key.secret() },
      { memo: "1" },
      { memo_type: "id" },
      { memo_type: "id", memo: "18446744073709551616" },
      { memo_type: "id", memo: "-1" },
      { memo_type: "text", memo: "é".repeat(15) },
      { memo_type: "hash", memo: "short" },
      { memo_type: "return", memo: "1" },
      { claimable_balance_supported: "maybe" },
    ];
    for (const changes of refused) {
      const { status, body } = await deposit(changes);
      assert.equal(status, 400, JSON.stringify(changes));
      assert.ok(body.error, JSON.stringify(changes));
      assert.ok(!JSON.stringify(body).includes(ada.wallet.key.secret()), "a seed is never repeated");
    }
    assert.equal(await count(), 0n);
  }),
);

Deno.test(
  "R-06-91 R-06-98 refund memos come in pairs, and the old memo of a withdrawal says nothing",
  staged(async ({ withdraw, count }) => {
    for (
      const changes of [{ refund_memo: "1" }, { refund_memo_type: "id" }, {
        refund_memo_type: "id",
        refund_memo: "x",
      }]
    ) {
      assert.equal((await withdraw(changes)).status, 400, JSON.stringify(changes));
    }
    assert.equal(await count(), 0n);
    assert.equal((await withdraw({ memo: "7", memo_type: "id" })).status, 200);
    assert.equal((await withdraw({ refund_memo: "7", refund_memo_type: "id" })).status, 200);
  }),
);

Deno.test(
  "R-06-34 R-06-35 R-06-39 the method has two names, and need not be said where there is one",
  staged(async ({ ask, deposit, ada }, { code }) => {
    const account = ada.wallet.account;
    for (
      const changes of [{}, { type: "bank_account" }, { funding_method: "bank_account", wallet_name: "x" }]
    ) {
      assert.equal((await ask("/deposit", { asset_code: code, account, ...changes })).status, 200);
    }
    assert.equal((await deposit({ funding_method: "cash" })).status, 400);
    // Another account may be paid than the one that asks.
    const answer = await deposit({ account: "GAIH3ULLFQ4DGSECF2AR555KZ4KNDGEKN4AFI4SU2M7B43MGK3QJZNSR" });
    assert.equal(answer.status, 200);
  }),
);

Deno.test(
  "R-06-16 R-06-49 R-06-53 a request whose user still owes data is answered 200 with an id that is there at once",
  staged(async ({ ask, deposit, withdraw }) => {
    for (const answer of [await deposit(), await withdraw()]) {
      assert.equal(answer.status, 200);
      assert.match(answer.headers.get("cache-control") ?? "", /no-store/);
      const { status, body } = await ask("/transaction", { id: answer.body.id ?? "" });
      assert.equal(status, 200);
      assert.equal(body.transaction?.status, "pending_customer_info_update");
      assert.equal(body.transaction?.["instructions"], undefined);
      assert.equal(body.transaction?.["withdraw_memo"], undefined);
    }
  }),
);

Deno.test(
  "R-06-63 R-06-64 R-06-86 an accepted customer is told at once where to pay, and the transaction repeats it",
  staged(async ({ ada, ask, deposit, withdraw }, gateway) => {
    await ada.deposit("100");
    const deposited = await deposit();
    const shown = await ask("/transaction", { id: deposited.body.id ?? "" });
    assert.ok(deposited.body["instructions"]);
    assert.deepEqual(shown.body.transaction?.["instructions"], deposited.body["instructions"]);
    assert.equal(typeof deposited.body["how"], "string");

    await ada.askWithdrawal("10");
    const { body } = await withdraw();
    const transaction = await ada.wallet.transaction(body.id ?? "");
    assert.deepEqual(
      [body["account_id"], body["memo_type"], body["memo"]],
      [
        text(transaction, "withdraw_anchor_account"),
        text(transaction, "withdraw_memo_type"),
        text(transaction, "withdraw_memo"),
      ],
    );
    assert.equal(body["account_id"], gateway.running.gateway.ownAccounts.distribution);
  }),
);

Deno.test(
  "R-06-88 R-06-133 R-06-134 ids and memos are each given once and tell nothing of the next",
  staged(async ({ ada, withdraw }) => {
    await ada.deposit("10");
    await ada.askWithdrawal("10");
    const opened = await Promise.all(Array.from({ length: 30 }, () => withdraw()));
    const ids = opened.map(({ body }) => body.id ?? "");
    const memos = opened.map(({ body }) => String(body["memo"]));
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(new Set(memos).size, memos.length);
    assert.ok(memos.every((memo) => /^\d+$/.test(memo) && BigInt(memo) < 2n ** 53n));
    assert.equal(new Set(ids.map((id) => id.slice(0, 4))).size, ids.length);
  }),
);

Deno.test(
  "R-06-137 R-06-138 R-06-146 every transaction is written as SEP-6 wants it, and its amounts add up",
  staged(async ({ ada }, gateway) => {
    await ada.deposit("123.45");
    await ada.withdraw("33.3333333");
    await ada.askDeposit(undefined);
    const units = (value: unknown) => Math.round(Number(value) * 1e7);
    for (const transaction of await ada.wallet.transactions(gateway.code)) {
      for (const [name, value] of Object.entries(transaction)) {
        assert.notEqual(value, null, name);
        if (name.startsWith("amount_") && !name.endsWith("asset")) {
          assert.match(String(value), /^\d+(\.\d{1,7})?$/);
        }
        if (name.endsWith("_at") || name.endsWith("_by")) {
          assert.match(String(value), /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/);
        }
        if (name.endsWith("_asset")) assert.match(String(value), /^(stellar:\w+:G\w{55}|iso4217:[A-Z]{3})$/);
      }
      if (transaction["amount_out"] === undefined) continue;
      assert.equal(
        units(transaction["amount_in"]) - units(transaction["amount_fee"]),
        units(transaction["amount_out"]),
      );
      const { total, details } = z.object({
        total: z.string(),
        details: z.array(z.object({ amount: z.string() })).default([]),
      }).parse(transaction["fee_details"]);
      assert.equal(total, transaction["amount_fee"]);
      assert.equal(details.reduce((sum, { amount }) => sum + units(amount), 0), units(total));
    }
  }),
);
