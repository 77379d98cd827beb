import assert from "node:assert/strict";
import {
  Account,
  Asset,
  BASE_FEE,
  Keypair,
  Memo,
  Networks,
  Operation,
  Transaction,
  TransactionBuilder,
} from "@stellar/stellar-sdk";
import {
  assertRefused,
  deploy,
  HOME_DOMAIN,
  PASSPHRASE,
  SECOND_DOMAIN,
  sign,
  WEB_AUTH_DOMAIN,
} from "./deployment.ts";
import { forge, type Forged, goodOperations, muxedAddress, nonce } from "./wallet.ts";

const client = Keypair.random();
const account = client.publicKey();

/** Posts a challenge that was made by hand, signed by server and client, and returns the answer. */
async function postForged(parts: Partial<Forged> | ((server: string) => Partial<Forged>) = {}) {
  const gateway = deploy();
  const { server, clock } = gateway;
  const given = typeof parts === "function" ? parts(server.publicKey()) : parts;
  const transaction = forge({ server, client: account, now: clock.now, signers: [server, client], ...given });
  return await gateway.post(transaction.toXdr());
}

Deno.test("a challenge made by hand like ours is accepted, so that the refusals below mean something", async () => {
  assert.equal((await postForged()).status, 200);
  assert.equal((await postForged({ memo: Memo.id("5") })).status, 200);
});

Deno.test("R-10-54 what is not base64 XDR of an envelope is refused", async () => {
  const gateway = deploy();
  const signed = sign(await gateway.challenge({ account }), client);
  const bytes = Uint8Array.fromBase64(signed);
  const wrong = [
    "garbage",
    "AAAA",
    signed.slice(0, -4),
    `${signed}AAAA`,
    signed.slice(0, 100),
    bytes.toHex(),
    bytes.toBase64({ alphabet: "base64url" }).replaceAll("=", "") + "-_",
    Uint8Array.of(...bytes, 0, 0, 0, 0).toBase64(),
    Uint8Array.of(0, 0, 0, 9, ...bytes.slice(4)).toBase64(),
    new Uint8Array(1000).fill(255).toBase64(),
  ];
  for (const text of wrong) assertRefused(await gateway.post(text), 400, "sep10.transaction_unreadable");
  assert.equal((await gateway.post(signed)).status, 200);
});

Deno.test("R-10-67 a fee-bump envelope is refused, also around a good challenge", async () => {
  const gateway = deploy();
  const inner = new Transaction(sign(await gateway.challenge({ account }), client), PASSPHRASE);
  const bump = TransactionBuilder.buildFeeBumpTransaction(client, "200", inner, PASSPHRASE);
  bump.sign(client, gateway.server);
  assertRefused(await gateway.post(bump.toXdr()), 400, "sep10.transaction_fee_bump");
});

Deno.test("R-10-55 a challenge whose source is not the server account is refused", async () => {
  assertRefused(await postForged({ source: account }), 400, "sep10.challenge_foreign");
  assertRefused(await postForged({ source: Keypair.random().publicKey() }), 400, "sep10.challenge_foreign");
});

Deno.test("R-10-56 a challenge with a sequence number other than 0 is refused", async () => {
  for (const sequence of ["0", "1", "9223372036854775806"]) {
    assertRefused(await postForged({ sequence }), 400, "sep10.challenge_foreign");
  }
});

Deno.test("R-10-57 a challenge is refused before its lower bound and after its upper bound", async () => {
  const gateway = deploy();
  const asked = gateway.clock.now;
  const answerAt = async (now: number) => {
    gateway.clock.now = asked;
    const signed = sign(await gateway.challenge({ account }), client);
    gateway.clock.now = now;
    return await gateway.post(signed);
  };
  assert.equal((await answerAt(asked)).status, 200);
  assert.equal((await answerAt(asked + 900)).status, 200);
  assertRefused(await answerAt(asked + 901), 400, "sep10.challenge_expired");
  // Another server of ours may have a clock that is a little ahead.
  assert.equal((await answerAt(asked - 30)).status, 200);
  assertRefused(await answerAt(asked - 31), 400, "sep10.challenge_not_yet_valid");
});

Deno.test("R-10-57 R-10-58 a challenge without time bounds, or without an upper one, is refused", async () => {
  const now = Math.floor(Date.now() / 1000);
  const bounds = [
    { minTime: 0, maxTime: 0 },
    { minTime: now, maxTime: 0 },
    { minTime: now, maxTime: "18446744073709551615" },
  ];
  for (const timebounds of bounds) {
    assertRefused(await postForged({ timebounds }), 400, "sep10.challenge_foreign");
  }
});

Deno.test("R-10-59 a challenge without operations is refused", async () => {
  assertRefused(await postForged({ operations: [] }), 400, "sep10.challenge_foreign");
});

Deno.test("R-10-60 a first operation that is not Manage Data, or has no source, is refused", async () => {
  const payment = Operation.payment({
    destination: account,
    asset: Asset.native(),
    amount: "1",
    source: account,
  });
  const wrong = [payment, Operation.manageData({ name: `${HOME_DOMAIN} auth`, value: nonce() })];
  for (const first of wrong) {
    const answer = await postForged((server) => ({
      operations: [first, goodOperations(server, account)[1]],
    }));
    assertRefused(answer, 400, "sep10.challenge_foreign");
  }
});

Deno.test("R-10-61 a challenge for a home domain that is not served here is refused", async () => {
  for (
    const name of [
      "other.example auth",
      "auth",
      " auth",
      HOME_DOMAIN,
      `${HOME_DOMAIN}  auth`,
      `${HOME_DOMAIN} auth2`,
    ]
  ) {
    const first = Operation.manageData({ name, value: nonce(), source: account });
    const answer = await postForged((server) => ({
      operations: [first, goodOperations(server, account)[1]],
    }));
    assertRefused(answer, 400, "sep10.challenge_foreign");
  }
});

Deno.test("R-10-62 a first value that is not 64 bytes decoding to 48 is refused", async () => {
  const wrong = [
    null,
    "",
    "x",
    new Uint8Array(48),
    new Uint8Array(64),
    nonce().slice(4),
    new Uint8Array(47).toBase64(),
    "*".repeat(64),
  ];
  for (const value of wrong) {
    const first = Operation.manageData({ name: `${HOME_DOMAIN} auth`, value, source: account });
    const answer = await postForged((server) => ({
      operations: [first, goodOperations(server, account)[1]],
    }));
    assertRefused(answer, 400, "sep10.challenge_foreign");
  }
});

Deno.test("R-10-63 a web_auth_domain other than this endpoint's host, or none, is refused", async () => {
  for (const value of ["other.example", HOME_DOMAIN, `${WEB_AUTH_DOMAIN}/auth`, null]) {
    const answer = await postForged((server) => ({
      operations: [
        goodOperations(server, account)[0],
        Operation.manageData({ name: "web_auth_domain", value, source: server }),
      ],
    }));
    assertRefused(answer, 400, "sep10.challenge_foreign");
  }
  const answer = await postForged((server) => ({ operations: [goodOperations(server, account)[0]] }));
  assertRefused(answer, 400, "sep10.challenge_foreign");
});

Deno.test("R-10-64 a challenge with an operation that is not Manage Data is refused", async () => {
  const answer = await postForged((server) => ({
    operations: [...goodOperations(server, account), Operation.bumpSequence({ bumpTo: "1", source: server })],
  }));
  assertRefused(answer, 400, "sep10.challenge_foreign");
});

Deno.test("R-10-65 a further operation of another account is refused, one of the server is not", async () => {
  const other = Keypair.random().publicKey();
  const withOperation = (source?: string) =>
    postForged((server) => ({
      operations: [
        ...goodOperations(server, account),
        Operation.manageData({
          name: "other",
          value: "x",
          ...(source && { source: source === "server" ? server : source }),
        }),
      ],
    }));
  assertRefused(await withOperation(other), 400, "sep10.challenge_foreign");
  assertRefused(await withOperation(account), 400, "sep10.challenge_foreign");
  assertRefused(await withOperation(), 400, "sep10.challenge_foreign");
  assert.equal((await withOperation("server")).status, 200);
});

Deno.test("R-10-66 a challenge without a valid signature of the server is refused", async () => {
  assertRefused(await postForged({ signers: [client] }), 400, "sep10.challenge_foreign");
  assertRefused(await postForged({ signers: [Keypair.random(), client] }), 400, "sep10.challenge_foreign");
  const gateway = deploy();
  // The server's signature of one challenge on another.
  const [one, two] = [await gateway.challenge({ account }), await gateway.challenge({ account })];
  const parsed = new Transaction(one, PASSPHRASE);
  parsed.signatures.splice(0, 1, ...new Transaction(two, PASSPHRASE).signatures);
  assertRefused(await gateway.post(sign(parsed.toXdr(), client)), 400, "sep10.challenge_foreign");
});

Deno.test("R-10-68 a memo of another type, or one with a muxed account, is refused", async () => {
  for (const memo of [Memo.text("7"), Memo.hash(new Uint8Array(32)), Memo.return(new Uint8Array(32))]) {
    assertRefused(await postForged({ memo }), 400, "sep10.challenge_foreign");
  }
  const muxed = muxedAddress(account, 7n);
  assert.equal((await postForged({ client: muxed })).status, 200);
  assertRefused(await postForged({ client: muxed, memo: Memo.id("7") }), 400, "sep10.challenge_foreign");
});

Deno.test("R-10-69 a challenge signed for the other network is refused", async () => {
  assertRefused(await postForged({ passphrase: Networks.PUBLIC }), 400, "sep10.challenge_foreign");
});

Deno.test("an ordinary transaction of the client is refused", async () => {
  const gateway = deploy();
  const payment = new TransactionBuilder(new Account(account, "1"), {
    fee: BASE_FEE,
    networkPassphrase: PASSPHRASE,
  })
    .addOperation(Operation.payment({ destination: account, asset: Asset.native(), amount: "1" }))
    .setTimeout(100).build();
  payment.sign(client);
  assertRefused(await gateway.post(payment.toXdr()), 400, "sep10.challenge_foreign");
});

Deno.test("R-10-88 R-10-89 R-10-94 the token has iss, sub, iat, exp; exp is later, both are whole seconds", async () => {
  const gateway = deploy();
  const claims = await gateway.claims({ account }, client);
  assert.equal(new URL(String(claims.iss)).protocol, "https:");
  assert.equal(claims.iat, gateway.clock.now);
  assert.equal(claims.exp, gateway.clock.now + 86_400);
});

Deno.test("R-10-90 R-10-91 R-10-92 sub is the muxed address, account and memo, or the bare account", async () => {
  const gateway = deploy();
  const muxed = muxedAddress(account, 2n ** 63n);
  assert.equal((await gateway.claims({ account: muxed }, client)).sub, muxed);
  assert.equal((await gateway.claims({ account, memo: "123" }, client)).sub, `${account}:123`);
  assert.equal((await gateway.claims({ account }, client)).sub, account);
});

Deno.test("R-10-33 R-10-34 R-10-35 memos are normalized, 0 is one, and every digit is kept", async () => {
  const gateway = deploy();
  const forms = {
    "007": "7",
    "0": "0",
    "000": "0",
    "9007199254740993": "9007199254740993",
    "18446744073709551615": "18446744073709551615",
  };
  for (const [memo, normalized] of Object.entries(forms)) {
    assert.equal((await gateway.claims({ account, memo }, client)).sub, `${account}:${normalized}`);
  }
});

Deno.test("R-10-93 R-10-100 the token names challenge and home domain, and no client domain without one", async () => {
  const gateway = deploy();
  const challenge = await gateway.challenge({ account, home_domain: SECOND_DOMAIN });
  const answer = await gateway.post(sign(challenge, client));
  const verified = await gateway.tokens.verify(
    { typ: "kedge-sep10+jwt", audience: "kedge:sep", seconds: 1 },
    String(answer.body.token),
  );
  assert.equal(verified?.jti, new Transaction(challenge, PASSPHRASE).hash().toHex());
  assert.equal(verified?.claims.home_domain, SECOND_DOMAIN);
  assert.ok(verified && !("client_domain" in verified.claims));
});

Deno.test("R-10-96 a challenge yields no second token, whatever else changes about it", async () => {
  const gateway = deploy();
  const signed = sign(await gateway.challenge({ account }), client);
  assert.equal((await gateway.post(signed)).status, 200);
  assertRefused(await gateway.post(signed), 400, "sep10.challenge_used");
  // The same transaction with its signatures in another order is the same challenge.
  const reordered = new Transaction(signed, PASSPHRASE);
  reordered.signatures.reverse();
  assertRefused(await gateway.post(reordered.toXdr()), 400, "sep10.challenge_used");
});

Deno.test("R-10-96 a challenge that was refused for its signatures can still be redeemed by its owner", async () => {
  const gateway = deploy();
  const challenge = await gateway.challenge({ account });
  assertRefused(await gateway.post(sign(challenge, Keypair.random())), 400, "sep10.signature_unknown");
  assert.equal((await gateway.post(sign(challenge, client))).status, 200);
});

Deno.test("when used challenges cannot be kept, no token is given", async () => {
  const gateway = deploy({
    sessions: {
      once: () => Promise.reject(new Error("connection refused")),
      countEach: () => Promise.resolve([1, 1]),
    },
  });
  assertRefused(await gateway.signIn({ account }, client), 503, "sessions.unreachable");
});
