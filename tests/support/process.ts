/**
 * A program of the project as a process of its own, with the permissions of the set `serve` and no others but for its own
 * folder. Spawned as `deno run`, never through a task, so that a signal reaches the program itself.
 * @module
 */

/** What to run. */
export interface ProcessOptions {
  /** Path from the project's root, for example `tasks/serve.ts`. */
  readonly program: string;
  readonly args?: readonly string[];
  /** Everything that it may read and write; null: it may touch no file and load no native code, as at the edge. */
  readonly folder: string | null;
  /** Its whole environment, but for what the runtime needs. */
  readonly variables: Readonly<Record<string, string>>;
  /** Answers once it is ready; absent: nobody waits. */
  readonly readyAt?: string;
  /** PEM file of an authority that its runtime trusts. */
  readonly trusts?: string;
  /** Permissions beside those of the set, for example `--allow-read`. */
  readonly permissions?: readonly string[];
  /** Program of the runtime; that of the tests when absent. */
  readonly runtime?: string;
}

/** A running process. */
export interface TestProcess {
  readonly pid: number;
  /** What it wrote so far. */
  readonly output: () => string;
  /** Ends it by a signal and waits. @returns its exit code */
  readonly end: (signal: Deno.Signal) => Promise<number>;
  /** Waits until it ends by itself. */
  readonly ended: Promise<number>;
}

const ROOT = new URL("../../", import.meta.url);
/** Longest start, on a machine that is busy. */
const PATIENCE_MS = 30_000;
const RUNTIME_VARIABLES = ["PATH", "HOME", "DENO_DIR", "TMPDIR"];

/** Starts a process; `end` it in a `finally`. */
export async function startProcess(options: ProcessOptions): Promise<TestProcess> {
  const {
    program,
    args = [],
    folder,
    variables,
    readyAt,
    trusts,
    permissions = [],
    runtime = Deno.execPath(),
  } = options;
  const inherited = RUNTIME_VARIABLES.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  const ofFolder = folder === null ? [] : [`--allow-read=${folder}`, `--allow-write=${folder}`];
  const child = new Deno.Command(runtime, {
    args: [
      "run",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      "--allow-sys",
      ...ofFolder,
      ...permissions,
      program,
      ...args,
    ],
    cwd: ROOT,
    clearEnv: true,
    env: { ...Object.fromEntries(inherited), ...variables, ...(trusts ? { DENO_CERT: trusts } : {}) },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const written: string[] = [];
  const reading = [child.stdout, child.stderr].map((stream) => keep(stream, written));
  let code: number | null = null;
  const ended = child.status.then(async (status) => {
    await Promise.all(reading);
    code = status.code;
    return status.code;
  });
  const running: TestProcess = {
    pid: child.pid,
    output: () => written.join(""),
    ended,
    async end(signal) {
      if (code === null) {
        try {
          child.kill(signal);
        } catch {
          // It has ended by itself in the meantime.
        }
      }
      return await ended;
    },
  };
  if (readyAt === undefined) return running;
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    if (await answers(readyAt)) return running;
    if (code !== null || performance.now() > end) {
      await running.end("SIGKILL");
      throw new Error(`${program} does not answer at ${readyAt}:\n${running.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function keep(stream: ReadableStream<Uint8Array>, written: string[]): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) written.push(decoder.decode(chunk, { stream: true }));
}

async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  try {
    // A connection is enough, and needs no authority for HTTPS.
    (await Deno.connect({ hostname, port: Number(port) })).close();
    return true;
  } catch {
    return false;
  }
}
