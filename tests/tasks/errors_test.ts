import assert from "node:assert/strict";
import { ERRORS } from "../../core/errors/mod.ts";
import { ERRORS_PAGE, errorsPage } from "../../tasks/errors/page.ts";

Deno.test("P7 docs/errors.md lists every code with its meaning, as the table in the code has it", async () => {
  const page = await Deno.readTextFile(ERRORS_PAGE);
  assert.equal(page, errorsPage(), "run: deno task errors");
  for (const [code, { status, meaning }] of Object.entries(ERRORS)) {
    assert.ok(page.includes(`| \`${code}\` | ${status} | ${meaning} | `), code);
  }
});
