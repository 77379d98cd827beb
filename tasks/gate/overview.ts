import type { Coverage, Standing } from "./coverage.ts";
import type { Level, Requirement, RequirementList } from "./requirement-lists.ts";

/** Levels that must be met or left out with a reason; SHOULD and MAY are only counted. */
const BINDING: Level[] = ["MUST", "rule", "point"];
const LEVELS: Level[] = [...BINDING, "SHOULD", "MAY"];

/** What of a list binds: its MUSTs, or for `money` and `guides` all of it. */
export function binding(list: RequirementList): Requirement[] {
  return list.requirements.filter(({ level }) => BINDING.includes(level));
}

/** A list in a few lines: how much of each level is covered, which ids are missing, which are left out and why. */
export function overviewOf(list: RequirementList, coverage: Coverage): string[] {
  const which = (standing: Standing) =>
    binding(list).map(({ id }) => id).filter((id) => coverage.standing(id) === standing);
  const missing = which("missing");
  const leftOut = list.requirements.filter(({ id }) => coverage.standing(id) === "left out");
  return [
    `${list.name}  ${list.title}`,
    `  ${LEVELS.flatMap((level) => countOf(list, level, coverage)).join("   ")}`,
    ...(missing.length > 0 ? [`  missing: ${missing.join(" ")}`] : []),
    ...byReason(leftOut, coverage).map(({ ids, reason }) => `  left out: ${ids.join(" ")}: ${reason}`),
  ];
}

/** A list line by line: each requirement with how it stands, and the tests that cover it. */
export function detailOf(list: RequirementList, coverage: Coverage): string[] {
  return list.requirements.flatMap(({ id, level, text }) => {
    const why = coverage.standing(id) === "left out" ? [`      ${coverage.reason(id)}`] : [];
    const tests = coverage.tests(id).map((name) => `      ${name}`);
    return [`  ${coverage.standing(id).padEnd(8)}  ${id} ${level} ${text}`, ...why, ...tests];
  });
}

/**
 * What of `wanted` (list names and ids) is neither covered nor left out, as ids; a list stands for what binds in it.
 *
 * @throws {RangeError} for a name that is neither a list nor an id
 */
export function unmet(wanted: string[], lists: RequirementList[], coverage: Coverage): string[] {
  return wanted.flatMap((name) => {
    const list = lists.find((one) => one.name === name);
    if (list) return binding(list).map(({ id }) => id);
    if (lists.some(({ requirements }) => requirements.some(({ id }) => id === name))) return [name];
    throw new RangeError(`Cannot require ${name}: it is neither a list nor an id`);
  }).filter((id) => coverage.standing(id) === "missing");
}

function countOf(list: RequirementList, level: Level, coverage: Coverage): string[] {
  const all = list.requirements.filter((one) => one.level === level);
  if (all.length === 0) return [];
  const covered = all.filter(({ id }) => coverage.standing(id) === "covered").length;
  const leftOut = all.filter(({ id }) => coverage.standing(id) === "left out").length;
  const name = level === "rule" || level === "point" ? `${level}s` : level;
  return [`${name} ${covered} of ${all.length} covered${leftOut > 0 ? `, ${leftOut} left out` : ""}`];
}

function byReason(requirements: Requirement[], coverage: Coverage): { ids: string[]; reason: string }[] {
  const groups = new Map<string, string[]>();
  for (const { id } of requirements) {
    const reason = coverage.reason(id) ?? "";
    groups.set(reason, [...groups.get(reason) ?? [], id]);
  }
  return [...groups].map(([reason, ids]) => ({ ids, reason }));
}
