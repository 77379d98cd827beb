/** A program outside the project that some tests need. */
export interface Tool {
  name: string;
  /** What to type to get it. */
  remedy: string;
  /** Its path, or undefined where the machine lacks it. */
  find(): string | undefined;
}

/** The body of a test. */
export type TestBody = (t: Deno.TestContext) => void | Promise<void>;

/** What a test takes over from {@link needs}: `Deno.test({ name, ...needs(redisServer, async () => {}) })`. */
export interface Needing {
  ignore: boolean;
  fn: TestBody;
}

/** A tool that is a command on the PATH, under the first of these names that is there. */
export function command(remedy: string, name: string, ...otherNames: string[]): Tool {
  return { name, remedy, find: () => onPath([name, ...otherNames]) };
}

/** The real Redis server, behind which the Upstash path is tested. */
export const redisServer: Tool = command("apt-get install redis-server", "redis-server");

/** OpenSSL's command, the other opinion on certificates and signatures. */
export const openssl: Tool = command("apt-get install openssl", "openssl");

/** The browser for pages. */
export const chromium: Tool = command(
  "apt-get install chromium",
  "chromium",
  "chromium-browser",
  "google-chrome",
);

/** Where {@link needing} learns how strict to be, and says what is missing. */
export interface NeedingOptions {
  /** On a build server a missing tool is a failure. */
  ci: boolean;
  say: (line: string) => void;
}

/**
 * Makes {@link needs}. Where the machine has the tool, the test runs. Where it lacks it, one line says so and the
 * test is skipped; with `ci` it runs and fails instead, so that a build server cannot go green by lacking things.
 */
export function needing({ ci, say }: NeedingOptions): (tool: Tool, fn: TestBody) => Needing {
  return (tool, fn) => {
    if (tool.find() !== undefined) return { ignore: false, fn };
    const lack = `${tool.name} is missing on this machine: ${tool.remedy}`;
    if (ci) return { ignore: false, fn: () => Promise.reject(new Error(`Cannot run this test: ${lack}`)) };
    say(`skipped: ${lack}`);
    return { ignore: true, fn };
  };
}

/** {@link needing} for this machine: strict with `CI=true`, one line on standard error for each missing tool. */
export const needs: (tool: Tool, fn: TestBody) => Needing = needing({
  ci: Deno.env.get("CI") === "true",
  say: sayOnce,
});

/** Test files run in isolates of one process, which share nothing but its environment. */
function sayOnce(line: string): void {
  const said = "KEDGE_TEST_SAID";
  const before = (Deno.env.get(said) ?? "").split("\n");
  if (before.includes(line)) return;
  Deno.env.set(said, [...before, line].join("\n"));
  Deno.stderr.writeSync(new TextEncoder().encode(line + "\n"));
}

/** The first program of these names in the folders of a PATH, in the order of the names. */
export function onPath(names: string[], path: string = Deno.env.get("PATH") ?? ""): string | undefined {
  const folders = path.split(":").filter((folder) => folder !== "");
  const paths = names.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
  return paths.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && (mode === null || (mode & 0o111) !== 0);
  } catch {
    return false;
  }
}
