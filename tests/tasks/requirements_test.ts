import assert from "node:assert/strict";
import { sampleProject } from "./sample-project.ts";

const files = {
  "docs/requirements/README.md": "# Map\n- **R-99-1** MUST not be read.",
  "docs/requirements/sep-10.md": "# SEP-10\n- **R-10-1** MUST answer.\n- **R-10-2** MUST refuse.",
  "docs/requirements/money.md": "# Money\n- **M-1 Stored.** Before sent.",
  "docs/requirements/left-out.json": `{ "M-1": "It comes with the payouts." }`,
  "reports/junit.xml": `<testsuites><testsuite name="./a_test.ts">
    <testcase name="R-10-1 answers" time="0"></testcase></testsuite></testsuites>`,
};

Deno.test("requirements are counted against the last report", async () => {
  await using project = await sampleProject(files);
  const { code, output } = await project.run("requirements.ts");
  assert.equal(code, 0, output);
  assert.match(output, /MUST 1 of 2 covered\n {2}missing: R-10-2\n/);
  assert.match(output, /left out: M-1: It comes with the payouts\./);
  assert.match(output, /1 passed, 0 failed, 0 skipped/);
});

Deno.test("--require fails for what is neither covered nor left out", async () => {
  await using project = await sampleProject(files);
  assert.equal((await project.run("requirements.ts", "--require", "R-10-1,money")).code, 0);
  const { code, output } = await project.run("requirements.ts", "--require=sep-10");
  assert.equal(code, 1);
  assert.match(output, /fault: required, and neither covered nor left out: R-10-2/);
});

Deno.test("a list by name is shown line by line", async () => {
  await using project = await sampleProject(files);
  const { output } = await project.run("requirements.ts", "sep-10");
  assert.match(output, /covered +R-10-1 MUST answer\.\n +R-10-1 answers\n +missing +R-10-2/);
  assert.doesNotMatch(output, /Money/);
});

Deno.test("without a report, or with a mistake in left-out.json, the task fails", async () => {
  await using none = await sampleProject({ ...files, "reports/junit.xml": "" });
  const missing = await none.run("requirements.ts");
  assert.deepEqual([missing.code, /Cannot count/.test(missing.output)], [1, true], missing.output);
  await using wrong = await sampleProject({
    ...files,
    "docs/requirements/left-out.json": `{ "R-10-1": "It comes with the payouts." }`,
  });
  const mistaken = await wrong.run("requirements.ts");
  assert.deepEqual([mistaken.code, /fault: .*R-10-1 is covered/.test(mistaken.output)], [1, true]);
});
