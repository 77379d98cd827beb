/**
 * The gateway that dies, in few files: it starts in half the time, and a campaign starts it after each death.
 * @module
 */

const ROOT = new URL("../../", import.meta.url);

let made: Promise<string> | undefined;

/** Path of its entry point from the project's root; made once in a process, and gone with it. */
export function gatewayProgram(): Promise<string> {
  return made ??= bundle();
}

async function bundle(): Promise<string> {
  // Inside the project, so that the runtime finds deno.json.
  const folder = `build/chaos-${crypto.randomUUID()}`;
  globalThis.addEventListener("unload", () => Deno.removeSync(new URL(folder, ROOT), { recursive: true }));
  const program = "tasks/chaos/gateway-program.ts";
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--code-splitting", "--outdir", folder, program],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`Cannot bundle a gateway: ${new TextDecoder().decode(stderr)}`);
  return `${folder}/gateway-program.js`;
}
