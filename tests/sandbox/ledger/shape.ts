/**
 * Compares the shape of two answers: the same keys with values of the same kinds, at every depth. Values themselves are
 * not compared.
 * @module
 */

/** Where two shapes differ: a path such as `balances[].limit`, and how. */
export interface Difference {
  path: string;
  how: "missing" | "added" | "kind";
  detail: string;
}

/** What is known to differ, by path, with the reason. A path may end in `*`. */
export type Explained = Readonly<Record<string, string>>;

/** Differences between an example and an answer that nobody explained. */
export function differences(example: unknown, answer: unknown, explained: Explained): Difference[] {
  return compare(example, answer, "").filter(({ path }) =>
    !Object.keys(explained).some((known) =>
      known.endsWith("*") ? path.startsWith(known.slice(0, -1)) : path === known
    )
  );
}

/** Explanations that no difference needed: they would hide a future fault. */
export function needless(pairs: readonly (readonly [unknown, unknown])[], explained: Explained): string[] {
  const found = pairs.flatMap(([example, answer]) => compare(example, answer, "")).map(({ path }) => path);
  return Object.keys(explained).filter((known) =>
    !found.some((path) => known.endsWith("*") ? path.startsWith(known.slice(0, -1)) : path === known)
  );
}

function compare(example: unknown, answer: unknown, path: string): Difference[] {
  if (kindOf(example) !== kindOf(answer)) {
    return [{ path, how: "kind", detail: `${kindOf(example)} became ${kindOf(answer)}` }];
  }
  if (Array.isArray(example) && Array.isArray(answer)) return compareLists(example, answer, path);
  if (!isRecord(example) || !isRecord(answer)) return [];
  const found: Difference[] = [];
  for (const key of new Set([...Object.keys(example), ...Object.keys(answer)])) {
    const own = path === "" ? key : `${path}.${key}`;
    if (!(key in answer)) found.push({ path: own, how: "missing", detail: String(example[key]) });
    else if (!(key in example)) found.push({ path: own, how: "added", detail: String(answer[key]) });
    else found.push(...compare(example[key], answer[key], own));
  }
  return found;
}

/** Each element of the answer has to look like the element of the example whose own keys are nearest to its own. */
function compareLists(example: unknown[], answer: unknown[], path: string): Difference[] {
  if (example.length === 0) return [];
  return answer.flatMap((element) => {
    const nearest = Math.min(...example.map((model) => keyDistance(model, element)));
    const tries = example.filter((model) => keyDistance(model, element) === nearest)
      .map((model) => compare(model, element, `${path}[]`));
    return tries.reduce((best, next) => next.length < best.length ? next : best);
  });
}

/** How many keys only one of two values has. */
function keyDistance(one: unknown, other: unknown): number {
  if (!isRecord(one) || !isRecord(other)) return kindOf(one) === kindOf(other) ? 0 : Infinity;
  const [keys, others] = [new Set(Object.keys(one)), new Set(Object.keys(other))];
  return keys.symmetricDifference(others).size;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
