/** A process that takes versions by compare-and-set: file URL, its name, how many. */
import { openDatabase } from "../../../core/records/database.ts";
import { compareAndSet } from "../../../core/records/expect-changed.ts";
import { rowsOfTable } from "../../../core/records/rows.ts";

const [url = "", name = "", times = ""] = Deno.args;
const db = await openDatabase({ url, onDeploy: false });
const counter = rowsOfTable("counter");
for (let taken = 0; taken < Number(times);) {
  const [row] = await db.query({ sql: "select version from counter where id = 1" });
  if (row === undefined) throw new Error("Cannot count: no counter");
  const version = counter.count(row, "version");
  const id = `${name} ${crypto.randomUUID()}`;
  const result = await db.write([
    { sql: "insert into taken (id, version) values (?, ?)", args: [id, version] },
    ...compareAndSet({
      sql: "update counter set version = version + 1 where id = 1 and version = ?",
      args: [version],
    }),
  ], { committed: { sql: "select 1 from taken where id = ?", args: [id] } });
  if (result.kind === "written") taken++;
}
db.close();
