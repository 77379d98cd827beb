/**
 * The Deno that Deno Deploy documents as its own, beside the one that runs the tests.
 * @module
 */
import type { Tool } from "./machine.ts";

/** Its version. */
export const DEPLOY_VERSION = "2.5.0";
const VARIABLE = "KEDGE_TEST_DEPLOY_DENO";

/** Its program, named by a variable that `.ci/run` sets; for `needs(deployDeno, …)`. */
export const deployDeno: Tool = {
  name: `deno ${DEPLOY_VERSION} beside this one`,
  remedy: `set ${VARIABLE} to what npx deno@${DEPLOY_VERSION} eval "console.log(Deno.execPath())" prints`,
  find() {
    const program = Deno.env.get(VARIABLE) ?? "";
    return program !== "" && versionOf(program) === DEPLOY_VERSION ? program : undefined;
  },
};

function versionOf(program: string): string | undefined {
  try {
    const { stdout } = new Deno.Command(program, { args: ["--version"], stdin: "null" }).outputSync();
    return /^deno (\S+)/.exec(new TextDecoder().decode(stdout))?.[1];
  } catch {
    return undefined;
  }
}
