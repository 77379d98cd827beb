import { deepEqual, equal, notEqual, ok, rejects } from "node:assert/strict";
import { Refusal } from "../../../core/refusal.ts";
import { repeatable } from "../../../core/records/database.ts";
import { databaseText } from "../../support/database-text.ts";
import { needs } from "../../support/machine.ts";
import { sqld, startSqld } from "../../support/sqld.ts";
import { customersAtWork, working } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";
import { ACCOUNT, BASIC, holder, MUXED, MUXED_ID, OTHER, PNG } from "./people.ts";

const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const erase = (
  at: AtWork,
  who = holder(),
  more: { account?: string; memo?: string; memoType?: string } = {},
) => at.customers.erase(who, { account: who.account, ...more });
const read = (at: AtWork, who = holder()) => at.customers.read(who, {});
const rows = (at: AtWork, table: string) => at.db.query({ sql: `select * from ${table}` });

Deno.test("R-12-78 R-09-29 whatever was given is gone from every table, files and hashes included", () =>
  working(async (at) => {
    const given = {
      ...BASIC,
      tax_id: "TAX-4711-X",
      mobile_number: "+447700900123",
      "organization.name": "Analytical Engines",
      "organization.photo_incorporation_doc": PNG,
      photo_id_front: PNG,
    };
    const id = await at.put(holder(), given);
    await at.put(holder(), { mobile_number_verification: (await at.codes())[0]?.code });
    await at.put(holder(), { ...BASIC, last_name: "Byron" });
    await at.db.write([
      {
        sql:
          `insert into customer_callbacks (customer_id, id, url, type, status, ended, version, write_id, set_ms)
          values (?, 'callback', ?, 'sep6', 'ACCEPTED', 0, 1, 'w', 0)`,
        args: [
          id,
          at.vault.seal(
            { table: "customer_callbacks", column: "url", row: id },
            "https://wallet.example/ada",
          ),
        ],
      },
      at.outbox.insert({
        id: "customer_callback:1",
        kind: "customer_callback",
        subject: id,
        delivery: "at_least_once",
        body: { url: "https://wallet.example/body" },
      }),
    ], repeatable);
    const traces = [
      ...Object.values(given).filter((value) => typeof value === "string"),
      ...["Byron", "wallet.example", "IHDR", ACCOUNT],
    ];
    const before = await databaseText(at.db, at.vault);
    for (const trace of traces) ok(before.includes(trace), `${trace} is there before`);
    await at.performNow(await erase(at));
    const after = await databaseText(at.db, at.vault);
    for (const trace of traces) ok(!after.includes(trace), `${trace} is gone`);
    for (
      const table of ["values", "indexes", "files", "file_chunks", "callbacks", "verifications"]
    ) deepEqual(await rows(at, `customer_${table}`), [], table);
    deepEqual(new Set((await rows(at, "outbox")).map(({ state }) => state)), new Set(["done"]));
  }));

Deno.test("R-12-86 how it was decided stays as codes, and the id is never given again", () =>
  working(async (at) => {
    const id = await at.put(holder(), { ...BASIC, last_name: "Reject" });
    await at.customers.chooseLanguage(id, "sw");
    await at.performNow(await erase(at));
    const [row] = await rows(at, "customers");
    equal(row?.["owner"], `erased:${id}`);
    deepEqual([row?.["account"], row?.["language"], row?.["chosen_language"]], ["", null, null]);
    const [decision, ...others] = JSON.parse(String(row?.["decisions"]));
    deepEqual(others, []);
    deepEqual({ ...decision, at_ms: 0 }, {
      type: "sep6",
      instance: "bureau",
      level: "basic",
      state: "rejected",
      at_ms: 0,
    });
    ok(decision.at_ms > 0 && row?.["erased_ms"] !== null);
    deepEqual((await rows(at, "kyc_cases")).map(({ state, answer }) => [state, answer]), [[
      "superseded",
      null,
    ]]);
    const other = await at.put(holder(), BASIC);
    notEqual(other, id);
    await rejects(at.customers.read(holder(), { id }), refused("sep12.customer_not_found"));
    await rejects(at.put(holder(), BASIC, { id }), refused("sep12.customer_not_found"));
  }));

Deno.test("R-12-84 R-12-85 P16 who was erased is a stranger, and can be known anew", () =>
  working(async (at) => {
    const before = await read(at);
    await at.put(holder(), BASIC);
    await at.performNow(await erase(at));
    const after = await read(at);
    deepEqual([after.id, after.standing], [null, before.standing]);
    await rejects(erase(at), refused("sep12.nothing_stored"));
    await at.put(holder(), BASIC);
    equal((await read(at)).standing.status, "ACCEPTED");
  }));

Deno.test("R-12-82 R-12-83 a memo names whom it is about, and without one it is the account itself", () =>
  working(async (at) => {
    const muxed = { sub: MUXED, account: ACCOUNT, memo: null, muxedId: MUXED_ID };
    const [seven, eight] = [holder(ACCOUNT, "7"), holder(ACCOUNT, "8")];
    for (const who of [holder(), seven, eight, muxed]) await at.put(who, BASIC);
    const there = async () => {
      const answers = await Promise.all([holder(), seven, eight, muxed].map((who) => read(at, who)));
      return answers.map(({ id }) => id !== null);
    };
    await erase(at);
    deepEqual(await there(), [false, true, true, true]);
    await rejects(erase(at), refused("sep12.nothing_stored"));
    await erase(at, holder(), { memo: "7" });
    deepEqual(await there(), [false, false, true, true]);
    // The memo of the token is enough, and another one is none of its holder's.
    await rejects(erase(at, eight, { memo: "7" }), refused("sep12.memo_mismatch"));
    await erase(at, eight);
    deepEqual(await there(), [false, false, false, true]);
    await erase(at, muxed, { account: MUXED });
    deepEqual(await there(), [false, false, false, false]);
  }));

Deno.test("R-12-81 another account is refused and nothing of it is deleted", () =>
  working(async (at) => {
    const owner = holder(OTHER);
    const id = await at.put(owner, BASIC);
    await at.put(holder(), BASIC);
    for (const account of [OTHER, MUXED, `${ACCOUNT}:7`, "", "GNOBODY"]) {
      await rejects(erase(at, holder(), { account }), refused("sep12.not_the_owner"), account);
    }
    equal((await read(at, owner)).id, id);
    ok((await read(at)).id !== null);
  }));

Deno.test("R-12-80 of whom nothing was given, nothing is stored, whatever transfer was opened", () =>
  working(async (at) => {
    const id = await at.customers.ensure(holder());
    await at.customers.chooseLanguage(id, "sw");
    await rejects(erase(at), refused("sep12.nothing_stored"));
    equal((await rows(at, "customers")).length, 1);
    equal(await at.customers.chosenLanguage(id), null, "nor is a language that was chosen on a page");
  }));

Deno.test("M-30 a PUT and DELETEs at once end in one order: all that is there belongs to one customer, or none is", async () => {
  const folder = await Deno.makeTempDir();
  const { at, close } = await customersAtWork({ url: `file:${folder}/kedge.db` });
  const second = await at.another();
  try {
    for (let memo = 1; memo <= 12; memo++) {
      const who = holder(ACCOUNT, String(memo));
      const first = await at.put(who, { ...BASIC, photo_id_front: PNG });
      const request = { entries: [["city", "Paris"], ["photo_id_back", PNG]] as const, language: "en" };
      const [put, ...erased] = await Promise.allSettled([
        at.customers.put(who, request),
        second.customers.erase(who, { account: ACCOUNT }),
        at.customers.erase(who, { account: ACCOUNT }),
      ]);
      equal(put.status, "fulfilled");
      const done = erased.filter(({ status }) => status === "fulfilled").length;
      ok(done >= 1);
      for (const result of erased) {
        if (result.status === "rejected") ok(refused("sep12.nothing_stored")(result.reason));
      }
      const { id, standing } = await read(at, who);
      const names = Object.keys(standing.provided).sort();
      if (id === null) deepEqual(names, []);
      else deepEqual([id === first, names], [false, ["city", "photo_id_back"]]);
    }
    // No value and no file of anybody who was erased.
    for (const table of ["customer_values", "customer_files"]) {
      const left = await at.db.query({
        sql: `select v.customer_id from ${table} v left join customers c on c.id = v.customer_id
          where c.id is null or c.erased_ms is not null`,
      });
      deepEqual(left, [], table);
    }
  } finally {
    second.close();
    await close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("M-30 what is committed between the reading and the erasing is erased too", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    const { need } = await at.customers.read(holder(), {});
    const begun = () => at.customers.beginIfComplete(id, { ...need, type: "sep24" });
    const given = () => at.customers.put(holder(), { entries: [["city", "Paris"]], language: "en" });
    at.beforeWrites.push(begun, null, given);
    const effects = await erase(at);
    deepEqual(effects.slice(1).toSorted(), [`kyc_erase:${id}:sep24:1`, `kyc_erase:${id}:sep6:1`]);
    deepEqual((await rows(at, "kyc_cases")).map(({ state }) => state), ["superseded", "superseded"]);
    deepEqual(await rows(at, "customer_values"), []);
    equal((await read(at)).id, null);
  }));

Deno.test("R-12-78 R-12-85 who has given nothing is not known, and what waits for them elsewhere is given up", () =>
  working(async (at) => {
    await rejects(erase(at), refused("sep12.nothing_stored"));
    deepEqual(at.forgotten, []);
    const id = await at.customers.ensure(holder());
    await rejects(erase(at), refused("sep12.nothing_stored"));
    deepEqual(at.forgotten, [id]);
    // Of whom something is known, it is given up by what follows from the erasure.
    await at.put(holder(), BASIC);
    ok((await erase(at)).includes(`customer_erased:${id}`));
    deepEqual(at.forgotten, [id]);
  }));

Deno.test("M-30 R-12-85 of two DELETEs that have read the same customer one answers 404", () =>
  working(async (at) => {
    await at.put(holder(), BASIC);
    at.beforeWrites.push(() => erase(at));
    await rejects(erase(at), refused("sep12.nothing_stored"));
    equal((await rows(at, "customers")).length, 1);
  }));

Deno.test("M-30 a PUT whose customer is erased under its hands makes another one, with its files", () =>
  working(async (at) => {
    await at.put(holder(), BASIC);
    at.beforeWrites.push(null, null, () => erase(at));
    const id = await at.put(holder(), { city: "Paris", photo_id_front: PNG });
    deepEqual(Object.keys((await read(at)).standing.provided).sort(), ["city", "photo_id_front"]);
    deepEqual((await rows(at, "customer_files")).map((row) => [row.customer_id, row.expires_ms]), [[
      id,
      null,
    ]]);
    // Erased between its first row and its bytes.
    at.beforeWrites.push(null, () => erase(at));
    await at.put(holder(), { photo_id_front: new Uint8Array([...PNG, 0]) });
    equal((await rows(at, "customer_file_chunks")).length, 1);
    // Erased before anything is stored.
    at.beforeWrites.push(() => erase(at));
    await at.put(holder(), { photo_id_front: PNG });
    equal((await rows(at, "customer_files")).length, 1);
  }));

Deno.test("nothing is asked or reviewed of who was erased, whatever their id is still named for", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    const { need } = await read(at);
    await at.performNow(await erase(at));
    deepEqual(await at.customers.beginIfComplete(id, { ...need, required: [] }), []);
    equal((await at.customers.standingOf(id, need)).status, "NEEDS_INFO");
    deepEqual(await at.customers.valuesOf(id, Object.keys(BASIC)), {});
  }));

Deno.test({
  name: "R-12-78 on a server of its own the records forget files and values as they do in a file",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    await working(async (at) => {
      const id = await at.put(holder(), { ...BASIC, photo_id_front: PNG });
      await at.performNow(await erase(at));
      const text = await databaseText(at.db, at.vault);
      for (const trace of [...Object.values(BASIC), "IHDR", ACCOUNT]) ok(!text.includes(trace), trace);
      ok(text.includes(`erased:${id}`));
    }, { url: server.url });
  }),
});
