import assert from "node:assert/strict";
import { Keypair, StrKey, Transaction, xdr } from "@stellar/stellar-sdk";
import { assertRefused, deploy, ledgerAccount, PASSPHRASE, sign, signer } from "./deployment.ts";
import { muxedAddress } from "./wallet.ts";

const [client, alice, bob, carol, stranger] = Array.from({ length: 5 }, () => Keypair.random());
assert.ok(client && alice && bob && carol && stranger);
const account = client.publicKey();

/** Signs in to an account that stands on the ledger like this. */
async function signInAs(on: Parameters<typeof ledgerAccount>[1], ...signers: Keypair[]) {
  const gateway = deploy();
  gateway.ledger.set(account, ledgerAccount(account, on));
  return await gateway.signIn({ account }, ...signers);
}

Deno.test("R-10-70 an untouched challenge is refused, and the ledger is not asked", async () => {
  const gateway = deploy();
  assertRefused(await gateway.signIn({ account }), 400, "sep10.signature_missing");
  assert.deepEqual(gateway.lookups, []);
});

Deno.test("R-10-70 R-10-72 an existing account signs in with its master key", async () => {
  assert.equal((await signInAs({}, client)).status, 200);
  assert.equal((await signInAs({ master: 10, med: 10 }, client)).status, 200);
});

Deno.test("R-10-71 a signature by anybody who is not a signer is refused, whatever else is there", async () => {
  assertRefused(await signInAs({}, stranger), 400, "sep10.signature_unknown");
  assertRefused(await signInAs({}, client, stranger), 400, "sep10.signature_unknown");
  assertRefused(
    await signInAs({ signers: [signer(alice.publicKey(), 1)] }, stranger, alice),
    400,
    "sep10.signature_unknown",
  );
});

Deno.test("R-10-71 an invalid signature with a signer's hint is refused", async () => {
  const gateway = deploy();
  gateway.ledger.set(account, ledgerAccount(account, { signers: [signer(alice.publicKey(), 1)] }));
  const signed = new Transaction(sign(await gateway.challenge({ account }), client), PASSPHRASE);
  signed.addDecoratedSignature(alice.signDecorated(new Uint8Array(32)));
  assertRefused(await gateway.post(signed.toXdr()), 400, "sep10.signature_unknown");
});

Deno.test("R-10-72 R-10-73 the weights of those who signed must reach the medium threshold", async () => {
  const on = {
    low: 1,
    med: 5,
    high: 200,
    signers: [signer(alice.publicKey(), 2), signer(bob.publicKey(), 2)],
  };
  assertRefused(await signInAs(on, client), 400, "sep10.signature_weight");
  assertRefused(await signInAs(on, client, alice), 400, "sep10.signature_weight");
  assertRefused(await signInAs(on, alice, bob), 400, "sep10.signature_weight");
  assert.equal((await signInAs(on, client, alice, bob)).status, 200);
  assert.equal((await signInAs(on, bob, client, alice)).status, 200);
});

Deno.test("R-10-74 the high threshold can be demanded", async () => {
  const gateway = deploy({ threshold: "high" });
  gateway.ledger.set(
    account,
    ledgerAccount(account, { med: 1, high: 2, signers: [signer(alice.publicKey(), 1)] }),
  );
  assertRefused(await gateway.signIn({ account }, client), 400, "sep10.signature_weight");
  assert.equal((await gateway.signIn({ account }, client, alice)).status, 200);
});

Deno.test("R-10-75 a signer who signs twice does not count twice", async () => {
  const on = { med: 2, signers: [signer(alice.publicKey(), 1)] };
  assertRefused(await signInAs(on, client, client), 400, "sep10.signature_unknown");
  assertRefused(await signInAs({}, client, client), 400, "sep10.signature_unknown");
  assertRefused(await signInAs(on, client, alice, alice), 400, "sep10.signature_unknown");
});

Deno.test("R-10-75 a signer that the ledger would name twice counts once", async () => {
  const twice = [signer(alice.publicKey(), 1), signer(alice.publicKey(), 1)];
  assertRefused(await signInAs({ master: 0, med: 2, signers: twice }, alice), 400, "sep10.signature_weight");
});

Deno.test("R-10-76 the server's signature adds no weight, even as a signer, and counts once", async () => {
  const gateway = deploy();
  const server = signer(gateway.server.publicKey(), 10);
  gateway.ledger.set(account, ledgerAccount(account, { med: 2, signers: [server] }));
  assertRefused(await gateway.signIn({ account }), 400, "sep10.signature_missing");
  assertRefused(await gateway.signIn({ account }, client), 400, "sep10.signature_weight");
  assertRefused(await gateway.signIn({ account }, gateway.server), 400, "sep10.signature_unknown");
  assertRefused(await gateway.signIn({ account }, client, gateway.server), 400, "sep10.signature_unknown");
});

Deno.test("R-10-76 nobody signs in as the server's own account", async () => {
  const gateway = deploy();
  const own = gateway.server.publicKey();
  for (const exists of [false, true]) {
    if (exists) gateway.ledger.set(own, ledgerAccount(own, {}));
    assertRefused(await gateway.signIn({ account: own }), 400, "sep10.signature_missing");
    assertRefused(await gateway.signIn({ account: own }, gateway.server), 400, "sep10.signature_unknown");
  }
});

Deno.test("R-10-78 signers other than the master key are enough, one or several", async () => {
  const on = {
    master: 0,
    med: 2,
    signers: [signer(alice.publicKey(), 2), signer(bob.publicKey(), 1), signer(carol.publicKey(), 1)],
  };
  assert.equal((await signInAs(on, alice)).status, 200);
  assert.equal((await signInAs(on, bob, carol)).status, 200);
  assertRefused(await signInAs(on, bob), 400, "sep10.signature_weight");
});

Deno.test("R-10-78 a master key of weight 0 is not accepted, alone or beside others", async () => {
  const on = { master: 0, signers: [signer(alice.publicKey(), 1)] };
  assertRefused(await signInAs(on, client), 400, "sep10.signature_unknown");
  assertRefused(await signInAs(on, client, alice), 400, "sep10.signature_unknown");
});

Deno.test("R-10-79 with a threshold of 0 a signer of weight above 0 must still sign", async () => {
  const on = { med: 0, signers: [signer(alice.publicKey(), 0), signer(bob.publicKey(), 1)] };
  assertRefused(await signInAs(on), 400, "sep10.signature_missing");
  assertRefused(await signInAs(on, alice), 400, "sep10.signature_unknown");
  assert.equal((await signInAs(on, bob)).status, 200);
});

Deno.test("a locked account never signs in (trap 7)", async () => {
  for (const med of [0, 1]) {
    assertRefused(await signInAs({ master: 0, med }, client), 400, "sep10.signature_unknown");
  }
  const gateway = deploy();
  gateway.ledger.set(account, { signers: [], thresholds: { low: 0, med: 0, high: 0 } });
  assertRefused(await gateway.signIn({ account }, client), 400, "sep10.signature_unknown");
});

Deno.test("R-10-80 R-10-81 an account that is not on the ledger signs in with its own key", async () => {
  const gateway = deploy();
  assert.equal((await gateway.signIn({ account }, client)).status, 200);
  assert.deepEqual(gateway.lookups, [account]);
});

Deno.test("R-10-81 R-10-82 for a missing account any other number of signatures, or another key, is refused", async () => {
  const gateway = deploy();
  assertRefused(await gateway.signIn({ account }), 400, "sep10.signature_missing");
  assertRefused(await gateway.signIn({ account }, client, client), 400, "sep10.signature_unknown");
  assertRefused(await gateway.signIn({ account }, client, alice), 400, "sep10.signature_unknown");
  assertRefused(await gateway.signIn({ account }, alice), 400, "sep10.signature_unknown");
});

Deno.test("R-10-83 signers are read at each POST, from the base account of a muxed one", async () => {
  const gateway = deploy();
  const muxed = muxedAddress(account, 9n);
  gateway.ledger.set(account, ledgerAccount(account, { signers: [signer(alice.publicKey(), 1)] }));
  const challenge = await gateway.challenge({ account: muxed });
  // Removed after the challenge was made.
  gateway.ledger.set(account, ledgerAccount(account, {}));
  assertRefused(await gateway.post(sign(challenge, alice)), 400, "sep10.signature_unknown");
  assert.equal((await gateway.post(sign(challenge, client))).status, 200);
  assert.deepEqual(gateway.lookups, [account, account]);
});

Deno.test("R-10-84 M-3 when the ledger cannot be read the answer is 503, never the rule for missing accounts", async () => {
  for (const failure of [new Error("fetch failed"), new TypeError("bug"), { status: 404 }, undefined]) {
    const gateway = deploy({ accounts: () => Promise.reject(failure) });
    const signed = sign(await gateway.challenge({ account }), client);
    assertRefused(await gateway.post(signed), 503, "sep10.ledger_unavailable");
  }
});

Deno.test("R-10-84 after the ledger is back, the same challenge can still be redeemed", async () => {
  let down = true;
  const gateway = deploy({
    accounts: () => down ? Promise.reject(new Error("504")) : Promise.resolve({ kind: "not_found" }),
  });
  const signed = sign(await gateway.challenge({ account }), client);
  assert.equal((await gateway.post(signed)).status, 503);
  down = false;
  assert.equal((await gateway.post(signed)).status, 200);
});

Deno.test("R-10-86 as many signatures as an envelope takes are judged, and one too many refuses all", async () => {
  const many = Array.from({ length: 19 }, () => Keypair.random());
  const on = { master: 0, med: 18, signers: many.slice(0, 18).map((key) => signer(key.publicKey(), 1)) };
  assert.equal((await signInAs(on, ...many.slice(0, 18))).status, 200);
  assertRefused(await signInAs(on, ...many), 400, "sep10.signature_unknown");
});

Deno.test("R-10-87 pre-authorized transactions, hash-x and signed payloads are no proof", async () => {
  const gateway = deploy();
  const challenge = new Transaction(await gateway.challenge({ account }), PASSPHRASE);
  const preimage = crypto.getRandomValues(new Uint8Array(32));
  const hashX = new Uint8Array(await crypto.subtle.digest("SHA-256", preimage));
  const payload = new Uint8Array(32 + 4 + 4);
  payload.set(alice.rawPublicKey());
  payload.set([0, 0, 0, 4], 32);
  gateway.ledger.set(
    account,
    ledgerAccount(account, {
      master: 0,
      signers: [
        signer(StrKey.encodePreAuthTx(challenge.hash()), 10, "preauth_tx"),
        signer(StrKey.encodeSha256Hash(hashX), 10, "sha256_hash"),
        signer(StrKey.encodeSignedPayload(payload), 10, "ed25519_signed_payload"),
        signer(bob.publicKey(), 10, "a_kind_of_tomorrow"),
      ],
    }),
  );
  assertRefused(await gateway.post(challenge.toXdr()), 400, "sep10.signature_missing");
  const withPreimage = new Transaction(challenge.toXdr(), PASSPHRASE);
  withPreimage.signHashX(preimage);
  assertRefused(await gateway.post(withPreimage.toXdr()), 400, "sep10.signature_unknown");
  for (const key of [alice, bob]) {
    assertRefused(await gateway.post(sign(challenge.toXdr(), key)), 400, "sep10.signature_unknown");
  }
});

Deno.test("a key that is no point of the curve is nobody's, and no error", async () => {
  const gateway = deploy();
  // About half of all texts are none; the hint is copied so that the key is looked at.
  for (let i = 0; i < 8; i++) {
    const key = crypto.getRandomValues(new Uint8Array(32));
    const odd = StrKey.encodeEd25519PublicKey(key);
    const challenge = new Transaction(await gateway.challenge({ account: odd }), PASSPHRASE);
    challenge.addDecoratedSignature(
      new xdr.DecoratedSignature({ hint: key.subarray(28), signature: client.sign(challenge.hash()) }),
    );
    assertRefused(await gateway.post(challenge.toXdr()), 400, "sep10.signature_unknown");
  }
});
