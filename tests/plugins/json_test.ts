import assert from "node:assert/strict";
import { readJson } from "../../plugins/json.ts";

Deno.test("bytes that are no JSON in UTF-8 read as nothing", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  assert.deepEqual(readJson(bytes('{"a":[1,"é"]}')), { a: [1, "é"] });
  assert.equal(readJson(bytes("null")), null);
  for (const text of ["", "{", "<html>", "undefined", "NaN"]) assert.equal(readJson(bytes(text)), undefined);
  assert.equal(readJson(Uint8Array.from([0x22, 0xff, 0x22])), undefined);
});
