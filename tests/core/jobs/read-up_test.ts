import assert from "node:assert/strict";
import type { Job } from "../../../core/jobs/job.ts";
import { createReadUp } from "../../../core/jobs/read-up.ts";

const forever = () => ({ isSpent: () => false });
const sure = () => Promise.resolve(false);

/** A job that has so many pages to read. */
function reader(name: string, pages: number, onPage: () => Promise<void> = () => Promise.resolve()) {
  const state = { left: pages, runs: 0 };
  const job: Job = {
    name,
    everyMs: 1_000,
    run: async () => {
      state.runs++;
      await onPage();
      state.left = Math.max(0, state.left - 1);
      return state.left;
    },
  };
  return { job, state };
}

Deno.test("M-14 payouts wait until everything has been read to its head, once", async () => {
  const [ledger, bank] = [reader("ledger", 3), reader("rail:bank", 1)];
  const readUp = createReadUp([ledger.job, bank.job], sure, forever);
  assert.equal(await readUp(), true);
  assert.deepEqual([ledger.state, bank.state], [{ left: 0, runs: 3 }, { left: 0, runs: 1 }]);
  assert.equal(await readUp(), true);
  assert.equal(ledger.state.runs, 3);
});

Deno.test("M-14 a payout that reading sets off is told to wait, and so is one beside it", async () => {
  const answers: Promise<boolean>[] = [];
  const ledger = reader("ledger", 1, async () => {
    answers.push(readUp());
    assert.equal(await answers[0], false);
  });
  const readUp = createReadUp([ledger.job], sure, forever);
  assert.equal(await readUp(), true);
});

Deno.test("M-14 a budget that ends, or a reading that fails, opens nothing and goes on later", async () => {
  const ledger = reader("ledger", 3);
  let steps = 0;
  const readUp = createReadUp([ledger.job], sure, () => {
    steps = 0;
    return { isSpent: () => ++steps > 1 };
  });
  assert.deepEqual([await readUp(), await readUp(), await readUp()], [false, false, true]);
  let works = false;
  const failing = reader("rail", 1, () => works ? Promise.resolve() : Promise.reject(new Error("no answer")));
  const gate = createReadUp([failing.job], sure, forever);
  await assert.rejects(gate(), /no answer/);
  works = true;
  assert.equal(await gate(), true);
});

Deno.test("M-10 M-14 a reading that stops at a history in doubt has read nothing, whatever an operator closes", async () => {
  const ledger = reader("ledger", 1);
  let inDoubt = true;
  const readUp = createReadUp([ledger.job], () => Promise.resolve(inDoubt), forever);
  assert.equal(await readUp(), false);
  assert.equal(await readUp(), false);
  inDoubt = false;
  assert.equal(await readUp(), true);
  assert.equal(ledger.state.runs, 3);
});
