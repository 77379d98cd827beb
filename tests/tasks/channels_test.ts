import assert from "node:assert/strict";
import { channelSigners } from "../../core/stellar/channels.ts";
import { withGateway } from "../support/gateway.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";

const SEED = new Uint8Array(32).map((_, index) => index * 7 + 1);

/** Runs the task beside a gateway, on its folder. */
async function channelsTask(
  dataDir: string,
  variables: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ readonly code: number; readonly said: string }> {
  const child = await startProcess({
    program: "tasks/channels.ts",
    args,
    folder: dataDir,
    variables: { DATA_DIR: dataDir, ...variables },
  });
  return { code: await child.ended, said: child.output() };
}

Deno.test("M-5 the task makes the channels of the seed beside a running gateway, says what it does, and does it once", async () => {
  const port = freePort();
  const channels = { CHANNEL_SEED: SEED.toBase64(), CHANNEL_COUNT: "3" };
  await withGateway({ port, variables: channels }, async ({ dataDir, running, horizonUrl, tick }) => {
    const variables = { PORT: String(port), ...channels };
    const expected = channelSigners({ seed: SEED, count: 3 }).map(({ account }) => account);
    assert.deepEqual(running.gateway.ownAccounts.channels, expected);

    const looked = await channelsTask(dataDir, variables, "--check");
    assert.equal(looked.code, 1, looked.said);
    assert.match(looked.said, /0 of 3 channels are ready/);
    for (const account of expected) {
      assert.match(looked.said, new RegExp(`${account} is to be created with 5`));
      const answer = await fetch(`${horizonUrl}/accounts/${account}`);
      await answer.body?.cancel();
      assert.equal(answer.status, 404, "only looked");
    }
    const made = await channelsTask(dataDir, variables);
    assert.equal(made.code, 0, made.said);
    assert.match(made.said, /done: 3 in transaction [0-9a-f]{64}/);
    const again = await channelsTask(dataDir, variables);
    assert.deepEqual([again.code, again.said.trim()], [0, "3 of 3 channels are ready"]);
    assert.ok(!`${looked.said}${made.said}`.includes(SEED.toBase64()));
    for (const account of expected) {
      const answer = await fetch(`${horizonUrl}/accounts/${account}`);
      assert.equal(answer.status, 200);
      await answer.body?.cancel();
    }
    // The gateway knows whose they are.
    await tick();
    assert.deepEqual(await running.gateway.db.query({ sql: "select id from alarms" }), []);

    const without = await channelsTask(dataDir, { PORT: String(port) });
    assert.equal(without.code, 1);
    assert.match(without.said, /set CHANNEL_SEED/);
    // A gateway that was not told first would take them for strangers.
    const more = await channelsTask(dataDir, { ...variables, CHANNEL_COUNT: "4" });
    assert.equal(more.code, 1);
    assert.match(more.said, /run the task migrate first/);
  });
});
