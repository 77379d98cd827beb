import assert from "node:assert/strict";
import { Keypair, StrKey } from "@stellar/stellar-sdk/base";
import fc from "fast-check";
import { accountKey, addressKind, parseAccount, seedKey } from "../../../core/auth/strkey.ts";

const BASE = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";

Deno.test("R-23-6 the valid strings of the spec decode as listed there", () => {
  assert.deepEqual(parseAccount(BASE), { kind: "account", address: BASE, account: BASE, muxedId: null });
  const muxed = {
    MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ: "0",
    MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK: "9223372036854775808",
  };
  for (const [address, muxedId] of Object.entries(muxed)) {
    assert.deepEqual(parseAccount(address), { kind: "muxed", address, account: BASE, muxedId });
  }
  assert.equal(addressKind("CA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWDA"), "contract");
  assert.equal(
    addressKind("BAAD6DBUX6J22DMZOHIEZTEQ64CVCHEDRKWZONFEUL5Q26QD7R76RGR4TU"),
    "claimable_balance",
  );
});

const INVALID = {
  GAAAAAAAACGC6: "5-byte key",
  MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUR: "unused bit set",
  GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZA: "length 1 mod 8",
  GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUACUSI: "36 bytes",
  G47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVP2I: "algorithm 7",
  MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLKA: "length 6 mod 8",
  MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAAV75I: "44 bytes",
  M47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ: "algorithm 7",
  "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUK===": "padding",
  MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUO: "checksum",
  BAAD6DBUX6J22DMZOHIEZTEQ64CVCHEDRKWZONFEUL5Q26QD7R76RGR4TV: "unused bits set",
  BAAT6DBUX6J22DMZOHIEZTEQ64CVCHEDRKWZONFEUL5Q26QD7R76RGXACA: "claimable balance type not 0",
};

for (const [text, fault] of Object.entries(INVALID)) {
  Deno.test(`R-23-6 R-23-2 an invalid string of the spec is refused: ${text.charAt(0)}, ${fault}`, () => {
    assert.equal(addressKind(text), null);
    assert.equal(parseAccount(text), null);
  });
}

Deno.test("R-23-2 lower case, padding, blanks and foreign letters are refused", () => {
  for (
    const text of [
      "",
      " ",
      "G",
      BASE.toLowerCase(),
      `${BASE}=`,
      ` ${BASE}`,
      `${BASE}\n`,
      BASE.replace("A", "1"),
      "é",
    ]
  ) {
    assert.equal(addressKind(text), null);
  }
  assert.equal(addressKind("constructor"), null);
});

Deno.test("R-23-3 muxed ids keep every digit", () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (id) => {
    const key = new Uint8Array(40);
    key.set(StrKey.decodeEd25519PublicKey(BASE));
    new DataView(key.buffer).setBigUint64(32, id);
    const address = StrKey.encodeMed25519PublicKey(key);
    assert.equal(parseAccount(address)?.muxedId, id.toString());
  }));
});

Deno.test("R-23-4 a seed is known as one and is no account", () => {
  const seed = Keypair.random().secret();
  assert.equal(addressKind(seed), "seed");
  assert.equal(parseAccount(seed), null);
  assert.equal(accountKey(seed), null);
  assert.equal(seedKey(seed)?.length, 32);
});

Deno.test("R-23-5 a contract, a claimable balance and a pool are no accounts", () => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const addresses = [
    StrKey.encodeContract(key),
    StrKey.encodeLiquidityPool(key),
    StrKey.encodeClaimableBalance(Uint8Array.of(0, ...key)),
  ];
  for (const address of addresses) {
    assert.notEqual(addressKind(address), null);
    assert.equal(parseAccount(address), null);
    assert.equal(accountKey(address), null);
  }
});

Deno.test("R-23-1 every single-letter change of an address is refused", () => {
  const letters = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
  fc.assert(fc.property(fc.nat({ max: BASE.length - 1 }), letters, (at, letter) => {
    const changed = BASE.slice(0, at) + letter + BASE.slice(at + 1);
    assert.equal(parseAccount(changed) !== null, changed === BASE);
  }));
});
