import { deepEqual, equal, ok } from "node:assert/strict";
import type { KycProvider } from "../../../plugins/kyc-provider.ts";
import { done } from "../../../plugins/outcome.ts";
import { pollCases } from "../../../core/customers/news.ts";
import { findCase, recordAnswer } from "../../../core/customers/read-case.ts";
import { moveClock } from "../../../core/records/clock.ts";
import type { Database } from "../../../core/records/database.ts";
import { working } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";
import { BASIC, FULL, holder, PNG } from "./people.ts";

/** Gives without performing: the effect waits. */
async function give(at: AtWork, fields: Record<string, unknown> = BASIC) {
  const { id, effects } = await at.customers.put(holder(), {
    entries: Object.entries(fields),
    language: "en",
  });
  return { id, caseId: `${id}:sep6:1`, effects };
}
const statusOf = async (at: AtWork) => (await at.customers.read(holder(), {})).standing.status;
const refCount = (at: AtWork) =>
  at.calls.filter((call) => call.startsWith("PUT") && call.includes("/cases/")).length;

Deno.test("a hand-in that is cut at any call goes on where it was and opens one case", async () => {
  for (const cut of ["not_sent", "answer_lost"] as const) {
    for (let position = 0; position < 4; position++) {
      await working(async (at) => {
        const { caseId } = await give(at);
        at.cuts.push(...Array.from({ length: position }, () => null), cut);
        const first = await at.customers.performReview(caseId);
        equal(first.kind, "failed", `${cut} at call ${position}`);
        equal(await statusOf(at), "PROCESSING");
        deepEqual(await at.customers.performReview(caseId), { kind: "done" });
        equal(await statusOf(at), "ACCEPTED");
        equal(at.told.length, 1);
      });
    }
  }
});

Deno.test("a failed effect keeps its code and stays due", () =>
  working(async (at) => {
    const { effects } = await give(at);
    at.cuts.push("not_sent");
    await at.performNow(effects);
    const [row] = await at.db.query({ sql: "select state, error, tries from outbox" });
    deepEqual(row, { state: "due", error: "kyc.unavailable", tries: 1n });
  }));

Deno.test("M-30 two performers of one review end in one case and one word of it", () =>
  working(async (at) => {
    const { caseId } = await give(at);
    const ends = await Promise.all([at.customers.performReview(caseId), at.customers.performReview(caseId)]);
    deepEqual(ends, [{ kind: "done" }, { kind: "done" }]);
    equal(await statusOf(at), "ACCEPTED");
    deepEqual(at.told, [caseId.replace(":1", "")]);
    equal(refCount(at) <= 2, true);
  }));

Deno.test("a provider that throws leaves the review where it was", () =>
  working(async (at) => {
    const { caseId } = await give(at);
    deepEqual(await at.customers.performReview(caseId), { kind: "failed", error: "kyc.unknown_outcome" });
    equal(await statusOf(at), "PROCESSING");
  }, { provider: (real) => ({ ...real, startReview: () => Promise.reject(new Error("secret value")) }) }));

Deno.test("a state or a field that nobody knows is a failure, never processing", async () => {
  const fine = { state: "collecting", revision: 1, missing: [], fields: {}, reasons: [] };
  const strange = [
    { ...fine, state: "sleeping" },
    { ...fine, missing: ["shoe_size"] },
    { ...fine, fields: { shoe_size: { status: "accepted" } } },
    { ...fine, fields: { first_name: { status: "odd" } } },
    { ...fine, reasons: [{ code: "odd" }] },
    { ...fine, revision: 0.5 },
  ];
  for (const answer of strange) {
    const provider = (real: KycProvider): KycProvider =>
      Object.create(real, { readCase: { value: () => Promise.resolve(done(answer)) } });
    await working(async (at) => {
      const { caseId } = await give(at);
      deepEqual(await at.customers.performReview(caseId), { kind: "failed", error: "kyc.unknown_value" });
      const [row] = await at.db.query({ sql: "select state, revision from kyc_cases" });
      deepEqual(row, { state: "new", revision: -1n });
    }, { provider });
  }
});

Deno.test("R-12-48 values that the provider refuses at the door are asked again", () =>
  working(async (at) => {
    const { caseId } = await give(at);
    deepEqual(await at.customers.performReview(caseId), { kind: "done" });
    const { standing } = await at.customers.read(holder(), {});
    equal(standing.status, "NEEDS_INFO");
    deepEqual(standing.missing, ["email_address"]);
    deepEqual(standing.provided["email_address"], { status: "REJECTED", reason: "invalid_format" });
  }, {
    provider: (real) => ({
      ...real,
      submitFields: () =>
        Promise.resolve({
          ok: false,
          error: { kind: "invalid_input", fields: { email_address: "invalid_format" } },
        }),
    }),
  }));

Deno.test("a value that is changed while it is handed in is never accepted by the older word", () =>
  working(async (at) => {
    const { id, caseId, effects } = await give(at);
    ok(effects.length === 1);
    // The first review is overtaken between the bureau's word and its record.
    const overtaken = at.customers.performReview(caseId);
    const second = await at.customers.put(holder(), { entries: [["last_name", "Reject"]], language: "en" });
    await overtaken;
    await at.performNow(second.effects);
    await at.performNow(await at.outbox.due(10));
    equal(await statusOf(at), "REJECTED");
    const states = await at.db.query({ sql: "select attempt, state from kyc_cases order by attempt" });
    deepEqual(states, [{ attempt: 1n, state: "superseded" }, { attempt: 2n, state: "rejected" }]);
    equal(at.told.at(-1), `${id}:sep6`);
  }));

Deno.test("R-12-67 what is added before a hand-in is performed is none of that review's", () => {
  const handedIn: string[] = [];
  const listening = (real: KycProvider): KycProvider => ({
    ...real,
    submitFields: (ref, fields, ports) => {
      handedIn.push(...Object.keys(fields));
      return real.submitFields(ref, fields, ports);
    },
    submitDocument: (_, { field }) => {
      handedIn.push(field);
      return Promise.resolve(done({}));
    },
  });
  return working(async (at) => {
    const { effects } = await give(at);
    // A review that had them in secret would not be overtaken when they are replaced.
    await give(at, { city: "Paris", photo_id_front: PNG });
    await at.performNow(effects);
    deepEqual(handedIn.sort(), Object.keys(BASIC).sort());
    equal(await statusOf(at), "ACCEPTED");
  }, { provider: listening });
});

Deno.test("webhooks in any order, doubled or forged, change nothing that is newer", () =>
  working(async (at) => {
    const { id, effects } = await give(at, { ...BASIC, last_name: "Review" });
    await at.performNow(effects);
    await at.work();
    await at.bureau("/decide", { customer_id: id, decision: "accepted" });
    await at.work();
    ok(at.webhooks.length >= 2);
    equal(await statusOf(at), "PROCESSING", "nobody has read the news");
    for (const webhook of [...at.webhooks].reverse()) {
      const forged = {
        ...webhook,
        body: new TextEncoder().encode(`${new TextDecoder().decode(webhook.body)} `),
      };
      equal((await at.customers.readWebhook("bureau", forged)).kind, "refused");
      equal((await at.customers.readWebhook("bureau", webhook)).kind, "done");
      equal((await at.customers.readWebhook("bureau", webhook)).kind, "done");
      equal(await statusOf(at), "ACCEPTED");
    }
    deepEqual(at.told, [`${id}:sep6`]);
  }));

Deno.test("news that arrive while values are handed in do not ask the customer for them", () =>
  working(async (at) => {
    const { id } = await give(at, { ...BASIC, ...FULL, last_name: "More" });
    await at.performNow(await at.outbox.due(10));
    equal(await statusOf(at), "NEEDS_INFO");
    const { effects } = await at.customers.put(holder(), {
      entries: [["photo_id_front", PNG]],
      language: "en",
    });
    // Values and photo reach the bureau, the start of the review does not: it still says "collecting", and newer.
    at.cuts.push(null, null, "not_sent");
    await at.performNow(effects);
    equal(await statusOf(at), "PROCESSING");
    equal((await at.customers.sweep("bureau", null)).kind, "done");
    equal(await statusOf(at), "PROCESSING");
    await at.customers.performReview(`${id}:sep6:1`);
    equal(await statusOf(at), "ACCEPTED");
    deepEqual(at.told, [`${id}:sep6`]);
  }));

Deno.test("R-12-67 an acceptance that is told while other values wait to be handed in is none of theirs", () =>
  working(async (at) => {
    const { id } = await give(at, { ...BASIC, last_name: "Review" });
    await at.performNow(await at.outbox.due(10));
    await at.bureau("/decide", { customer_id: id, decision: "retry", fields: ["last_name"] });
    await at.customers.sweep("bureau", null);
    equal(await statusOf(at), "NEEDS_INFO");
    const { effects } = await give(at, { last_name: "Reject" });
    for (const decision of ["processing", "accepted"]) {
      await at.bureau("/decide", { customer_id: id, decision });
      await at.customers.sweep("bureau", null);
      equal(await statusOf(at), "PROCESSING", decision);
    }
    deepEqual(at.told, []);
    at.calls.length = 0;
    await at.performNow(effects);
    ok(at.calls.some((call) => call.startsWith("PATCH") && call.endsWith("/fields")), "handed in");
  }));

Deno.test("a rejection that is told while other values wait to be handed in is final", () =>
  working(async (at) => {
    const { id } = await give(at, { ...BASIC, last_name: "Review" });
    await at.performNow(await at.outbox.due(10));
    await at.bureau("/decide", { customer_id: id, decision: "retry", fields: ["last_name"] });
    await at.customers.sweep("bureau", null);
    await give(at, { last_name: "Byron" });
    await at.bureau("/decide", { customer_id: id, decision: "rejected" });
    await at.customers.sweep("bureau", null);
    equal(await statusOf(at), "REJECTED");
  }));

Deno.test("an older word of the provider changes nothing, whoever brings it", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    const review = { ...at, ports: () => at.ports, onStanding: () => Promise.resolve() };
    const kyc = await findCase(review, `${id}:sep6:1`);
    ok(kyc && kyc.revision > 0);
    for (const from of ["news", "hand_in"] as const) {
      for (const revision of [0, kyc.revision - 1, kyc.revision]) {
        const older = { state: "rejected", revision, missing: [], fields: {}, reasons: [] } as const;
        await recordAnswer(review, kyc, older, from);
        equal(await statusOf(at), "ACCEPTED", `${from} ${revision}`);
      }
    }
    const newer = {
      state: "rejected",
      revision: kyc.revision + 1,
      missing: [],
      fields: {},
      reasons: [],
    } as const;
    await recordAnswer(review, kyc, newer, "news");
    equal(await statusOf(at), "REJECTED");
  }));

Deno.test("values that come while an older hand-in is repeated are handed in too", async () => {
  // Once the bureau refuses to start without the photo, once it would start and says what it wants when it is read.
  for (const lenient of [false, true]) {
    const meanwhile: (() => Promise<unknown>)[] = [];
    const provider = (real: KycProvider): KycProvider => ({
      ...real,
      startReview: async (ref, ports) => {
        const started = await real.startReview(ref, ports);
        if (!lenient) await meanwhile.shift()?.();
        return lenient ? done(undefined) : started;
      },
      readCase: async (ref, ports) => {
        const read = await real.readCase(ref, ports);
        await meanwhile.shift()?.();
        return read;
      },
    });
    await working(async (at) => {
      const { caseId, effects } = await give(at, { ...BASIC, last_name: "More" });
      await at.performNow(effects);
      equal(await statusOf(at), "NEEDS_INFO");
      const entries = [["photo_id_front", PNG]] as const;
      meanwhile.push(() => at.customers.put(holder(), { entries, language: "en" }));
      deepEqual(await at.customers.performReview(caseId), { kind: "done" });
      equal(meanwhile.length, 0);
      equal(await statusOf(at), "ACCEPTED");
    }, { provider });
  }
});

Deno.test("a review without news is asked about after the seconds that the provider declares", () =>
  working(async (at) => {
    const { id, effects } = await give(at, { ...BASIC, last_name: "Review" });
    await at.performNow(effects);
    await at.bureau("/decide", { customer_id: id, decision: "accepted" });
    deepEqual(await at.customers.poll(10), { asked: 0, failures: [], faults: [] });
    await moveClock(at.db, 31_000);
    at.cuts.push("not_sent");
    const failed = await at.customers.poll(10);
    deepEqual(failed, {
      asked: 1,
      failures: [{ caseId: `${id}:sep6:1`, error: "kyc.unavailable" }],
      faults: [],
    });
    await moveClock(at.db, 31_000);
    deepEqual(await at.customers.poll(10), { asked: 1, failures: [], faults: [] });
    equal(await statusOf(at), "ACCEPTED");
    await moveClock(at.db, 310_000);
    deepEqual(
      await at.customers.poll(10),
      { asked: 0, failures: [], faults: [] },
      "what is decided is not asked about",
    );
  }, { kyc: { pollEverySeconds: 30 } }));

Deno.test("of reviews that are due somebody takes each, also when the answer of the taking is lost", () =>
  working(async (at) => {
    const { id, effects } = await give(at, { ...BASIC, last_name: "Review" });
    await at.performNow(effects);
    await at.bureau("/decide", { customer_id: id, decision: "accepted" });
    await moveClock(at.db, 31_000);
    const losing: Database = {
      ...at.db,
      async write(statements, written) {
        const { kind } = await at.db.write(statements, written);
        return kind === "written" ? { kind, rows: [] } : await at.db.write(statements, written);
      },
    };
    const ends = [];
    const review = { ...at, ports: () => at.ports, onStanding: () => Promise.resolve() };
    for (const db of [losing, at.db]) ends.push((await pollCases({ ...review, db }, { limit: 10 })).asked);
    deepEqual(ends, [1, 0]);
    equal(await statusOf(at), "ACCEPTED");
  }, { kyc: { pollEverySeconds: 30 } }));

Deno.test("M-22 an acceptance ends when the provider said so", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    equal(await statusOf(at), "ACCEPTED");
    const need = at.customers.requirementFor({ type: "sep6", country: null, amount: null });
    const open = { committed: { sql: "select 1 where false" } };
    equal((await at.db.write([at.customers.acceptedCondition(id, need)], open)).kind, "written");
    await moveClock(at.db, 61_000);
    equal((await at.db.write([at.customers.acceptedCondition(id, need)], open)).kind, "stale");
    const { standing } = await at.customers.read(holder(), {});
    equal(standing.status, "NEEDS_INFO");
    deepEqual(standing.missing, ["first_name", "last_name", "email_address"]);
  }, { kyc: { validSeconds: 60 } }));
