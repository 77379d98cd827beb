import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import { arrive, type Customer, text } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";
import { sep6Client } from "../../support/sep6-client.ts";

type Query = Readonly<Record<string, string | readonly string[]>>;

/** A customer with a deposit, a withdrawal and five open deposits of one instant, and one of somebody else. */
async function prepare(gateway: TestGateway) {
  const ada = await arrive(gateway);
  const bob = await arrive(gateway);
  const deposited = await ada.deposit("300");
  const withdrawn = await ada.withdraw("40");
  const ids = [deposited.id, withdrawn.id];
  for (let count = 0; count < 5; count++) ids.push(await ada.askDeposit("10"));
  const bobs = await bob.askDeposit("10");
  // Rows of one instant are the hard case of paging.
  await gateway.running.gateway.db.write([{
    sql: "update transfers set started_ms = (select max(started_ms) from transfers) where id in (?, ?, ?)",
    args: ids.slice(-3),
  }], repeatable);
  const ask = sep6Client(gateway.publicUrl, ada.token);
  return {
    ada,
    bob,
    deposited,
    withdrawn,
    ids,
    bobs,
    ask,
    async list(query: Query = {}) {
      const { status, body } = await ask("/transactions", { asset_code: gateway.code, ...query });
      assert.equal(status, 200, JSON.stringify(query));
      return body.transactions ?? [];
    },
  };
}

const prepared = (
  work: (scene: Awaited<ReturnType<typeof prepare>>, gateway: TestGateway) => Promise<void>,
) =>
() => withGateway({}, async (gateway) => work(await prepare(gateway), gateway));

Deno.test("R-06-123 R-06-125 an empty list is a list, and a page has an end however much is asked for", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const ask = sep6Client(gateway.publicUrl, ada.token);
    const page = async (query: Query) => {
      const { status, body } = await ask("/transactions", { asset_code: gateway.code, ...query });
      assert.equal(status, 200);
      return body.transactions?.length;
    };
    assert.equal(await page({}), 0);
    await multiply(gateway, ada, 205);
    assert.deepEqual([await page({}), await page({ limit: "9999999" })], [50, 200]);
  }));

/** Makes one open deposit many, as time would. */
async function multiply({ running }: TestGateway, ada: Customer, count: number): Promise<void> {
  const { db } = running.gateway;
  const id = await ada.askDeposit("10");
  const columns = (await db.query({ sql: "select name from pragma_table_info('transfers')" })).map((
    { name },
  ) => String(name));
  const values = columns.map((name) =>
    name === "id" ? "printf('%026d', n)" : ["reference", "instructions"].includes(name) ? "null" : name
  );
  await db.write([{
    sql: `with recursive counted (n) as (select 1 union all select n + 1 from counted where n < ?)
          insert into transfers (${columns.join(", ")}) select ${values.join(", ")} from transfers, counted
          where id = ?`,
    args: [count, id],
  }], repeatable);
}

Deno.test(
  "R-06-117 R-06-116 the list is newest first, and the caller's own",
  prepared(async ({ list, ids }) => {
    const all = await list();
    assert.deepEqual(new Set(all.map(({ id }) => id)), new Set(ids));
    const times = all.map(({ started_at }) => Date.parse(started_at));
    assert.deepEqual(times, times.toSorted((a, b) => b - a));
  }),
);

Deno.test(
  "R-06-118 R-06-121 R-06-122 pages of every size cover all rows once, also those of one instant",
  prepared(async ({ list }) => {
    const all = await list();
    for (const limit of [1, 2, 3, 7]) {
      const paged: string[] = [];
      for (;;) {
        const last = paged.at(-1);
        const page = await list({ limit: String(limit), ...(last ? { paging_id: last } : {}) });
        assert.ok(page.length <= limit);
        paged.push(...page.map(({ id }) => id));
        if (page.length < limit) break;
      }
      assert.deepEqual(paged, all.map(({ id }) => id));
    }
  }),
);

Deno.test(
  "R-06-119 R-06-120 no_older_than includes its own instant, and kinds add up",
  prepared(async ({ list, withdrawn }) => {
    const all = await list();
    assert.deepEqual((await list({ kind: "withdrawal" })).map(({ id }) => id), [withdrawn.id]);
    assert.equal((await list({ kind: ["withdrawal", "deposit"] })).length, all.length);
    assert.deepEqual(await list({ kind: "deposit-exchange" }), []);
    const oldest = all.at(-1)?.started_at ?? "";
    assert.equal((await list({ no_older_than: oldest })).length, all.length);
    const later = new Date(Date.parse(oldest) + 1).toISOString();
    assert.equal((await list({ no_older_than: later })).length, all.length - 1);
    assert.deepEqual(await list({ no_older_than: "2999-01-01" }), []);
  }),
);

Deno.test(
  "R-06-113 R-06-114 R-06-124 what has no meaning is refused with 400 and an error",
  prepared(async ({ ask, bob, bobs }, { code: asset_code }) => {
    const senseless: Query[] = [
      {},
      { asset_code: "NONE" },
      { asset_code, limit: "0" },
      { asset_code, limit: "-1" },
      { asset_code, limit: "1.5" },
      { asset_code, kind: "loan" },
      { asset_code, no_older_than: "yesterday" },
      { asset_code, paging_id: "nobody-knows" },
      { asset_code, paging_id: bobs },
      { asset_code, account: bob.wallet.account },
      { asset_code: [asset_code, asset_code] },
    ];
    for (const query of senseless) {
      const { status, body } = await ask("/transactions", query);
      assert.equal(status, 400, JSON.stringify(query));
      assert.ok(body.error, JSON.stringify(query));
    }
    for (const kind of ["loan", "deposit,loan", ["deposit", "loan"]]) {
      const { body } = await ask("/transactions", { asset_code, kind });
      assert.match(String(body.error), /^'kind' must be one of: deposit, [^']+$/, JSON.stringify(kind));
    }
  }),
);

Deno.test(
  "R-06-115 R-06-126 R-06-131 one transaction is found by each of its ids, as the list shows it",
  prepared(async ({ ask, list, withdrawn }) => {
    const shown = (await list()).find(({ id }) => id === withdrawn.id);
    for (
      const query of [
        { id: withdrawn.id },
        { stellar_transaction_id: text(withdrawn, "stellar_transaction_id") },
        { external_transaction_id: text(withdrawn, "external_transaction_id") },
      ]
    ) assert.deepEqual((await ask("/transaction", query)).body.transaction, shown);
  }),
);

Deno.test(
  "R-06-127 R-06-128 R-06-132 ids that are missing, unknown or at odds",
  prepared(async ({ ask, deposited, withdrawn }) => {
    assert.equal((await ask("/transaction")).status, 400);
    assert.equal((await ask("/transaction", { id: "nobody-knows" })).status, 404);
    const odds = {
      id: deposited.id,
      stellar_transaction_id: text(withdrawn, "stellar_transaction_id"),
    };
    assert.equal((await ask("/transaction", odds)).status, 404);
  }),
);

Deno.test(
  "R-06-129 R-06-130 another's transaction answers as one that does not exist, by any id",
  prepared(async ({ ask, bob, bobs, withdrawn }, { publicUrl }) => {
    const unknown = await ask("/transaction", { id: "nobody-knows" });
    const foreign = await ask("/transaction", { id: bobs });
    assert.deepEqual([foreign.status, foreign.body.error], [unknown.status, unknown.body.error]);
    const asBob = sep6Client(publicUrl, bob.token);
    for (
      const query of [
        { id: withdrawn.id },
        { stellar_transaction_id: text(withdrawn, "stellar_transaction_id") },
        { external_transaction_id: text(withdrawn, "external_transaction_id") },
      ]
    ) assert.equal((await asBob("/transaction", query)).status, 404);
  }),
);
