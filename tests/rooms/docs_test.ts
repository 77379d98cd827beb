import assert from "node:assert/strict";
import { undocumented } from "./docstrings.ts";
import { PROJECT, readTree } from "./source-tree.ts";

const found = (text: string, path = "core/a.ts") => undocumented(new Map([[path, text]]));

Deno.test("every export of the rooms has a docstring", async () => {
  assert.deepEqual(undocumented(await readTree(PROJECT)), []);
});

Deno.test("an export without a docstring is found, whatever it is", () => {
  for (
    const text of [
      "export const a = 1;",
      "export let a: number;",
      "export function a() {}",
      "export async function a() {}",
      "export type a = 1;",
      "export interface a {}",
      "export enum a { b }",
      "export class a {}",
      "const a = 1;\nexport { a };",
      "interface a {}\nexport type { a };",
      "// It answers a question.\nexport const a = 1;",
      "/* It answers a question. */\nexport const a = 1;",
      "/** Word. */\nexport const a = 1;",
      "/** What this whole file is for. */\n\nexport const a = 1;",
      "/** It answers a question. */\nconst b = 1;\nexport const a = b;",
    ]
  ) assert.deepEqual(found(text).map((line) => line.split(": ")[1]), ["a"], text);
  assert.equal(found("export default {};").length, 1);
});

Deno.test("a docstring right above is enough, once for all overloads", () => {
  for (
    const text of [
      "/** It answers a question. */\nexport const a = 1;",
      "/**\n * It answers a question.\n */\nexport function a(b: 1): 1;\nexport function a(b: 2): 2;",
      "/** It answers a question. */\nconst a = 1;\nexport { a };",
      'export { a } from "./b.ts";\nexport * from "./c.ts";',
      "const a = 1;",
    ]
  ) assert.deepEqual(found(text), [], text);
  assert.deepEqual(found("export const a = 1;", "tests/support/a.ts"), []);
  assert.deepEqual(found("export const a = 1;", "plugins/a_test.ts"), []);
});
