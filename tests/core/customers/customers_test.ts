import { deepEqual, equal, notEqual, ok, rejects } from "node:assert/strict";
import { Refusal } from "../../../core/refusal.ts";
import { working } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";
import { ACCOUNT, BASIC, FULL, holder, OTHER, PNG } from "./people.ts";

const read = (at: AtWork, who = holder(), request: Record<string, string> = {}) =>
  at.customers.read(who, request);
const statusOf = async (at: AtWork, who = holder(), request: Record<string, string> = {}) =>
  (await read(at, who, request)).standing.status;
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;

Deno.test("R-12-27 R-12-29 a customer is unknown until a PUT, then accepted when the bureau says so", () =>
  working(async (at) => {
    const before = await read(at);
    equal(before.id, null);
    equal(before.standing.status, "NEEDS_INFO");
    deepEqual(before.standing.missing, ["first_name", "last_name", "email_address"]);
    const id = await at.put(holder(), BASIC);
    const after = await read(at);
    equal(after.id, id);
    equal(after.standing.status, "ACCEPTED");
    deepEqual(at.told, [`${id}:sep6`]);
  }));

Deno.test("R-12-57 R-12-58 the same PUT again changes nothing, and another adds to it", () =>
  working(async (at) => {
    const id = await at.put(holder(), { first_name: "Ada" });
    const { need } = await read(at);
    deepEqual((await at.customers.standingOf(id, need)).missing, ["last_name", "email_address"]);
    equal(await at.put(holder(), BASIC), id);
    const calls = at.calls.length;
    const before = await at.db.query({ sql: "select version from customers" });
    equal(await at.put(holder(), BASIC), id);
    equal(at.calls.length, calls, "the bureau is not asked about what it knows");
    deepEqual(await at.db.query({ sql: "select version from customers" }), before);
    const rows = await at.db.query({ sql: "select count(*) as n from customers" });
    deepEqual(rows, [{ n: 1n }]);
    deepEqual(await at.customers.valuesOf(id, ["first_name", "last_name", "tax_id"]), {
      first_name: "Ada",
      last_name: "Lovelace",
    });
  }));

Deno.test("R-12-63 a PUT with one bad value stores none of the others", () =>
  working(async (at) => {
    await rejects(
      at.put(holder(), { ...BASIC, address_country_code: "XXX" }),
      refused("sep12.invalid.country"),
    );
    for (const table of ["customers", "customer_values", "kyc_cases", "outbox", "customer_files"]) {
      deepEqual(await at.db.query({ sql: `select count(*) as n from ${table}` }), [{ n: 0n }], table);
    }
  }));

Deno.test("R-12-67 P16 a changed name sends an accepted customer through review again", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    await at.put(holder(), { last_name: "Review" });
    equal(await statusOf(at), "PROCESSING");
    await at.bureau("/decide", { customer_id: id, decision: "accepted" });
    await at.customers.sweep("bureau", null);
    equal(await statusOf(at), "ACCEPTED");
    const cases = await at.db.query({ sql: "select id, state from kyc_cases order by attempt" });
    deepEqual(cases, [{ id: `${id}:sep6:1`, state: "superseded" }, {
      id: `${id}:sep6:2`,
      state: "accepted",
    }]);
  }));

Deno.test("R-12-67 a value that was never handed in may be added without another review", () =>
  working(async (at) => {
    await at.put(holder(), BASIC);
    await at.put(holder(), { birth_date: "1990-12-31", bank_account_number: "12345678" });
    equal(await statusOf(at), "ACCEPTED");
    equal((await at.db.query({ sql: "select id from kyc_cases" })).length, 1);
  }));

Deno.test("R-12-40 R-12-49 a rejection is final and says no secret reason", () =>
  working(async (at) => {
    await at.put(holder(), { ...BASIC, last_name: "Reject" });
    const { standing } = await read(at);
    equal(standing.status, "REJECTED");
    equal(standing.reason, "other");
    await at.put(holder(), BASIC);
    equal(await statusOf(at), "REJECTED");
  }));

Deno.test("R-12-46 R-12-48 what the bureau wants more is asked, a document completes it", () =>
  working(async (at) => {
    await at.put(holder(), { ...BASIC, last_name: "More" });
    const asked = await read(at);
    equal(asked.standing.status, "NEEDS_INFO");
    deepEqual(asked.standing.missing, ["photo_id_front"]);
    await at.put(holder(), { photo_id_front: PNG });
    equal(await statusOf(at), "ACCEPTED");
    ok(at.calls.some((call) => call.endsWith("/documents/photo_id_front")));
  }));

Deno.test("R-12-48 a refused value is asked again, its equal counts when it is sent again", () =>
  working(async (at) => {
    const id = await at.put(holder(), { ...BASIC, last_name: "Review" });
    await at.bureau("/decide", {
      customer_id: id,
      decision: "retry",
      fields: ["email_address"],
      reason: "data_mismatch",
    });
    await at.customers.sweep("bureau", null);
    const { standing } = await read(at);
    equal(standing.status, "NEEDS_INFO");
    deepEqual(standing.missing, ["email_address"]);
    equal(standing.provided["email_address"]?.status, "REJECTED");
    await at.put(holder(), { email_address: BASIC.email_address });
    equal(await statusOf(at), "PROCESSING");
    await at.bureau("/decide", { customer_id: id, decision: "accepted" });
    await at.customers.sweep("bureau", null);
    equal(await statusOf(at), "ACCEPTED");
  }));

Deno.test("P6 R-12-36 a heavier transfer asks only what is missing, and a lighter one nothing", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    const heavy = {
      type: "sep6",
      kind: "deposit",
      country: null,
      tier: "heavy",
      rail: "bank",
      kyc: "bureau",
    } as const;
    const need = await at.customers.needOfTransfer(id, heavy);
    const standing = await at.customers.standingOf(id, need);
    equal(standing.status, "NEEDS_INFO");
    ok(!standing.missing.includes("first_name") && standing.missing.includes("photo_id_front"));
    at.transfers.set("t1", { ...heavy, owner: holder().sub, customerId: id });
    equal(await statusOf(at), "NEEDS_INFO", "a waiting transfer is asked for without its id too");
    equal(await statusOf(at, holder(), { type: "sep6", transactionId: "t1" }), "NEEDS_INFO");
    await at.put(holder(), { ...FULL, id_type: "passport", photo_id_front: PNG });
    equal(await statusOf(at, holder(), { type: "sep6", transactionId: "t1" }), "ACCEPTED");
    const light = at.customers.requirementFor({ type: "sep6", country: null, amount: 10_000_000n });
    equal((await at.customers.standingOf(id, light)).status, "ACCEPTED");
    equal((await at.db.query({ sql: "select id from kyc_cases" })).length, 2);
  }));

Deno.test("P6 R-12-37 another type asks nothing that is known; its review begins by itself", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    const first = await read(at, holder(), { type: "sep24" });
    equal(first.standing.status, "PROCESSING");
    await at.performNow(first.effects);
    equal(await statusOf(at, holder(), { type: "sep24" }), "ACCEPTED");
    deepEqual(at.told, [`${id}:sep6`, `${id}:sep24`]);
  }));

Deno.test("R-12-37 one customer stands differently for two types", () =>
  working(async (at) => {
    const id = await at.put(holder(), { ...BASIC, last_name: "Review" });
    await at.performNow((await read(at, holder(), { type: "sep24" })).effects);
    await at.bureau("/decide", { customer_id: id, decision: "accepted", type: "sep24" });
    await at.customers.sweep("bureau", null);
    equal(await statusOf(at, holder(), { type: "sep24" }), "ACCEPTED");
    equal(await statusOf(at, holder(), { type: "sep6" }), "PROCESSING");
  }));

Deno.test("R-12-65 a withdrawal asks for the account to pay; giving it settles the transfer", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    at.told.length = 0;
    at.transfers.set("w1", {
      type: "sep6",
      kind: "withdrawal",
      country: null,
      tier: "light",
      rail: "bank",
      kyc: "bureau",
      owner: holder().sub,
      customerId: id,
    });
    const asked = await read(at, holder(), { type: "sep6", transactionId: "w1" });
    equal(asked.standing.status, "NEEDS_INFO");
    deepEqual(asked.standing.missing, ["bank_account_number"]);
    const calls = at.calls.length;
    await at.put(holder(), { bank_account_number: "00012345" }, { type: "sep6", transactionId: "w1" });
    deepEqual(at.told, [`${id}:sep6`]);
    equal(at.calls.length, calls, "the provider is told nothing of accounts");
    deepEqual(await at.customers.valuesOf(id, ["bank_account_number"]), { bank_account_number: "00012345" });
  }));

Deno.test("R-12-11 R-12-16 R-12-17 memos below one account are customers of their own", () =>
  working(async (at) => {
    const one = await at.put(holder(), BASIC, { memo: "1" });
    const two = await at.put(holder(), { ...BASIC, last_name: "Reject" }, { memo: "2" });
    notEqual(one, two);
    equal((await read(at, holder("GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H", "1"))).id, one);
    equal((await read(at)).id, null, "the unshared customer is a third one");
    equal((await read(at, holder(), { id: two })).standing.status, "REJECTED");
    const memoOne = { ...holder(), sub: `${holder().account}:1`, memo: "1" };
    await rejects(read(at, memoOne, { id: two }), refused("sep12.customer_not_found"));
    await rejects(at.put(memoOne, BASIC, { id: two }), refused("sep12.customer_not_found"));
    await rejects(read(at, holder(OTHER), { id: one }), refused("sep12.customer_not_found"));
  }));

Deno.test("P16 the same person may be a customer under two keys", () =>
  working(async (at) => {
    const one = await at.put(holder(), BASIC);
    const two = await at.put(holder(OTHER), BASIC);
    notEqual(one, two);
    equal(await statusOf(at), "ACCEPTED");
    equal(await statusOf(at, holder(OTHER)), "ACCEPTED");
    const [row] = await at.db.query({
      sql:
        "select count(distinct customer_id) as n, count(distinct hash) as h from customer_indexes where kind = 'email'",
    });
    deepEqual(row, { n: 2n, h: 1n });
  }));

Deno.test("R-12-37 a value that one type refuses and another accepted counts when it is sent again, and takes nothing away", () =>
  working(async (at) => {
    const id = await at.put(holder(), { ...BASIC, last_name: "Review" });
    await at.performNow((await read(at, holder(), { type: "sep24" })).effects);
    await at.bureau("/decide", { customer_id: id, decision: "accepted", type: "sep24" });
    const refusal = { decision: "retry", fields: ["email_address"], reason: "data_mismatch" };
    await at.bureau("/decide", { customer_id: id, type: "sep6", ...refusal });
    await at.customers.sweep("bureau", null);
    equal(await statusOf(at), "NEEDS_INFO");
    await at.put(holder(), { email_address: BASIC.email_address });
    equal(await statusOf(at), "PROCESSING");
    equal(await statusOf(at, holder(), { type: "sep24" }), "ACCEPTED");
  }));

Deno.test("R-12-35 a transaction of another customer of the same account is not found", () =>
  working(async (at) => {
    const own = await at.put(holder(), BASIC);
    await at.put(holder(), BASIC, { memo: "1" });
    at.transfers.set("t1", {
      type: "sep6",
      kind: "deposit",
      country: null,
      tier: "light",
      rail: "bank",
      kyc: "bureau",
      owner: ACCOUNT,
      customerId: own,
    });
    equal(await statusOf(at, holder(), { type: "sep6", transactionId: "t1" }), "ACCEPTED");
    const crossed = read(at, holder(), { memo: "1", type: "sep6", transactionId: "t1" });
    await rejects(crossed, refused("sep12.transaction_not_found"));
  }));
