/**
 * What public checks of SEP-6 and SEP-12 look for, against the whole application with the config as it comes: the requests
 * of wallets that know older versions, and answers that a closed schema can read (trap 23 of SEP-6, trap 10 of SEP-9).
 */
import assert from "node:assert/strict";
import { Keypair } from "@stellar/stellar-sdk";
import { parse } from "smol-toml";
import { z } from "zod";
import { arrive } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";
import { customerShape, putShape } from "../support/sep12-shapes.ts";
import { depositShape, infoShape, transactionShape, withdrawShape } from "../support/sep6-shapes.ts";

/** What an operator tells the public suite of the config as it comes. */
const told = z.strictObject({
  "6": z.strictObject({
    deposit: z.strictObject({ transactionFields: z.record(z.string(), z.string()) }),
    withdraw: z.strictObject({
      types: z.record(z.string(), z.strictObject({ transactionFields: z.record(z.string(), z.string()) })),
    }),
  }),
  "12": z.strictObject({
    customers: z.record(z.string(), z.record(z.string(), z.string())),
    createCustomer: z.string(),
    deleteCustomer: z.string(),
    sameAccountDifferentMemos: z.array(z.string()).length(2),
  }),
}).parse(JSON.parse(await Deno.readTextFile(new URL("../../docs/anchor-tests.json", import.meta.url))));
const { customers, createCustomer, deleteCustomer, sameAccountDifferentMemos } = told["12"];
const JOHN = customers[createCustomer] ?? {};

const listShape = z.strictObject({ transactions: z.array(transactionShape) });
const oneShape = z.strictObject({ transaction: transactionShape });
const errorShape = z.looseObject({ error: z.string().min(10) });

/** A new wallet that has logged in, and its requests. */
async function walletAt(gateway: GatewayUnderTest) {
  const { wallet: { account }, token } = await arrive(gateway, { funded: false });
  const authorization = `Bearer ${token}`;

  async function ask(path: string, expected: number, init: RequestInit = {}): Promise<unknown> {
    const answer = await gateway.ask(path, { ...init, headers: { authorization, ...init.headers } });
    const text = await answer.text();
    assert.equal(answer.status, expected, `${init.method ?? "GET"} ${path}: ${text}`);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
    return JSON.parse(text);
  }

  async function put(values: Readonly<Record<string, string>>): Promise<string> {
    const body = JSON.stringify(values);
    const headers = { "content-type": "application/json" };
    return putShape.parse(await ask("/sep12/customer", 202, { method: "PUT", body, headers })).id;
  }

  return { account, token, ask, put };
}

test.inEveryLayout("R-06-1 R-12-1 stellar.toml names the servers of SEP-6 and SEP-12, and none of quotes", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const toml = parse(await (await gateway.ask("/.well-known/stellar.toml")).text());
    assert.equal(toml["TRANSFER_SERVER"], `${gateway.publicUrl}/sep6`);
    assert.equal(toml["KYC_SERVER"], `${gateway.publicUrl}/sep12`);
    assert.equal("ANCHOR_QUOTE_SERVER" in toml, false);
  }));

test.inEveryLayout("R-06-18 R-06-25 R-06-30 /info has no key that a closed schema would refuse, and each type has fields", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const info = infoShape.parse(await (await gateway.ask("/sep6/info")).json());
    for (const offered of [info.deposit, info.withdraw]) {
      assert.deepEqual(Object.keys(offered), [gateway.code]);
      assert.deepEqual(offered[gateway.code]?.funding_methods, ["bank_account"]);
      assert.ok(offered[gateway.code]?.enabled && offered[gateway.code]?.authentication_required);
    }
    assert.ok(info.transaction.enabled && info.transactions.enabled);
    // No personal data is asked for in a query.
    assert.deepEqual(info.withdraw[gateway.code]?.types, { bank_account: { fields: {} } });
    // The suite wants to be told just the fields that are asked for here.
    assert.deepEqual(told["6"].deposit.transactionFields, {});
    assert.deepEqual(told["6"].withdraw.types, { bank_account: { transactionFields: {} } });
  }));

test.inEveryLayout("R-06-36 R-06-49 R-06-53 a request without a method is served, be the user known or not, and is found at once", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const { account, ask, put } = await walletAt(gateway);
    const service = `asset_code=${gateway.code}&account=${account}`;
    async function open(status: string): Promise<void> {
      const deposit = depositShape.parse(await ask(`/sep6/deposit?${service}`, 200));
      const withdrawal = withdrawShape.parse(await ask(`/sep6/withdraw?${service}&type=bank_account`, 200));
      for (const id of [deposit.id, withdrawal.id]) {
        const { transaction } = oneShape.parse(await ask(`/sep6/transaction?id=${id}`, 200));
        assert.deepEqual([transaction.id, transaction.status], [id, status]);
      }
      assert.equal(deposit.instructions !== undefined, status === "pending_user_transfer_start");
      assert.equal(withdrawal.account_id !== undefined, status === "pending_user_transfer_start");
    }
    await open("pending_customer_info_update");
    await put(JOHN);
    await gateway.until("the customer to be accepted", async () => {
      const { status } = customerShape.parse(await ask("/sep12/customer", 200));
      return status === "ACCEPTED" ? status : null;
    });
    await open("pending_user_transfer_start");
    const { transactions } = listShape.parse(await ask(`/sep6/transactions?${service}`, 200));
    assert.equal(transactions.length, 4);
  }));

test.inEveryLayout("R-06-10 R-06-32 R-06-38 what public checks ask wrongly is refused with the status that they expect", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const { account, ask } = await walletAt(gateway);
    const asset = `asset_code=${gateway.code}`;
    const unknown = crypto.randomUUID();
    const refused: [string, number][] = [
      [`/sep6/deposit?account=${account}`, 400],
      [`/sep6/deposit?${asset}`, 400],
      [`/sep6/deposit?${asset}&account=invalid+account`, 400],
      [`/sep6/deposit?asset_code=NOT_SUPPORTED&account=${account}`, 400],
      [`/sep6/withdraw?account=${account}&type=bank_account`, 400],
      [`/sep6/withdraw?${asset}&type=bank_account&account=invalid+account`, 400],
      [`/sep6/withdraw?asset_code=NOT_SUPPORTED&account=${account}&type=bank_account`, 400],
      [`/sep6/transactions?asset_code=BADCODE&account=${account}`, 400],
      [`/sep6/transaction?id=${unknown}`, 404],
      [`/sep6/transaction?external_transaction_id=${unknown}`, 404],
      [`/sep6/transaction?stellar_transaction_id=${"0215".repeat(16)}`, 404],
    ];
    for (const [path, status] of refused) errorShape.parse(await ask(path, status));
    for (const path of ["deposit", "withdraw", "transaction", "transactions"]) {
      const answer = await gateway.ask(`/sep6/${path}?${asset}&account=${account}&id=${unknown}`);
      assert.deepEqual([answer.status, await answer.json()], [403, { type: "authentication_required" }]);
    }
  }));

test.inEveryLayout("R-06-117 R-06-118 R-06-119 lists are cut by limit, kind and time as public checks cut them", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const { account, ask } = await walletAt(gateway);
    const service = `asset_code=${gateway.code}&account=${account}`;
    const list = async (more = "") =>
      listShape.parse(await ask(`/sep6/transactions?${service}${more}`, 200)).transactions;
    assert.deepEqual(await list(), []);
    for (const path of ["deposit", "withdraw", "deposit"]) await ask(`/sep6/${path}?${service}`, 200);
    const all = await list();
    assert.deepEqual(all.map(({ kind }) => kind), ["deposit", "withdrawal", "deposit"]);
    assert.deepEqual(await list("&limit=1"), all.slice(0, 1));
    const second = all[1] ?? assert.fail("three were opened");
    assert.deepEqual(await list(`&no_older_than=${second.started_at}`), all.slice(0, 2));
    for (const kind of ["deposit", "withdrawal"]) {
      assert.deepEqual(await list(`&kind=${kind}`), all.filter((one) => one.kind === kind));
    }
  }));

test.inEveryLayout("R-12-27 R-12-30 R-12-56 a customer is unknown, then created, then the same by id, token and account", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const { account, ask, put } = await walletAt(gateway);
    const read = async (query: string) => customerShape.parse(await ask(`/sep12/customer${query}`, 200));
    const asked = ["first_name", "last_name", "email_address", "mobile_number"];
    for (const query of ["", `?account=${account}`, "?type=sep6"]) {
      const { id, status, fields = {} } = await read(query);
      assert.deepEqual([id, status, Object.keys(fields)], [undefined, "NEEDS_INFO", asked]);
    }
    const id = await put(JOHN);
    const known = await read(`?id=${id}`);
    assert.equal(known.id, id);
    assert.notEqual(known.status, "NEEDS_INFO");
    for (const query of ["", `?account=${account}`, "?type=sep6"]) assert.deepEqual(await read(query), known);
    for (const method of ["GET", "PUT", "DELETE"]) {
      const path = method === "DELETE"
        ? `/sep12/customer/${Keypair.random().publicKey()}`
        : "/sep12/customer";
      const body = method === "PUT" ? { body: "[object Object]" } : {};
      const answer = await gateway.ask(path, { method, ...body });
      assert.equal(answer.status, 401);
      errorShape.parse(await answer.json());
    }
  }));

test.inEveryLayout("R-12-10 R-12-11 R-12-13 hash memos of an older wallet tell its customers apart", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const { put } = await walletAt(gateway);
    const ids = new Map<string, string>();
    for (const name of [...sameAccountDifferentMemos, ...sameAccountDifferentMemos]) {
      const memo = Uint8Array.from({ length: 32 }, (_, index) => name.charCodeAt(index % name.length))
        .toBase64();
      const id = await put({ memo, memo_type: "hash", ...customers[name] });
      assert.equal(ids.get(name) ?? id, id);
      ids.set(name, id);
    }
    assert.equal(new Set(ids.values()).size, 2);
  }));

test.inEveryLayout("R-12-79 R-12-84 R-12-87 a customer is deleted without a body, and is a stranger then", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const { account, token, ask, put } = await walletAt(gateway);
    const id = await put({ account, ...customers[deleteCustomer] });
    customerShape.parse(await ask(`/sep12/customer?account=${account}`, 200));
    const remove = async () => {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await gateway.ask(`/sep12/customer/${account}`, { method: "DELETE", headers });
      await answer.body?.cancel();
      return answer.status;
    };
    assert.deepEqual([await remove(), await remove()], [200, 404]);
    const stranger = customerShape.parse(await ask("/sep12/customer", 200));
    assert.deepEqual([stranger.id, stranger.status], [undefined, "NEEDS_INFO"]);
    assert.notEqual(await put(JOHN), id);
  }));
