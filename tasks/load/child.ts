/**
 * A program under load as a process of its own: its permissions are those of the set `serve`, but for its folder. Spawned
 * as `deno run`, so that a signal reaches the program itself.
 * @module
 */
import { TextLineStream } from "./lines.ts";

/** What to run. */
export interface ChildOptions {
  /** Path from the project's root. */
  readonly program: string;
  /** Everything that it may read and write. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Where it answers once it is ready. */
  readonly readyAt: string;
  /** Gets each line that it writes to standard error; standard output is dropped. */
  readonly onLine?: (line: string) => void;
  /** Flags of the runtime. */
  readonly flags?: readonly string[];
}

/** A running program. */
export interface Child {
  readonly pid: number;
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<number>;
  /** Asks it to end and waits. */
  readonly stop: () => Promise<void>;
}

const ROOT = new URL("../../", import.meta.url);
/** Longest start, on a machine that is busy. */
const PATIENCE_MS = 30_000;
/** Longest stop. */
const STOP_MS = 15_000;

/** Starts a program and waits until it answers. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { program, folder, variables, readyAt, onLine = () => {}, flags = [] } = options;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-net",
      "--allow-env",
      "--allow-sys",
      "--allow-ffi",
      `--allow-read=${folder}`,
      `--allow-write=${folder}`,
      ...flags,
      program,
    ],
    cwd: ROOT,
    env: { ...variables },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  // Whatever ends this process, a child that holds the machine busy does not outlive it.
  const kill = () => signal("SIGKILL");
  addEventListener("unload", kill);
  const last: string[] = [];
  const reading = (async () => {
    for await (const line of child.stderr.pipeThrough(new TextLineStream())) {
      last.push(line);
      if (last.length > 20) last.shift();
      onLine(line);
    }
  })();
  let code: number | null = null;
  const ended = child.status.then(async (status) => {
    await reading;
    code = status.code;
    removeEventListener("unload", kill);
    return status.code;
  });
  const signal = (name: Deno.Signal) => {
    try {
      child.kill(name);
    } catch {
      // It has ended by itself.
    }
  };
  async function stop(): Promise<void> {
    signal("SIGTERM");
    const timer = setTimeout(() => signal("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(timer);
  }
  for (const end = performance.now() + PATIENCE_MS; !await answers(readyAt);) {
    if (code !== null || performance.now() > end) {
      await stop();
      throw new Error(`${program} does not answer at ${readyAt}:\n${last.join("\n")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { pid: child.pid, ended, stop };
}

async function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  try {
    (await Deno.connect({ hostname, port: Number(port) })).close();
    return true;
  } catch {
    return false;
  }
}
