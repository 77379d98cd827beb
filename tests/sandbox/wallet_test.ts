import assert from "node:assert/strict";
import { z } from "zod";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import { withGateway } from "../support/gateway.ts";
import { freePort } from "../support/ports.ts";

/** Runs a test against a sandbox whose wallet belongs to a gateway that is not there. */
async function withoutGateway(work: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  const sandbox = await startSandbox({
    databaseUrl: ":memory:",
    ledger: {
      passphrase: "a network of the tests",
      closeEvery: "on submit",
      anchorUrl: `http://localhost:${freePort()}`,
    },
    key: "the key of the modules, 0123456789",
  });
  try {
    await work(sandbox);
  } finally {
    await sandbox.close();
  }
}

Deno.test("W7 the demo wallet's page stands alone: its policy names its own script and the anchor's frame, nobody else", () =>
  withoutGateway(async ({ app }) => {
    const answer = await app.request("/sandbox/wallet");
    assert.equal(answer.status, 200);
    const policy = answer.headers.get("content-security-policy") ?? "";
    const [, nonce = "none"] = /script-src 'nonce-([^']+)'/.exec(policy) ?? [];
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-src http:\/\/localhost:\d+;/);
    assert.doesNotMatch(policy, /unsafe|https:/);
    assert.equal(answer.headers.get("cross-origin-opener-policy"), "unsafe-none");
    const page = await answer.text();
    assert.ok(page.length < 15_000, `${page.length} characters`);
    assert.ok(page.includes(`<script nonce="${nonce}">`));
    assert.doesNotMatch(page, /(src|href)="(https?:)?\/\//);
    const { headers } = await app.request("/sandbox/wallet");
    assert.notEqual(headers.get("content-security-policy"), policy, "each page has a nonce of its own");
  }));

Deno.test("W7 the demo wallet refuses what is no request of its page, and says so when its gateway is away", () =>
  withoutGateway(async ({ app }) => {
    const post = (path: string, body: string) =>
      app.request(`/sandbox/wallet${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    for (
      const body of [
        "",
        "{",
        "[]",
        '{"kind":"gift"}',
        '{"kind":"deposit","lang":7}',
        '{"kind":"deposit","x":1}',
      ]
    ) {
      assert.equal((await post("/transactions", body)).status, 400, body);
    }
    assert.equal((await post("/transactions/1/payment", "[]")).status, 400);
    const away = await app.request("/sandbox/wallet/standing");
    assert.equal(away.status, 502);
    const { error } = await away.json();
    assert.equal(error.code, "anchor");
  }));

Deno.test("there is no demo wallet without a ledger, or without a gateway to talk to", async () => {
  for (const ledger of [null, { passphrase: "x", closeEvery: "on submit" } as const]) {
    const sandbox = await startSandbox({ databaseUrl: ":memory:", ledger, key: "a key" });
    try {
      assert.equal((await sandbox.app.request("/sandbox/wallet")).status, 404);
    } finally {
      await sandbox.close();
    }
  }
});

const standing = z.object({
  account: z.string(),
  balance: z.string(),
  transactions: z.array(z.object({ id: z.string(), kind: z.string(), status: z.string() })),
});

Deno.test("W7 the demo wallet has an account, asks the gateway as any wallet, and pays nothing before it may", () =>
  withGateway({}, async ({ ask, publicUrl }) => {
    const post = (path: string, body: unknown) =>
      ask(`/sandbox/wallet${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const look = async () => standing.parse(await (await ask("/sandbox/wallet/standing")).json());
    const before = await look();
    assert.match(before.account, /^G[A-Z2-7]{55}$/);
    assert.deepEqual([Number(before.balance), before.transactions], [0, []]);
    for (const kind of ["deposit", "withdraw"]) {
      const asked = await post("/transactions", { kind, lang: "es" });
      assert.equal(asked.status, 201);
      const { id, url } = z.object({ id: z.string(), url: z.string() }).parse(await asked.json());
      assert.ok(url.startsWith(`${publicUrl}/interactive/${id}?token=`));
      const payment = await post(`/transactions/${id}/payment`, {});
      assert.equal(payment.status, 409, "nothing is paid before the anchor is ready");
      await payment.body?.cancel();
    }
    const after = await look();
    assert.equal(after.account, before.account);
    assert.deepEqual(after.transactions.map(({ kind, status }) => [kind, status]), [
      ["withdrawal", "incomplete"],
      ["deposit", "incomplete"],
    ]);
    const foreign = await post("/transactions/nobodys/payment", {});
    assert.equal(foreign.status, 502);
    await foreign.body?.cancel();
  }));
