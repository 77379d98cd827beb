import assert from "node:assert/strict";
import { expireJob } from "../../../core/jobs/expire.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { Refusal } from "../../../core/refusal.ts";
import { statusOf } from "../../../core/seps/statuses.ts";
import { endErased } from "../../../core/transfers/erased.ts";
import { findOwn } from "../../../core/transfers/find.ts";
import { DRAFT_MS, type DraftRequest } from "../../../core/transfers/open-draft.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { working } from "../customers/at-work.ts";
import { BASIC, holder } from "../customers/people.ts";
import { atDesk } from "./at-desk.ts";
import { leavesNothing } from "./leaves-nothing.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const refuses = (work: MoneyAtWork, request: Partial<DraftRequest>, code: string) =>
  leavesNothing(work, () => work.draft(request), code);

const ada = { ...holder(), clientDomain: null };

/** Adds a method beside the first deposit's. */
function offer({ services }: MoneyAtWork, more: Partial<MoneyAtWork["services"][number]>): void {
  const [first] = services;
  assert.ok(first);
  services.push({ ...first, method: "PIX", ...more });
}

Deno.test("R-24-40 R-24-41 a draft is found at once and is incomplete, whoever its customer is, and nothing is given for it", async () => {
  using work = await moneyAtWork();
  await work.setKyc("alice", "accepted");
  for (const kind of ["deposit", "withdrawal"] as const) {
    const draft = await work.draft({ kind });
    const found = await findOwn(work.db, "alice", { id: draft.id });
    assert.deepEqual([found?.protocol, found?.state], ["sep24", "draft"]);
    assert.equal(statusOf("sep24", kind, draft.state), "incomplete");
    assert.deepEqual(
      [draft.receiveMemo, draft.reference, draft.instructions, draft.beneficiary],
      [null, null, null, null],
    );
    assert.equal((draft.expiresMs ?? 0) - draft.startedMs, DRAFT_MS);
    assert.equal(await findOwn(work.db, "bob", { id: draft.id }), null);
  }
  assert.deepEqual(
    [await work.count("transfer_history"), await work.count("memos"), await work.count("outbox")],
    [2, 0, 0],
  );
});

Deno.test("R-24-38 the amount may be open, and amounts are promised where only one service could be meant", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ deposit: { amount: "exact" } }) });
  const amountsOf = async (request: Partial<DraftRequest>) => {
    const { amountRequested, amountIn, amountFee, amountOut } = await work.draft(request);
    return [amountRequested, amountIn, amountFee, amountOut];
  };
  assert.deepEqual(await amountsOf({ amount: null }), [null, null, null, null]);
  assert.deepEqual(await amountsOf({ amount: 100n * ONE }), [100n * ONE, 100n * ONE, ONE, 99n * ONE]);
  offer(work, { max: 5_000n * ONE, fee: { fixed: 2n * ONE, percent: 0n } });
  assert.deepEqual(await amountsOf({ amount: 100n * ONE }), [100n * ONE, null, null, null]);
  const named = { amount: 100n * ONE, method: "PIX" };
  assert.deepEqual(await amountsOf(named), [100n * ONE, 100n * ONE, 2n * ONE, 98n * ONE]);
  // The other one could not serve so much.
  const large = await work.draft({ amount: 2_000n * ONE });
  assert.deepEqual([large.method, large.amountOut], ["PIX", 1_998n * ONE]);
});

Deno.test("R-24-55 what nothing that may be chosen could serve is refused, and leaves nothing written", async () => {
  using work = await moneyAtWork({ service: { countries: ["BRA"] } });
  await refuses(work, { assetCode: "EURX" }, "transfer.unknown_asset");
  await refuses(work, { method: "cash" }, "transfer.unknown_method");
  await refuses(work, { country: "ARG" }, "transfer.country_not_served");
  await refuses(work, { amount: ONE - 1n }, "transfer.amount_too_small");
  await refuses(work, { amount: 5n * ONE + 1n }, "transfer.amount_step");
  // The fee of one would eat it up.
  await refuses(work, { amount: ONE }, "transfer.amount_too_small");
  await refuses(work, { kind: "withdrawal", amount: ONE }, "transfer.amount_too_small");
  offer(work, { min: 2_000n * ONE, max: 5_000n * ONE });
  const above = await refuses(work, { amount: 5_001n * ONE }, "transfer.amount_too_large");
  assert.deepEqual([above.params.min, above.params.max], ["1", "5000"], "the bounds of both");
  const between = await refuses(work, { amount: 1_500n * ONE }, "transfer.amount_too_large");
  assert.equal(between.params.max, "1000");
  await work.setKyc("alice", "rejected");
  await refuses(work, { amount: null }, "transfer.customer_rejected");
});

Deno.test("R-24-55 M-8 neither an unpayable destination nor somebody else's customer makes a draft", async () => {
  const checkDestination = () => Promise.reject(new Refusal("transfer.destination_missing"));
  using work = await moneyAtWork({ opening: { checkDestination } });
  await refuses(work, {}, "transfer.destination_missing");
  assert.equal(await work.count("customers"), 0);
  const customerOf = () => Promise.reject(new Refusal("transfer.customer_unknown"));
  using other = await moneyAtWork({ opening: { customers: { ...work.opening.customers, customerOf } } });
  await refuses(other, { customerId: "bob's" }, "transfer.customer_unknown");
});

Deno.test("R-24-55 a database that cannot be read is no answer about a service", async () => {
  using work = await moneyAtWork();
  offer(work, {});
  let asked = 0;
  const readiness = () => {
    asked++;
    return Promise.reject(new Refusal("records.unreachable"));
  };
  using away = await moneyAtWork({ opening: { customers: { ...work.opening.customers, readiness } } });
  offer(away, {});
  await assert.rejects(away.draft(), (error) => error instanceof Refusal && error.status === 503);
  assert.deepEqual([asked, await away.count("transfers")], [1, 0]);
});

Deno.test("M-29 R-24-156 a draft for which nobody chooses ends after a day, and not when the time to pay would", async () => {
  using work = await moneyAtWork();
  const [deposit, withdrawal] = [await work.draft(), await work.draft({ kind: "withdrawal" })];
  const job = expireJob(work.books);
  await moveClock(work.db, 3_601_000);
  assert.equal(await job.run({ isSpent: () => false }), 0);
  await moveClock(work.db, DRAFT_MS);
  assert.equal(await job.run({ isSpent: () => false }), 2);
  for (const draft of [deposit, withdrawal]) {
    const now = await work.now(draft);
    assert.deepEqual([now.state, now.expiresMs], ["expired", null]);
  }
  await work.balances();
});

Deno.test("M-22 a customer who is refused for good takes the draft along, one who is accepted chooses first", () =>
  working(async (at) => {
    const { desk, work } = await atDesk(at);
    const draft = await work.draft({ owner: ada });
    const id = await at.put(holder(), BASIC, { type: "sep24" });
    assert.equal(id, draft.customerId);
    const due = async () => (await at.customers.customersToSettle({ after: null, limit: 5 })).due;
    assert.deepEqual([await due(), await desk.settle(id, "sep24")], [[], []]);
    await at.db.write(
      [{ sql: "update kyc_cases set state = 'rejected', version = version + 1" }],
      repeatable,
    );
    assert.deepEqual(await due(), [{ customerId: id, type: "sep24" }]);
    assert.deepEqual(await desk.settle(id, "sep24"), [draft.id]);
    const ended = await work.now(draft);
    assert.deepEqual([ended.state, ended.message], ["failed", "customer_rejected"]);
    await refuses(work, { owner: ada }, "transfer.customer_rejected");
  }));

Deno.test("M-18 a draft counts as nothing, and there is none for whom no more may be moved", () =>
  working(async (at) => {
    const { work, open, waiting } = await atDesk(at, { pack: { limits: { day: "80" } } });
    await at.put(holder(), BASIC);
    for (let n = 0; n < 3; n++) await work.draft({ owner: ada, amount: 80n * ONE });
    assert.equal((await open({ amount: 80n * ONE })).terms.upTo, 80n * ONE);
    await refuses(work, { owner: ada, amount: 81n * ONE }, "transfer.amount_too_large");
    await work.pay(await waiting({ amount: 80n * ONE }), 80n * ONE);
    const { params } = await refuses(work, { owner: ada, amount: null }, "transfer.limit_reached");
    assert.equal(params.remaining, "0");
  }));

Deno.test("P5 the country that a customer gave says which service may be meant", () =>
  working(async (at) => {
    const { work } = await atDesk(at, { service: { countries: ["USA"] } });
    await at.put(holder(), { ...BASIC, address_country_code: "BRA" });
    await refuses(work, { owner: ada }, "transfer.country_not_served");
    offer(work, { countries: ["BRA"] });
    assert.equal((await work.draft({ owner: ada })).method, "PIX");
  }));

Deno.test("a customer who has everything erased leaves no draft, and none opens for one who is being erased", async () => {
  using work = await moneyAtWork();
  const forget = (id: string) =>
    work.db.write(
      [{ sql: "update customers set owner = 'erased:' || id, erased_ms = 1 where id = ?", args: [id] }],
      repeatable,
    );
  const { customers } = work.opening;
  let asked = 0;
  using other = await moneyAtWork({
    db: work.db,
    opening: {
      customers: {
        ...customers,
        customerOf: (owner, named) =>
          customers.customerOf(asked === 0 ? owner : { ...owner, sub: "alice again" }, named),
        tierFor: async (asking) => {
          if (asked++ === 0) await forget(asking.customer.id);
          return await customers.tierFor(asking);
        },
      },
    },
  });
  const draft = await other.draft();
  assert.deepEqual([draft.customerId, asked, await work.count("transfers")], ["customer-alice again", 2, 1]);
  await forget(draft.customerId);
  assert.deepEqual(await endErased(work.books, draft.customerId), { kind: "done" });
  const ended = await work.now(draft);
  assert.deepEqual([ended.state, ended.message], ["failed", "customer_erased"]);
});
