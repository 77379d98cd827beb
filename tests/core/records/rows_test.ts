import assert from "node:assert/strict";
import { rowsOfTable } from "../../../core/records/rows.ts";

const read = rowsOfTable("coin");
const row = {
  word: "due",
  none: null,
  whole: 2n ** 62n,
  small: 7n,
  one: 1n,
  zero: 0n,
  bytes: Uint8Array.of(1, 2),
  real: 1.5,
};

Deno.test("rows are read by the type of their column", () => {
  assert.equal(read.text(row, "word"), "due");
  assert.equal(read.oneOf(row, "word", ["done", "due"]), "due");
  assert.equal(read.integer(row, "whole"), 2n ** 62n);
  assert.equal(read.count(row, "small"), 7);
  assert.equal(read.flag(row, "one"), true);
  assert.equal(read.flag(row, "zero"), false);
  assert.deepEqual(read.bytes(row, "bytes"), Uint8Array.of(1, 2));
  assert.equal(read.textOrNull(row, "word"), "due");
  assert.equal(read.integerOrNull(row, "whole"), 2n ** 62n);
  assert.equal(read.countOrNull(row, "small"), 7);
  assert.deepEqual(read.bytesOrNull(row, "bytes"), Uint8Array.of(1, 2));
  for (const reader of [read.textOrNull, read.integerOrNull, read.countOrNull, read.bytesOrNull]) {
    assert.equal(reader(row, "none"), null);
  }
});

Deno.test("a row that is not what the schema promises names table and column, never the value", () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => read.text(row, "whole"), /^Cannot read coin\.whole: it is not text$/],
    [() => read.text(row, "none"), /^Cannot read coin\.none: it is not text$/],
    [() => read.text(row, "absent"), /^Cannot read coin\.absent: it is not text$/],
    [() => read.textOrNull(row, "absent"), /^Cannot read coin\.absent: it is not text$/],
    [() => read.oneOf(row, "word", ["done"]), /^Cannot read coin\.word: it is not one of done$/],
    [() => read.integer(row, "word"), /^Cannot read coin\.word: it is not an integer$/],
    [() => read.integer(row, "real"), /^Cannot read coin\.real: it is not an integer$/],
    [() => read.count(row, "whole"), /^Cannot read coin\.whole: it is not a safe integer$/],
    [() => read.flag(row, "small"), /^Cannot read coin\.small: it is not 0 or 1$/],
    [() => read.bytes(row, "word"), /^Cannot read coin\.word: it is not a blob$/],
  ];
  for (const [reading, message] of wrong) assert.throws(reading, { message });
});
