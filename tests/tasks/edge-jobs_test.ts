import assert from "node:assert/strict";
import { noLog } from "../../core/log.ts";
import { type Cron, scheduleJobs } from "../../tasks/edge-jobs.ts";
import { type Running } from "../../main.ts";
import { withGateway } from "../support/gateway.ts";

/** A platform that keeps what is registered. */
function platform() {
  const entries: { readonly name: string; readonly schedule: string; readonly tick: () => Promise<void> }[] =
    [];
  const cron: Cron = (name, schedule, tick) => void entries.push({ name, schedule, tick });
  return { entries, cron };
}

const DEPLOY = { DENO_DEPLOY: "true" };

/** A gateway as it is on a timeline. */
function onTimeline({ environment, gateway }: Running, timeline: string) {
  const deploy = { runsJobs: timeline === "production" };
  return Promise.resolve({
    environment: { ...environment, storage: { ...environment.storage, deploy } },
    gateway,
  });
}

Deno.test("on Deno Deploy there is one entry, each minute, and off it there is none", () => {
  const started = Promise.resolve(null);
  for (const [variables, many] of [[DEPLOY, 1], [{}, 0], [{ DENO_DEPLOY: "" }, 0]] as const) {
    const { entries, cron } = platform();
    scheduleJobs({ cron, variables, started, log: noLog });
    assert.equal(entries.length, many);
    for (const { name, schedule } of entries) {
      assert.equal(schedule, "* * * * *");
      assert.ok(name.length <= 256);
    }
  }
});

Deno.test("a runtime without cron says what to do instead", () => {
  const said: string[] = [];
  scheduleJobs({
    cron: undefined,
    variables: DEPLOY,
    started: Promise.resolve(null),
    log: (level, event, fields) => void said.push(`${level} ${event} ${fields?.["instead"]}`),
  });
  assert.match(said.join(), /^warning jobs\.no_cron POST \/jobs\/run/);
});

Deno.test("an entry of a process whose start failed does nothing, and fails nothing", async () => {
  const { entries, cron } = platform();
  scheduleJobs({ cron, variables: DEPLOY, started: Promise.resolve(null), log: noLog });
  await entries[0]?.tick();
});

Deno.test("M-30 an entry works on production alone, two at once are harmless, and a failure is told by the job's name", () =>
  withGateway({}, async ({ running, bank, kyc }) => {
    const { runner, db } = running.gateway;
    const register = (timeline: string) => {
      const { entries, cron } = platform();
      scheduleJobs({ cron, variables: DEPLOY, started: onTimeline(running, timeline), log: noLog });
      return entries[0]?.tick ?? assert.fail("nothing is registered");
    };
    const ticked = async () => (await db.query({ sql: "select 1 from cursors where name = 'jobs'" })).length;
    await register("git-branch/next")();
    await register("preview/1")();
    assert.equal(await ticked(), 0);
    const tick = register("production");
    await Promise.all([tick(), tick(), runner.work(10_000)]);
    assert.equal(await ticked(), 1);
    await Promise.all([
      bank.fault({ on: "list", fault: "unavailable", count: 100 }),
      kyc.fault({ on: "changes", fault: "unavailable", count: 100 }),
    ]);
    await assert.rejects(tick(), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^Failed: [\w:, ]+; the log says why$/);
      return true;
    });
    await runner.stop();
    await tick();
  }));
