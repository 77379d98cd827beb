import assert from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import { arrive, BENEFICIARY } from "../../support/customer.ts";
import { withGateway } from "../../support/gateway.ts";

const SECRET = "a-secret-for-the-scheduler-0123456789-ABCDEFGHIJ";

/** One tick from outside. */
function runFrom(publicUrl: string, secret: string | null, method = "POST"): Promise<Response> {
  return fetch(`${publicUrl}/jobs/run`, {
    method,
    ...(secret === null ? {} : { headers: { authorization: `Bearer ${secret}` } }),
  });
}

Deno.test("P18 without the secret, and where there is none, the jobs' door is not there", async () => {
  await withGateway({ variables: { JOBS_SECRET: SECRET } }, async ({ publicUrl }) => {
    for (const given of [null, "", "wrong", SECRET.slice(1), `${SECRET}x`]) {
      const answer = await runFrom(publicUrl, given);
      await answer.body?.cancel();
      assert.equal(answer.status, 404, String(given));
    }
    const read = await runFrom(publicUrl, SECRET, "GET");
    await read.body?.cancel();
    assert.equal(read.status, 404);
  });
  await withGateway({}, async ({ publicUrl }) => {
    const answer = await runFrom(publicUrl, SECRET);
    await answer.body?.cancel();
    assert.equal(answer.status, 404);
  });
});

Deno.test("W7 P10 ticks from an outside scheduler alone drive a deposit and a withdrawal", () =>
  withGateway({ variables: { JOBS_SECRET: SECRET } }, async (gateway) => {
    const { publicUrl, running } = gateway;
    const tick = async () => {
      const answer = await runFrom(publicUrl, SECRET);
      const { failed } = await answer.json();
      assert.deepEqual([answer.status, failed], [200, []]);
      await moveClock(running.gateway.db, 3_000);
    };
    const ada = await arrive(gateway);
    const reached = async (id: string, wanted: string) => {
      for (let round = 0; round < 40; round++) {
        if ((await ada.wallet.transaction(id)).status === wanted) return;
        await tick();
      }
      assert.fail(`${id} is ${(await ada.wallet.transaction(id)).status}, not ${wanted}`);
    };
    // Nothing but ticks tells of the money.
    await gateway.bank.fault({ on: "webhook", fault: "lost", count: 1000 });
    const deposit = await ada.askDeposit("100");
    await ada.payIn(deposit, "100");
    await reached(deposit, "completed");
    await ada.holds("99");
    const withdrawal = await ada.askWithdrawal("40", {}, BENEFICIARY);
    await ada.send(withdrawal, "40");
    await reached(withdrawal, "completed");
    await gateway.booksAgree();
  }));
