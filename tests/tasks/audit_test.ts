import assert from "node:assert/strict";
import { enter, readHeads } from "../../core/records/audit.ts";
import { openDatabase, repeatable } from "../../core/records/database.ts";
import { startProcess } from "../support/process.ts";

async function run(folder: string, task: string, ...args: string[]) {
  const child = await startProcess({
    program: `tasks/${task}.ts`,
    args,
    folder,
    variables: { DATA_DIR: folder },
  });
  const code = await child.ended;
  return { code, said: child.output().trim() };
}

Deno.test("M-28 the task audit lists what was done, finds both chains whole, and names the first break", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    assert.equal((await run(folder, "migrate")).code, 0);
    const db = await openDatabase({ url: `file:${folder}/kedge.db`, onDeploy: false });
    assert.deepEqual(await run(folder, "audit"), { code: 0, said: "nothing has been done yet" });
    for (const subject of ["a", "b", "c"]) {
      await enter(db, "actions", { actor: "olga", action: "alarm.close", subject });
    }
    const listed = await run(folder, "audit");
    assert.deepEqual(listed.said.split("\n").map((line) => line.split("  ").slice(1)), [
      ["1", "olga", "alarm.close", "a"],
      ["2", "olga", "alarm.close", "b"],
      ["3", "olga", "alarm.close", "c"],
    ]);
    const [head] = await readHeads(db);
    const hash = head?.hash ?? "";
    const whole = await run(folder, "audit", "--check", hash);
    assert.deepEqual([whole.code, whole.said.split("\n")[0]], [0, `actions: whole, 3 entries, head ${hash}`]);
    const unknown = await run(folder, "audit", "--check", "f".repeat(64));
    assert.deepEqual([unknown.code, /f{64}: no entry has this hash/.test(unknown.said)], [2, true]);
    assert.equal((await run(folder, "audit", "--check", "nonsense")).code, 1);
    const keep = (number: number, told: string) =>
      db.write([{
        sql:
          `insert into reserve_readings (number, made_ms, up_to, state, statement, jws) values (?, 1, 1, '', ?, '')`,
        args: [
          number,
          JSON.stringify({
            audit: [{ chain: "actions", sequence: 3, hash: told }, { sequence: 0, hash: "0".repeat(64) }],
          }),
        ],
      }], repeatable);
    await keep(1, hash);
    assert.equal((await run(folder, "audit", "--check")).code, 0);
    await keep(2, "e".repeat(64));
    const anew = await run(folder, "audit", "--check");
    assert.deepEqual([anew.code, /e{64}: .* a statement of the reserve told of it/.test(anew.said)], [
      2,
      true,
    ]);
    await db.write([{ sql: "delete from reserve_readings where number = 2" }], repeatable);
    await db.write([
      { sql: "drop trigger audit_entries_stay" },
      { sql: "update audit_entries set actor = 'otto' where sequence = 2" },
    ], repeatable);
    const broken = await run(folder, "audit", "--check");
    assert.deepEqual([broken.code, broken.said.split("\n")], [2, [
      "actions: broken at entry 2: it was changed after it was written",
      `views: whole, 0 entries, head ${"0".repeat(64)}`,
    ]]);
    db.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
