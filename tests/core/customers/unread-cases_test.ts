import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { customerJobs } from "../../../core/jobs/customers.ts";
import { budgetOf } from "../../../core/jobs/job.ts";
import { markRead, markUnread } from "../../../core/customers/unread-cases.ts";
import { closeAlarm, openAlarms } from "../../../core/records/alarms.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { readCursor } from "../../../core/records/cursors.ts";
import { repeatable } from "../../../core/records/database.ts";
import type { KycProvider } from "../../../plugins/kyc-provider.ts";
import { done, failed, unrecognized } from "../../../plugins/outcome.ts";
import { type AtWork, working } from "./at-work.ts";
import { BASIC, holder } from "./people.ts";

const EVERY_S = 30;
const HOUR = 3_600_000;
const [ADA, BOB] = [holder(), holder(undefined, "7")];

const WEBHOOK = {
  method: "POST",
  path: "",
  query: new URLSearchParams(),
  headers: new Headers(),
  body: new Uint8Array(),
  receivedAt: 0,
};

/** Two reviews that a person at the bureau has rejected after all; news of the first cannot be read until it is healed. */
interface Unread {
  readonly at: AtWork;
  readonly caseId: string;
  readonly heal: () => void;
  readonly statuses: () => Promise<readonly string[]>;
  readonly alarms: () => Promise<readonly string[]>;
  /** The job that asks what changed, then the one that asks again. */
  readonly sweep: () => Promise<unknown>;
  /** Reads a webhook that names both. */
  readonly hear: () => Promise<string>;
  readonly poll: () => Promise<number>;
}

/** @param read what the provider answers to whoever reads the first review */
async function withUnread(read: KycProvider["readCase"] | null, test: (unread: Unread) => Promise<void>) {
  let unreadable: string | null = null;
  const refs: string[] = [];
  const provider = (real: KycProvider): KycProvider => ({
    ...real,
    readCase: (ref, ports) => (ref === unreadable && read ? read : real.readCase)(ref, ports),
    readWebhook: () =>
      Promise.resolve({ verdict: "accepted", trust: "wake_up", events: refs.map((ref) => ({ ref })) }),
    // One change a page, whose next is asked for by its number.
    listChanged(cursor) {
      const page = Number(cursor ?? "0");
      const found = refs.slice(page, page + 1);
      const next = String(page + found.length);
      return Promise.resolve(done({ refs: found, next, more: page + 1 < refs.length }));
    },
  });
  await working(async (at) => {
    for (const who of [ADA, BOB]) {
      const id = await at.put(who, BASIC);
      const [row] = await at.db.query({ sql: "select ref from kyc_cases where customer_id = ?", args: [id] });
      await at.bureau("/decide", { customer_id: id, decision: "rejected" });
      refs.push(String(row?.["ref"]));
    }
    unreadable = refs[0] ?? null;
    const [row] = await at.db.query({ sql: "select id from kyc_cases where ref = ?", args: [unreadable] });
    const jobs = customerJobs({
      db: at.db,
      customers: at.customers,
      desk: { settle: () => Promise.resolve([]) },
      instances: ["bureau"],
      onMoved: () => Promise.resolve(),
    });
    await test({
      at,
      caseId: String(row?.["id"]),
      heal: () => void (unreadable = null),
      statuses: () =>
        Promise.all([ADA, BOB].map(async (one) => (await at.customers.read(one, {})).standing.status)),
      alarms: async () => (await openAlarms(at.db, 10)).map(({ kind, detail }) => `${kind}:${detail}`),
      sweep: async () => await jobs.find(({ name }) => name === "kyc:bureau")?.run(budgetOf(10_000)),
      hear: async () => (await at.customers.readWebhook("bureau", WEBHOOK)).kind,
      poll: async () => (await at.customers.poll(10)).asked,
    });
  }, { provider, kyc: { pollEverySeconds: EVERY_S } });
}

const UNREADABLE: readonly [string, KycProvider["readCase"], readonly string[]][] = [
  ["lost by its provider", () => Promise.resolve(done(null)), ["kyc_unreadable:kyc.case_not_found"]],
  ["of which the provider says it is not there", () => Promise.resolve(failed("not_found")), [
    "kyc_unreadable:kyc.not_found",
  ]],
  ["in words that nobody knows", () => Promise.resolve(unrecognized("status")), [
    "kyc_unreadable:kyc.unknown_value",
  ]],
  ["that is unavailable", () => Promise.resolve(failed("unavailable")), []],
  ["at which the module breaks", () => Promise.reject(new Error("broken")), []],
];

for (const [what, read, told] of UNREADABLE) {
  Deno.test(`M-22 a review ${what} hides no change behind it, and is asked about again by itself`, () =>
    withUnread(read, async ({ at, heal, statuses, alarms, sweep, poll }) => {
      await sweep();
      deepEqual(await statuses(), ["ACCEPTED", "REJECTED"]);
      equal((await readCursor(at.db, "kyc:bureau")).value, "2");
      deepEqual(await alarms(), [], "it may pass");
      await moveClock(at.db, HOUR / 4);
      equal(await poll(), 1);
      deepEqual(await alarms(), told);
      heal();
      await moveClock(at.db, HOUR / 2);
      equal(await poll(), 1);
      deepEqual(await statuses(), ["REJECTED", "REJECTED"]);
      deepEqual(await alarms(), [], "it has been read");
      await moveClock(at.db, 48 * HOUR);
      equal(await poll(), 0);
    }));
}

Deno.test("M-22 of several reviews that one webhook names, one that cannot be read hides no other", () =>
  withUnread(() => Promise.resolve(failed("unavailable")), async ({ heal, statuses, hear }) => {
    equal(await hear(), "failed");
    deepEqual(await statuses(), ["ACCEPTED", "REJECTED"]);
    heal();
    equal(await hear(), "done");
    deepEqual(await statuses(), ["REJECTED", "REJECTED"]);
  }));

Deno.test("M-22 a review that nobody can open hides no other, and whoever runs the job hears of it", () =>
  withUnread(null, async ({ at, caseId, statuses, sweep, poll }) => {
    const [{ answer } = {}] = await at.db.query({
      sql: "select answer from kyc_cases where id = ?",
      args: [caseId],
    });
    const write = (value: Uint8Array) =>
      at.db.write([
        { sql: "update kyc_cases set answer = ? where id = ?", args: [value, caseId] },
      ], repeatable);
    ok(answer instanceof Uint8Array);
    await write(answer.map((byte) => byte ^ 1));
    await rejects(sweep(), AggregateError);
    equal((await readCursor(at.db, "kyc:bureau")).value, "2");
    await write(answer);
    deepEqual(await statuses(), ["ACCEPTED", "REJECTED"]);
    await moveClock(at.db, EVERY_S * 1000 + 1000);
    equal(await poll(), 1);
    deepEqual(await statuses(), ["REJECTED", "REJECTED"]);
  }));

Deno.test("a review that stays unreadable is asked about ever more rarely, and told of after half a day", () =>
  withUnread(() => Promise.resolve(failed("unavailable")), async ({ at, heal, alarms, sweep, poll }) => {
    await sweep();
    const askings: number[] = [];
    for (let hour = 1; hour <= 120; hour++) {
      await moveClock(at.db, HOUR);
      if (await poll() === 1) askings.push(hour);
      if (hour === 11) deepEqual(await alarms(), []);
    }
    // Hours 1, 2, 4, 8, 16, 32, 56, 80 and 104, or the one behind where the clock had gone on by some milliseconds.
    equal(askings[0], 1);
    ok(askings.length >= 7 && askings.length <= 9, String(askings));
    const gaps = askings.slice(1).map((hour, nth) => hour - (askings[nth] ?? 0));
    ok(gaps.every((gap) => gap <= 25) && gaps.filter((gap) => gap >= 24).length >= 3, String(gaps));
    const told = ["kyc_unreadable:kyc.unavailable"];
    deepEqual(await alarms(), told);
    const close = async () => {
      for (const { id } of await openAlarms(at.db, 10)) await closeAlarm(at.db, id);
    };
    await close();
    await moveClock(at.db, 25 * HOUR);
    equal(await poll(), 1);
    deepEqual(await alarms(), [], "a person has settled it");
    heal();
    await moveClock(at.db, 25 * HOUR);
    equal(await poll(), 1);
    equal(await poll(), 0);
  }));

Deno.test("what cannot be read anew after it was read is told of once more", () =>
  withUnread(null, async ({ at, caseId, alarms }) => {
    const mark = async () => {
      await markUnread(at.db, caseId, "kyc.case_not_found");
      const [row] = await at.db.query({
        sql: "select unread_mark as mark from kyc_cases where id = ?",
        args: [caseId],
      });
      return String(row?.["mark"]);
    };
    const told = ["kyc_unreadable:kyc.case_not_found"];
    await mark();
    await moveClock(at.db, HOUR);
    const first = await mark();
    deepEqual(await alarms(), told);
    const second = await mark();
    await markRead(at.db, caseId, first);
    deepEqual(await alarms(), told, "news that came since it was read");
    await markRead(at.db, caseId, second);
    deepEqual(await alarms(), []);
    await mark();
    deepEqual(await alarms(), []);
    await moveClock(at.db, HOUR);
    await mark();
    deepEqual(await alarms(), told);
  }));

Deno.test("of a review that was overtaken, or whose customer is erased, the provider is not asked any more", () =>
  withUnread(null, async ({ at, caseId, alarms, poll }) => {
    for (let hour = 0; hour < 2; hour++) {
      await markUnread(at.db, caseId, "kyc.case_not_found");
      await moveClock(at.db, HOUR);
    }
    equal((await alarms()).length, 1);
    await at.performNow(await at.customers.erase(ADA, { account: ADA.account }));
    const before = at.calls.length;
    await moveClock(at.db, EVERY_S * 1000 + 1000);
    equal(await poll(), 1);
    deepEqual(at.calls.slice(before), []);
    deepEqual(await alarms(), []);
  }));
