import assert from "node:assert/strict";
import { startProcess } from "../support/process.ts";

const TASKS = [
  { program: "tasks/migrate.ts" },
  { program: "tasks/alarms.ts" },
  { program: "tasks/audit.ts" },
  { program: "tasks/history.ts" },
  {
    program: "tasks/refund.ts",
    args: ["aaaaaaaaaaaaaaaaaaaaaaaaaa"],
    advised: "tasks/refund.ts TRANSFER_ID",
  },
  { program: "tasks/home-domain.ts" },
];

Deno.test("each task names a folder that it may not use, and says how to allow it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    for (const { program, args = [], advised = program } of TASKS) {
      const variables = { DATA_DIR: `${folder}-elsewhere` };
      const child = await startProcess({ program, args, folder, variables });
      const code = await child.ended;
      const said = child.output().trim();
      assert.equal(code, 1, program);
      assert.match(said, /^Cannot use [^\n]*-elsewhere[^\n]*: this task may read and write \.\/data alone/);
      const [, last] = said.split("\n");
      assert.match(last ?? "", /^ {2}deno run -P=serve --allow-read=/);
      assert.ok(last?.endsWith(` ${advised}`), said);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
