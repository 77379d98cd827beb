/**
 * `deno task test`: runs every test and ends with one line, `N passed, N failed, N skipped`.
 *
 * `--fast` leaves out kills, fuzz, browser, bank shapes, every layout of the journeys but one process with embedded
 * storage, and the type check. All other arguments go to `deno test`: paths, `--filter`, …
 * `deno test -P` runs the same suite, one file after the other. This file must not be called `test.ts`: `deno test`
 * takes a file of that name for a test, and the suite would start itself without end.
 */
import { BROKEN, tallyLine } from "./gate/junit.ts";
import { print } from "./gate/print.ts";
import { runSuite, type SuiteRun } from "./gate/suite.ts";

const { tally, code } = await runSuite(Deno.args).catch((error: unknown): SuiteRun => {
  print(`Cannot run the tests: ${error instanceof Error ? error.message : String(error)}`);
  return { tally: BROKEN, code: 1 };
});
print(tallyLine(tally));
Deno.exit(code);
