import { deepEqual, equal, ok } from "node:assert/strict";
import { beginReview } from "../../../core/customers/begin.ts";
import { findCustomer } from "../../../core/customers/customer.ts";
import { standing } from "../../../core/customers/standing.ts";
import { working } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";
import { BASIC, holder } from "./people.ts";

const statusOf = async (at: AtWork, type = "sep6") =>
  (await at.customers.read(holder(), { type })).standing.status;

Deno.test("R-12-57 thirty PUTs at once make one customer with all values", () =>
  working(async (at) => {
    const fields = ["first_name", "last_name", "city", "address", "tax_id", "employer_name"];
    const puts = Array.from({ length: 30 }, (_, i) => fields[i % fields.length] ?? "city");
    const ids = await Promise.all(puts.map((name) => at.put(holder(), { [name]: `value of ${name}` })));
    equal(new Set(ids).size, 1);
    const values = await at.customers.valuesOf(ids[0] ?? "", fields);
    deepEqual(values, Object.fromEntries(fields.map((name) => [name, `value of ${name}`])));
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
        equal(await statusOf(at, "sep24"), "ACCEPTED");
      } finally {
        second.close();
      }
    }, { url: `file:${folder}/kedge.db` });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("thirty different PUTs of one customer at once are all stored", () =>
  working(async (at) => {
    await at.put(holder(), { city: "Paris" });
    await Promise.all(Array.from({ length: 30 }, (_, i) => at.put(holder(), { city: `City ${i}` })));
    deepEqual(await at.db.query({ sql: "select version from customers" }), [{ version: 31n }]);
  }));

Deno.test("M-30 two PUTs that complete each other begin the review, whoever is last", () =>
  working(async (at) => {
    for (let memo = 1; memo <= 10; memo++) {
      const who = holder(undefined, String(memo));
      await at.put(who, { city: "London" });
      const { email_address, ...names } = BASIC;
      await Promise.all([at.put(who, { email_address }), at.put(who, names)]);
      equal((await at.customers.read(who, {})).standing.status, "ACCEPTED");
    }
  }));

Deno.test("M-30 a review is not begun over values that are not those that were read", () =>
  working(async (at) => {
    await at.put(holder(), BASIC);
    at.meanwhile.push(() => at.put(holder(), { last_name: "Reject" }));
    deepEqual((await at.customers.read(holder(), { type: "sep24" })).effects, []);
    const { effects } = await at.customers.read(holder(), { type: "sep24" });
    equal(effects.length, 1);
    await at.performNow(effects);
    equal(await statusOf(at, "sep24"), "REJECTED");
  }));

Deno.test("M-30 a review that moved since it was read is not begun again", () =>
  working(async (at) => {
    const id = await at.put(holder(), { ...BASIC, last_name: "More" });
    const view = await findCustomer(at, { id });
    ok(view);
    const need = at.customers.requirementFor({ type: "sep6", country: null, amount: null });
    const beginning = beginReview(at.outbox, {
      customerId: id,
      version: 99,
      writeId: "w",
      need,
      standing: standing(need, view.values, view.cases, view.nowMs),
      cases: view.cases,
    });
    await at.db.write([{ sql: "update kyc_cases set version = version + 1" }], {
      committed: { sql: "select 1 where false" },
    });
    const committed = { sql: "select 1 from outbox where id = ?", args: [beginning.effectId] };
    equal((await at.db.write(beginning.statements, { committed })).kind, "stale");
  }));
