import assert from "node:assert/strict";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { EXCEPTIONS } from "../../support/query-plan-exceptions.ts";
import { faultsOf, type Plans, plansBy } from "../../support/query-plans.ts";
import { sqlOfCore } from "../../support/sql-of-core.ts";

Deno.test("a plan is judged by what it reads, line by line", () => {
  const faults = [
    "SCAN transfers",
    "SCAN transfers USING COVERING INDEX transfers_by_customer",
    "SEARCH transfers USING INDEX transfers_open (state=?)",
    "SEARCH transfers USING INDEX transfers_open (state=? AND expires_ms<?)",
    "SEARCH p USING AUTOMATIC COVERING INDEX (transfer_id=?) LEFT-JOIN",
    "USE TEMP B-TREE FOR ORDER BY",
  ];
  const passing = [
    "SCAN transfers USING COVERING INDEX transfers_unpaid",
    "SCAN stamp",
    "SEARCH transfers USING INDEX transfers_unpaid (expires_ms<?)",
    "SEARCH transfers USING INDEX transfers_by_customer (customer_id=? AND state=?)",
    "SEARCH transfers USING INTEGER PRIMARY KEY (rowid=?)",
    "SCAN CONSTANT ROW",
  ];
  assert.deepEqual(faultsOf([...passing, ...faults], new Set(["transfers_unpaid"])), faults);
});

/** As core would ask, whoever calls. */
const anybody = () => true;

async function refused(plans: Plans, sql: string): Promise<boolean> {
  try {
    await plans.judge([{ sql, args: [] }], anybody);
    return false;
  } catch (error) {
    assert.match(String(error), /Takes longer/);
    return true;
  }
}

Deno.test("the tables of all migrations are judged: a look by a column without an index is refused", async () => {
  const plans = await plansBy(migrations);
  assert.equal(await refused(plans, "select id from transfers where amount_in = 1"), true);
  assert.equal(await refused(plans, "select id from transfers where state = 'completed'"), true);
  assert.equal(await refused(plans, "delete from customer_files where customer_id = 'c'"), false);
  assert.equal(await refused(plans, "select id from transfers where id = 't'"), false);
});

Deno.test("what a query says word for word takes no longer the more is over, and every exception is still needed", async () => {
  const plans = await plansBy(migrations);
  const unneeded = new Set(EXCEPTIONS.map(({ says }) => says));
  const statements = await sqlOfCore();
  assert.ok(statements.length > 100, `only ${statements.length} statements were found`);
  const faults: string[] = [];
  for (const { file, sql, isWhole } of statements) {
    const flat = sql.replace(/\s+/g, " ");
    for (const { says } of EXCEPTIONS) if (flat.includes(says)) unneeded.delete(says);
    try {
      if (isWhole && file !== "equation.ts") await plans.judge([{ sql }], anybody);
    } catch (error) {
      faults.push(`${file}: ${error instanceof Error ? error.message : error}`);
    }
  }
  assert.deepEqual(faults, []);
  assert.deepEqual([...unneeded], []);
});
