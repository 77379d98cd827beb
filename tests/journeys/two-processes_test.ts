import assert from "node:assert/strict";
import { openDatabase } from "../../core/records/database.ts";
import { booksAgree } from "../support/books-agree.ts";
import { arrive, text } from "../support/customer.ts";
import { startFront } from "../support/front.ts";
import { startOutside } from "../support/outside.ts";
import { outsideWorld } from "../support/outside-world.ts";
import { freePort } from "../support/ports.ts";
import { startProcess, type TestProcess } from "../support/process.ts";

const CUSTOMERS = 4;

Deno.test("M-30 M-4 two gateways on one database behind one address pay everything once", async () => {
  const publicPort = freePort();
  const publicUrl = `http://localhost:${publicPort}`;
  const outside = await startOutside({ PUBLIC_URL: publicUrl });
  const ports = [freePort(), freePort()];
  const front = startFront(ports, { port: publicPort });
  const gateways: TestProcess[] = [];
  try {
    gateways.push(
      ...await Promise.all(ports.map((port, index) =>
        startProcess({
          program: "tests/support/gateway-child.ts",
          folder: outside.dataDir,
          variables: {
            DATA_DIR: outside.dataDir,
            SANDBOX_LIBSQL_URL: `file:${outside.dataDir}/unused-${index}.db`,
            TEST_SANDBOX_URL: outside.sandbox.url,
            HORIZON_URL: outside.horizonUrl,
            PUBLIC_URL: publicUrl,
            PORT: String(port),
          },
          readyAt: `http://127.0.0.1:${port}`,
        })
      )),
    );
    const world = outsideWorld(outside, publicUrl, {
      describe: () => gateways.map(({ output }) => output()).join("\n"),
    });
    await Promise.all(Array.from({ length: CUSTOMERS }, async () => {
      const ada = await arrive(world);
      await ada.deposit("100");
      await ada.holds("99");
      const withdrawn = await ada.withdraw("40");
      assert.equal(text(withdrawn, "amount_out"), "39.3");
      await ada.holds("59");
    }));
    for (const { output } of gateways) assert.match(output(), /"route":"\/sep6\//, "both have served");
    assert.equal((await world.bank.statement("in")).length, CUSTOMERS);
    assert.equal((await world.bank.statement("out")).length, CUSTOMERS);

    const db = await openDatabase({ url: `file:${outside.dataDir}/kedge.db`, onDeploy: false });
    try {
      const { environment } = outside;
      const { code, issuer } = environment.asset;
      const [row] = await db.query({
        sql: "select account from stellar_sources where role = 'distribution'",
      });
      await booksAgree(world, db, String(row?.account), [{ id: `${code}:${issuer}`, code, issuer }]);
    } finally {
      db.close();
    }
  } finally {
    for (const gateway of gateways) await gateway.end("SIGTERM");
    await front.stop();
    await outside.stop();
  }
});
