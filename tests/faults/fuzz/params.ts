/**
 * Parameters of a request, most of them right and some of them wrong.
 * @module
 */
import fc from "fast-check";
import { encoded, oddValue, type Value } from "./values.ts";

/** Names and values in their order. */
export type Pairs = readonly (readonly [string, Value])[];

/** A parameter, or several that belong together. */
export interface Part {
  readonly needed: boolean;
  readonly valid: fc.Arbitrary<Pairs>;
  /** Such that a request with it has to be refused. */
  readonly wrong: fc.Arbitrary<Pairs> | null;
  /** May be given more than once. */
  readonly repeatable: boolean;
}

/** What was drawn. */
export interface Drawn {
  readonly pairs: Pairs;
  /** Why a route that reads these has to refuse them. */
  readonly wrong: string | null;
  readonly fine: boolean;
}

/** How one parameter is described. */
export interface OneOptions {
  readonly wrong?: fc.Arbitrary<string>;
  readonly needed?: boolean;
  readonly repeatable?: boolean;
}

/** One parameter. */
export function one(name: string, valid: fc.Arbitrary<string>, options: OneOptions = {}): Part {
  const named = (values: fc.Arbitrary<string>) => values.map((value): Pairs => [[name, value]]);
  return {
    needed: options.needed ?? false,
    repeatable: options.repeatable ?? false,
    valid: named(valid),
    wrong: options.wrong ? named(options.wrong) : null,
  };
}

const WAYS = ["wrong", "odd", "absent", "empty", "twice alike", "twice differently", "unknown"] as const;

const UNKNOWN_NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "x",
  "",
  "amount[]",
  "a.b",
  "<b>",
  "é",
] as const;

/** Draws parameters; half of the time nothing is wrong with them. */
export function drawParams(parts: readonly Part[]): fc.Arbitrary<Drawn> {
  const kept = fc.tuple(
    ...parts.map(({ needed, valid }) => fc.tuple(needed ? fc.constant(true) : fc.boolean(), valid)),
  );
  const changes = fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(changeOf(parts), { minLength: 1, maxLength: 3 }) },
  );
  return fc.tuple(kept, changes).map(([chosen, asked]) => {
    const groups = chosen.map(([isIn, pairs]): Pairs => isIn ? pairs : []);
    let wrong: string | null = null;
    const extra: [string, Value][] = [];
    for (const { at, way, wrongPairs, odd, name } of asked) {
      const part = parts[at];
      const present = chosen[at]?.[1] ?? [];
      if (!part) continue;
      if (way === "wrong" && wrongPairs) {
        groups[at] = wrongPairs;
        wrong = `wrong ${wrongPairs.map(([each]) => each).join(" and ")}`;
      } else if (way === "odd") {
        groups[at] = present.map(([each]) => [each, odd]);
      } else if (way === "absent") {
        groups[at] = [];
        if (part.needed) wrong = `no ${present.map(([each]) => each).join(" and ")}`;
      } else if (way === "empty") {
        groups[at] = present.map(([each]) => [each, ""]);
      } else if (way === "twice alike") {
        groups[at] = [...present, ...present];
      } else if (way === "twice differently") {
        groups[at] = [...present, ...present.map(([each, value]) => [each, `${encoded(value)}2`] as const)];
        // An empty value counts as none.
        const isTwo = present.some(([, value]) => encoded(value) !== "");
        if (!part.repeatable && isTwo) wrong = `${present[0]?.[0]} given twice`;
      } else if (way === "unknown") {
        extra.push([name, odd]);
      }
    }
    // A later change of the same parameter may have undone what was wrong.
    const touched = asked.map(({ at }) => at);
    const undone = new Set(touched).size < touched.length;
    return {
      pairs: [...groups.flat(), ...extra],
      wrong: undone ? null : wrong,
      fine: asked.length === 0,
    };
  });
}

function changeOf(parts: readonly Part[]) {
  return fc.oneof(...parts.map((part, at) =>
    fc.record({
      at: fc.constant(at),
      way: fc.constantFrom(...WAYS),
      wrongPairs: part.wrong ?? fc.constant(null),
      odd: oddValue,
      name: fc.constantFrom(...UNKNOWN_NAMES),
    })
  ));
}

/** A query, with its `?` where it has anything. */
export function queryOf(pairs: Pairs): string {
  return pairs.length === 0 ? "" : `?${formOf(pairs)}`;
}

/** The pairs as a URL-encoded form. */
export function formOf(pairs: Pairs): string {
  return pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encoded(value)}`).join("&");
}
