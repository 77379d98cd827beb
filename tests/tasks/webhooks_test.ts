import assert from "node:assert/strict";
import { withGateway } from "../support/gateway.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";

Deno.test("the task prints an address for each instance, and the gateway takes webhooks there", () => {
  const port = freePort();
  return withGateway({ port }, async ({ dataDir, running: { anchor } }) => {
    const child = await startProcess({
      program: "tasks/webhooks.ts",
      folder: dataDir,
      variables: { DATA_DIR: dataDir, PORT: String(port) },
    });
    assert.equal(await child.ended, 0, child.output());
    const printed = new Map(
      child.output().trim().split("\n").map((line) => {
        const [name = "", url = ""] = line.split(": ");
        return [name, url];
      }),
    );
    assert.deepEqual(
      [...printed.keys()].sort(),
      [...Object.keys(anchor.kyc), ...Object.keys(anchor.rails)].sort(),
    );
    for (const [name, url] of printed) {
      const status = async (address: string) => {
        const answer = await fetch(address, { method: "POST", body: "{}" });
        await answer.body?.cancel();
        return answer.status;
      };
      assert.equal(await status(url), 200, name);
      assert.equal(await status(`${url.slice(0, -1)}~`), 404, name);
    }
  });
});
