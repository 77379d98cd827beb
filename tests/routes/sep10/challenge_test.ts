import assert from "node:assert/strict";
import { Keypair, Networks, StrKey, Transaction, TransactionBuilder } from "@stellar/stellar-sdk";
import { parseAccount } from "../../../core/auth/strkey.ts";
import {
  assertRefused,
  deploy,
  HOME_DOMAIN,
  PASSPHRASE,
  readAsWallet,
  SECOND_DOMAIN,
  WEB_AUTH_DOMAIN,
} from "./deployment.ts";
import { muxedAddress } from "./wallet.ts";

const client = Keypair.random();
const account = client.publicKey();
const MAX_ID = "18446744073709551615";

/** The operations of a challenge as plain rows. */
function operationsOf(transaction: string) {
  return new Transaction(transaction, PASSPHRASE).operations.map((operation) => {
    assert.equal(operation.type, "manageData");
    if (operation.type !== "manageData") throw new TypeError("not reached");
    return {
      name: operation.name,
      source: operation.source,
      value: new TextDecoder().decode(operation.value),
    };
  });
}

Deno.test("R-10-9 R-10-10 R-10-11 the SDK as the wallet accepts the challenge: envelope, source, sequence", async () => {
  const gateway = deploy();
  const transaction = await gateway.challenge({ account });
  const read = readAsWallet(transaction, gateway.server.publicKey());
  assert.equal(read.clientAccountID, account);
  assert.equal(read.memo, null);
  const parsed = TransactionBuilder.fromXDR(transaction, PASSPHRASE);
  assert.ok(parsed instanceof Transaction);
  assert.equal(parsed.source, gateway.server.publicKey());
  assert.equal(parsed.sequence, "0");
});

Deno.test("R-10-12 R-10-13 the time bounds begin with the request and last 900 seconds", async () => {
  const gateway = deploy();
  gateway.clock.now = 1_800_000_000;
  const { timeBounds } = new Transaction(await gateway.challenge({ account }), PASSPHRASE);
  assert.deepEqual(timeBounds, { minTime: "1800000000", maxTime: "1800000900" });
});

Deno.test("R-10-14 R-10-17 R-10-18 the operations: account and home domain, endpoint's host with its port, no others", async () => {
  const gateway = deploy();
  const operations = operationsOf(await gateway.challenge({ account }));
  assert.deepEqual(operations.map(({ name, source }) => [name, source]), [
    [`${HOME_DOMAIN} auth`, account],
    ["web_auth_domain", gateway.server.publicKey()],
  ]);
  assert.equal(operations[1]?.value, WEB_AUTH_DOMAIN);
});

Deno.test("R-10-15 R-10-16 the nonce is 64 bytes of base64 of 48, and differs each time", async () => {
  const gateway = deploy();
  const nonces = new Set<string>();
  for (let i = 0; i < 20; i++) {
    const value = operationsOf(await gateway.challenge({ account }))[0]?.value ?? "";
    assert.equal(value.length, 64);
    assert.equal(Uint8Array.fromBase64(value).length, 48);
    nonces.add(value);
  }
  assert.equal(nonces.size, 20);
});

Deno.test("R-10-19 the challenge bears one signature, the server's, under our passphrase", async () => {
  const gateway = deploy();
  const transaction = await gateway.challenge({ account });
  const verifies = (passphrase: string) => {
    const parsed = new Transaction(transaction, passphrase);
    assert.equal(parsed.signatures.length, 1);
    const [signature] = parsed.signatures;
    assert.ok(signature);
    return gateway.server.verify(parsed.hash(), signature.signature.toBytes());
  };
  assert.equal(verifies(PASSPHRASE), true);
  assert.equal(verifies(Networks.PUBLIC), false);
});

Deno.test("R-10-20 R-10-21 R-10-22 the body names the passphrase of the network and nothing else", async () => {
  for (const networkPassphrase of [Networks.TESTNET, Networks.PUBLIC]) {
    const gateway = deploy({ networkPassphrase });
    const { body } = await gateway.get({ account });
    assert.deepEqual(Object.keys(body).sort(), ["network_passphrase", "transaction"]);
    assert.equal(body.network_passphrase, networkPassphrase);
    const parsed = new Transaction(String(body.transaction), networkPassphrase);
    assert.ok(
      gateway.server.verify(parsed.hash(), parsed.signatures[0]?.signature.toBytes() ?? new Uint8Array()),
    );
  }
});

Deno.test("R-10-7 without an account the answer is 400", async () => {
  const gateway = deploy();
  assertRefused(await gateway.get({}), 400, "sep10.account_missing");
  assertRefused(await gateway.get({ account: "" }), 400, "sep10.account_missing");
});

Deno.test("R-10-8 R-23-4 R-23-5 a malformed account, a seed or a contract is refused and not repeated", async () => {
  const gateway = deploy();
  const broken = [
    "G",
    "not an account",
    account.toLowerCase(),
    `${account} `,
    account.slice(0, -1) + (account.endsWith("A") ? "B" : "A"),
    Keypair.random().secret(),
    StrKey.encodeContract(new Uint8Array(32)),
    StrKey.encodePreAuthTx(new Uint8Array(32)),
    StrKey.encodeLiquidityPool(new Uint8Array(32)),
    `${account}:1`,
    "constructor",
  ];
  for (const text of broken) {
    const answer = await gateway.get({ account: text });
    assertRefused(answer, 400, "sep10.account_invalid");
    if (text.length > 20) assert.ok(!answer.text.includes(text.slice(0, 12)));
  }
});

Deno.test("R-10-23 R-10-24 R-10-25 the home domain: the default, another one served, and one that is not", async () => {
  const gateway = deploy();
  const nameOf = async (parameters: Record<string, string>) =>
    operationsOf(await gateway.challenge({ account, ...parameters }))[0]?.name;
  assert.equal(await nameOf({}), `${HOME_DOMAIN} auth`);
  assert.equal(await nameOf({ home_domain: HOME_DOMAIN }), `${HOME_DOMAIN} auth`);
  assert.equal(await nameOf({ home_domain: SECOND_DOMAIN }), `${SECOND_DOMAIN} auth`);
  for (const home_domain of ["other.example", "", "anchor.example.evil.example", "example"]) {
    assertRefused(await gateway.get({ account, home_domain }), 400, "sep10.home_domain_unknown");
  }
});

Deno.test("R-10-28 R-10-29 a memo becomes the challenge's memo of type id; without one there is none", async () => {
  const gateway = deploy();
  const memoOf = async (parameters: Record<string, string>) =>
    new Transaction(await gateway.challenge({ account, ...parameters }), PASSPHRASE).memo;
  for (const memo of ["0", "1", "9007199254740993", "9223372036854775808", MAX_ID]) {
    const { type, value } = await memoOf({ memo });
    assert.deepEqual([type, value], ["id", memo]);
  }
  assert.equal((await memoOf({})).type, "none");
});

Deno.test("R-10-30 a memo that is no unsigned 64-bit integer in decimal is refused", async () => {
  const gateway = deploy();
  const wrong = [
    "",
    " ",
    "text",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "0x10",
    "18446744073709551616",
    "1 ",
    "１",
    "9".repeat(1000),
    "NaN",
  ];
  for (const memo of wrong) assertRefused(await gateway.get({ account, memo }), 400, "sep10.memo_invalid");
});

Deno.test("R-10-31 a memo with an M account is refused", async () => {
  const gateway = deploy();
  const answer = await gateway.get({ account: muxedAddress(account, 7n), memo: "7" });
  assertRefused(answer, 400, "sep10.memo_with_muxed");
});

Deno.test("R-10-32 R-10-104 R-23-3 an M account is the first operation's source, whatever its id", async () => {
  const gateway = deploy();
  for (const id of [0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
    const address = muxedAddress(account, id);
    const transaction = await gateway.challenge({ account: address });
    assert.equal(readAsWallet(transaction, gateway.server.publicKey()).clientAccountID, address);
    assert.equal(parseAccount(address)?.muxedId, id.toString());
  }
});

Deno.test("R-10-26 challenges are limited per account and per network, and one does not use up another's", async () => {
  const gateway = deploy({ limits: { perAccount: 2, perNetwork: 3, windowSeconds: 60 } });
  const ask = (of: string, address: string) => gateway.get({ account: of }, { "x-test-network": address });
  const other = Keypair.random().publicKey();
  assert.equal((await ask(account, "192.0.2.1")).status, 200);
  assert.equal((await ask(account, "192.0.2.1")).status, 200);
  assertRefused(await ask(account, "192.0.2.1"), 429, "too_many_requests");
  assertRefused(await ask(other, "192.0.2.1"), 429, "too_many_requests");
  assert.equal((await ask(account, "192.0.2.2")).status, 200);
});

Deno.test("when the rate limit cannot be counted, no challenge is given", async () => {
  const unreachable = () => Promise.reject(new Error("connection refused"));
  const gateway = deploy({ sessions: { once: unreachable, countEach: unreachable } });
  assertRefused(await gateway.get({ account }), 503, "sessions.unreachable");
});
