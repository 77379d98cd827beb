import assert from "node:assert/strict";
import { z } from "zod";
import { PROJECT } from "../rooms/source-tree.ts";

const { deploy, unstable } = z.object({
  unstable: z.array(z.string()),
  // Strict: an unknown field is a mistake that the platform would pass over.
  deploy: z.strictObject({
    install: z.string(),
    predeploy: z.string(),
    runtime: z.strictObject({ type: z.literal("dynamic"), entrypoint: z.string() }),
  }),
}).parse(JSON.parse(await Deno.readTextFile(new URL("deno.json", PROJECT))));

const isFile = async (path: string) => (await Deno.stat(new URL(path, PROJECT))).isFile;

Deno.test("the deploy block names programs that are there, with flags of their own instead of permission sets", async () => {
  const { install, predeploy, runtime } = deploy;
  assert.equal(install, "deno install --frozen");
  const [, flags = "", program = ""] = /^deno run ((?:--[\w-]+ )+)(\S+\.ts)$/.exec(predeploy) ?? [];
  assert.equal(program, "tasks/migrate.ts");
  assert.deepEqual(flags.trim().split(" "), ["--frozen", "--allow-net", "--allow-env", "--allow-sys"]);
  assert.ok(await isFile(program));
  assert.ok(await isFile(runtime.entrypoint));
  assert.ok(unstable.includes("cron"), "the runtime takes no flags");
});

Deno.test("the entry point registers its cron at the top level, before it awaits anything", async () => {
  const text = await Deno.readTextFile(new URL(deploy.runtime.entrypoint, PROJECT));
  const at = text.search(/^scheduleJobs\(/m);
  assert.ok(at > 0);
  assert.ok(at < text.search(/\bawait\b/));
});
