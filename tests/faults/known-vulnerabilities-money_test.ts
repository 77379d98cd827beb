/**
 * What other anchor servers had to mend, tried on ours: money that is credited wrongly, twice or not at all.
 * See `known-vulnerabilities_test.ts` for what is not ours.
 */
import assert from "node:assert/strict";
import { Account, Asset, Keypair, Memo, MuxedAccount, Operation } from "@stellar/stellar-sdk";
import { repeatable } from "../../core/records/database.ts";
import { createOutbox } from "../../core/records/outbox.ts";
import { createVault } from "../../core/records/vault.ts";
import { apply } from "../../core/transfers/record.ts";
import { arrive, text } from "../support/customer.ts";
import { startOutside } from "../support/outside.ts";
import { withGateway } from "../support/gateway.ts";

Deno.test("M-11 #1967 a withdrawal is not funded by another asset of the same code, or by another asset at all", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const id = await ada.askWithdrawal("40");
    const owed = await ada.wallet.transaction(id);
    const destination = text(owed, "withdraw_anchor_account");
    const memo = Memo.id(text(owed, "withdraw_memo"));
    await ada.wallet.submit([Operation.payment({ destination, asset: Asset.native(), amount: "40" })], memo);
    // Nobody trusts a forger's asset of the same code; a claimable balance needs no trust.
    const forger = await arrive(gateway);
    const forged = new Asset(gateway.code, forger.wallet.account);
    await assert.rejects(() =>
      forger.wallet.submit([Operation.payment({ destination, asset: forged, amount: "40" })], memo)
    );
    await gateway.advance();
    await gateway.advance();
    assert.equal((await ada.wallet.transaction(id)).status, "pending_user_transfer_start");
    await gateway.booksAgree();
  }));

Deno.test("M-11 #1973 of a path payment what was delivered is credited, whatever the sender announced", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const id = await ada.askWithdrawal("40");
    const owed = await ada.wallet.transaction(id);
    const asset = new Asset(gateway.code, gateway.issuer);
    const path = Operation.pathPaymentStrictSend({
      sendAsset: asset,
      sendAmount: "39",
      destination: text(owed, "withdraw_anchor_account"),
      destAsset: asset,
      destMin: "1",
    });
    await ada.wallet.submit([path], Memo.id(text(owed, "withdraw_memo")));
    assert.equal((await ada.until(id, "completed"))["amount_in"], "39");
    await gateway.booksAgree();
  }));

Deno.test("R-06-80 #1925 a deposit for a muxed address is paid to the muxed address", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const muxed = new MuxedAccount(new Account(ada.wallet.account, "0"), "18446744073709551615").accountId();
    const done = await ada.deposit("10", { account: muxed });
    const hash = text(done, "stellar_transaction_id");
    const { records: [operation] } = await ada.wallet.horizon.operations().forTransaction(hash).call();
    assert.ok(operation?.type === "payment");
    assert.equal(Reflect.get(operation, "to_muxed"), muxed);
  }));

Deno.test("M-12 #1929 #1942 no two withdrawals ever have one memo, and no other gives one back", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const { db } = gateway.running.gateway;
    const memos = new Set<string>();
    for (let n = 0; n < 20; n++) {
      const id = await ada.askWithdrawal("5");
      memos.add(text(await ada.wallet.transaction(id), "withdraw_memo"));
    }
    assert.equal(memos.size, 20);
    const [memo = ""] = memos;
    const twice = await db.write([{
      sql: "insert into memos (memo, transfer_id, given_ms) values (?, 'another', 0)",
      args: [BigInt(memo)],
    }], repeatable);
    assert.equal(twice.kind, "duplicate");
  }));

/** A Horizon whose operation of this amount has a form that no reader knows. */
function garbling(horizonUrl: string, amount: string) {
  const { origin } = new URL(horizonUrl);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = request.body === null ? null : await request.bytes();
    const type = request.headers.get("content-type") ?? "";
    const answer = await fetch(`${origin}${pathname.replace(/^\/horizon/, "/sandbox/horizon")}${search}`, {
      method: request.method,
      body,
      headers: type === "" ? {} : { "content-type": type },
    });
    const text = await answer.text();
    return new Response(text.replaceAll(`"amount":"${amount}"`, '"amount":{"no":"amount"}'), {
      status: answer.status,
      headers: { "content-type": answer.headers.get("content-type") ?? "application/json" },
    });
  });
  return { url: `http://127.0.0.1:${server.addr.port}/horizon`, stop: () => server.shutdown() };
}

Deno.test("M-11 #1943 #1983 one operation that cannot be read stops nothing that comes after it", async () => {
  const outside = await startOutside();
  const horizon = garbling(outside.horizonUrl, "7.7777777");
  try {
    await withGateway({
      dataDir: outside.dataDir,
      variables: {
        HORIZON_URL: horizon.url,
        SANDBOX_LIBSQL_URL: `file:${outside.dataDir}/bank.db`,
      },
    }, async (gateway) => {
      const secret = Keypair.random().secret();
      const friend = `${outside.sandbox.url}/friendbot?addr=${Keypair.fromSecret(secret).publicKey()}`;
      await (await fetch(friend)).body?.cancel();
      const ada = await arrive(gateway, { secret });
      await ada.wallet.trust(gateway.code, gateway.issuer);
      await ada.deposit("100");
      const id = await ada.askWithdrawal("40");
      const destination = text(await ada.wallet.transaction(id), "withdraw_anchor_account");
      await ada.wallet.submit([
        Operation.payment({ destination, asset: Asset.native(), amount: "7.7777777" }),
      ], Memo.none());
      await ada.send(id, "40");
      await ada.until(id, "completed");
      const { db } = gateway.running.gateway;
      const aside = await db.query({ sql: "select id from ledger_operations where state = 'set_aside'" });
      assert.equal(aside.length, 1);
      const alarms = await db.query({ sql: "select kind from alarms where closed_ms is null" });
      assert.ok(alarms.length > 0, "an operator is told");
    });
  } finally {
    await horizon.stop();
    await outside.stop();
  }
});

Deno.test("M-30 #1896 of those who decide on one state at the same time one decides", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("50");
    const { gateway: { db }, environment } = gateway.running;
    const vault = createVault({ dataKeys: environment.dataKeys, indexKeys: environment.indexKeys });
    const books = { db, outbox: createOutbox({ db, vault }) };
    const historyOf = async () =>
      (await db.query({ sql: "select event from transfer_history where transfer_id = ?", args: [id] }))
        .length;
    const before = await historyOf();
    const ends = await Promise.all(
      Array.from({ length: 6 }, () => apply(books, id, { type: "time_ran_out" })),
    );
    assert.equal(ends.filter(({ kind }) => kind === "recorded").length, 1);
    assert.equal(await historyOf(), before + 1);
    // Money that comes now, told three times over, is one receipt, whatever becomes of it.
    await gateway.bank.fault({ on: "webhook", fault: "duplicate", count: 3 });
    await ada.payIn(id, "50");
    await gateway.advance();
    await gateway.advance();
    const [told] = await db.query({ sql: "select count(*) as n from receipts where side = 'bank'" });
    assert.equal(told?.n, 1n);
    await gateway.booksAgree();
  }));

Deno.test("M-10 what was paid while nobody watched is credited afterwards (Anchor Platform skips it)", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "kedge-" });
  const secret = Keypair.random().secret();
  let id = "";
  let account: string;
  try {
    await withGateway({ dataDir, closeEvery: "on submit" }, async (gateway) => {
      const key = Keypair.fromSecret(secret);
      await gateway.fund(key.publicKey());
      const ada = await arrive(gateway, { secret });
      await ada.wallet.trust(gateway.code, gateway.issuer);
      await ada.deposit("100");
      id = await ada.askWithdrawal("40");
      account = ada.wallet.account;
      // Nothing has looked at the ledger since.
      await ada.send(id, "40");
    });
    await withGateway({ dataDir }, async (gateway) => {
      const ada = await arrive(gateway, { secret });
      assert.equal(ada.wallet.account, account);
      await ada.until(id, "completed");
      await gateway.booksAgree();
    });
  } finally {
    await Deno.remove(dataDir, { recursive: true });
  }
});
