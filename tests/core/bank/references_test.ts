import assert from "node:assert/strict";
import fc from "fast-check";
import { referencesIn } from "../../../core/bank/references.ts";
import { newReference } from "../../../core/transfers/id.ts";

const shape = { alphabet: "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", length: 10 };

Deno.test("M-17 a reference is found however a bank or a person cuts it up", () => {
  const noise = fc.string({ unit: fc.constantFrom(..." .,-/:abcäXY01"), maxLength: 60 });
  const cut = fc.array(fc.nat({ max: 9 }), { maxLength: 4 });
  fc.assert(fc.property(noise, noise, cut, fc.boolean(), (before, after, cuts, lower) => {
    const reference = newReference(shape.alphabet, shape.length);
    const pieces = [...reference].map((character, at) => cuts.includes(at) ? `-  ${character}` : character);
    const written = pieces.join("");
    const text = `${before}${lower ? written.toLowerCase() : written}${after}`;
    assert.ok(referencesIn(text, shape).includes(reference), text);
  }));
});

Deno.test("M-17 texts without a reference give none, and long ones are not read to their end", () => {
  assert.deepEqual(referencesIn("", shape), []);
  assert.deepEqual(referencesIn("RENT 2026", shape), []);
  assert.deepEqual(referencesIn("ÄÖÜ".repeat(100), shape), []);
  assert.deepEqual(referencesIn(`${".".repeat(2_000)}ABCDEFGHJK`, shape), []);
  assert.ok(referencesIn(`${"X".repeat(900)}ABCDEFGHJK`, shape).includes("ABCDEFGHJK"));
});

Deno.test("a case that means something is kept, and so is punctuation of the alphabet", () => {
  assert.deepEqual(referencesIn("abC", { alphabet: "abcABC", length: 3 }), ["abC"]);
  assert.deepEqual(referencesIn("x AB-1 2", { alphabet: "AB-12", length: 5 }), ["AB-12"]);
});
