import assert from "node:assert/strict";
import { z } from "zod";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";

const root = z.object({ network_passphrase: z.string(), history_latest_ledger: z.number() });

Deno.test("the sandbox runs alone, says where it is, and goes on after a restart", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  const port = freePort();
  const url = `http://127.0.0.1:${port}/sandbox`;
  try {
    const ledgers: number[] = [];
    for (const _start of [1, 2]) {
      const sandbox = await startProcess({
        program: "tasks/sandbox.ts",
        folder,
        variables: { DATA_DIR: folder, SANDBOX_PORT: String(port) },
        readyAt: url,
      });
      try {
        for (let waited = 0; waited < 200 && !sandbox.output().includes("bank"); waited++) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        for (const place of [`${url}/horizon`, `${url}/friendbot`, `${url}/bank/transfers`]) {
          assert.ok(sandbox.output().includes(place), sandbox.output());
        }
        ledgers.push(root.parse(await (await fetch(`${url}/horizon`)).json()).history_latest_ledger);
        const statement = await fetch(`${url}/bank/transfers`);
        assert.deepEqual(await statement.json(), { transfers: [] });
      } finally {
        assert.equal(await sandbox.end("SIGTERM"), 0, sandbox.output());
      }
    }
    const [first = 0, second = 0] = ledgers;
    assert.ok(first > 1 && second >= first, ledgers.join(", "));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
