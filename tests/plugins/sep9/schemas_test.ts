import { deepEqual, equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { problemOf, sep9Fields, sep9Schema } from "../../../plugins/sep9/mod.ts";
import type { SchemaContext } from "../../../plugins/sep9/mod.ts";

const READING: SchemaContext = { today: "2026-11-21" };
const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

/** What a schema makes of a value: what is stored, or what is wrong. */
function read(name: string, value: unknown, context: Partial<SchemaContext> = {}): unknown {
  const result = sep9Schema(name, { ...READING, ...context }).safeParse(value);
  return result.success ? result.data : { wrong: problemOf(result.error) };
}

Deno.test("R-09-1 every field of the catalogue has a schema, and no other name has one", () => {
  for (const name of sep9Fields.keys()) ok(sep9Schema(name, READING), name);
  for (const name of ["email", "organization.vat_number", "family_name", ""]) {
    throws(() => sep9Schema(name, READING), RangeError);
  }
});

Deno.test("R-09-18 R-09-19 texts stay texts, and numbers are read from both", () => {
  equal(read("postal_code", "01234"), "01234");
  deepEqual(read("postal_code", 1234), { wrong: "text_expected" });
  equal(read("occupation", 11), "011");
  equal(read("occupation", "11"), "011");
  equal(read("organization.number_of_shareholders", 3), "3");
  for (const value of [1.5, -1, NaN, 1e300]) {
    ok(typeof read("organization.number_of_shareholders", value) !== "string", String(value));
  }
});

Deno.test("R-09-24 R-09-25 a file is bytes whose content its field takes", () => {
  deepEqual(read("photo_id_front", PNG), { bytes: PNG, mediaType: "image/png" });
  deepEqual(read("photo_id_front", "iVBORw0KGgo="), { wrong: "file_expected" });
  deepEqual(read("photo_id_front", new Uint8Array(20)), { wrong: "invalid" });
  deepEqual(read("first_name", PNG), { wrong: "text_expected" });
});

Deno.test("a text has one of the forms that are demanded, in its compact form", () => {
  const plate = { name: "plate", read: (text: string) => /^[A-Z]{3}$/.test(text) ? text : null, texts: {} };
  const stumbling = { ...plate, read: () => JSON.parse("{") };
  equal(read("tax_id", "390.533.447-05", { forms: ["cnpj", "cpf"] }), "39053344705");
  deepEqual(read("tax_id", "390.533.447-06", { forms: ["cnpj", "cpf"] }), { wrong: "national" });
  equal(read("tax_id", "ABC", { forms: ["cpf", plate] }), "ABC");
  deepEqual(read("tax_id", "ABC", { forms: [stumbling] }), { wrong: "national" });
  deepEqual(read("tax_id", "ABC", { forms: [{ ...plate, read: () => "" }] }), { wrong: "national" });
  deepEqual(read("tax_id", "", { forms: [plate] }), { wrong: "invalid" });
});

Deno.test("R-12-62 whatever is sent, a schema reads it or says what is wrong, and never repeats it", () => {
  const values = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.anything(),
    fc.uint8Array(),
  );
  fc.assert(fc.property(fc.constantFrom(...sep9Fields.keys()), values, (name, value) => {
    const result = sep9Schema(name, { ...READING, forms: ["cpf", "iban"] }).safeParse(value);
    if (result.success) return;
    ok(["text_expected", "file_expected", "invalid", "national"].includes(problemOf(result.error)));
    if (typeof value === "string" && value.length > 12) {
      ok(!JSON.stringify(result.error.issues).includes(value));
    }
  }));
});
