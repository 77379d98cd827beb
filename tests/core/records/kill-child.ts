/** A process that writes pairs for ever and says each pair that was confirmed: file URL. */
import { openDatabase } from "../../../core/records/database.ts";

const db = await openDatabase({ url: Deno.args[0] ?? "", onDeploy: false });
for (;;) {
  const id = crypto.randomUUID();
  await db.write([
    { sql: "insert into pair (id, side) values (?, 1)", args: [id] },
    { sql: "insert into pair (id, side) values (?, -1)", args: [id] },
  ], { committed: { sql: "select 1 from pair where id = ?", args: [id] } });
  Deno.stdout.writeSync(new TextEncoder().encode(`${id}\n`));
}
