import { deepEqual, equal, notEqual, ok, rejects } from "node:assert/strict";
import { Refusal } from "../../../core/refusal.ts";
import { BASIC, customersAtWork, FULL, holder, OTHER, PNG } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";

async function working(
  test: (at: AtWork) => Promise<void>,
  options: Parameters<typeof customersAtWork>[0] = {},
) {
  const at = await customersAtWork(options);
  try {
    await test(at);
  } finally {
    await at.close();
  }
}

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
    equal(await at.put(holder(), BASIC), id);
    equal(at.calls.length, calls, "the bureau is not asked about what it knows");
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
    const need = at.customers.needOfTransfer(heavy);
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

Deno.test("R-12-57 eight PUTs at once make one customer with all values", () =>
  working(async (at) => {
    const fields = [
      "first_name",
      "last_name",
      "city",
      "address",
      "birth_place",
      "tax_id",
      "employer_name",
      "id_number",
    ];
    const ids = await Promise.all(fields.map((name, i) => at.put(holder(), { [name]: `value ${i}` })));
    equal(new Set(ids).size, 1);
    const values = await at.customers.valuesOf(ids[0] ?? "", fields);
    deepEqual(values, Object.fromEntries(fields.map((name, i) => [name, `value ${i}`])));
  }));

Deno.test("M-30 two processes that store, begin and perform at once end in one customer and one review", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await working(async (at) => {
      const second = await at.another();
      try {
        const both = [at.customers, second.customers];
        const puts = await Promise.all(
          both.flatMap((customers, process) =>
            ["city", "birth_place", "address"].map((name) =>
              customers.put(holder(), {
                entries: [...Object.entries(BASIC), [name, `${process}`]],
                language: "en",
              })
            )
          ),
        );
        equal(new Set(puts.map(({ id }) => id)).size, 1);
        const begun = await Promise.all(both.map((customers) => customers.read(holder(), { type: "sep24" })));
        ok(begun.some(({ effects }) => effects.length === 1));
        const cases = await at.db.query({ sql: "select id from kyc_cases where state = 'new'" });
        equal(cases.length, 2, "one for each type");
        await Promise.all(
          both.flatMap((customers) => cases.map(({ id }) => customers.performReview(String(id)))),
        );
        equal(await statusOf(at), "ACCEPTED");
        equal(await statusOf(at, holder(), { type: "sep24" }), "ACCEPTED");
      } finally {
        second.close();
      }
    }, { url: `file:${folder}/kedge.db` });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("M-22 acceptance is looked up inside the batch, its end too", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    const need = at.customers.requirementFor({ type: "sep6", country: null, amount: null });
    const heavy = at.customers.requirementFor({ type: "sep6", country: null, amount: 10n ** 12n });
    const tryNow = async (asked: typeof need) =>
      (await at.db.write([at.customers.acceptedCondition(id, asked)], {
        committed: { sql: "select 1 where false" },
      })).kind;
    equal(await tryNow(need), "written");
    equal(await tryNow(heavy), "stale");
    equal(await tryNow({ ...need, type: "sep24" }), "stale");
    await at.db.write([{ sql: "update kyc_cases set valid_until_ms = 1" }], {
      committed: { sql: "select 1 where false" },
    });
    equal(await tryNow(need), "stale");
    equal((await at.customers.standingOf(id, need)).status, "NEEDS_INFO");
    await at.put(holder(), BASIC);
    equal((await at.customers.standingOf(id, need)).status, "ACCEPTED", "given again, it is reviewed again");
  }));

Deno.test("R-12-54 M-22 an acceptance that is withdrawn is told, and stands as rejected", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    await at.bureau("/decide", { customer_id: id, decision: "rejected", reason: "watchlist" });
    at.told.length = 0;
    const swept = await at.customers.sweep("bureau", null);
    ok(swept.kind === "done" && swept.next !== null);
    equal(await statusOf(at), "REJECTED");
    equal((await read(at)).standing.reason, "other");
    deepEqual(at.told, [`${id}:sep6`]);
    const alarms = await at.db.query({ sql: "select kind, subject, detail from alarms" });
    deepEqual(alarms, [{ kind: "kyc_risk", subject: id, detail: "sanctions" }]);
  }));
