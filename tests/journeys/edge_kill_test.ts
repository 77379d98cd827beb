import assert from "node:assert/strict";
import { moveClock } from "../../core/records/clock.ts";
import { openReceiver } from "../support/callback-receiver.ts";
import { atEdge, type Edge, type Instance, needsEdge, withoutCron } from "../support/edge.ts";
import { goAtEdge, withCallbacks } from "../support/edge-journey.ts";
import { freshInstances } from "../support/fresh-instances.ts";

/** The time that the platform gives after its signal. */
const GRACE_MS = 5_000;

/** Asks an instance for a tick whose reading of the bank's statement meets a fault, and waits until it has. */
async function tickInto(
  edge: Edge,
  { url }: Instance,
  fault: { readonly fault: string; readonly ms: number },
): Promise<{ readonly answer: Promise<{ readonly status: number; readonly text: string } | null> }> {
  const set = await fetch(`${edge.sandboxUrl}/bank/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ on: "statement", ...fault }),
  });
  assert.ok(set.ok, await set.text());
  const headers = { authorization: `Bearer ${edge.variables["JOBS_SECRET"]}` };
  const answer = fetch(`${url}/jobs/run`, { method: "POST", headers })
    .then(async (answer) => ({ status: answer.status, text: await answer.text() }), () => null);
  for (let look = 0; look < 200; look++) {
    const [held] = await edge.db.query({
      sql: "select 1 from leases where name = 'job:rail:bank' and holder <> ''",
    });
    if (held !== undefined) return { answer };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return assert.fail("no tick reads the bank's statement");
}

Deno.test({
  name:
    "W7 M-25 M-30 at the edge every request may meet a new instance, and the one before may be killed once it has answered",
  ...needsEdge(async () => {
    const receiver = await openReceiver();
    await withCallbacks(receiver, (place) =>
      atEdge(place, async (edge) => {
        const { code, output } = await edge.ran("tasks/migrate.ts");
        assert.equal(code, 0, output);
        await using instances = freshInstances(() => edge.start());
        await goAtEdge(edge, instances.serve, receiver);
        // One for each request: login, data, two transfers, ticks, webhooks.
        assert.ok(instances.served() >= 15, String(instances.served()));
      }));
  }),
});

Deno.test({
  name:
    "W7 at the edge SIGINT ends an instance in time: what is asked is answered, and jobs end between two steps",
  ...needsEdge(() =>
    withoutCron(() =>
      atEdge({}, async (edge) => {
        const migrated = await edge.ran("tasks/migrate.ts");
        assert.equal(migrated.code, 0, migrated.output);
        const [slow, stuck, next] = await Promise.all([edge.start(), edge.start(), edge.start()]);
        const instances = [slow, stuck, next];
        const ended = async ({ process }: Instance) => {
          const started = performance.now();
          assert.equal(await process.end("SIGINT"), 0, process.output());
          assert.ok(performance.now() - started < GRACE_MS);
        };
        try {
          // The tick goes on to the end of its step and not beyond it.
          const slowTick = await tickInto(edge, slow, { fault: "delay", ms: 1_500 });
          await ended(slow);
          const answer = await slowTick.answer;
          assert.equal(answer?.status, 200);
          assert.match(answer?.text ?? "", /"rail:bank":/);
          assert.doesNotMatch(answer?.text ?? "", /"clock"/);

          // A bank that does not answer holds nobody up, and what was cut is taken up by the next.
          const stuckTick = await tickInto(edge, stuck, { fault: "hang", ms: 20_000 });
          await ended(stuck);
          assert.notEqual((await stuckTick.answer)?.status, 200);
          await moveClock(edge.db, 60_000);
          const goesOn = await tickInto(edge, next, { fault: "delay", ms: 300 });
          assert.match((await goesOn.answer)?.text ?? "", /"clock"/);
        } finally {
          for (const { process } of instances) await process.end("SIGKILL");
        }
      })
    )
  ),
});
