import assert from "node:assert/strict";
import { z } from "zod";
import { PROJECT } from "../rooms/source-tree.ts";

const { deploy, unstable, tasks } = z.object({
  unstable: z.array(z.string()),
  tasks: z.object({ bundle: z.object({ command: z.string() }) }),
  // Strict: an unknown field is a mistake that the platform would pass over.
  deploy: z.strictObject({
    install: z.string(),
    build: z.string(),
    predeploy: z.string(),
    runtime: z.strictObject({ type: z.literal("dynamic"), entrypoint: z.string() }),
  }),
}).parse(JSON.parse(await Deno.readTextFile(new URL("deno.json", PROJECT))));

/** What the entry point is built of. */
const SOURCE = "tasks/serve.ts";

const isFile = async (path: string) => (await Deno.stat(new URL(path, PROJECT))).isFile;

Deno.test("the deploy block names programs that are there, with flags of their own instead of permission sets", async () => {
  const { install, build, predeploy, runtime } = deploy;
  assert.equal(install, "deno install --frozen");
  assert.equal(build, "deno task bundle");
  const [, folder = "", source = ""] = /--outdir (\S+) (\S+\.ts)$/.exec(tasks.bundle.command) ?? [];
  assert.equal(source, SOURCE);
  assert.equal(runtime.entrypoint, `${folder}/serve.js`, "what is built is what is run");
  const [, flags = "", program = ""] = /^deno run ((?:--[\w-]+ )+)(\S+\.ts)$/.exec(predeploy) ?? [];
  assert.equal(program, "tasks/migrate.ts");
  assert.deepEqual(flags.trim().split(" "), ["--frozen", "--allow-net", "--allow-env", "--allow-sys"]);
  assert.ok(await isFile(program));
  assert.ok(await isFile(source));
  assert.ok(unstable.includes("cron"), "the runtime takes no flags");
});

Deno.test("the entry point registers its cron at the top level, before it awaits anything", async () => {
  const text = await Deno.readTextFile(new URL(SOURCE, PROJECT));
  const at = text.search(/^scheduleJobs\(/m);
  assert.ok(at > 0);
  assert.ok(at < text.search(/\bawait\b/));
});
