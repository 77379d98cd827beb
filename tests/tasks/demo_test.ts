import assert from "node:assert/strict";
import { withGateway } from "../support/gateway.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";

/** Runs the demo. @returns its exit code and what it printed */
async function demo(
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly output: string }> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    const running = await startProcess({
      program: "tasks/demo.ts",
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
