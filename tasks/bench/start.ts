/**
 * Section `start`: a cold start beside the bare import of the same packages, and the memory of both when they have started.
 *
 * What starts cold is the edge, where the gateway comes in a few files; the same from its many modules is beside it, and one that
 * loads them and starts nothing, to show where the time goes. What is counted is from spawning the process to the first
 * answer with 200. All are compiled already (a deployment is, too), and they are started in turns, so that what slows the
 * machine down slows all.
 * @module
 */
import { freePort } from "../free-port.ts";
import type { BenchOptions } from "./arguments.ts";
import { figure, type Report } from "./report.ts";
import { makeStartPlace } from "./start-place.ts";
import { median, ratio, spread } from "./statistics.ts";

/** One start. */
interface Start {
  readonly ms: number;
  /** Of CPU, all threads. */
  readonly cpuMs: number;
  readonly rssMb: number;
}

const ROOT = new URL("../../", import.meta.url);
const PATIENCE_MS = 60_000;
/** Turns for each round that was asked for. */
const TURNS = 3;

const PROGRAMS = [
  ["the packages, and a server", "tasks/bench/bare-start-program.ts"],
  ["and our modules, of which none does anything", "tasks/bench/imported-start-program.ts"],
  ["the gateway by deno task start", "tasks/serve.ts"],
] as const;
const BUNDLED = "the gateway by deno task bundle, as at the edge";

/** Runs it. */
export async function benchStart(report: Report, { rounds }: BenchOptions): Promise<void> {
  const place = await makeStartPlace();
  const folder = await bundled();
  try {
    const programs = [...PROGRAMS, [BUNDLED, `${folder}/serve.js`] as const];
    const starts = programs.map((): Start[] => []);
    for (let turn = 0; turn <= rounds * TURNS; turn++) {
      for (const [which, [, program]] of programs.entries()) {
        const taken = await start(program, place.variables);
        if (turn > 0) starts[which]?.push(taken);
      }
    }
    say(report, programs.map(([name]) => name), starts);
  } finally {
    await Promise.all([place.remove(), Deno.remove(new URL(folder, ROOT), { recursive: true })]);
  }
}

/** The gateway as the block `deploy` of deno.json has it; inside the project, where the runtime finds its settings. */
async function bundled(): Promise<string> {
  const folder = `build/bench-${crypto.randomUUID()}`;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "bundle", "--outdir", folder],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`Cannot bundle the gateway: ${new TextDecoder().decode(stderr)}`);
  return folder;
}

/** Starts a program, waits for its first answer, and ends it. */
async function start(program: string, variables: Readonly<Record<string, string>>): Promise<Start> {
  const port = freePort();
  const begun = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--config=deno.json", "-P=dev", program],
    cwd: ROOT,
    env: { ...variables, PORT: String(port) },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  let isOver = false;
  const ended = child.status.finally(() => isOver = true);
  try {
    await firstAnswer(
      `http://127.0.0.1:${port}/health/live`,
      () => isOver || performance.now() > begun + PATIENCE_MS,
    );
    const ms = performance.now() - begun;
    return { ms, ...await usedBy(child.pid) };
  } finally {
    if (!isOver) child.kill("SIGKILL");
    await ended;
  }
}

async function firstAnswer(url: string, isInVain: () => boolean): Promise<void> {
  while (!isInVain()) {
    try {
      const answer = await fetch(url);
      await answer.body?.cancel();
      if (answer.ok) return;
    } catch {
      // It does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`Cannot measure a start: ${url} does not answer`);
}

/** What the kernel says of a process; a tick is 10 ms, a page 4 KiB. Read by `cat`, which needs no permission for `/proc`. */
async function usedBy(pid: number): Promise<{ readonly cpuMs: number; readonly rssMb: number }> {
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/stat`] }).output();
  const stat = new TextDecoder().decode(stdout);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const [user = NaN, system = NaN] = fields.slice(11, 13);
  return { cpuMs: (user + system) * 10, rssMb: (fields[21] ?? NaN) * 4096 / 1e6 };
}

function say(
  report: Report,
  names: readonly string[],
  starts: readonly (readonly Start[])[],
): void {
  const of = (which: number, what: keyof Start) => (starts[which] ?? []).map((one) => one[what]);
  report.table({
    title: "A cold start: from the process to its first answer",
    head: ["", "ms", "+-", "x bare", "ms of CPU", "x bare", "MB", "x bare"],
    rows: names.map((name, which) => [
      name,
      figure(median(of(which, "ms"))),
      `${figure(spread(of(which, "ms")) * 100)} %`,
      figure(ratio(of(which, "ms"), of(0, "ms"))),
      figure(median(of(which, "cpuMs"))),
      figure(ratio(of(which, "cpuMs"), of(0, "cpuMs"))),
      figure(median(of(which, "rssMb"))),
      figure(ratio(of(which, "rssMb"), of(0, "rssMb"))),
    ]),
  });
  const cpu = (which: number) => median(of(which, "cpuMs"));
  report.note(
    `of the CPU that a start takes beyond the packages, ${
      figure(100 * (cpu(1) - cpu(0)) / (cpu(2) - cpu(0)))
    } % goes into loading our modules, the rest into settings, the database and the rooms`,
  );
  report.floor({
    what: "a cold start, to the bare import of the same packages",
    value: ratio(of(3, "ms"), of(0, "ms")),
    wanted: 1.5,
    is: "most",
    unit: "times its time",
  });
}
