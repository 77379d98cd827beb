import assert from "node:assert/strict";
import { withGateway } from "../support/gateway.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";

/** Runs the demo. @returns its exit code and what it printed */
async function demo(
  variables: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<{ readonly code: number; readonly output: string }> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    const running = await startProcess({
      program: "tasks/demo.ts",
      args,
      folder,
      variables: { TMPDIR: folder, ...variables },
    });
    return { code: await running.ended, output: running.output() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("W7 the demo starts a gateway by itself, shows each step and ends with 0", async () => {
  const { code, output } = await demo({});
  assert.equal(code, 0, output);
  for (
    const step of [
      /stellar\.toml/,
      /SEP-10: the wallet logs in/,
      /SEP-12: the anchor asks for data/,
      /is pending_user_transfer_start/,
      /100 - 1 = 99 USDX, Stellar [0-9a-f]{64}/,
      /the wallet's balance on Horizon is 59, as promised/,
      /what left the bank is 39\.3, as promised/,
      /done: all balances are exactly as promised/,
    ]
  ) assert.match(output, step);
  assert.ok(output.trim().split("\n").every((line) => /^ *\d+\.\d s {2}/.test(line)), output);
});

Deno.test("W7 the demo plays against a gateway that runs, and fails where nothing answers", () =>
  withGateway({ jobs: true }, async ({ publicUrl }) => {
    const played = await demo({ PUBLIC_URL: publicUrl });
    assert.equal(played.code, 0, played.output);
    const nowhere = await demo({ PUBLIC_URL: `http://localhost:${freePort()}` });
    assert.equal(nowhere.code, 1);
    assert.match(nowhere.output, /FAILED: nothing answers/);
  }));

Deno.test("M-25 the demo ends non-zero when the bank or the ledger keeps a cent", async () => {
  const port = freePort();
  const thefts: readonly [RegExp, (body: string) => string][] = [
    [/\/sandbox\/bank\/transfers\?direction=out/, (body) => body.replaceAll('"39.30"', '"39.29"')],
    [/\/sandbox\/horizon\/accounts\/G/, (body) => body.replaceAll('"99.0000000"', '"98.9999999"')],
  ];
  for (const [place, steal] of thefts) {
    await withGateway(
      { jobs: true, variables: { PUBLIC_URL: `http://localhost:${port}` } },
      async ({ running }) => {
        const thief = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, async (request) => {
          const { pathname, search } = new URL(request.url);
          const answer = await fetch(`${running.url}${pathname}${search}`, {
            method: request.method,
            headers: request.headers,
            body: request.body,
          });
          const body = await answer.text();
          const headers = new Headers(answer.headers);
          headers.delete("content-length");
          headers.delete("content-encoding");
          return new Response(place.test(pathname + search) ? steal(body) : body, {
            status: answer.status,
            headers,
          });
        });
        try {
          const { code, output } = await demo({ PUBLIC_URL: `http://localhost:${port}` });
          assert.equal(code, 1, output);
          assert.match(output, /FAILED: .* is (39\.29|98\.9999999) and not (39\.3|99)/);
        } finally {
          await thief.shutdown();
        }
      },
    );
  }
});

Deno.test("W7 with --interactive the demo starts a gateway, names one address to open, and serves until it is stopped", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    const running = await startProcess({
      program: "tasks/demo.ts",
      args: ["--interactive"],
      folder,
      variables: { TMPDIR: folder },
    });
    try {
      const address = () => running.output().match(/http:\/\/localhost:\d+\/sandbox\/wallet/g) ?? [];
      for (let waited = 0; waited < 600 && !/Ctrl-C/.test(running.output()); waited++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      assert.equal(address().length, 1, running.output());
      const page = await fetch(address()[0] ?? "");
      assert.equal(page.status, 200);
      assert.match(await page.text(), /Deposit/);
    } finally {
      assert.equal(await running.end("SIGTERM"), 0, running.output());
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("W7 with --interactive the demo names the wallet of a gateway that runs, and fails where there is none", () =>
  withGateway({}, async ({ publicUrl }) => {
    const found = await demo({ PUBLIC_URL: publicUrl }, ["--interactive"]);
    assert.equal(found.code, 0, found.output);
    assert.ok(found.output.includes(`${publicUrl}/sandbox/wallet`));
    const bare = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => new Response("", { status: request.url.endsWith("/stellar.toml") ? 200 : 404 }),
    );
    try {
      const url = `http://localhost:${bare.addr.port}`;
      const none = await demo({ PUBLIC_URL: url }, ["--interactive"]);
      assert.equal(none.code, 1);
      assert.match(none.output, /FAILED: .* has no demo wallet/);
    } finally {
      await bare.shutdown();
    }
  }));
