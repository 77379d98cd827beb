import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";
import { type Query, roomOver, visit } from "./room.ts";

const LEDGER_HASH = "a".repeat(64);

/** A user with a withdrawal and six deposits, three of one instant; one of SEP-6, and one of somebody else. */
async function prepare(gateway: TestGateway) {
  const room = roomOver(gateway);
  const [ada, bob] = [await visit(room), await visit(room)];
  const withdrawn = await ada.opened("withdraw", { amount: "40" });
  const ids = [withdrawn];
  for (let count = 0; count < 6; count++) ids.push(await ada.opened("deposit", { amount: "10" }));
  const bobs = await bob.opened("deposit");
  const ofSep6 = await ada.ada.openDeposit("10");
  const { db } = gateway.running.gateway;
  // Rows of one instant are the hard case of paging.
  await db.write([{
    sql: "update transfers set started_ms = (select max(started_ms) from transfers) where id in (?, ?, ?)",
    args: ids.slice(-3),
  }, {
    sql: "update transfers set stellar_transaction_id = ?, external_transaction_id = 'bank-7' where id = ?",
    args: [LEDGER_HASH, withdrawn],
  }], repeatable);
  return {
    room,
    ada,
    bob,
    ids,
    withdrawn,
    bobs,
    ofSep6,
    async list(query: Query = {}) {
      const { status, body } = await ada.get("/transactions", { asset_code: gateway.code, ...query });
      assert.equal(status, 200, JSON.stringify(query));
      return body.transactions ?? assert.fail("no list");
    },
  };
}

const prepared =
  (work: (scene: Awaited<ReturnType<typeof prepare>>, gateway: TestGateway) => Promise<void>) =>
  (): Promise<void> => withGateway({}, async (gateway) => work(await prepare(gateway), gateway));

Deno.test(
  "R-24-116 R-24-119 R-24-126 the list is newest first and the caller's own, whatever account it names",
  prepared(async ({ list, ids, bob }) => {
    const all = await list();
    assert.deepEqual(new Set(all.map(({ id }) => id)), new Set(ids));
    const times = all.map(({ started_at }) => Date.parse(started_at));
    assert.deepEqual(times, times.toSorted((a, b) => b - a));
    for (const account of [bob.account, "nobody"]) assert.deepEqual(await list({ account }), all);
  }),
);

Deno.test(
  "R-24-120 R-24-123 R-24-124 pages of every size cover all rows once, also those of one instant",
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
  "R-24-121 R-24-122 R-24-125 no_older_than includes its own instant, kinds filter, and nothing is an empty list",
  prepared(async ({ list, withdrawn, room }, { code }) => {
    const all = await list();
    assert.deepEqual((await list({ kind: "withdrawal" })).map(({ id }) => id), [withdrawn]);
    assert.deepEqual(
      (await list({ kind: "deposit" })).map(({ id }) => id),
      all.map(({ id }) => id).filter((id) => id !== withdrawn),
    );
    const oldest = all.at(-1)?.started_at ?? "";
    assert.equal((await list({ no_older_than: oldest })).length, all.length);
    const later = new Date(Date.parse(oldest) + 1).toISOString();
    assert.equal((await list({ no_older_than: later })).length, all.length - 1);
    assert.deepEqual(await list({ no_older_than: "2999-01-01" }), []);
    const nobody = await visit(room);
    const { status, body } = await nobody.get("/transactions", { asset_code: code });
    assert.deepEqual([status, body], [200, { transactions: [] }]);
  }),
);

Deno.test(
  "R-24-117 R-24-127 what has no meaning is refused with 400 and an error",
  prepared(async ({ ada, bobs }, { code: asset_code }) => {
    const senseless: Query[] = [
      {},
      { asset_code: "" },
      { asset_code: "NONE" },
      { asset_code: "native" },
      { asset_code, limit: "0" },
      { asset_code, limit: "-1" },
      { asset_code, limit: "1.5" },
      { asset_code, limit: "many" },
      { asset_code, kind: "loan" },
      { asset_code, kind: "withdraw" },
      { asset_code, no_older_than: "yesterday" },
      { asset_code, no_older_than: "2026-13-01" },
      { asset_code, paging_id: "nobody-knows" },
      { asset_code, paging_id: bobs },
    ];
    for (const query of senseless) {
      const { status, body } = await ada.get("/transactions", query);
      assert.deepEqual([status, typeof body.error], [400, "string"], JSON.stringify(query));
    }
  }),
);

Deno.test(
  "R-24-128 R-24-133 one transaction is found by each of its ids, as the list shows it",
  prepared(async ({ ada, list, withdrawn }) => {
    const shown = (await list()).find(({ id }) => id === withdrawn);
    const queries = [
      { id: withdrawn },
      { stellar_transaction_id: LEDGER_HASH },
      { external_transaction_id: "bank-7" },
      { id: withdrawn, stellar_transaction_id: LEDGER_HASH, external_transaction_id: "bank-7" },
    ];
    for (const query of queries) {
      const { status, body } = await ada.get("/transaction", query);
      assert.deepEqual([status, Object.keys(body), body.transaction], [200, ["transaction"], shown]);
    }
  }),
);

Deno.test(
  "R-24-129 R-24-130 ids that are missing, unknown or of two transactions",
  prepared(async ({ ada, ids }) => {
    for (const query of [{}, { id: "" }] as const) {
      const { status, body } = await ada.get("/transaction", query);
      assert.deepEqual([status, body.code], [400, "transfer.id_needed"]);
    }
    for (
      const query of [{ id: "nobody-knows" }, { id: ids.at(-1) ?? "", stellar_transaction_id: LEDGER_HASH }]
    ) {
      const { status, body } = await ada.get("/transaction", query);
      assert.deepEqual([status, typeof body.error], [404, "string"]);
    }
  }),
);

Deno.test(
  "R-24-131 R-24-132 another's transaction answers as one that does not exist, by any id, and so does one of SEP-6",
  prepared(async ({ ada, bob, bobs, withdrawn, ofSep6 }) => {
    const unknown = await ada.get("/transaction", { id: "nobody-knows" });
    for (const id of [bobs, ofSep6]) {
      const { status, body } = await ada.get("/transaction", { id });
      assert.deepEqual([status, body.error], [unknown.status, unknown.body.error]);
    }
    for (
      const query of [
        { id: withdrawn },
        { stellar_transaction_id: LEDGER_HASH },
        { external_transaction_id: "bank-7" },
      ]
    ) assert.equal((await bob.get("/transaction", query)).status, 404);
  }),
);

Deno.test(
  "R-24-134 R-24-135 R-24-138 every transaction has what the table lists, null until it is known",
  prepared(async ({ ada, list }) => {
    const id = await ada.opened("withdraw");
    // The strict shape of the room has read them already, and fails on a key that is missing or is none.
    for (const shown of [...await list(), await ada.transaction(id)]) {
      assert.equal(shown.status, "incomplete");
      assert.equal(new URL(shown.more_info_url).pathname, `/interactive/${shown.id}/status`);
      if (shown.kind !== "withdrawal") continue;
      assert.deepEqual(
        [shown.withdraw_anchor_account, shown.withdraw_memo, shown.withdraw_memo_type, shown.to],
        [null, null, null, null],
      );
    }
    const { amount_in, amount_out, fee_details, stellar_transaction_id } = await ada.transaction(id);
    assert.deepEqual([amount_in, amount_out, fee_details, stellar_transaction_id], [null, null, null, null]);
  }),
);
