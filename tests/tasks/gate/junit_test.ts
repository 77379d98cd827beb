import assert from "node:assert/strict";
import { readReport, tally, tallyLine } from "../../../tasks/gate/junit.ts";

const testcase = (name: string, content = "", attributes = `time="0.001" line="1" col="6"`) =>
  `<testcase name="${name}" classname="./tests/a_test.ts" ${attributes}>\n${content}</testcase>\n`;
const report = (...cases: string[]) =>
  `<?xml version="1.0"?>\n<testsuites name="deno test">\n<testsuite name="./tests/a_test.ts" tests="9">\n${
    cases.join("")
  }</testsuite>\n</testsuites>\n`;
const outcomes = (...cases: string[]) =>
  readReport(report(...cases))?.map(({ name, outcome }) => `${name}: ${outcome}`);

Deno.test("each way a test can end is read", () => {
  assert.deepEqual(
    outcomes(
      testcase("a"),
      testcase("b", `<failure message="x">text</failure>`),
      testcase("c", `<error message="Cancelled"/>`),
      testcase("d", `<skipped/>`),
      testcase("e", `<skipped/>`, `line="1" col="6"`),
    ),
    ["a: passed", "b: failed", "c: failed", "d: skipped", "e: left"],
  );
});

Deno.test("steps are told from tests by the names before them", () => {
  assert.deepEqual(
    outcomes(
      testcase("limit &gt; balance"),
      testcase("a"),
      testcase("limit &gt; balance &gt; step"),
      testcase("a &gt; one"),
      testcase("a &gt; one &gt; deep", `<failure message="x"/>`),
    ),
    ["limit > balance: passed", "a: passed"],
  );
});

Deno.test("names keep their characters", () => {
  assert.deepEqual(readReport(report(testcase("&lt;a&gt; &amp;amp; &quot;b&quot; &apos;&#39;&#x27;")))?.[0], {
    file: "./tests/a_test.ts",
    name: `<a> &amp; "b" '''`,
    outcome: "passed",
  });
});

Deno.test("a text that is no whole report is none", () => {
  const whole = report(testcase("a"));
  for (const text of ["", "no xml", whole.slice(0, -10), whole.slice(0, whole.length / 2)]) {
    assert.equal(readReport(text), undefined);
  }
  assert.deepEqual(readReport(`<testsuites name="deno test" tests="0"></testsuites>`), []);
});

Deno.test("a tally counts broken files as failures and leaves out what did not run", () => {
  const cases = readReport(
    report(testcase("a"), testcase("b", "<skipped/>"), testcase("c", "<skipped/>", "")),
  );
  assert.equal(tallyLine(tally(cases ?? [], 2)), "1 passed, 2 failed, 1 skipped");
});
