import assert from "node:assert/strict";
import { lastEntries } from "../../core/records/audit.ts";
import { moveClock } from "../../core/records/clock.ts";
import { repeatable } from "../../core/records/database.ts";
import { lastPublished } from "../../core/reserve/readings.ts";
import { arrive } from "../support/customer.ts";
import { withGateway } from "../support/gateway.ts";
import { askAs, keyOf, operatorVariables } from "../support/operators.ts";
import { startProcess } from "../support/process.ts";

/** What an auditor's program says of a gateway. */
async function check(url: string, variables: Readonly<Record<string, string>>, ...hashes: string[]) {
  const child = await startProcess({
    program: "docs/check-anchor.ts",
    args: [url, ...hashes],
    folder: null,
    variables,
  });
  const code = await child.ended;
  return { code, said: child.output() };
}

Deno.test("M-26 M-28 who has nothing of ours but one page checks the statement's signature and the whole audit log", () =>
  withGateway({ variables: operatorVariables }, async (gateway) => {
    const { db, publicUrl } = gateway;
    const ada = await arrive(gateway);
    const id = await ada.askWithdrawal("20");
    await askAs(gateway, "vera", `/transfers/${id}`);
    assert.equal((await askAs(gateway, "anna", `/transfers/${id}/fail`, { body: {} })).status, 200);
    await moveClock(db, 6 * 60_000);
    await gateway.until("a statement that tells of it", async () => {
      const found = await lastPublished(db);
      return found?.statement.includes('"chain":"actions","sequence":1') ? found : null;
    });
    const admin = { OPERATOR_KEY: keyOf("root") };
    const [entry] = await lastEntries(db, "actions", 1);
    const whole = await check(publicUrl, admin, entry?.hash ?? "");
    assert.equal(whole.code, 0, whole.said);
    assert.match(whole.said, /not an audit[\s\S]*actions: 1 entries, head [0-9a-f]{64}\nviews: 1 entries/);
    const outside = await check(publicUrl, {});
    assert.deepEqual([outside.code, /is not checked\nall of it fits/.test(outside.said)], [0, true]);
    assert.equal((await check(publicUrl, admin, "f".repeat(64))).code, 2, "nobody told of that");
    // Somebody gets around the triggers, and another statement is put under the old signature.
    await db.write([
      { sql: "drop trigger audit_entries_stay" },
      { sql: "update audit_entries set actor = 'otto' where chain = 'actions'" },
    ], repeatable);
    const broken = await check(publicUrl, admin);
    assert.deepEqual([broken.code, /FAULT: actions is broken at entry 1/.test(broken.said)], [2, true]);
    await db.write([{
      sql: "update reserve_readings set jws = substr(jws, 1, length(jws) - 86) || 'A' || substr(jws, -85)",
    }], repeatable);
    // What is served is kept for some seconds.
    await gateway.until("the other signature", async () => {
      const { code, said } = await check(publicUrl, {});
      return code === 2 && said.includes("FAULT: the statement is not signed by SIGNING_KEY") ? true : null;
    });
  }));
