import assert from "node:assert/strict";
import { Keypair } from "@stellar/stellar-sdk";
import { atEdge, needsEdge, withoutCron } from "../support/edge.ts";
import { moveClock } from "../../core/records/clock.ts";

/** What an instance answers. */
async function asked(url: string, path: string, init: RequestInit = {}) {
  const answer = await fetch(`${url}${path}`, init);
  return { status: answer.status, text: await answer.text() };
}

/** Files that a process has mapped as code or data. */
async function mapped(pid: number): Promise<string[]> {
  const maps = await Deno.readTextFile(`/proc/${pid}/maps`);
  return [
    ...new Set(
      maps.split("\n").map((line) => line.split(/\s+/)[5] ?? "").filter((path) => path.startsWith("/")),
    ),
  ];
}

Deno.test({
  name: "M-10 at the edge migrate alone asks Horizon: an instance starts and serves while Horizon is away",
  ...needsEdge(() =>
    atEdge({}, async (edge) => {
      for (const program of ["tasks/serve.ts", "tasks/migrate.ts"]) {
        const nowhere = { LIBSQL_URL: "http://127.0.0.1:1", LIBSQL_AUTH_TOKEN: "of-the-database" };
        const { code, output } = await edge.ran(program, nowhere);
        assert.equal(code, 1);
        assert.match(output, /does not answer: see LIBSQL_URL/);
        assert.doesNotMatch(output, /of-the-database|at async/);
      }
      const early = await edge.ran("tasks/serve.ts");
      assert.equal(early.code, 1);
      assert.match(early.output, /run the task migrate/);
      const away = await edge.ran("tasks/migrate.ts", { HORIZON_URL: "http://127.0.0.1:1" });
      assert.equal(away.code, 1);
      assert.match(away.output, /Horizon does not answer/);
      const unknown = await edge.ran("tasks/serve.ts");
      assert.equal(unknown.code, 1);
      assert.match(unknown.output, /does not know all of our accounts: run the task migrate/);
      const migrated = await edge.ran("tasks/migrate.ts");
      assert.equal(migrated.code, 0, migrated.output);

      await edge.closeOutside();
      // What has its cursors needs no Horizon.
      assert.equal((await edge.ran("tasks/migrate.ts")).code, 0);
      const { process, url } = await edge.start();
      try {
        assert.equal((await asked(url, "/.well-known/stellar.toml")).status, 200);
        const account = Keypair.random().publicKey();
        assert.equal((await asked(url, `/auth?account=${account}`)).status, 200);
        assert.equal((await asked(url, "/health/live")).status, 200);
        const ready = await asked(url, "/health/ready");
        assert.equal(ready.status, 503);
        assert.match(ready.text, /"horizon":"failed"/);
      } finally {
        assert.equal(await process.end("SIGINT"), 0, process.output());
      }
    })
  ),
});

Deno.test({
  name:
    "P18 at the edge no native code is loaded, jobs belong to production alone, and their age is everybody's to see",
  ...needsEdge(() =>
    atEdge({}, async (edge) => {
      const migrated = await edge.ran("tasks/migrate.ts");
      assert.equal(migrated.code, 0, migrated.output);
      const authorization = `Bearer ${edge.variables["JOBS_SECRET"]}`;
      const tick = (url: string) => asked(url, "/jobs/run", { method: "POST", headers: { authorization } });
      const [production, preview, other] = await Promise.all([
        edge.start(),
        edge.start({ DENO_TIMELINE: "preview/1" }),
        edge.start(),
      ]);
      try {
        for (const { process } of [production, preview, other]) {
          assert.doesNotMatch(process.output(), /jobs\.no_cron/, "the runtime has cron, by deno.json alone");
        }
        assert.equal((await tick(preview.url)).status, 404);
        assert.doesNotMatch((await asked(preview.url, "/health/ready")).text, /"jobs"/);
        const done = await tick(production.url);
        assert.equal(done.status, 200, done.text);
        // Login and records have been used; so whatever is loaded late has been loaded.
        await asked(production.url, `/auth?account=${Keypair.random().publicKey()}`);
        const native = (paths: readonly string[]) => paths.filter((path) => /\.node$|libsql/.test(path));
        assert.deepEqual(native(await mapped(production.process.pid)), []);
        // In this process it is loaded, and seen.
        await import("@libsql/client");
        assert.notDeepEqual(native(await mapped(Deno.pid)), []);

        // It served no tick itself, and knows of the one that was.
        assert.match((await asked(other.url, "/health/ready")).text, /"jobs":"ok"/);
        await withoutCron(async () => {
          await moveClock(edge.db, 6 * 60_000);
          // One that has not been asked yet, since answers are given again for a second.
          assert.match((await asked(production.url, "/health/ready")).text, /"jobs":"failed"/);
        });
        assert.equal((await asked(preview.url, "/health/ready")).status, 200);
      } finally {
        for (const { process } of [production, preview, other]) await process.end("SIGKILL");
      }
    })
  ),
});
