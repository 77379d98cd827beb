import assert from "node:assert/strict";
import { remembered } from "../../core/remembered.ts";

Deno.test("a text is worked out once, whatever comes of it", () => {
  const asked: string[] = [];
  const half = remembered(10, (text) => {
    asked.push(text);
    return text === "" ? undefined : { of: text };
  });
  assert.deepEqual(half("a"), { of: "a" });
  assert.equal(half("a"), half("a"));
  half("");
  half("");
  assert.deepEqual(asked, ["a", ""]);
});

Deno.test("no more answers are kept than were allowed", () => {
  let worked = 0;
  const count = remembered(2, () => ++worked);
  for (const text of ["a", "b", "a", "b"]) count(text);
  assert.equal(worked, 2);
  count("c");
  assert.equal(count("a"), 4, "it has begun anew");
  assert.equal(count("c"), 3);
});

Deno.test("what was thrown is thrown again, and not kept in place of an answer", () => {
  let fails = true;
  const work = remembered(2, (text) => {
    if (fails) throw new TypeError(text);
    return text;
  });
  assert.throws(() => work("a"), TypeError);
  fails = false;
  assert.equal(work("a"), "a");
});
