import assert from "node:assert/strict";
import fc from "fast-check";
import { createVault, VaultError } from "../../../core/records/vault.ts";
import type { Place, VaultErrorCode } from "../../../core/records/vault.ts";
import { key } from "./memory.ts";

const place: Place = { table: "customer_values", column: "value", row: "c1/last_name" };
const vault = createVault({ dataKeys: [key(1)], indexKeys: [key(2)] });

const failsWith = (code: VaultErrorCode) => (error: unknown) =>
  error instanceof VaultError && error.why === code;

Deno.test("what was sealed opens again in its place, bytes, text and JSON", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    assert.deepEqual(vault.open(place, vault.seal(place, bytes)), bytes);
  }));
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assert.equal(vault.openText(place, vault.seal(place, text)), text);
  }));
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const plain: unknown = JSON.parse(JSON.stringify(value));
    assert.deepEqual(vault.openJson(place, vault.sealJson(place, plain)), plain);
  }));
  const file = crypto.getRandomValues(new Uint8Array(60_000));
  assert.deepEqual(vault.open(place, vault.seal(place, file)), file);
  assert.equal(vault.openText(place, vault.seal(place, "\ufeffmark")), "\ufeffmark");
});

Deno.test("sealed bytes are key id, nonce, AES-256-GCM with its tag, and the place is its additional data", async () => {
  const sealed = vault.seal(place, "Müller");
  const imported = await crypto.subtle.importKey("raw", key(1).slice(), "AES-GCM", false, ["decrypt"]);
  const opened = await crypto.subtle.decrypt(
    {
      name: "AES-GCM",
      iv: sealed.slice(8, 20),
      additionalData: new TextEncoder().encode("customer_values:value:c1/last_name"),
    },
    imported,
    sealed.slice(20),
  );
  assert.equal(new TextDecoder().decode(opened), "Müller");
});

Deno.test("equal values look different, and hold nothing of the value", () => {
  const sealed = Array.from({ length: 50 }, () => vault.seal(place, "a very secret name"));
  assert.equal(new Set(sealed.map((bytes) => bytes.toHex())).size, 50);
  const text = sealed.map((bytes) => new TextDecoder("latin1").decode(bytes)).join();
  assert.doesNotMatch(text, /secret/);
});

Deno.test("a value moved to another row, column or table does not open", () => {
  const sealed = vault.seal(place, "x");
  for (const other of [{ row: "c2/last_name" }, { column: "note" }, { table: "customers" }]) {
    assert.throws(() => vault.open({ ...place, ...other }, sealed), failsWith("tampered"));
  }
});

Deno.test("a value with any bit flipped, or cut, does not open", () => {
  const sealed = vault.seal(place, "twelve bytes");
  fc.assert(fc.property(fc.nat({ max: sealed.length - 1 }), fc.nat({ max: 7 }), (at, bit) => {
    const other = Uint8Array.from(sealed, (byte, i) => i === at ? byte ^ (1 << bit) : byte);
    assert.throws(() => vault.open(place, other), failsWith(at < 8 ? "unknown_key" : "tampered"));
  }));
  for (let length = 0; length < sealed.length; length++) {
    assert.throws(() => vault.open(place, sealed.subarray(0, length)), VaultError);
  }
});

Deno.test("errors say the place's column and a code, never the value or the row", () => {
  const errors: unknown[] = [];
  const noting = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      errors.push(error);
    }
  };
  const secret = vault.seal(place, "secret {");
  noting(() => vault.openJson(place, secret));
  noting(() => vault.openText(place, vault.seal(place, Uint8Array.of(0xff, 0x73))));
  noting(() => vault.open({ ...place, row: "secret" }, secret));
  noting(() => createVault({ dataKeys: [key(9)], indexKeys: [key(2)] }).open(place, secret));
  assert.deepEqual(errors.map((error) => error instanceof VaultError && error.message), [
    "Cannot open customer_values.value: not_json",
    "Cannot open customer_values.value: not_text",
    "Cannot open customer_values.value: tampered",
    `Cannot open customer_values.value: unknown_key ${
      vault.dataKeyIds[0]
    }; put the key of this id back into DATA_KEY`,
  ]);
  for (const error of errors) assert.equal(error instanceof Error && error.cause, undefined);
});

Deno.test("data keys rotate: the first seals, all open, and what an old one sealed is known", () => {
  const rotated = createVault({ dataKeys: [key(3), key(1)], indexKeys: [key(2)] });
  const old = vault.seal(place, "x");
  assert.equal(rotated.openText(place, old), "x");
  assert.equal(rotated.isCurrent(old), false);
  const fresh = rotated.seal(place, "x");
  assert.equal(rotated.isCurrent(fresh), true);
  assert.throws(() => vault.open(place, fresh), failsWith("unknown_key"));
});

Deno.test("hashes find equal values of one kind, by one key", () => {
  const hash = vault.index("phone", "5511999998888");
  assert.equal(hash, vault.index("phone", "5511999998888"));
  assert.match(hash, /^[0-9a-f]{16}\.[A-Za-z0-9_-]{43}$/);
  assert.notEqual(hash, vault.index("id_number", "5511999998888"));
  assert.notEqual(hash, vault.index("phone", "5511999998889"));
  const other = createVault({ dataKeys: [key(1)], indexKeys: [key(4)] });
  assert.notEqual(hash, other.index("phone", "5511999998888"));
});

Deno.test("index keys rotate: look-ups ask by all of them, and an old hash is known", () => {
  const rotated = createVault({ dataKeys: [key(1)], indexKeys: [key(4), key(2)] });
  const old = vault.index("phone", "1");
  const hashes = rotated.indexes("phone", "1");
  assert.deepEqual(hashes, [rotated.index("phone", "1"), old]);
  assert.equal(rotated.isCurrentIndex(old), false);
  assert.equal(rotated.isCurrentIndex(rotated.index("phone", "1")), true);
});

Deno.test("keys of another length, none, or one twice are refused without being quoted", () => {
  const indexKeys = [key(2)];
  assert.throws(
    () => createVault({ dataKeys: [new Uint8Array(16)], indexKeys }),
    /^RangeError: Cannot use a data key/,
  );
  assert.throws(() => createVault({ dataKeys: [], indexKeys }), /there is no data key/);
  assert.throws(() => createVault({ dataKeys: [key(1)], indexKeys: [] }), /there is no index key/);
  assert.throws(() => createVault({ dataKeys: [key(1), key(1)], indexKeys }), /a data key comes twice/);
});
