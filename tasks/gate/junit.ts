/** How one test ended. `left` is a test that a filter or an early stop kept from running. */
export type Outcome = "passed" | "failed" | "skipped" | "left";

/** One test of a report, steps left out. */
export interface TestCase {
  /** The test file as `deno test` names it, such as `./tests/a_test.ts`. */
  file: string;
  name: string;
  outcome: Outcome;
}

/** What a run of the suite comes to, in tests. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The tally of a run that never got to a verdict: it must not look like a suite without failures. */
export const BROKEN: Tally = { passed: 0, failed: 1, skipped: 0 };

const SUITE = /<testsuite name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testsuite>)/g;
const CASE = /<testcase ([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/**
 * Reads the JUnit report of `deno test` and gives its tests without their steps.
 *
 * The report lists a step as a test named `test > step`, after all tests of its file. So whatever carries the
 * name of an earlier test of the same file before ` > ` is a step; a test whose own name has ` > ` in it is not.
 *
 * Gives undefined when the text is not a whole report, as after a runner that was killed while writing it.
 */
export function readReport(xml: string): TestCase[] | undefined {
  if (!/<testsuites[ >]/.test(xml) || !/<\/testsuites>\s*$/.test(xml)) return undefined;
  return [...xml.matchAll(SUITE)].flatMap(([, file = "", body = ""]) => readSuite(unescape(file), body));
}

function readSuite(file: string, body: string): TestCase[] {
  const names = new Set<string>();
  const cases: TestCase[] = [];
  for (const [, attributes = "", content = ""] of body.matchAll(CASE)) {
    const name = unescape(/(?:^| )name="([^"]*)"/.exec(attributes)?.[1] ?? "");
    if (!isStep(name, names)) cases.push({ file, name, outcome: outcomeOf(attributes, content) });
    names.add(name);
  }
  return cases;
}

function isStep(name: string, earlier: Set<string>): boolean {
  const parts = name.split(" > ");
  return parts.some((_, end) => end > 0 && earlier.has(parts.slice(0, end).join(" > ")));
}

function outcomeOf(attributes: string, content: string): Outcome {
  if (/<(failure|error)\b/.test(content)) return "failed";
  // A test that never started has no time; `deno test` marks it as skipped all the same.
  if (!/ time="/.test(attributes)) return "left";
  return /<skipped\b/.test(content) ? "skipped" : "passed";
}

function unescape(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-f]+)|#([0-9]+)|([a-z]+));/gi, (whole, hex, decimal, word) => {
    if (hex) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(parseInt(decimal, 10));
    return named[word] ?? whole;
  });
}

/**
 * Counts tests. `brokenFiles` are test files that fell out of the run (they threw while loading, or outside any
 * test); the report does not list them, and each counts as one failure.
 */
export function tally(cases: TestCase[], brokenFiles: number): Tally {
  const count = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  return { passed: count("passed"), failed: count("failed") + brokenFiles, skipped: count("skipped") };
}

/** The one line that a run ends with: `N passed, N failed, N skipped`. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
