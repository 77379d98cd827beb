import assert from "node:assert/strict";
import { Keypair, StrKey } from "@stellar/stellar-sdk/base";
import fc from "fast-check";
import { importAccount, importSeed } from "../../../core/auth/ed25519.ts";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** What the SDK says; it throws on keys that are no points. */
function oracle(account: string, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return Keypair.fromPublicKey(account).verify(message, signature);
  } catch {
    return false;
  }
}

function ours(account: string, message: Uint8Array, signature: Uint8Array): boolean {
  return importAccount(account)?.verify(message, signature) ?? false;
}

Deno.test("a seed signs as the SDK does, and the signature verifies", () => {
  fc.assert(
    fc.property(bytes(32), fc.uint8Array({ maxLength: 100 }), (seed, message) => {
      const keypair = Keypair.fromRawEd25519Seed(seed);
      const signer = importSeed(keypair.secret());
      assert.equal(signer.account, keypair.publicKey());
      assert.equal(signer.hint, keypair.signatureHint().toHex());
      assert.deepEqual(signer.sign(message), Uint8Array.from(keypair.sign(message)));
      assert.ok(signer.verify(message, signer.sign(message)));
      assert.ok(ours(signer.account, message, signer.sign(message)));
    }),
    { numRuns: 30 },
  );
});

Deno.test("a changed key, message or signature is judged as the SDK judges it", () => {
  const change = fc.record({
    part: fc.constantFrom("key", "message", "signature"),
    at: fc.nat(63),
    bit: fc.nat(8),
  });
  fc.assert(
    fc.property(bytes(32), bytes(32), fc.array(change, { maxLength: 2 }), (seed, message, changes) => {
      const keypair = Keypair.fromRawEd25519Seed(seed);
      const parts = {
        key: Uint8Array.from(keypair.rawPublicKey()),
        message: Uint8Array.from(message),
        signature: Uint8Array.from(keypair.sign(message)),
      };
      for (const { part, at, bit } of changes) {
        const target = part === "key" ? parts.key : part === "message" ? parts.message : parts.signature;
        const index = at % target.length;
        target[index] = (target[index] ?? 0) ^ ((1 << bit) & 0xff);
      }
      const account = StrKey.encodeEd25519PublicKey(parts.key);
      assert.equal(
        ours(account, parts.message, parts.signature),
        oracle(account, parts.message, parts.signature),
      );
    }),
    { numRuns: 200 },
  );
});

const PRIME = 2n ** 255n - 19n;

/** 32 bytes, little-endian, with the sign of x in the top bit. */
function encodePoint(y: bigint, sign: 0 | 1): Uint8Array {
  return Uint8Array.fromHex((y | (BigInt(sign) << 255n)).toString(16).padStart(64, "0")).reverse();
}

const SMALL_ORDER_Y = [
  0n,
  1n,
  PRIME - 1n,
  BigInt(
    "0x" +
      Uint8Array.fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05").reverse()
        .toHex(),
  ),
  BigInt(
    "0x" +
      Uint8Array.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a").reverse()
        .toHex(),
  ),
];

Deno.test("keys of small order and second spellings of a key are refused", () => {
  const seconds = Array.from({ length: 19 }, (_, above) => PRIME + BigInt(above));
  for (const y of [...SMALL_ORDER_Y, ...seconds]) {
    for (const sign of [0, 1] as const) {
      assert.equal(importAccount(StrKey.encodeEd25519PublicKey(encodePoint(y, sign))), null);
    }
  }
});

Deno.test("the forgery that the bare native check accepts is refused here and by the SDK", () => {
  // R is the neutral point and S is 0: valid for every message under the neutral key, if that key is let in.
  const signature = new Uint8Array(64);
  signature[0] = 1;
  for (const y of SMALL_ORDER_Y) {
    for (let message = 0; message < 16; message++) {
      const account = StrKey.encodeEd25519PublicKey(encodePoint(y, 0));
      assert.equal(ours(account, Uint8Array.of(message), signature), false);
      assert.equal(oracle(account, Uint8Array.of(message), signature), false);
    }
  }
});

Deno.test("a malleated signature (S plus the group's order) is refused", () => {
  const keypair = Keypair.random();
  const message = new Uint8Array(32);
  const signature = Uint8Array.from(keypair.sign(message));
  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const s = BigInt(`0x${signature.slice(32).reverse().toHex()}`) + order;
  signature.set(Uint8Array.fromHex(s.toString(16).padStart(64, "0")).reverse(), 32);
  assert.equal(ours(keypair.publicKey(), message, signature), false);
});

Deno.test("signatures of another length are refused without an error", () => {
  const account = Keypair.random().publicKey();
  for (const length of [0, 1, 63, 65, 128]) {
    assert.equal(ours(account, new Uint8Array(32), new Uint8Array(length)), false);
  }
});

Deno.test("R-23-4 a broken seed of the configuration is refused without being quoted", () => {
  const broken = Keypair.random().secret().slice(0, -1) + "!";
  assert.throws(() => importSeed(broken), (error: unknown) => {
    assert.ok(error instanceof TypeError);
    assert.ok(!error.message.includes(broken.slice(0, 8)));
    return true;
  });
});
