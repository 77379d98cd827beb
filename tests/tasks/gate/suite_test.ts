import assert from "node:assert/strict";
import { BROKEN } from "../../../tasks/gate/junit.ts";
import { suiteArguments, suiteVariables, verdict } from "../../../tasks/gate/suite.ts";

const report = (...contents: string[]) =>
  `<testsuites><testsuite name="./a">${
    contents.map((content, at) => `<testcase name="${at}" time="0">${content}</testcase>`).join("")
  }</testsuite></testsuites>`;

Deno.test("a run is judged by its report and by the runner's exit code together", () => {
  assert.deepEqual(verdict(0, report("", "<skipped/>"), 0), {
    tally: { passed: 1, failed: 0, skipped: 1 },
    code: 0,
  });
  assert.deepEqual(verdict(1, report("", "<failure/>"), 1).tally, { passed: 1, failed: 2, skipped: 0 });
  assert.deepEqual(verdict(0, report("<failure/>"), 0).code, 1);
});

Deno.test("a runner that failed without a cause, wrote nothing or ran nothing is broken", () => {
  assert.deepEqual(verdict(1, report(""), 0), { tally: BROKEN, code: 1 });
  assert.deepEqual(verdict(0, undefined, 0), { tally: BROKEN, code: 1 });
  assert.deepEqual(verdict(137, undefined, 0), { tally: BROKEN, code: 137 });
  assert.deepEqual(verdict(0, report(), 0), { tally: BROKEN, code: 1 });
  assert.deepEqual(verdict(0, "<testsuites>", 0), { tally: BROKEN, code: 1 });
});

Deno.test("a test that prints what looks like a broken file does not fail a good run", () => {
  assert.deepEqual(verdict(0, report(""), 1), { tally: { passed: 1, failed: 0, skipped: 0 }, code: 0 });
});

Deno.test("--fast is taken out of what goes to the runner, and told to the tests", () => {
  assert.ok(!suiteArguments(["--fast", "tests/a_test.ts"]).includes("--fast"));
  assert.equal(suiteArguments(["tests/a_test.ts"]).at(-1), "tests/a_test.ts");
  assert.equal(suiteVariables(["--fast", "tests/a_test.ts"])["KEDGE_TEST_FAST"], "true");
  assert.equal(suiteVariables(["tests/a_test.ts"])["KEDGE_TEST_FAST"], "false");
  assert.ok(!suiteArguments([]).some((argument) => argument.startsWith("--ignore")));
});

Deno.test("half as many files again as there are cores run at once", () => {
  assert.deepEqual([1, 2, 8].map((cores) => suiteVariables([], cores)["DENO_JOBS"]), ["2", "3", "12"]);
});
