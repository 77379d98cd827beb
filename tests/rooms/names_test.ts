import assert from "node:assert/strict";
import { longFiles, nameFaults } from "./names.ts";
import { PROJECT, readTree } from "./source-tree.ts";
import { foreignMentions } from "./stand-alone.ts";

const empty = (...paths: string[]) => new Map(paths.map((path) => [path, ""]));
const lines = (count: number) => new Map([["core/a.ts", "x\n".repeat(count)]]);

Deno.test("names and sizes of the project are in order", async () => {
  const tree = await readTree(PROJECT);
  const long = longFiles(tree).map((file) => `getting long: ${file}\n`).join("");
  Deno.stderr.writeSync(new TextEncoder().encode(long));
  assert.deepEqual(nameFaults(tree), []);
});

Deno.test("names that say nothing or are not kebab-case are refused", () => {
  for (
    const path of [
      "core/utils/a.ts",
      "core/helpers.ts",
      "tests/core/common_test.ts",
      "lib/a.ts",
      "core/appContext.ts",
      "core/Money.ts",
      "core/money_rules.ts",
      "core/Money/a.ts",
      "core/a.config.ts",
      "tests/core/aB_kill_test.ts",
      "tasks/test.ts",
    ]
  ) assert.equal(nameFaults(empty(path)).length, 1, path);
  const good = ["main.ts", "anchor.config.ts", "core/money/fee-details.ts", "routes/sep10/page.tsx"];
  assert.deepEqual(nameFaults(empty(...good, "tests/core/pay-out_kill_test.ts", "docs/Utils.md")), []);
});

Deno.test("a file of 250 lines is fine, of 251 long, of 351 refused", () => {
  assert.deepEqual([longFiles(lines(250)), nameFaults(lines(350))], [[], []]);
  assert.equal(longFiles(lines(251)).length, 1);
  assert.equal(nameFaults(lines(351)).length, 1);
});

Deno.test("the project stands alone", async () => {
  assert.deepEqual(foreignMentions(await readTree(PROJECT)), []);
});

Deno.test("mentions of what lies outside are found, with their line", () => {
  const found = (text: string) => foreignMentions(new Map([["docs/a.md", `first\n${text}`]]));
  const outside = ["..", "shared"].join("/");
  const registry = ["registry", "npmjs", "org"].join(".");
  assert.deepEqual(found(`see ${outside}/a.md`), ["docs/a.md:2: a folder beside the project"]);
  assert.deepEqual(found(`in ${["", "work", "a"].join("/")}`), ["docs/a.md:2: a folder of some machine"]);
  assert.deepEqual(found(`from ${registry}`), ["docs/a.md:2: a package registry"]);
  assert.deepEqual(found("see /sep6/work/a, network/work/, docs/root/a and the registry of plugins"), []);
});
