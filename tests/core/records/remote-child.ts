/** A process that writes to the remote database of its first argument. */
import { openDatabase, repeatable } from "../../../core/records/database.ts";

const db = await openDatabase({ url: Deno.args[0] ?? "", onDeploy: true });
const { kind } = await db.write([{ sql: "create table t (id text) strict" }], repeatable);
db.close();
await Deno.stdout.write(new TextEncoder().encode(`${kind}\n`));
