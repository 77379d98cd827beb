import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import { chooseLanguage } from "../../../core/customers/chosen-language.ts";
import { choose } from "../../../core/transfers/choose.ts";
import { setLanguage } from "../../../core/transfers/language.ts";
import { apply } from "../../../core/transfers/record.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

Deno.test("R-24-52 a draft keeps what the wallet said, or that it said nothing", async () => {
  using work = await moneyAtWork();
  for (const language of ["es", "und"]) {
    assert.equal((await work.draft({ language })).language, language);
  }
});

Deno.test("R-24-52 P19 what a customer chose before goes before what the wallet says, on each transfer that comes", async () => {
  using work = await moneyAtWork();
  const { customerId } = await work.draft({ language: "es" });
  await chooseLanguage(work.db, customerId, "ar");
  for (const language of ["es", "und"]) assert.equal((await work.draft({ language })).language, "ar");
});

Deno.test("R-24-52 a chosen language is recorded once, with a line of history, in whatever state the transfer is", async () => {
  using work = await moneyAtWork();
  const draft = await work.draft({ language: "und" });
  const over = await work.draft();
  await apply(work.books, over.id, { type: "time_ran_out" });
  for (const transfer of [draft, over]) {
    const { state, version } = await work.now(transfer);
    await setLanguage(work.db, transfer.id, "sw");
    await setLanguage(work.db, transfer.id, "sw");
    const now = await work.now(transfer);
    assert.deepEqual([now.language, now.state, now.version], ["sw", state, version + 1]);
    const lines = await work.db.query({
      sql:
        "select version, state_before, state_after from transfer_history where transfer_id = ? and event = ?",
      args: [transfer.id, "language_set"],
    });
    assert.deepEqual(lines.map((line) => Object.values(line)), [[BigInt(version + 1), state, state]]);
  }
  await assert.rejects(setLanguage(work.db, "nobody", "sw"), /nobody: it is not there/);
});

Deno.test("M-30 a language and a choice of one moment: neither is lost", async () => {
  using work = await moneyAtWork();
  const draft = await work.draft({ language: "und" });
  const meanwhile = [() => choose(work.opening, draft, { amount: 100n * ONE })];
  const overtaken: MoneyAtWork["db"] = {
    ...work.db,
    async write(statements, written) {
      await meanwhile.pop()?.();
      return await work.db.write(statements, written);
    },
  };
  await setLanguage(overtaken, draft.id, "sw");
  const { state, language } = await work.now(draft);
  assert.deepEqual([state, language], ["kyc", "sw"]);
});

Deno.test("M-30 a language whose first answer was lost is set once; one that never gets through is an error", async () => {
  using work = await moneyAtWork();
  const draft = await work.draft({ language: "und" });
  const before = (writes: (write: () => ReturnType<MoneyAtWork["db"]["write"]>) => Promise<unknown>) => ({
    ...work.db,
    async write(...batch: Parameters<MoneyAtWork["db"]["write"]>) {
      await writes(() => work.db.write(...batch));
      return await work.db.write(...batch);
    },
  });
  await setLanguage(before((write) => write()), draft.id, "sw");
  assert.deepEqual([(await work.now(draft)).language, (await work.now(draft)).version], [
    "sw",
    draft.version + 1,
  ]);
  const restless = before(() =>
    work.db.write(
      [{ sql: "update transfers set version = version + 1 where id = ?", args: [draft.id] }],
      repeatable,
    )
  );
  await assert.rejects(setLanguage(restless, draft.id, "ar"), /changed 8 times/);
  assert.equal((await work.now(draft)).language, "sw");
});
