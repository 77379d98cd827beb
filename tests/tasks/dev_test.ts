import assert from "node:assert/strict";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";

Deno.test("dev serves, and its last lines say where everything is and what to try next", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  const port = freePort();
  const publicUrl = `http://localhost:${port}`;
  try {
    // A second start on the same folder finds the same secrets and records.
    const seen: string[] = [];
    for (const _start of [1, 2]) {
      const dev = await startProcess({
        program: "tasks/dev.ts",
        folder,
        variables: { DATA_DIR: folder, PORT: String(port) },
        readyAt: publicUrl,
      });
      try {
        const toml = await fetch(`${publicUrl}/.well-known/stellar.toml`);
        assert.equal(toml.status, 200);
        const signingKey = /SIGNING_KEY = "(\w+)"/.exec(await toml.text())?.[1] ?? "";
        for (let waited = 0; waited < 100 && !/deno task demo/.test(dev.output()); waited++) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        const said = dev.output();
        for (
          const line of [
            `stellar.toml  ${publicUrl}/.well-known/stellar.toml`,
            "asset         USDX of G",
            `Horizon       ${publicUrl}/sandbox/horizon`,
            `friendbot     ${publicUrl}/sandbox/friendbot?addr=`,
            `demo wallet   ${publicUrl}/sandbox/wallet`,
            "operator key  ",
            `PUBLIC_URL=${publicUrl} deno task demo`,
          ]
        ) assert.ok(said.includes(line), `${line} is missing in:\n${said}`);
        assert.match(said.trimEnd().split("\n").at(-1) ?? "", /deno task demo$/);
        assert.doesNotMatch(said, /"level":"(error|alarm)"/);
        const operator = /operator key {2}(\S+)/.exec(said)?.[1] ?? "";
        seen.push(`${signingKey} ${operator}`);
      } finally {
        assert.equal(await dev.end("SIGTERM"), 0, dev.output());
      }
    }
    assert.equal(new Set(seen).size, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("dev says what is wrong with its settings, all at once, and ends with 1", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    const dev = await startProcess({
      program: "tasks/dev.ts",
      folder,
      variables: { DATA_DIR: folder, PORT: "none", STELLAR_NETWORK: "moon", PUBLIC_URL: "ftp://x" },
    });
    assert.equal(await dev.ended, 1);
    for (const name of ["PORT", "STELLAR_NETWORK", "PUBLIC_URL"]) {
      assert.match(dev.output(), new RegExp(name));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
