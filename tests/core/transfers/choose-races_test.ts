import assert from "node:assert/strict";
import { expireJob } from "../../../core/jobs/expire.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { choose } from "../../../core/transfers/choose.ts";
import type { Tiers } from "../../../core/transfers/tiers.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { working } from "../customers/at-work.ts";
import { BASIC, holder } from "../customers/people.ts";
import { inFile } from "../records/files.ts";
import { atDesk } from "./at-desk.ts";
import { rowsOfMoney } from "./leaves-nothing.ts";
import { moneyAtWork, ONE } from "./money-at-work.ts";

const ada = { ...holder(), clientDomain: null };
const HUNDRED = { amount: 100n * ONE };
const perCustomer = () => scriptedRail({ deposit: { address: "per_customer", reference: null } });

Deno.test("M-30 R-24-86 of many that choose at once one wins, and nothing is doubled", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const works = [await moneyAtWork({ db: one }), await moneyAtWork({ db: two })];
  const [work = assert.fail()] = works;
  await work.setKyc("alice", "accepted");
  for (const kind of ["deposit", "withdrawal"] as const) {
    const draft = await work.draft({ kind });
    const before = await rowsOfMoney(work);
    const amounts = [50n, 60n].flatMap((whole) => Array.from({ length: 4 }, () => whole * ONE));
    const answers = await Promise.all(
      amounts.map((amount, at) => choose((works[at % 2] ?? work).opening, draft, { amount })),
    );
    const now = await work.now(draft);
    assert.equal(now.version, 2);
    for (const [at, answer] of answers.entries()) {
      const expected = amounts[at] === now.amountIn ? { kind: "chosen", transfer: now } : { kind: "stale" };
      assert.deepEqual(answer, expected);
    }
    const added = (await rowsOfMoney(work)).map((rows, at) => rows - (before[at] ?? 0));
    assert.deepEqual(added, kind === "deposit" ? [0, 1, 0, 1, 0, 0, 0] : [0, 1, 1, 0, 0, 0, 0]);
  }
  one.close();
  two.close();
});

Deno.test("M-17 M-30 of two drafts that are chosen at once and could not be told apart, one is", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const works = [
    await moneyAtWork({ db: one, bank: perCustomer() }),
    await moneyAtWork({ db: two, bank: perCustomer() }),
  ];
  const [work = assert.fail()] = works;
  await work.setKyc("alice", "accepted");
  const drafts = [await work.draft(), await work.draft(), await work.draft()];
  const answers = await Promise.allSettled(
    drafts.map((draft, at) => choose((works[at % 2] ?? work).opening, draft, HUNDRED)),
  );
  assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 1);
  for (const answer of answers) {
    if (answer.status === "rejected") assert.equal(answer.reason.code, "transfer.deposit_open");
  }
  const states = await Promise.all(drafts.map(async (draft) => (await work.now(draft)).state));
  assert.deepEqual(states.sort(), ["draft", "draft", "instructing"]);
  one.close();
  two.close();
});

Deno.test("M-18 of a choice that rests on an old sum the tier is judged again", () =>
  working(async (at) => {
    const { desk, work, waiting } = await atDesk(at);
    await at.put(holder(), BASIC);
    await at.put(holder(), BASIC, { type: "sep24" });
    const [paid, draft] = [await waiting({ amount: 60n * ONE }), await work.draft({ owner: ada })];
    let isPaid = false;
    const tierFor: Tiers["tierFor"] = async (asked) => {
      const given = await desk.tierFor(asked);
      if (!isPaid) {
        isPaid = true;
        await work.pay(paid, 60n * ONE);
      }
      return given;
    };
    const on = { ...work.opening, customers: { ...desk, tierFor } };
    const answer = await choose(on, draft, { amount: 60n * ONE });
    assert.ok(answer.kind === "chosen");
    assert.deepEqual([answer.transfer.tier, answer.transfer.state], ["heavy", "kyc"]);
  }));

Deno.test("nothing goes on for a customer who is erased while choosing", async () => {
  using work = await moneyAtWork();
  const { customers } = work.opening;
  const draft = await work.draft();
  const tierFor: Tiers["tierFor"] = async (asked) => {
    await work.db.write(
      [{ sql: "update customers set erased_ms = 1 where id = ?", args: [asked.customer.id] }],
      repeatable,
    );
    return await customers.tierFor(asked);
  };
  const on = { ...work.opening, customers: { ...customers, tierFor } };
  const before = await rowsOfMoney(work);
  assert.deepEqual(await choose(on, draft, HUNDRED), { kind: "stale" });
  assert.deepEqual([await work.now(draft), await rowsOfMoney(work)], [draft, before]);
});

Deno.test("M-29 a draft that is chosen while drafts are being ended is not ended by its old deadline", async () => {
  using work = await moneyAtWork();
  const [late, other] = [await work.draft(), await work.draft()];
  await moveClock(work.db, 86_401_000);
  const db: typeof work.db = {
    ...work.db,
    async query(statement) {
      const rows = await work.db.query(statement);
      if (/^select id from transfers where state in/.test(statement.sql)) {
        assert.equal((await choose(work.opening, late, HUNDRED)).kind, "chosen");
      }
      return rows;
    },
  };
  assert.equal(await expireJob({ ...work.books, db }).run({ isSpent: () => false }), 2);
  assert.deepEqual([(await work.now(late)).state, (await work.now(other)).state], ["kyc", "expired"]);
});
