import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Hono } from "hono";
import * as z from "zod";
import { openBank } from "../../sandbox/bank/mod.ts";
import type { PartOptions } from "../../sandbox/part.ts";
import { openStore, type Store } from "../../sandbox/store.ts";

const transferSchema = z.object({
  id: z.string(),
  account: z.string(),
  direction: z.enum(["in", "out"]),
  kind: z.string(),
  state: z.string(),
  amount: z.string(),
  on_account: z.string(),
  beneficiary: z.record(z.string(), z.string()).optional(),
  payer: z.object({ name: z.string(), account: z.string() }).optional(),
  remittance: z.string().optional(),
});
const listSchema = z.object({ transfers: z.array(transferSchema) });
const accountsSchema = z.object({ accounts: z.array(z.object({ name: z.string(), balance: z.string() })) });
const payer = { name: "Ana", account: "555" };

/** A bank in this process, asked without a port. */
async function bankWith(options: Omit<PartOptions, "store"> = {}, given?: Store) {
  const store = given ?? await openStore(":memory:");
  const bank = await openBank({ store, fetch: () => Promise.resolve(new Response()), ...options });
  const app = new Hono().route("/sandbox/bank", bank.routes);
  async function call(method: string, path: string, body?: unknown, bearer = "secret") {
    const response = await app.request(`/sandbox/bank${path}`, {
      method,
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${bearer}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? null : JSON.parse(text) as unknown };
  }
  return {
    ...bank,
    call,
    open: (name: string, shape: Record<string, unknown> = {}, webhook: unknown = null) =>
      call("PUT", `/accounts/${name}`, { shape, webhook }),
    pay: async (body: Record<string, unknown>) => {
      const answer = await call("POST", "/transfers", { amount: "10.00", currency: "USD", payer, ...body });
      return {
        status: answer.status,
        transfer: transferSchema.safeParse(answer.body).data,
        body: answer.body,
      };
    },
    instruct: (name: string, key: string, body: Record<string, unknown>) =>
      call("PUT", `/accounts/${name}/instructions/${key}`, { customer: "c", ...body }),
    list: async (query = "") => listSchema.parse((await call("GET", `/transfers${query}`)).body).transfers,
    balance: async (name: string) =>
      accountsSchema.parse((await call("GET", "/accounts")).body).accounts
        .find((account) => account.name === name)?.balance,
    async end() {
      await bank.close();
      if (!given) store.close();
    },
  };
}

Deno.test("a payment is found by its reference, also inside other words, or by its address", async () => {
  const bank = await bankWith();
  await bank.open("one");
  await bank.open("two", { address: "per_transaction" });
  await bank.instruct("one", "k1", { reference: "ABCDEFGH23" });
  const opened = await bank.instruct("two", "k2", {});
  const address = z.object({ account_number: z.string() }).parse(opened.body).account_number;
  const noisy = await bank.pay({ reference: "Pago: ABCDEFGH23, gracias" });
  assert.deepEqual([noisy.status, noisy.transfer?.account], [201, "one"]);
  assert.equal((await bank.pay({ reference: address })).transfer?.account, "two");
  const lost = await bank.pay({ reference: "nothing that fits" });
  assert.equal(lost.status, 404, "two accounts have the currency");
  assert.equal((await bank.pay({ reference: "nothing that fits", account: "one" })).transfer?.account, "one");
  await bank.end();
});

Deno.test("what a payer was told is found by the key of whoever asked, and by no other", async () => {
  const bank = await bankWith();
  await bank.open("main", { address: "shared_with_reference" });
  await bank.instruct("main", "transfer-1", { reference: "KEDGE1" });
  const told = async (query: string) =>
    z.object({ instructions: z.array(z.object({ reference: z.string(), currency: z.string() })) }).parse(
      (await bank.call("GET", `/instructions${query}`, undefined, "nobody's")).body,
    ).instructions;
  assert.deepEqual(await told("?key=transfer-1"), [{ reference: "KEDGE1", currency: "USD" }]);
  assert.deepEqual([await told("?key=transfer-2"), await told("")], [[], []]);
  await bank.end();
});

Deno.test("the statement shows payers and beneficiaries in full, and adds up to the balance", async () => {
  const bank = await bankWith();
  await bank.open("one", {
    inboundFee: "0.50",
    payoutFee: "0.25",
    openingBalance: "5.00",
    payerAccount: "none",
  });
  await bank.pay({ account: "one", amount: "100.00" });
  await bank.pay({ account: "one", amount: "7.00", state: "pending" });
  await bank.call("POST", "/debits", { account: "one", amount: "1.00" });
  const beneficiary = { bank_account_number: "123456" };
  const payout = { amount: "40.00", beneficiary, reference: "R" };
  assert.equal((await bank.call("PUT", "/accounts/one/payouts/key-1", payout)).status, 200);
  const [out, ...rest] = await bank.list("?direction=out");
  assert.deepEqual([out?.kind, out?.beneficiary, out?.on_account], ["payout", beneficiary, "-40.25"]);
  assert.deepEqual(rest.map(({ kind }) => kind), ["debit"]);
  assert.deepEqual((await bank.list("?direction=in")).map(({ payer }) => payer), [payer, payer]);
  assert.equal(await bank.balance("one"), "63.25");
  await bank.end();
});

Deno.test("a payout meets the fate that its account number names", async () => {
  const bank = await bankWith();
  await bank.open("one", { openingBalance: "1000", returnableDays: 5 });
  const stateOf = async (number: string) => {
    const body = { amount: "10.00", beneficiary: { bank_account_number: number }, reference: "R" };
    const answer = await bank.call("PUT", `/accounts/one/payouts/key-${number}`, body);
    return z.object({ state: z.string(), reason: z.object({ code: z.string() }).optional() }).parse(
      answer.body,
    );
  };
  assert.deepEqual(await stateOf("00000112"), { state: "failed", reason: { code: "account_closed" } });
  assert.deepEqual(await stateOf("00000212"), { state: "failed", reason: { code: "name_mismatch" } });
  assert.deepEqual(await stateOf("00000312"), { state: "returned", reason: { code: "account_closed" } });
  assert.deepEqual(await stateOf("00000412"), { state: "in_review" });
  assert.deepEqual(await stateOf("77000112"), { state: "completed" });
  assert.equal(await bank.balance("one"), "980.00");
  await bank.end();
});

Deno.test("a payout completes when its time has come", async () => {
  let now = 1_800_000_000_000;
  const bank = await bankWith({ now: () => now });
  await bank.open("one", { openingBalance: "1000", payoutAfterSeconds: 60 });
  const body = { amount: "10.00", beneficiary: { bank_account_number: "1234" }, reference: "R" };
  await bank.call("PUT", "/accounts/one/payouts/key-1", body);
  now += 59_000;
  assert.deepEqual((await bank.list()).map(({ state }) => state), ["accepted"]);
  now += 1_000;
  assert.deepEqual((await bank.list()).map(({ state }) => state), ["completed"]);
  await bank.end();
});

Deno.test("requests without the account's bearer are refused", async () => {
  const bank = await bankWith();
  await bank.open("one");
  for (const [method, path] of [["PUT", ""], ["GET", "/statement"], ["GET", "/balance"]] as const) {
    const body = method === "PUT" ? { shape: {}, webhook: null } : undefined;
    assert.equal((await bank.call(method, `/accounts/one${path}`, body, "other")).status, 401);
  }
  await bank.end();
  const keyed = await bankWith({ key: "the-key" });
  assert.equal((await keyed.open("one")).status, 401);
  assert.equal(
    (await keyed.call("PUT", "/accounts/one", { shape: {}, webhook: null }, "the-key")).status,
    200,
  );
  await keyed.end();
});

Deno.test("what a bank would refuse at the door is refused with what to do", async () => {
  const bank = await bankWith();
  await bank.open("one", { address: "per_transaction", amount: "exact", payerFilter: true });
  const opened = await bank.instruct("one", "k", { amount: "12.00", payer_name: "Ana" });
  const reference = z.object({ account_number: z.string() }).parse(opened.body).account_number;
  assert.equal((await bank.pay({ reference, amount: "11.99" })).status, 422);
  assert.equal((await bank.pay({ reference, amount: "12.001" })).status, 422);
  assert.equal((await bank.pay({ reference, amount: "12.00", currency: "EUR" })).status, 422);
  const stranger = { name: "Bob", account: "1" };
  assert.equal((await bank.pay({ reference, amount: "12.00", payer: stranger })).status, 422);
  for (const amount of ["-1", "0", "1e3", "", "1,5", "NaN", "99999999999999999999"]) {
    assert.ok((await bank.pay({ reference, amount })).status >= 400, amount);
  }
  assert.equal((await bank.pay({ reference, amount: "12.00" })).status, 201);
  assert.equal((await bank.call("POST", "/transfers", { nonsense: true })).status, 400);
  assert.deepEqual((await bank.list()).length, 1);
  await bank.end();
});

Deno.test("webhooks are tried again a few times, and go on after a restart", async () => {
  let now = 1_800_000_000_000;
  const sent: string[] = [];
  let answer = 500;
  const send = (url: string | URL | Request) => {
    sent.push(String(url));
    return Promise.resolve(new Response(null, { status: answer }));
  };
  const store = await openStore(":memory:");
  const first = await bankWith({ now: () => now, fetch: send }, store);
  await first.open("one", {}, { url: "https://anchor.test/hook", secret: "s" });
  await first.pay({ account: "one" });
  await first.settled();
  assert.equal(sent.length, 1);
  now += 1_000;
  await first.work();
  assert.equal(sent.length, 2);
  await first.end();
  const second = await bankWith({ now: () => now, fetch: send }, store);
  answer = 200;
  now += 5_000;
  await second.work();
  assert.equal(sent.length, 3);
  now += 1_000_000;
  await second.work();
  assert.equal(sent.length, 3, "what arrived is not sent again");
  assert.equal((await second.list()).length, 1);
  assert.equal(await second.balance("one"), "10.00");
  await second.end();
  store.close();
});

Deno.test("a fault happens as often as it was set, and can be forgotten", async () => {
  const bank = await bankWith();
  await bank.open("one");
  await bank.call("POST", "/faults", { on: "balance", fault: "unavailable", count: 2 });
  const statuses = [];
  for (let n = 0; n < 3; n++) statuses.push((await bank.call("GET", "/accounts/one/balance")).status);
  assert.deepEqual(statuses, [503, 503, 200]);
  await bank.call("POST", "/faults", { fault: "server_error", account: "other" });
  assert.equal((await bank.call("GET", "/accounts/one/balance")).status, 200);
  await bank.call("POST", "/faults", { fault: "server_error" });
  await bank.call("DELETE", "/faults");
  assert.equal((await bank.call("GET", "/accounts/one/balance")).status, 200);
  assert.equal((await bank.call("POST", "/faults", { fault: "earthquake" })).status, 400);
  await bank.end();
});

const step = fc.oneof(
  fc.record({ do: fc.constant("pay" as const), cents: fc.integer({ min: 2, max: 100_000 }) }),
  fc.record({ do: fc.constant("payout" as const), cents: fc.integer({ min: 1, max: 100_000 }) }),
  fc.record({ do: fc.constant("refund" as const), cents: fc.integer({ min: 1, max: 100_000 }) }),
  fc.record({
    do: fc.constant("change" as const),
    state: fc.constantFrom(...["booked", "rejected", "reversed", "sent", "completed", "failed", "returned"]),
  }),
);

Deno.test("M-23 whatever happens, the balance is what the statement adds up to", async () => {
  const cents = (text: string) => BigInt(text.replace(".", ""));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), fc.boolean(), async (steps, asCredit) => {
      const bank = await bankWith();
      await bank.open("one", {
        inboundFee: "0.01",
        payoutFee: "0.03",
        payoutAfterSeconds: null,
        returnableDays: 3,
        returnsAs: asCredit ? "credit" : "state",
      });
      let key = 0;
      for (const one of steps) {
        const listed = await bank.list();
        const picked = listed[key % Math.max(1, listed.length)];
        key++;
        if (one.do === "change") {
          await bank.call("POST", `/transfers/${picked?.id}/state`, { state: one.state });
          continue;
        }
        const amount = `${Math.floor(one.cents / 100)}.${String(one.cents % 100).padStart(2, "0")}`;
        if (one.do === "pay") {
          await bank.pay({ account: "one", amount, state: key % 2 ? "booked" : "pending" });
        }
        if (one.do === "refund") {
          await bank.call("PUT", `/accounts/one/refunds/k${key}`, { inbound: picked?.id ?? "none", amount });
        }
        if (one.do === "payout") {
          const beneficiary = { bank_account_number: "1234" };
          await bank.call("PUT", `/accounts/one/payouts/k${key}`, { amount, beneficiary, reference: "" });
        }
      }
      const sum = (await bank.list()).reduce((total, { on_account }) => total + cents(on_account), 0n);
      assert.equal(cents(await bank.balance("one") ?? ""), sum);
      await bank.end();
    }),
    { numRuns: 25 },
  );
});
