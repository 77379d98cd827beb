/**
 * A program of the bench as a process of its own, so that its CPU is counted alone. Spawned as `deno run`, so that a signal
 * reaches the program itself.
 * @module
 */
import { z } from "zod";

/** A running program. */
export interface Child<Ready> {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: Ready;
  /** Ends it and waits. */
  readonly stop: () => Promise<void>;
}

const ROOT = new URL("../../", import.meta.url);

/**
 * Starts a program and waits for its first line, a JSON text.
 * @param options.program path from the project's root
 * @param options.ready what the line has to hold
 * @param options.flags of the runtime, for example `--cpu-prof`
 */
export async function startChild<Ready>(
  { program, variables, ready, flags = [] }: {
    readonly program: string;
    readonly variables: Readonly<Record<string, string>>;
    readonly ready: z.ZodType<Ready>;
    readonly flags?: readonly string[];
  },
): Promise<Child<Ready>> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-P=dev", ...flags, program],
    cwd: ROOT,
    env: { ...variables },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const stop = async () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await Promise.all([child.status, lines.cancel()]);
  };
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`Cannot measure: ${program} ended before it was ready`);
    text += value;
  }
  try {
    return { pid: child.pid, ready: ready.parse(JSON.parse(text.slice(0, text.indexOf("\n")))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Says the line that {@link startChild} waits for. */
export function sayReady(ready: Readonly<Record<string, unknown>>): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(ready)}\n`));
}
