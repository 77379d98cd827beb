import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import { inFile } from "./files.ts";

Deno.test("a killed process loses nothing that was confirmed and leaves no batch in halves", async () => {
  await using file = await inFile();
  const before = await file.open();
  await before.write([{ sql: "create table pair (id text, side integer) strict" }], repeatable);
  before.close();
  const confirmed: string[] = [];
  for (let kill = 0; kill < 4; kill++) {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", new URL("./kill-child.ts", import.meta.url).pathname, file.url],
      stdout: "piped",
    }).spawn();
    let said = "";
    const wanted = 40 + kill * 7;
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (said.split("\n").length > wanted) {
        try {
          child.kill("SIGKILL");
        } catch { /* killed already; what it said before is read to the end */ }
      }
    }
    assert.equal((await child.status).signal, "SIGKILL");
    confirmed.push(...said.split("\n").slice(0, -1));
  }
  const db = await file.open();
  const [halves = [], ids = [], [check] = []] = await db.read([
    { sql: "select id from pair group by id having count(*) <> 2 or sum(side) <> 0" },
    { sql: "select distinct id from pair" },
    { sql: "select count(*) as n from pragma_integrity_check where integrity_check <> 'ok'" },
  ]);
  assert.deepEqual(halves, []);
  assert.deepEqual(check, { n: 0n });
  const kept = new Set(ids.map(({ id }) => id));
  assert.ok(confirmed.length > 160);
  assert.deepEqual(confirmed.filter((id) => !kept.has(id)), []);
  assert.ok(kept.size <= confirmed.length + 4, "one unconfirmed batch for each kill at most");
  db.close();
});
