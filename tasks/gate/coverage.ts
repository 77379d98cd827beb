import type { TestCase } from "./junit.ts";
import { ID, type RequirementList } from "./requirement-lists.ts";

/** How a requirement stands: a test of its name passed, or it is left out with a reason, or neither. */
export type Standing = "covered" | "left out" | "missing";

/** What the last report and `left-out.json` say of all requirements. */
export interface Coverage {
  standing(id: string): Standing;
  /** Names of the tests that cover an id. */
  tests(id: string): string[];
  /** Why an id is left out, in one sentence. */
  reason(id: string): string | undefined;
  /** Mistakes in test names and in `left-out.json`, one sentence each; any of them fails the task. */
  faults: string[];
}

/** The ids that a test's name begins with, as in `R-10-31 R-10-90 memo with an M account is refused`. */
export function idsOf(testName: string): string[] {
  const words = testName.split(/[\s,:;]+/);
  const end = words.findIndex((word) => !ID.test(word));
  return end < 0 ? words : words.slice(0, end);
}

/**
 * Counts ids in the names of tests that ran and passed. An id of which any test failed is not covered, whatever
 * else passed. `leftOut` maps an id, or the name of a whole list, to the reason for leaving it out for now.
 */
export function coverage(
  lists: RequirementList[],
  cases: TestCase[],
  leftOut: Record<string, string>,
): Coverage {
  const listOf = new Map(lists.flatMap(({ name, requirements }) => requirements.map(({ id }) => [id, name])));
  const passed = testsById(cases.filter(({ outcome }) => outcome === "passed"));
  const failed = testsById(cases.filter(({ outcome }) => outcome === "failed"));
  const covered = (id: string) => passed.has(id) && !failed.has(id);
  const reason = (id: string) => leftOut[id] ?? leftOut[listOf.get(id) ?? ""];
  return {
    standing: (id) => covered(id) ? "covered" : reason(id) ? "left out" : "missing",
    tests: (id) => passed.get(id) ?? [],
    reason,
    faults: [
      ...cases.flatMap(({ file, name }) => faultsOfName(name, listOf).map((fault) => `${file}: ${fault}`)),
      ...faultsOfLeftOut(lists, leftOut, covered),
    ],
  };
}

function testsById(cases: TestCase[]): Map<string, string[]> {
  const tests = new Map<string, string[]>();
  for (const { name } of cases) {
    for (const id of idsOf(name)) tests.set(id, [...tests.get(id) ?? [], name]);
  }
  return tests;
}

function faultsOfName(name: string, listOf: Map<string, string>): string[] {
  const ids = idsOf(name);
  const unknown = ids.filter((id) => !listOf.has(id)).map((id) => `"${name}" names ${id}, which no list has`);
  return ids.length > 3 ? [...unknown, `"${name}" names ${ids.length} ids; three are the most`] : unknown;
}

function faultsOfLeftOut(
  lists: RequirementList[],
  leftOut: Record<string, string>,
  covered: (id: string) => boolean,
): string[] {
  return Object.entries(leftOut).flatMap(([key, reason]) => {
    const fault = (what: string) => [`left-out.json: ${key} ${what}`];
    const ids = lists.flatMap(({ name, requirements }) =>
      requirements.map(({ id }) => id).filter((id) => id === key || name === key)
    );
    if (ids.length === 0) return fault("is no requirement and no list");
    if (ids.every(covered)) return fault("is covered by a test, so it is not left out");
    if (!/^\S.{10,}\.$/.test(reason)) return fault("wants a reason: one plain sentence with a full stop");
    return [];
  });
}
