/**
 * What other anchor servers had to mend, tried on ours: login and tokens. `#1954` and the like are pull requests of
 * stellar/anchor-platform. Records, money and outgoing
 * requests are in `known-vulnerabilities-records_test.ts`, `…-money_test.ts` and `…-outgoing_test.ts`.
 *
 * Not ours, since there is nothing to break: SEP-45 (#1870, #1906 in its own form, #2020), SEP-31 (#1895, #1966, #2004,
 * #2011), quotes (#1893, #1934, #2023), custody (#1892), a platform API over JSON-RPC (#1904), Kafka and its lost events,
 * seeds in a database (Polaris), a page of a transfer that anybody may read (Polaris: no such page yet).
 */
import assert from "node:assert/strict";
import { Keypair, Memo, Operation, Transaction } from "@stellar/stellar-sdk";
import { createTokens, SEP10_TOKEN } from "../../core/auth/mod.ts";
import { readEnvironment } from "../../core/config/environment.ts";
import { arrive } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";
import { bombs } from "./fuzz/xdr.ts";

const challengeOf = async ({ ask }: TestGateway, query: string): Promise<string> =>
  (await (await ask(`/auth?${query}`)).json()).transaction;

/** Hands a transaction in. */
async function handIn({ ask }: TestGateway, transaction: string) {
  const answer = await ask("/auth", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ transaction }),
  });
  const { token, code } = await answer.json();
  return { status: answer.status, token, code };
}

function signed({ passphrase }: TestGateway, transaction: string, ...keys: Keypair[]): string {
  const parsed = new Transaction(transaction, passphrase);
  parsed.sign(...keys);
  return parsed.toXDR();
}

Deno.test("R-10-78 M-3 #1954 a ledger that does not answer never falls back to the master key", () =>
  withGateway({}, async (gateway) => {
    const { wallet } = await arrive(gateway);
    const owner = Keypair.random();
    // The account was given away: its own key has no weight any more.
    await wallet.submit([
      Operation.setOptions({
        masterWeight: 0,
        signer: { ed25519PublicKey: owner.publicKey(), weight: 1 },
      }),
    ], Memo.none());
    const logIn = async (key: Keypair) =>
      await handIn(
        gateway,
        signed(gateway, await challengeOf(gateway, `account=${wallet.account}`), key),
      );
    await gateway.ledger.behave({ behaviour: "rate_limit", path: "/accounts", count: "until_cleared" });
    assert.deepEqual(await logIn(wallet.key), {
      status: 503,
      token: undefined,
      code: "sep10.ledger_unavailable",
    });
    await gateway.ledger.behave({ behaviour: "clear" });
    const asked = await logIn(wallet.key);
    assert.equal(asked.status, 400);
    assert.equal((await logIn(owner)).status, 200);
  }));

Deno.test("R-10-98 R-06-11 #1965 no token works where another kind is meant", () =>
  withGateway({ variables: { JOBS_SECRET: "a-secret-for-jobs-0123456789-ABCDEFGH" } }, async (gateway) => {
    const { token, wallet } = await arrive(gateway);
    const { environment } = gateway.running;
    const { jwtSecrets, publicUrl, homeDomains } = environment;
    const now = Math.floor(Date.now() / 1000);
    const tokens = createTokens({ secrets: jwtSecrets, issuer: publicUrl, now: () => now });
    const claims = { sub: wallet.account, jti: "a", home_domain: homeDomains[0] };
    const others = [
      await tokens.sign({ ...SEP10_TOKEN, typ: "kedge-sep24+jwt" }, claims),
      await tokens.sign({ ...SEP10_TOKEN, audience: "kedge:sep24" }, claims),
      ...jwtSecrets,
      environment.webhookSecret,
      ...environment.operatorKeys.map(({ secret }) => secret),
    ];
    const asked = async (path: string, bearer: string, method = "GET") => {
      const answer = await gateway.ask(path, { method, headers: { authorization: `Bearer ${bearer}` } });
      await answer.body?.cancel();
      return answer.status;
    };
    assert.equal(await asked("/sep12/customer", await tokens.sign(SEP10_TOKEN, claims)), 200);
    for (const other of others) {
      assert.equal(await asked(`/sep6/transactions?asset_code=${gateway.code}`, other), 403);
      assert.equal(await asked("/sep12/customer", other), 401);
    }
    for (const other of [token, ...others]) assert.equal(await asked("/jobs/run", other, "POST"), 404);
  }));

Deno.test("R-10-96 #2002 #1906 a challenge is good once, however many hand it in at the same time", () =>
  withGateway({}, async (gateway) => {
    const { wallet } = await arrive(gateway);
    const transaction = signed(
      gateway,
      await challengeOf(gateway, `account=${wallet.account}`),
      wallet.key,
    );
    const answers = await Promise.all(Array.from({ length: 8 }, () => handIn(gateway, transaction)));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, ...Array(7).fill(400)]);
    assert.equal(new Set(answers.flatMap(({ token }) => token ?? [])).size, 1);
    assert.equal((await handIn(gateway, transaction)).code, "sep10.challenge_used");
  }));

Deno.test("#1900 #1917 an envelope that claims more than it holds costs neither memory nor time", () =>
  withGateway({}, async (gateway) => {
    for (const bomb of bombs(gateway.running.gateway.signingKey)) {
      const begun = performance.now();
      assert.equal((await handIn(gateway, bomb.toBase64())).status, 400);
      assert.ok(performance.now() - begun < 5_000);
    }
    const long = await handIn(gateway, "A".repeat(60_000));
    assert.deepEqual([long.status, long.code], [413, "request.too_large"]);
    assert.equal((await handIn(gateway, "A".repeat(50_100))).code, "sep10.transaction_unreadable");
    assert.deepEqual(gateway.faults, []);
  }));

Deno.test("R-10-30 R-10-35 #1918 a memo has 64 bits, and every digit counts", () =>
  withGateway({}, async (gateway) => {
    const largest = "18446744073709551615";
    const ada = await arrive(gateway, { memoId: largest });
    const [, payload = ""] = ada.token.split(".");
    const claims = JSON.parse(
      new TextDecoder().decode(Uint8Array.fromBase64(payload, { alphabet: "base64url" })),
    );
    assert.equal(claims.sub, `${ada.wallet.account}:${largest}`);
    for (const memo of ["18446744073709551616", "-1", "1e19", "1.0", "0x10", "9".repeat(100)]) {
      const answer = await gateway.ask(`/auth?account=${ada.wallet.account}&memo=${memo}`);
      await answer.body?.cancel();
      assert.equal(answer.status, 400, memo);
    }
  }));

Deno.test("R-10-72 R-10-75 one signature counts once, however often it is there (php-anchor-sdk)", () =>
  withGateway({}, async (gateway) => {
    const { wallet } = await arrive(gateway);
    await wallet.submit([Operation.setOptions({ lowThreshold: 1, medThreshold: 2 })], Memo.none());
    const challenge = await challengeOf(gateway, `account=${wallet.account}`);
    for (const times of [1, 2, 3]) {
      const keys = Array.from({ length: times }, () => wallet.key);
      const answer = await handIn(gateway, signed(gateway, challenge, ...keys));
      assert.deepEqual([answer.status, answer.token], [400, undefined], `${times} times`);
    }
  }));

Deno.test("weak secrets, and secrets that are equal, stop the start (Anchor Platform, Polaris)", () => {
  const strong = "a-strong-secret-0123456789-ABCDEFGHIJKLMNOP";
  const faultsOf = (variables: Record<string, string>) => {
    const read = readEnvironment({ STELLAR_NETWORK: "testnet", ...variables }, null);
    return read.ok ? [] : read.mistakes.map(({ where }) => where);
  };
  assert.ok(faultsOf({ JWT_SECRET: "short" }).includes("JWT_SECRET"));
  assert.ok(!faultsOf({ JWT_SECRET: strong }).includes("JWT_SECRET"));
  const equal = faultsOf({ JWT_SECRET: strong, WEBHOOK_SECRET: strong });
  assert.ok(equal.some((where) => where === "JWT_SECRET" || where === "WEBHOOK_SECRET"));
});
