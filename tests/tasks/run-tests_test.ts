import assert from "node:assert/strict";
import { sampleProject } from "./sample-project.ts";

const good = `Deno.test("good", () => {});`;

Deno.test("a run counts tests without their steps, and what fell out of the run as failed", async () => {
  await using project = await sampleProject({
    "tests/a_test.ts": `
      Deno.test("passes", () => {});
      Deno.test("has > in its name", () => {});
      Deno.test("has steps", async (t) => {
        await t.step("one", async (t) => { await t.step("deep", () => {}); });
        await t.step({ name: "left out", ignore: true, fn() {} });
      });
      Deno.test("has a step that fails", async (t) => {
        await t.step("bad", () => { throw new Error("bad <step>"); });
      });
      Deno.test({ name: "is skipped", ignore: true, fn() {} });
      Deno.test("fails with markup", () => { throw new Error("</testcase><testcase name='x'>"); });`,
    "tests/loads-not_test.ts": `throw new Error("at load"); ${good}`,
    "tests/late_test.ts": `
      Deno.test("before", () => {});
      Deno.test("cancelled", async () => {
        queueMicrotask(() => { throw new Error("outside of any test"); });
        await new Promise((done) => setTimeout(done, 1000));
      });`,
  });
  const { code, lastLine, output } = await project.run("run-tests.ts");
  assert.equal(lastLine, "4 passed, 5 failed, 1 skipped", output);
  assert.match(output, /4 passed \(2 steps\) \| 5 failed \(1 step\) \| 1 ignored \(1 step\)/);
  assert.equal(code, 1);
});

Deno.test("a run without failures ends with 0, and --fast leaves out the slow files", async () => {
  await using project = await sampleProject({
    "tests/a_test.ts": good,
    "tests/deep/a_kill_test.ts": good,
    "tests/a_fuzz_test.ts": good,
    "tests/a_browser_test.ts": good,
  });
  const whole = await project.run("run-tests.ts");
  assert.deepEqual([whole.lastLine, whole.code], ["4 passed, 0 failed, 0 skipped", 0], whole.output);
  const fast = await project.run("run-tests.ts", "--fast");
  assert.deepEqual([fast.lastLine, fast.code], ["1 passed, 0 failed, 0 skipped", 0], fast.output);
});

Deno.test("paths and a filter are passed on, and what a filter left out is not skipped", async () => {
  await using project = await sampleProject({
    "tests/a_test.ts": `${good} Deno.test("other", () => {});`,
    "tests/b_test.ts": good,
  });
  const { lastLine, code } = await project.run("run-tests.ts", "--filter", "good", "tests/a_test.ts");
  assert.deepEqual([lastLine, code], ["1 passed, 0 failed, 0 skipped", 0]);
});

Deno.test("a runner that broke is one failure, also after a report of an earlier run", async () => {
  const broken: Record<string, string> = {
    "a type error": `const a: number = "text"; ${good} a;`,
    "an import of nothing": `import "./nothing.ts"; ${good}`,
    "a process that dies": `Deno.test("dies", () => { Deno.kill(Deno.pid, "SIGKILL"); });`,
    "no test in any file": `export {};`,
  };
  for (const [what, text] of Object.entries(broken)) {
    await using project = await sampleProject({
      "reports/junit.xml":
        `<testsuites><testsuite name="./a"><testcase name="old" time="0"></testcase></testsuite></testsuites>`,
      "tests/a_test.ts": text,
    });
    const { lastLine, code, output } = await project.run("run-tests.ts");
    assert.equal(lastLine, "0 passed, 1 failed, 0 skipped", `${what}: ${output}`);
    assert.notEqual(code, 0, what);
  }
});

Deno.test("a signal ends the tests too", async () => {
  await using project = await sampleProject({
    "tests/a_test.ts": `Deno.test("waits", async () => {
      console.log("tests have pid " + Deno.pid);
      await new Promise((done) => setTimeout(done, 60_000));
    });`,
  });
  await using child = project.start("run-tests.ts");
  let output = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    const before = /tests have pid \d+/.test(output);
    output += chunk;
    if (!before && /tests have pid \d+\n/.test(output)) child.kill("SIGINT");
  }
  await child.stderr.cancel();
  assert.notEqual((await child.status).code, 0);
  assert.equal(output.trimEnd().split("\n").at(-1), "0 passed, 1 failed, 0 skipped", output);
  const pid = Number(/tests have pid (\d+)/.exec(output)?.[1]);
  assert.throws(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
});
