import assert from "node:assert/strict";
import { createHorizon, HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import type { HorizonTrouble } from "../../../core/stellar/horizon.ts";
import {
  accountRecord,
  ALICE,
  BOB,
  hashOf,
  ledgerRecord,
  pageOf,
  transactionRecord,
} from "./horizon-records.ts";
import { NOT_FOUND, NOT_FOUND_PROBLEM, PASSPHRASE, root, scriptedHorizon } from "./scripted-horizon.ts";
import type { Reply } from "./scripted-horizon.ts";

/** Asks for an account of a Horizon that answers it so. */
async function askAccount(reply: Reply, rootReply: Reply = root()) {
  await using server = scriptedHorizon((path) => path === "/" ? rootReply : reply);
  return await server.horizon.account(ALICE);
}

async function troubleOf(asked: Promise<unknown>): Promise<HorizonTrouble> {
  try {
    await asked;
  } catch (error) {
    if (error instanceof HorizonUnavailable) return error.trouble;
    throw error;
  }
  assert.fail("an answer came");
}

const problem = (type: string, status: number): Reply => [status, { type, title: "x", status }];

Deno.test("M-3 a problem whose type ends in /not_found is Horizon's own not-found", async () => {
  assert.deepEqual(await askAccount(NOT_FOUND), { kind: "not_found" });
  assert.deepEqual(await askAccount(problem("https://elsewhere.example/not_found", 404)), {
    kind: "not_found",
  });
});

const STRANGE_404: Readonly<Record<string, Reply>> = {
  "of a proxy, with a page": new Response("<h1>Not found</h1>", { status: 404 }),
  "without a body": new Response(null, { status: 404 }),
  "with JSON that is no problem": [404, { error: "not found" }],
  "with a problem of another type": problem("https://stellar.org/horizon-errors/not_acceptable", 404),
  "whose type only contains not_found": problem("https://stellar.org/horizon-errors/not_found/x", 404),
  "whose type is no text": [404, { type: ["not_found"], status: 404 }],
  "whose title says it": [404, { type: "about:blank", title: "not_found", status: 404 }],
};

for (const [flavour, reply] of Object.entries(STRANGE_404)) {
  Deno.test(`M-3 a 404 ${flavour} is no answer`, async () => {
    assert.equal(await troubleOf(askAccount(reply)), "not_found_unproven");
  });
}

Deno.test("M-3 the not-found of a Horizon of another network is no answer", async () => {
  const other = root(1000, 1, "Public Global Stellar Network ; September 2015");
  assert.equal(await troubleOf(askAccount(NOT_FOUND, other)), "wrong_network");
});

Deno.test("M-3 the not-found of a Horizon whose root does not answer is no answer", async () => {
  assert.equal(await troubleOf(askAccount(NOT_FOUND, [500, {}])), "status");
  assert.equal(await troubleOf(askAccount(NOT_FOUND, [200, { horizon_version: "2" }])), "garbage");
  assert.equal(await troubleOf(askAccount(NOT_FOUND, NOT_FOUND)), "not_found_unproven");
});

Deno.test("M-3 the network is proven once, and again after an error", async () => {
  let passphrase = PASSPHRASE;
  let failing = false;
  await using server = scriptedHorizon((path) => {
    if (path === "/") return root(1000, 1, passphrase);
    return failing ? [502, "bad gateway"] : NOT_FOUND;
  });
  const roots = () => server.asked.filter((path) => path === "/").length;
  await Promise.all([server.horizon.account(ALICE), server.horizon.account(BOB)]);
  await server.horizon.account(ALICE);
  assert.equal(roots(), 1);

  failing = true;
  assert.equal(await troubleOf(server.horizon.account(ALICE)), "status");
  // The address now leads to another network, whose not-found proves nothing.
  failing = false;
  passphrase = "Standalone Network ; February 2017";
  assert.equal(await troubleOf(server.horizon.account(ALICE)), "wrong_network");
  passphrase = PASSPHRASE;
  assert.deepEqual(await server.horizon.account(ALICE), { kind: "not_found" });
});

Deno.test("M-3 nothing is handed in at a Horizon of another network", async () => {
  await using server = scriptedHorizon((path) => path === "/" ? root(1000, 1, "another") : [200, {}]);
  const answer = await server.horizon.submit("AAAA");
  assert.deepEqual(answer, {
    kind: "unavailable",
    status: null,
    trouble: "wrong_network",
    retryAfterMs: null,
  });
  assert.deepEqual(server.asked, ["/"]);
});

Deno.test("what is neither 200 nor Horizon's own not-found is no answer", async () => {
  const cases: [Reply, HorizonTrouble][] = [
    [[500, "oops"], "status"],
    [problem("https://stellar.org/horizon-errors/stale_history", 503), "stale"],
    [problem("https://stellar.org/horizon-errors/before_history", 410), "before_history"],
    [problem("https://stellar.org/horizon-errors/rate_limit_exceeded", 429), "busy"],
    [problem("https://stellar.org/horizon-errors/bad_request", 400), "status"],
    [new Response("<html>", { status: 200 }), "garbage"],
    [[200, {}], "garbage"],
    [[200, null], "garbage"],
    [[200, { ...accountRecord(ALICE), sequence: "many" }], "garbage"],
    [[200, { ...accountRecord(ALICE), balances: [{ asset_type: "native", balance: "1e9" }] }], "garbage"],
    [[200, accountRecord(BOB)], "garbage"],
    [Response.redirect("http://127.0.0.1:1/", 302), "network"],
  ];
  for (const [reply, trouble] of cases) assert.equal(await troubleOf(askAccount(reply)), trouble);
});

Deno.test("429 says when to ask again, in a few minutes at the latest; another answer's limit says nothing of that", async () => {
  const cases = [
    [429, { "x-ratelimit-reset": "7" }, 7_000],
    [429, { "retry-after": "2", "x-ratelimit-reset": "7" }, 2_000],
    [429, { "retry-after": "86400" }, 300_000],
    [503, { "retry-after": "3" }, 3_000],
    [503, { "x-ratelimit-reset": "3600" }, undefined],
  ] as const;
  for (const [status, headers, expected] of cases) {
    await assert.rejects(askAccount(new Response("{}", { status, headers })), (error) => {
      assert.ok(error instanceof HorizonUnavailable);
      assert.equal(error.retryAfterMs, expected);
      assert.equal(error.status, 503);
      return true;
    });
  }
});

const HANGS = {
  "before its head": "",
  "within its body": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
};

for (const [where, sent] of Object.entries(HANGS)) {
  Deno.test(`a Horizon that hangs ${where} is given up`, async () => {
    using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const url = `http://127.0.0.1:${listener.addr.port}`;
    const horizon = createHorizon({ url, passphrase: PASSPHRASE, timeoutMs: 50 });
    const asked = troubleOf(horizon.root());
    using connection = await listener.accept();
    await connection.write(new TextEncoder().encode(sent));
    assert.equal(await asked, "timeout");
  });
}

Deno.test("a Horizon that is not there is unavailable", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const horizon = createHorizon({ url, passphrase: PASSPHRASE, timeoutMs: 2000 });
  assert.equal(await troubleOf(horizon.account(ALICE)), "network");
  assert.deepEqual(await horizon.submit("AAAA"), {
    kind: "unavailable",
    status: null,
    trouble: "network",
    retryAfterMs: null,
  });
});

Deno.test("M-24 amounts of an account are whole units, every digit kept", async () => {
  const balances = [
    {
      balance: "922337203685.4775807",
      limit: "922337203685.4775807",
      buying_liabilities: "0.0000001",
      selling_liabilities: "0.0000000",
      is_authorized: false,
      asset_type: "credit_alphanum4",
      asset_code: "USDX",
      asset_issuer: BOB,
    },
    {
      balance: "1.0000000",
      limit: "5.0000000",
      asset_type: "liquidity_pool_shares",
      liquidity_pool_id: "ab",
    },
    { balance: "0.0000001", buying_liabilities: "0", selling_liabilities: "0", asset_type: "native" },
  ];
  const account = await askAccount([200, accountRecord(ALICE, { balances, sequence: "9007199254740993" })]);
  assert.ok(account.kind === "found");
  assert.equal(account.sequence, 9007199254740993n);
  assert.deepEqual(account.balances.map((line) => [line.asset, line.amount, line.authorized]), [
    [`USDX:${BOB}`, 9223372036854775807n, false],
    ["native", 1n, true],
  ]);
  assert.equal(account.balances[0]?.buyingLiabilities, 1n);
});

Deno.test("M-7 a fee-bumped transaction is found by either hash and listed under the outer one", async () => {
  const [outer, inner] = [hashOf("c"), hashOf("d")];
  await using server = scriptedHorizon((path) => {
    if (!path.startsWith("/transactions/")) return undefined;
    const hash = path.split("/")[2];
    return [
      200,
      transactionRecord({ hash, fee_bump_transaction: { hash: outer }, inner_transaction: { hash: inner } }),
    ];
  });
  for (const asked of [outer, inner]) {
    const transaction = await server.horizon.transaction(asked);
    assert.ok(transaction.kind === "found");
    assert.deepEqual([transaction.hash, transaction.innerHash], [outer, inner]);
  }
  // An answer that speaks of another transaction is none.
  assert.equal(await troubleOf(server.horizon.transaction(hashOf("e"))), "garbage");
});

Deno.test("the latest ledger, and a ledger by its number", async () => {
  await using server = scriptedHorizon((path) => {
    if (path === "/ledgers?order=desc&limit=1") return [200, pageOf([ledgerRecord(1000, 1_800_000_000)])];
    if (path === "/ledgers/999") return [200, ledgerRecord(998, 1_800_000_000)];
    return path === "/ledgers/5000" ? NOT_FOUND : undefined;
  });
  const { sequence, closedAt, baseReserve } = await server.horizon.latestLedger();
  assert.deepEqual([sequence, closedAt, baseReserve], [1000, 1_800_000_000, 5_000_000n]);
  assert.deepEqual(await server.horizon.ledger(5000), { kind: "not_found" });
  assert.equal(await troubleOf(server.horizon.ledger(999)), "garbage");
});

Deno.test("a network with no ledger to show is no answer", async () => {
  await using server = scriptedHorizon((path) => path.startsWith("/ledgers") ? [200, pageOf([])] : undefined);
  assert.equal(await troubleOf(server.horizon.latestLedger()), "garbage");
});

Deno.test("a Horizon below a path is asked below that path", async () => {
  const asked: string[] = [];
  const fetch = (url: string) => {
    asked.push(url);
    const [status, body] = url.endsWith("/accounts/" + ALICE) ? [404, NOT_FOUND_PROBLEM] : [200, {
      network_passphrase: PASSPHRASE,
      history_latest_ledger: 2,
      history_elder_ledger: 1,
    }];
    return Promise.resolve(Response.json(body, { status: Number(status) }));
  };
  const url = "http://localhost/sandbox/horizon/";
  await createHorizon({ url, passphrase: PASSPHRASE, fetch, timeoutMs: 100 }).account(ALICE);
  assert.deepEqual(asked, [
    "http://localhost/sandbox/horizon",
    `http://localhost/sandbox/horizon/accounts/${ALICE}`,
  ]);
});
