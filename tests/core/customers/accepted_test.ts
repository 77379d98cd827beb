import { deepEqual, equal, ok } from "node:assert/strict";
import type { ToSettle } from "../../../core/customers/mod.ts";
import { repeatable } from "../../../core/records/database.ts";
import { customersAtWork, working } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";
import { ACCOUNT, BASIC, FULL, holder, OTHER, PNG } from "./people.ts";

/** A transfer's row, of which only customer, protocol and state count here. */
async function transferOf(at: AtWork, customerId: string, protocol: string, state: string) {
  const id = crypto.randomUUID().replaceAll("-", "").slice(0, 26);
  await at.db.write([{
    sql:
      `insert into transfers (id, kind, protocol, state, version, owner, account, customer_id, asset, currency, method,
        rail, kyc, tier, terms, language, started_ms, status_ms)
      values (?, 'deposit', ?, ?, 1, ?, ?, ?, 'USDX', 'USD', 'bank_account', 'bank', 'bureau', 'light', '{}', 'en', 0, 0)`,
    args: [id, protocol, state, ACCOUNT, ACCOUNT, customerId],
  }], repeatable);
}

Deno.test("transfers that wait for a decided customer are found, page by page, and no others", async () => {
  const { at, close } = await customersAtWork();
  try {
    const accepted = await at.put(holder(), BASIC);
    const rejected = await at.put(holder(OTHER), { ...BASIC, last_name: "Reject" });
    const asked = await at.put(holder(ACCOUNT, "1"), { first_name: "Ada" });
    for (const id of [accepted, rejected, asked]) await transferOf(at, id, "sep6", "kyc");
    await transferOf(at, accepted, "sep6", "kyc");
    await transferOf(at, accepted, "sep24", "kyc");
    await transferOf(at, rejected, "sep6", "waiting");
    const expected = [accepted, rejected].sort().map((customerId) => ({ customerId, type: "sep6" }));
    const look = (after: string | null, limit: number) => at.customers.customersToSettle({ after, limit });
    deepEqual(await look(null, 10), { due: expected, last: null });
    const waiting = [accepted, rejected, asked].sort();
    const walked: unknown[] = [];
    let after: string | null = null;
    for (let looks = 1;; looks++) {
      const { due, last }: ToSettle = await look(after, 1);
      walked.push(...due);
      if (last === null) {
        deepEqual(
          looks,
          waiting.length + 1,
          "one customer a look, also those of whom nothing is to be settled",
        );
        break;
      }
      deepEqual(last, waiting[looks - 1]);
      after = last;
    }
    deepEqual(walked, expected);
  } finally {
    await close();
  }
});

Deno.test("a transfer may be opened before anything is given: one customer, unknown to SEP-12", async () => {
  const { at, close } = await customersAtWork();
  try {
    const ids = await Promise.all([at.customers.ensure(holder()), at.customers.ensure(holder())]);
    deepEqual(new Set(ids).size, 1);
    const { id, standing } = await at.customers.read(holder(), {});
    deepEqual([id, standing.status], [null, "NEEDS_INFO"]);
    deepEqual(await at.put(holder(), BASIC), ids[0]);
    deepEqual((await at.customers.read(holder(), {})).id, ids[0]);
  } finally {
    await close();
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

Deno.test("M-22 a heavier review that rejects takes the lighter acceptance with it", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    const heavy = at.customers.requirementFor({ type: "sep6", country: null, amount: 10n ** 12n });
    const light = at.customers.requirementFor({ type: "sep6", country: null, amount: null });
    await at.put(holder(), { ...FULL, id_type: "passport", photo_id_front: PNG });
    await at.performNow(await at.customers.beginIfComplete(id, heavy));
    equal((await at.customers.standingOf(id, heavy)).status, "ACCEPTED");
    await at.db.write([{ sql: "update kyc_cases set state = 'rejected' where level = 'full'" }], repeatable);
    equal((await at.customers.standingOf(id, light)).status, "REJECTED");
    equal((await at.db.write([at.customers.acceptedCondition(id, light)], repeatable)).kind, "stale");
  }));

Deno.test("R-12-54 M-22 an acceptance that is withdrawn is told, and stands as rejected", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    await at.bureau("/decide", { customer_id: id, decision: "rejected", reason: "watchlist" });
    at.told.length = 0;
    const swept = await at.customers.sweep("bureau", null);
    ok(swept.kind === "done" && swept.next !== null);
    equal((await at.customers.read(holder(), {})).standing.status, "REJECTED");
    equal((await at.customers.read(holder(), {})).standing.reason, "other");
    deepEqual(at.told, [`${id}:sep6`]);
    const alarms = await at.db.query({ sql: "select kind, subject, detail from alarms" });
    deepEqual(alarms, [{ kind: "kyc_risk", subject: `${id}:sep6:1`, detail: "sanctions" }]);
  }));
