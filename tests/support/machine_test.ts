import assert from "node:assert/strict";
import { command, needing, onPath, type Tool } from "./machine.ts";

const there: Tool = { name: "there", remedy: "nothing", find: () => "/there" };
const missing: Tool = { name: "missing", remedy: "get it", find: () => undefined };
const body = () => {};

Deno.test("a test runs as it is where the machine has its tool", () => {
  const said: string[] = [];
  for (const ci of [true, false]) {
    assert.deepEqual(needing({ ci, say: (line) => said.push(line) })(there, body), {
      ignore: false,
      fn: body,
    });
  }
  assert.deepEqual(said, []);
});

Deno.test("without the tool a test is skipped, and one line says what is missing", () => {
  const said: string[] = [];
  assert.equal(needing({ ci: false, say: (line) => said.push(line) })(missing, body).ignore, true);
  assert.deepEqual(said, ["skipped: missing is missing on this machine: get it"]);
});

Deno.test("on a build server a missing tool is a failure", async (t) => {
  const { ignore, fn } = needing({ ci: true, say: () => {} })(missing, body);
  assert.equal(ignore, false);
  await assert.rejects(async () => await fn(t), /Cannot run this test: missing is missing/);
});

Deno.test("a program is found on the PATH under the first of its names that is there", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/text`, "", { mode: 0o644 });
    await Deno.writeTextFile(`${folder}/program`, "", { mode: 0o755 });
    await Deno.mkdir(`${folder}/folder`, { mode: 0o755 });
    const path = `/nowhere::${folder}`;
    assert.equal(onPath(["text", "folder", "none"], path), undefined);
    assert.equal(onPath(["none", "text", "program"], path), `${folder}/program`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  assert.equal(command("get it", "no-program-has-this-name").find(), undefined);
});
