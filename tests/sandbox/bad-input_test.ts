import assert from "node:assert/strict";
import { inspectRoutes } from "hono/dev";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";

const KEY = "the key of the modules, 0123456789";

/** Runs a test against a sandbox of its own; with a ledger as on the sandbox network, without one as on testnet. */
async function withSandbox(ledger: boolean, work: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox({
    databaseUrl: ":memory:",
    ledger: ledger ? { passphrase: "a network of the tests", closeEvery: "on submit" } : null,
    key: KEY,
  });
  try {
    await work(sandbox);
  } finally {
    await sandbox.close();
  }
}

const routesOf = (sandbox: Sandbox) =>
  inspectRoutes(sandbox.app).filter(({ isMiddleware }) => !isMiddleware).map(({ method, path }) => ({
    method: method === "ALL" ? "POST" : method,
    path,
  }));

const pathOf = (template: string, value: string) =>
  template.replaceAll(/:\w+(\{[^}]*\})?/g, () => value).replaceAll("*", "x");

/** What anybody may do who is let in by the door; everything else wants the key of the modules. */
const OPEN = [
  /^\/sandbox\/bank\/(transfers|instructions|debits|faults|accounts)(\/:id\/state)?$/,
  /^\/sandbox\/bank\/accounts\/:name\{/,
  /^\/sandbox\/kyc\/(decide|codes|faults)$/,
  /^\/sandbox\/kyc\/bureaus\/:name\{/,
  // A person's own page, whose address is the secret.
  /^\/sandbox\/kyc\/page\/:token$/,
];

/** Where only the sandbox network has something. */
const LEDGER = /^\/sandbox\/(horizon|friendbot|ledger|wallet)(\/|$)/;

Deno.test("P18 what a provider would not show to anybody wants the modules' key in the sandbox too", () =>
  withSandbox(true, async (sandbox) => {
    for (const { method, path } of routesOf(sandbox)) {
      if (LEDGER.test(path) || OPEN.some((open) => open.test(path))) continue;
      const { status, body } = await sandbox.app.request(pathOf(path, "1"), { method });
      await body?.cancel();
      assert.equal(status, 401, `${method} ${path}`);
    }
  }));

Deno.test("without a ledger of its own the sandbox has no route of one", () =>
  withSandbox(false, (sandbox) => {
    assert.deepEqual(routesOf(sandbox).filter(({ path }) => LEDGER.test(path)), []);
    return Promise.resolve();
  }));

/** Bodies that no route can use. */
const BODIES: readonly (readonly [type: string | null, body: string | null])[] = [
  [null, null],
  ["application/json", ""],
  ["application/json", "{"],
  ["application/json", "[]"],
  ["application/json", "null"],
  ["application/json", '{"amount": {"a": 1}, "reference": 7, "__proto__": {"x": 1}}'],
  ["application/json", "[".repeat(50_000)],
  ["application/x-www-form-urlencoded", "%%%=%zz"],
  ["application/x-www-form-urlencoded", "tx=%FF"],
  ["multipart/form-data; boundary=b", "--b"],
  ["multipart/form-data", "x"],
  ["text/plain", "x"],
];

const VALUES = [
  "1",
  "__proto__",
  "constructor",
  "%00",
  "%FF",
  "-1",
  "99999999999999999999",
  "x".repeat(3_000),
];

Deno.test("whatever is sent to the sandbox is its sender's fault, never the sandbox's", () =>
  withSandbox(true, async (sandbox) => {
    for (const { method, path } of routesOf(sandbox)) {
      const values = /[:*]/.test(path) ? VALUES : ["1"];
      for (const value of values) {
        for (const query of ["", "?cursor=x&limit=1e9&order=%FF&direction=__proto__&addr=G"]) {
          for (const [type, body] of method === "GET" ? BODIES.slice(0, 1) : BODIES) {
            const answer = await sandbox.app.request(`${pathOf(path, value)}${query}`, {
              method,
              body,
              headers: { authorization: `Bearer ${KEY}`, ...(type === null ? {} : { "content-type": type }) },
            });
            await answer.body?.cancel();
            assert.ok(
              answer.status < 500,
              `${method} ${path} ${value} ${query} ${type} ${body?.slice(0, 80)}`,
            );
          }
        }
      }
    }
  }));
