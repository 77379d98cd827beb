import assert from "node:assert/strict";
import { startProcess } from "../support/process.ts";

const TASKS = [
  { program: "tasks/migrate.ts" },
  { program: "tasks/alarms.ts" },
  { program: "tasks/audit.ts" },
  { program: "tasks/reserve.ts" },
  { program: "tasks/history.ts" },
  {
    program: "tasks/refund.ts",
    args: ["aaaaaaaaaaaaaaaaaaaaaaaaaa"],
    advised: "tasks/refund.ts TRANSFER_ID",
  },
  { program: "tasks/home-domain.ts" },
];
/** One that reads the config, and one that does not. */
const RECORDS_ALONE = ["tasks/alarms.ts", "tasks/history.ts"];

Deno.test("each task names a folder that it may not use, and says how to allow it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    const elsewhere = { DATA_DIR: `${folder}-elsewhere` };
    // On a network of real money nothing but the records is read.
    const records = { DATA_DIR: folder, LIBSQL_URL: `file:${folder}-elsewhere/kedge.db` };
    const tried = [
      ...TASKS.map((task) => ({ ...task, variables: elsewhere })),
      ...TASKS.filter(({ program }) => RECORDS_ALONE.includes(program)).map((task) => ({
        ...task,
        variables: records,
      })),
    ];
    for (const { program, args = [], advised = program, variables } of tried) {
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
