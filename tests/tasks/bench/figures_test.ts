import assert from "node:assert/strict";
import { readArguments } from "../../../tasks/bench/arguments.ts";
import { createReport, figure, isReached, linesOf } from "../../../tasks/bench/report.ts";
import { median, quantile, ratio, spread } from "../../../tasks/bench/statistics.ts";

Deno.test("the median of an odd, an even number of values, and of none", () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([1, 2, 4, 100]), 3);
  assert.ok(Number.isNaN(median([])));
});

Deno.test("quantiles are interpolated, and sort numbers, not texts", () => {
  assert.equal(quantile([100, 20, 3], 0), 3);
  assert.equal(quantile([100, 20, 3], 1), 100);
  assert.equal(quantile([0, 10, 20, 30, 40], 0.95), 38);
  assert.equal(spread([10, 10, 10]), 0);
  assert.equal(spread([8, 9, 10, 11, 12]), 0.1);
});

Deno.test("a ratio is taken round by round, so that a machine that was slow for a round changes nothing", () => {
  // The second round took ten times as long for both.
  assert.equal(ratio([20, 200, 22], [10, 100, 10]), 2);
});

Deno.test("a figure has three digits that count, or is whole", () => {
  assert.deepEqual([0.12345, 9.876, 99.95, 123.4, 1234567, NaN].map(figure), [
    "0.123",
    "9.88",
    "100",
    "123",
    "1,234,567",
    "-",
  ]);
});

Deno.test("a table's columns are as wide as their widest cell, numbers to the right", () => {
  assert.deepEqual(
    linesOf({ title: "Title", head: ["", "µs", "is"], rows: [["a", "1,000", "yes"], ["bbb", "1", "no"]] }),
    ["Title", "          µs  is", "  a    1,000  yes", "  bbb      1  no"],
  );
});

Deno.test("a floor is reached from its side", () => {
  const floor = { what: "", wanted: 2, unit: "" };
  assert.ok(isReached({ ...floor, value: 2, is: "least" }));
  assert.ok(!isReached({ ...floor, value: 1.99, is: "least" }));
  assert.ok(isReached({ ...floor, value: 2, is: "most" }));
  assert.ok(!isReached({ ...floor, value: 2.01, is: "most" }));
  // What could not be measured is not reached.
  assert.ok(!isReached({ ...floor, value: NaN, is: "most" }));
});

Deno.test("the report's end says of each floor whether it was reached, and nothing where there was none", () => {
  const lines: string[] = [];
  const report = createReport((line) => lines.push(line));
  report.end();
  assert.deepEqual(lines, []);
  report.floor({ what: "logins", value: 100, wanted: 3000, is: "least", unit: "/s" });
  report.floor({ what: "a start", value: 1.2, wanted: 1.5, is: "most", unit: "times" });
  report.end();
  assert.deepEqual(lines.slice(3), [
    "  logins      100 /s  at least 3,000  NOT REACHED",
    "  a start  1.2 times  at most 1.5     reached",
  ]);
});

Deno.test("without names every section runs, with names these, in the order of the list", () => {
  const known = ["requests", "records", "start"];
  const all = readArguments([], known);
  assert.deepEqual(all, { ok: true, names: known, options: { rounds: 5, transfers: 1_000_000 } });
  const some = readArguments(["start", "--rounds", "3", "requests"], known);
  assert.ok(some.ok);
  assert.deepEqual([some.names, some.options.rounds], [["requests", "start"], 3]);
});

Deno.test("arguments that mean nothing are told, not ignored", () => {
  for (const args of [["request"], ["--round", "3"], ["--rounds"], ["--rounds", "0"], ["--rounds", "x"]]) {
    const read = readArguments(args, ["requests"]);
    assert.ok(!read.ok && read.says.startsWith("Cannot run the bench: "), args.join(" "));
  }
});
