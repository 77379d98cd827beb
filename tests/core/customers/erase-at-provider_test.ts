import { deepEqual, equal, match } from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import type { KycProvider } from "../../../plugins/kyc-provider.ts";
import { done } from "../../../plugins/outcome.ts";
import { working } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";
import { ACCOUNT, BASIC, holder } from "./people.ts";

const erase = (at: AtWork) => at.customers.erase(holder(), { account: ACCOUNT });
/** Gives without performing: the review's effect waits. */
const give = async (at: AtWork) => {
  const { id, effects } = await at.customers.put(holder(), {
    entries: Object.entries(BASIC),
    language: "en",
  });
  return { caseId: `${id}:sep6:1`, effects };
};
const refOf = async (at: AtWork, caseId: string) => {
  const [row] = await at.db.query({ sql: "select ref from kyc_cases where id = ?", args: [caseId] });
  return row?.["ref"] ?? null;
};
/** What the bureau holds under our key; asking opens a case when there is none, without values. */
const isForgotten = async (at: AtWork, caseId: string) => {
  const opened = await at.module.openCase({ caseKey: caseId, level: "basic", fields: {} }, at.ports);
  if (!opened.ok) return false;
  const read = await at.module.readCase(opened.value.ref, at.ports);
  return read.ok && Object.keys(read.value?.fields ?? {}).length === 0;
};
const erasing = async (at: AtWork) =>
  await at.db.query({ sql: "select state, error from outbox where kind = 'kyc_erase'" });
/** Performs what is due of erasing, whoever asked for it. */
const eraseDue = async (at: AtWork) => {
  const due = await at.outbox.due(20);
  await at.performNow(due.filter((id) => id.startsWith("kyc_erase:")));
};

Deno.test("R-12-78 the provider is told to erase each review, until it has", () =>
  working(async (at) => {
    const { caseId, effects } = await give(at);
    await at.performNow(effects);
    const ref = await refOf(at, caseId);
    equal(await isForgotten(at, caseId), false);
    const erased = await erase(at);
    equal(await refOf(at, caseId), ref, "kept until the provider has done it");
    at.cuts.push("not_sent");
    await at.performNow(erased);
    deepEqual(await erasing(at), [{ state: "due", error: "kyc.unavailable" }]);
    at.cuts.push("answer_lost");
    await at.performNow(erased);
    await at.performNow(erased);
    deepEqual(await erasing(at), [{ state: "done", error: null }]);
    equal(await refOf(at, caseId), null);
    const read = await at.module.readCase(String(ref), at.ports);
    deepEqual(read, done(null));
    equal(await isForgotten(at, caseId), true);
  }));

Deno.test("a review that nobody has begun is erased without a call", () =>
  working(async (at) => {
    const { effects } = await give(at);
    await at.performNow(await erase(at));
    await at.performNow(effects);
    deepEqual(at.calls, []);
    deepEqual(await erasing(at), [{ state: "done", error: null }]);
  }));

Deno.test("M-30 a review that was opened when the process died is found by its key and erased", () =>
  working(async (at) => {
    const { caseId, effects } = await give(at);
    at.cuts.push("answer_lost");
    await at.performNow(effects);
    equal(await refOf(at, caseId), null);
    const erased = await erase(at);
    await at.performNow(erased);
    deepEqual(await erasing(at), [{ state: "due", error: "continued" }], "its performer may be at it");
    await moveClock(at.db, 120_000);
    await at.performNow(erased);
    deepEqual(await erasing(at), [{ state: "done", error: null }]);
    equal(await isForgotten(at, caseId), true);
  }));

Deno.test("M-30 what is handed in while the customer is erased is erased after it", async () => {
  for (const moment of ["openCase", "submitFields", "startReview"] as const) {
    const between: (() => Promise<void>)[] = [];
    const provider = (real: KycProvider): KycProvider => ({
      ...real,
      [moment]: async (...args: unknown[]) => {
        await between.shift()?.();
        return await Reflect.apply(real[moment], real, args);
      },
    });
    await working(async (at) => {
      const { caseId, effects } = await give(at);
      between.push(async () => {
        await at.performNow(await erase(at));
      });
      await at.performNow(effects);
      await moveClock(at.db, 120_000);
      await eraseDue(at);
      match(at.calls.at(-1) ?? "", /^DELETE /, moment);
      equal(await isForgotten(at, caseId), true, moment);
      deepEqual(at.told, [], moment);
    }, { provider });
  }
});

Deno.test("M-30 a process that dies after it opened the review of an erased customer leaves it to be erased", () => {
  const between: (() => Promise<void>)[] = [];
  let opened = () => {};
  const died = new Promise<void>((resolve) => opened = resolve);
  const provider = (real: KycProvider): KycProvider => ({
    ...real,
    openCase: async (...args) => {
      await between.shift()?.();
      return await real.openCase(...args);
    },
    submitFields: () => {
      opened();
      return new Promise(() => {});
    },
  });
  return working(async (at) => {
    const { caseId, effects } = await give(at);
    between.push(async () => {
      await at.performNow(await erase(at));
    });
    void at.performNow(effects);
    await died;
    await eraseDue(at);
    await moveClock(at.db, 120_000);
    await eraseDue(at);
    deepEqual(await erasing(at), [{ state: "done", error: null }, { state: "done", error: null }]);
    equal(await isForgotten(at, caseId), true);
  }, { provider });
});

Deno.test("M-30 R-12-78 what is handed in while the provider erases is erased by another effect", () => {
  const held: string[] = [];
  const [submitting, erasingNow] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const [submit, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const provider = (real: KycProvider): KycProvider => ({
    ...real,
    submitFields: async () => {
      submitting.resolve();
      await submit.promise;
      held.push("values");
      return done({});
    },
    startReview: () => Promise.resolve(done(undefined)),
    erase: async () => {
      held.length = 0;
      erasingNow.resolve();
      await answer.promise;
      return done({ erased: true });
    },
  });
  return working(async (at) => {
    const { effects } = await give(at);
    const handingIn = at.performNow(effects);
    await submitting.promise;
    const erased = at.performNow(await erase(at));
    await erasingNow.promise;
    submit.resolve();
    await handingIn;
    deepEqual(held, ["values"]);
    answer.resolve();
    await erased;
    await moveClock(at.db, 120_000);
    await eraseDue(at);
    deepEqual(held, []);
  }, { provider });
});

Deno.test("a provider that has to keep it for a time is asked again when that is over", () => {
  const until = Math.floor(Date.now() / 1000) + 90 * 86_400;
  let asked = 0;
  const provider = (real: KycProvider): KycProvider => ({
    ...real,
    erase: () => {
      asked++;
      return Promise.resolve(done(asked === 1 ? { erased: false, keptUntil: until } : { erased: true }));
    },
  });
  return working(async (at) => {
    const { caseId, effects } = await give(at);
    await at.performNow(effects);
    const erased = await erase(at);
    await at.performNow(erased);
    await moveClock(at.db, 89 * 86_400_000);
    await at.performNow(erased);
    equal(asked, 1);
    await moveClock(at.db, 2 * 86_400_000);
    await at.performNow(erased);
    deepEqual([asked, await refOf(at, caseId)], [2, null]);
  }, { provider });
});

Deno.test("a provider that cannot erase is not asked to", () =>
  working(async (at) => {
    const { effects } = await give(at);
    await at.performNow(effects);
    const erased = await erase(at);
    deepEqual(erased.map((id) => id.split(":")[0]), ["customer_erased"]);
  }, { provider: (real) => ({ ...real, declares: { ...real.declares, erases: false } }) }));
