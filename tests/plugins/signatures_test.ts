import assert from "node:assert/strict";
import { createHmac, createSign, generateKeyPairSync, sign } from "node:crypto";
import {
  isFresh,
  sameSecret,
  verifyEd25519,
  verifyHmac,
  verifyRsaSha256,
  verifySecp256k1,
  verifyStandardWebhook,
  verifyTimestamped,
} from "../../plugins/signatures.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("a published HMAC-SHA1 vector verifies", () => {
  // Sumsub, https://docs.sumsub.com/docs/webhook-manager
  const check = {
    algorithm: "sha1",
    encoding: "hex",
    secrets: ["SoMe_SeCrEt_KeY"],
    signed: [bytes("someText")],
    signature: "f6e92ffe371718694d46e28436f76589312df8db",
  } as const;
  assert.equal(verifyHmac(check), "valid");
  assert.equal(verifyHmac({ ...check, algorithm: "sha256" }), "bad_signature");
  assert.equal(verifyHmac({ ...check, signed: [bytes("someTexu")] }), "bad_signature");
});

Deno.test("a published HMAC-SHA256 vector verifies", () => {
  // Onfido, test/classic-webhook-event-verifier.test.ts of its SDK
  const body =
    '{"payload":{"resource_type":"check","action":"check.completed","object":{"id":"check-123","status":"complete","completed_at_iso8601":"2020-01-01T00:00:00Z","href":"https://api.onfido.com/v3/checks/check-123"}}}';
  const check = {
    algorithm: "sha256",
    encoding: "hex",
    secrets: ["_ABC123abc123ABC123abc123ABC123_"],
    signed: [bytes(body)],
    signature: "a0082d7481f9f0a2907583dbe1f344d6d4c0d9989df2fd804f98479f60cd760e",
  } as const;
  assert.equal(verifyHmac(check), "valid");
  assert.equal(verifyHmac({ ...check, signature: check.signature.toUpperCase() }), "valid");
  assert.equal(verifyHmac({ ...check, secrets: ["newer", ...check.secrets] }), "valid");
  for (let bit = 0; bit < 256; bit++) {
    const flipped = Uint8Array.fromHex(check.signature);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(verifyHmac({ ...check, signature: flipped.toHex() }), "bad_signature");
  }
});

Deno.test("a published HMAC in base64 over a text verifies", () => {
  // Smile ID v1: timestamp + partner id + "sid_request"
  assert.equal(
    verifyHmac({
      algorithm: "sha256",
      encoding: "base64",
      secrets: ["test-api-key"],
      signed: ["2026-07-31T00:00:00+00:00", "1234", "sid_request"],
      signature: "QzZGkAKEYNDfSDYfI7+wlcQjHq+IwRZ/3WC5zKuSW4A=",
    }),
    "valid",
  );
});

Deno.test("an HMAC that is missing, cut off or of another kind is not valid", () => {
  const signature = createHmac("sha512", "k").update("body").digest("hex");
  const check = { algorithm: "sha512", encoding: "hex", secrets: ["k"], signed: ["body"] } as const;
  assert.equal(verifyHmac({ ...check, signature }), "valid");
  assert.equal(verifyHmac({ ...check, signature: null }), "malformed");
  assert.equal(verifyHmac({ ...check, signature: "" }), "malformed");
  assert.equal(verifyHmac({ ...check, signature: "zz" }), "malformed");
  assert.equal(verifyHmac({ ...check, signature: signature.slice(0, 64) }), "bad_signature");
  assert.equal(verifyHmac({ ...check, signature: `${signature}00` }), "bad_signature");
  assert.equal(verifyHmac({ ...check, signature, secrets: [] }), "bad_signature");
});

Deno.test("an empty secret signs nothing", () => {
  const signature = createHmac("sha256", "").update("body").digest("hex");
  const check = { algorithm: "sha256", encoding: "hex", secrets: [""], signed: ["body"], signature } as const;
  assert.equal(verifyHmac(check), "bad_signature");
});

Deno.test("t=,v1= groups verify with either secret while one is rotated out", () => {
  const body = bytes('{"a":1}');
  const mac = (secret: string, t: number) =>
    createHmac("sha256", secret).update(`${t}.`).update(body).digest("hex");
  const group = (secret: string, t: number) => `t=${t},v1=${mac(secret, t)}`;
  const check = { secrets: ["new", "old"], body, now: 1000 };
  assert.equal(verifyTimestamped({ ...check, header: group("old", 1000) }), "valid");
  assert.equal(
    verifyTimestamped({ ...check, header: `${group("other", 990)} ${group("new", 990)}` }),
    "valid",
  );
  assert.equal(verifyTimestamped({ ...check, header: group("new", 700) }), "valid");
  assert.equal(verifyTimestamped({ ...check, header: group("new", 699) }), "stale");
  assert.equal(verifyTimestamped({ ...check, header: group("new", 1301) }), "stale");
  assert.equal(verifyTimestamped({ ...check, header: group("new", 990), toleranceSeconds: 5 }), "stale");
  assert.equal(verifyTimestamped({ ...check, header: group("other", 1000) }), "bad_signature");
  assert.equal(verifyTimestamped({ ...check, header: `t=1000,v1=${mac("new", 999)}` }), "bad_signature");
  assert.equal(verifyTimestamped({ ...check, header: `t=1000,v0=${mac("new", 1000)}` }), "malformed");
  for (const header of [null, "", "t=1000", "v1=ab", `t=abc,v1=${mac("new", 1000)}`]) {
    assert.equal(verifyTimestamped({ ...check, header }), "malformed");
  }
});

Deno.test("the published Standard Webhooks vector verifies", () => {
  // https://github.com/standard-webhooks/standard-webhooks, test vectors of the reference libraries
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const body = bytes('{"test": 2432232314}');
  const headers = (signature: string) =>
    new Headers({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": signature,
    });
  const right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  const check = { secrets: [secret], body, now: 1614265330 };
  assert.equal(verifyStandardWebhook({ ...check, headers: headers(right) }), "valid");
  assert.equal(verifyStandardWebhook({ ...check, headers: headers(`v1,AAAA v2,BBBB ${right}`) }), "valid");
  assert.equal(verifyStandardWebhook({ ...check, headers: headers(right), now: 1614265330 + 301 }), "stale");
  assert.equal(verifyStandardWebhook({ ...check, headers: headers("v1,AAAA") }), "bad_signature");
  assert.equal(
    verifyStandardWebhook({ ...check, headers: headers(right.replace("v1", "v1a")) }),
    "malformed",
  );
  assert.equal(verifyStandardWebhook({ ...check, headers: new Headers() }), "malformed");
  assert.throws(
    () => verifyStandardWebhook({ ...check, secrets: ["plain"], headers: headers(right) }),
    TypeError,
  );
});

Deno.test("RSA PKCS#1 v1.5 verifies with PEM or DER keys, and with no other kind of key", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const other = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
  const signature = createSign("sha256").update("payload").sign(privateKey).toString("base64");
  const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
  const der = Uint8Array.from(publicKey.export({ format: "der", type: "spki" }));
  const foreign = other.publicKey.export({ format: "pem", type: "spki" }).toString();
  const check = { signed: ["pay", bytes("load")], signature };
  assert.equal(verifyRsaSha256({ ...check, keys: [pem] }), "valid");
  assert.equal(verifyRsaSha256({ ...check, keys: [foreign, der] }), "valid");
  assert.equal(verifyRsaSha256({ ...check, keys: [foreign] }), "bad_signature");
  assert.equal(verifyRsaSha256({ ...check, signed: ["payloae"], keys: [pem] }), "bad_signature");
  assert.equal(verifyRsaSha256({ ...check, signature: "!", keys: [pem] }), "malformed");
  assert.equal(verifyRsaSha256({ ...check, signature: null, keys: [pem] }), "malformed");
});

Deno.test("ECDSA on secp256k1 verifies, a high S too, and another curve does not", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "secp256k1" });
  const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
  const der = Uint8Array.from(createSign("sha256").update("event").sign(privateKey));
  const check = { keys: [pem], signed: ["event"] };
  assert.equal(verifySecp256k1({ ...check, signature: der.toBase64() }), "valid");
  assert.equal(verifySecp256k1({ ...check, signature: otherS(der).toBase64() }), "valid");
  assert.equal(verifySecp256k1({ ...check, signed: ["evenu"], signature: der.toBase64() }), "bad_signature");
  const p256 = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const wrong = createSign("sha256").update("event").sign(p256.privateKey).toString("base64");
  const wrongPem = p256.publicKey.export({ format: "pem", type: "spki" }).toString();
  assert.equal(verifySecp256k1({ keys: [wrongPem], signed: ["event"], signature: wrong }), "bad_signature");
});

Deno.test("Ed25519 verifies with a raw key, and keys of small order are refused", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = Uint8Array.from(publicKey.export({ format: "der", type: "spki" })).slice(-32);
  const signature = Uint8Array.from(sign(null, bytes("callback"), privateKey));
  const check = { keys: [raw], signed: ["callback"] };
  assert.equal(verifyEd25519({ ...check, signature: signature.toBase64() }), "valid");
  assert.equal(
    verifyEd25519({ ...check, signed: ["callbacl"], signature: signature.toBase64() }),
    "bad_signature",
  );
  assert.equal(verifyEd25519({ ...check, signature: signature.slice(1).toBase64() }), "bad_signature");
  // The identity as key, with R the identity and S zero, verifies every message in lenient code.
  const identity = Uint8Array.fromHex(`01${"00".repeat(31)}`);
  const forged = Uint8Array.fromHex(`01${"00".repeat(63)}`).toBase64();
  assert.throws(
    () => verifyEd25519({ keys: [identity], signed: ["anything"], signature: forged }),
    RangeError,
  );
  const signBit = Uint8Array.fromHex(`01${"00".repeat(30)}80`);
  assert.throws(
    () => verifyEd25519({ keys: [signBit], signed: ["anything"], signature: forged }),
    RangeError,
  );
});

Deno.test("shared secrets are compared whole, timestamps on both sides", () => {
  assert.equal(sameSecret("abc", "abc"), true);
  assert.equal(sameSecret("abc", "abcd"), false);
  assert.equal(sameSecret("", "a"), false);
  assert.deepEqual([isFresh(0, 300), isFresh(0, 301), isFresh(301, 0), isFresh(NaN, 0)], [
    true,
    false,
    false,
    false,
  ]);
});

/** The same ECDSA signature with n − s in place of s. */
function otherS(der: Uint8Array): Uint8Array {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const rLength = der[3] ?? 0;
  const s = BigInt(`0x${der.slice(6 + rLength).toHex()}`);
  const hex = (order - s).toString(16).padStart(64, "0");
  const flipped = Uint8Array.fromHex((Number.parseInt(hex.slice(0, 2), 16) > 127 ? "00" : "") + hex);
  const body = [...der.slice(2, 4 + rLength), 2, flipped.length, ...flipped];
  return Uint8Array.from([0x30, body.length, ...body]);
}
