import assert from "node:assert/strict";
import { openAlarms } from "../../core/records/alarms.ts";
import { withGateway } from "../support/gateway.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";

Deno.test("M-10 the task says what of the ledger's history does not fit, and skips what it has named and nothing else", async () => {
  const port = freePort();
  await withGateway({ port }, async (gateway) => {
    const { dataDir, db, distribution } = gateway;
    const history = async (...args: string[]) => {
      const variables = { DATA_DIR: dataDir, PORT: String(port) };
      const child = await startProcess({ program: "tasks/history.ts", args, folder: dataDir, variables });
      return { code: await child.ended, said: child.output() };
    };
    await gateway.advance();
    const fitting = await history();
    assert.equal(fitting.code, 0, fitting.said);
    assert.match(fitting.said, /All of it fits/);

    const { ledger } = await gateway.ledger.close(90);
    await gateway.ledger.behave({ behaviour: "prune", keep: 10 });
    await gateway.advance();
    assert.deepEqual((await openAlarms(db, 9)).map(({ kind }) => kind), ["ledger_history"]);
    const { code, said } = await history();
    assert.equal(code, 1, said);
    assert.match(said, new RegExp(`keeps ledgers ${ledger - 9} to ${ledger}`));
    assert.match(said, new RegExp(`${distribution} is read up to ledger \\d+: .*older than`));
    assert.match(said, new RegExp(`deno task history skip ${ledger - 10}\\n`));

    for (const named of ["", "soon", String(ledger - 11), String(ledger)]) {
      const refused = await history("skip", named);
      assert.equal(refused.code, 1, refused.said);
      assert.match(refused.said, /Cannot skip/);
    }
    assert.deepEqual((await openAlarms(db, 9)).map(({ kind }) => kind), ["ledger_history"]);
    const skipped = await history("skip", String(ledger - 10));
    assert.equal(skipped.code, 0, skipped.said);
    await gateway.advance();
    assert.deepEqual((await openAlarms(db, 9)).map(({ kind }) => kind), ["ledger_skipped"]);
    assert.equal((await history("skip", String(ledger))).code, 0, "nothing is left to skip");
  });
});
