import { stripVTControlCharacters } from "node:util";
import { BROKEN, readReport, type Tally, tally } from "./junit.ts";

/** Where a run of the suite leaves its report, seen from the project's root. */
export const REPORT = "reports/junit.xml";

/** File names that `--fast` leaves out: kills, long fuzz, a browser, and runs over every shape of a bank. */
export const SLOW_FILES = [
  "**/*_kill_test.ts",
  "**/*_fuzz_test.ts",
  "**/*_browser_test.ts",
  "**/*_shapes_test.ts",
];

const BROKEN_FILE = /^Uncaught error from .+ FAILED$/;
const SIGNALS: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];

/** How a run of the suite ended. */
export interface SuiteRun {
  tally: Tally;
  /** Exit code for whoever asked: 0 only when tests ran and none failed. */
  code: number;
}

/** The arguments of `deno test` for those of the task: `--fast` is ours, everything else is passed through. */
export function suiteArguments(given: string[]): string[] {
  const passedOn = given.filter((argument) => argument !== "--fast");
  // Types are checked by the full suite and by `deno task check`; here they would cost a seventh of the time.
  const fast = given.includes("--fast") ? ["--no-check", `--ignore=${SLOW_FILES.join(",")}`] : [];
  return ["test", "-P", "--parallel", `--junit-path=${REPORT}`, ...fast, ...passedOn];
}

/** Files at once for each core: journeys wait for servers, browsers and other processes half of their time. */
const FILES_A_CORE = 1.5;

/**
 * What tests and their runner are told beside the environment: with `--fast`, journeys run on the first of their layouts
 * alone; and how many files run at once.
 */
export function suiteVariables(
  given: string[],
  cores: number = navigator.hardwareConcurrency,
): Record<string, string> {
  return {
    KEDGE_TEST_FAST: String(given.includes("--fast")),
    DENO_JOBS: String(Math.ceil(cores * FILES_A_CORE)),
  };
}

/**
 * Runs `deno test` in the current folder, shows its output as it comes, and counts from its report.
 * A run that broke (a type error, no report, nothing ran, a signal) is {@link BROKEN}.
 * Ctrl-C and SIGTERM end the tests too, so that nothing is left running.
 */
export async function runSuite(given: string[]): Promise<SuiteRun> {
  await removeOldReport();
  const child = new Deno.Command(Deno.execPath(), {
    args: suiteArguments(given),
    env: suiteVariables(given),
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let stopped = false;
  const stop = SIGNALS.map((signal) => {
    const pass = () => {
      try {
        // A test may listen for the signal and so keep the runner alive; asked twice, it has no choice.
        child.kill(stopped ? "SIGKILL" : signal);
      } catch {
        // It has ended by itself in the meantime.
      }
      stopped = true;
    };
    Deno.addSignalListener(signal, pass);
    return () => Deno.removeSignalListener(signal, pass);
  });
  const lines = await show(child.stdout);
  const { code } = await child.status;
  stop.forEach((remove) => remove());
  if (stopped) return { tally: BROKEN, code: code || 130 };
  return verdict(code, await readOwnReport(), lines.filter((line) => BROKEN_FILE.test(line)).length);
}

/** Judges a run that ended by itself; `report` is undefined when none was written. */
export function verdict(code: number, report: string | undefined, brokenFiles: number): SuiteRun {
  const cases = report === undefined ? undefined : readReport(report);
  if (cases === undefined) return { tally: BROKEN, code: code || 1 };
  // A test may print what looks like a broken file; only a run that failed can have one.
  const counted = tally(cases, code === 0 ? 0 : brokenFiles);
  const nothingRan = counted.passed + counted.failed + counted.skipped === 0;
  const failedWithoutCause = code !== 0 && counted.failed === 0;
  if (nothingRan || failedWithoutCause) return { tally: BROKEN, code: code || 1 };
  return { tally: counted, code: counted.failed > 0 ? code || 1 : 0 };
}

async function removeOldReport(): Promise<void> {
  try {
    await Deno.remove(REPORT);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function readOwnReport(): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(REPORT);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Passes output on unchanged and gives its lines without colours. */
async function show(output: ReadableStream<Uint8Array>): Promise<string[]> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of output) {
    text += decoder.decode(chunk, { stream: true });
    for (let sent = 0; sent < chunk.length;) sent += await Deno.stdout.write(chunk.subarray(sent));
  }
  return stripVTControlCharacters(text).split("\n");
}
