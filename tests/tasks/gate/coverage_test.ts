import assert from "node:assert/strict";
import { coverage, idsOf } from "../../../tasks/gate/coverage.ts";
import type { Outcome } from "../../../tasks/gate/junit.ts";
import { binding, overviewOf, unmet } from "../../../tasks/gate/overview.ts";
import { readList } from "../../../tasks/gate/requirement-lists.ts";

const lists = [
  readList("sep-10", "# SEP-10\n- **R-10-1** MUST a\n- **R-10-2** MUST b\n- **R-10-3** SHOULD c"),
  readList("money", "# Money\n- **M-1 One.** a\n- **M-2 Two.** b"),
];
const ran = (tests: Record<string, Outcome>) =>
  Object.entries(tests).map(([name, outcome]) => ({ file: "./a_test.ts", name, outcome }));
const standing = (tests: Record<string, Outcome>, id: string, leftOut: Record<string, string> = {}) =>
  coverage(lists, ran(tests), leftOut).standing(id);
const faults = (tests: Record<string, Outcome>, leftOut: Record<string, string> = {}) =>
  coverage(lists, ran(tests), leftOut).faults;
const LATER = "It comes with the next slice.";

Deno.test("the ids of a test are those that its name begins with", () => {
  assert.deepEqual(idsOf("R-10-31 memo with M-1 and P2 is refused"), ["R-10-31"]);
  assert.deepEqual(idsOf("M-4, P17 W3: two of them"), ["M-4", "P17", "W3"]);
  assert.deepEqual(idsOf("R-10-31"), ["R-10-31"]);
  assert.deepEqual(idsOf("P-256 keys, R-10-31x and P256"), []);
});

Deno.test("only a test that ran and passed covers, and a failure beside it uncovers", () => {
  assert.equal(standing({ "R-10-1 a": "passed" }, "R-10-1"), "covered");
  for (const outcome of ["failed", "skipped", "left"] as const) {
    assert.equal(standing({ "R-10-1 a": outcome }, "R-10-1"), "missing", outcome);
  }
  assert.equal(standing({ "R-10-1 a": "passed", "R-10-1 b": "failed" }, "R-10-1"), "missing");
  assert.equal(standing({ "R-10-1 a": "passed", "R-10-1 b": "skipped" }, "R-10-1"), "covered");
  assert.equal(standing({ "R-10-11 a": "passed" }, "R-10-1"), "missing");
});

Deno.test("an id is left out by itself or with its list, and a test covers it all the same", () => {
  assert.equal(standing({}, "R-10-1", { "R-10-1": LATER }), "left out");
  assert.equal(standing({}, "R-10-2", { "sep-10": LATER }), "left out");
  assert.equal(standing({}, "M-1", { "sep-10": LATER }), "missing");
  assert.equal(standing({ "R-10-1 a": "passed" }, "R-10-1", { "sep-10": LATER }), "covered");
});

Deno.test("mistakes in left-out.json are faults", () => {
  assert.deepEqual(faults({}, { "R-10-1": LATER, money: LATER }), []);
  assert.deepEqual(faults({ "R-10-1 a": "passed" }, { "sep-10": LATER }), []);
  assert.match(faults({}, { "R-10-9": LATER })[0] ?? "", /R-10-9 is no requirement/);
  assert.match(faults({ "R-10-1 a": "passed" }, { "R-10-1": LATER })[0] ?? "", /is covered/);
  assert.match(faults({ "M-1 M-2 a": "passed" }, { money: LATER })[0] ?? "", /is covered/);
  for (const reason of ["", "later", "No full stop here", "Later."]) {
    assert.match(faults({}, { "R-10-1": reason })[0] ?? "", /wants a reason/, reason);
  }
});

Deno.test("a test that names an unknown id, or more than three, is a fault", () => {
  assert.match(faults({ "R-10-9 a": "passed" })[0] ?? "", /a_test.*R-10-9, which no list has/);
  assert.deepEqual(faults({ "R-10-1 R-10-2 R-10-3 a": "passed" }), []);
  assert.match(faults({ "R-10-1 R-10-2 R-10-3 M-1 a": "passed" })[0] ?? "", /4 ids; three/);
});

Deno.test("what is required is met by a test or by a reason", () => {
  const counted = coverage(lists, ran({ "R-10-1 a": "passed" }), { "M-2": LATER });
  assert.deepEqual(unmet(["sep-10"], lists, counted), ["R-10-2"]);
  assert.deepEqual(unmet(["R-10-3", "money"], lists, counted), ["R-10-3", "M-1"]);
  assert.deepEqual(unmet(["R-10-1", "M-2"], lists, counted), []);
  assert.throws(() => unmet(["sep-99"], lists, counted), RangeError);
});

Deno.test("an overview counts each level and names what is missing and why", () => {
  const counted = coverage(lists, ran({ "R-10-1 a": "passed" }), { "R-10-3": LATER, "money": LATER });
  const [sep10, money] = lists.map((list) => overviewOf(list, counted));
  assert.deepEqual(sep10, [
    "sep-10  SEP-10",
    "  MUST 1 of 2 covered   SHOULD 0 of 1 covered, 1 left out",
    "  missing: R-10-2",
    `  left out: R-10-3: ${LATER}`,
  ]);
  assert.deepEqual(money, [
    "money  Money",
    "  rules 0 of 2 covered, 2 left out",
    `  left out: M-1 M-2: ${LATER}`,
  ]);
  assert.deepEqual(lists.map((list) => binding(list).length), [2, 2]);
});
