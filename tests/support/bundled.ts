/**
 * The gateway as Deno Deploy runs it: in the few files that `deno task bundle` writes, made once for all tests of a file.
 * @module
 */
import { PROJECT } from "../rooms/source-tree.ts";

let made: Promise<string> | undefined;

/** Path of its entry point from the project's root. */
export function bundledGateway(): Promise<string> {
  return made ??= bundle();
}

async function bundle(): Promise<string> {
  // Inside the project, so that the runtime finds deno.json as it does there.
  const folder = `build/test-${crypto.randomUUID()}`;
  globalThis.addEventListener("unload", () => {
    Deno.removeSync(new URL(folder, PROJECT), { recursive: true });
  });
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "bundle", "--outdir", folder],
    cwd: PROJECT,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`Cannot bundle the gateway: ${new TextDecoder().decode(stderr)}`);
  return `${folder}/serve.js`;
}
