/**
 * Shoots at a gateway and judges every answer.
 * @module
 */
import fc from "fast-check";
import { inspectRoutes } from "hono/dev";
import type { Hono } from "hono";
import type { HttpEnv } from "../../../routes/http/mod.ts";
import type { Door } from "./doors.ts";
import { judge, WROTE } from "./judge.ts";
import { operatorDoors } from "./operator-doors.ts";
import { nowhere, otherDoors, otherMethods } from "./other-doors.ts";
import type { Place } from "./place.ts";
import { pageDoors } from "./page-doors.ts";
import { sep6Doors } from "./sep6-doors.ts";
import { sep12Doors } from "./sep12-doors.ts";
import { sep12FileDoors } from "./sep12-file-doors.ts";
import { sep24Doors } from "./sep24-doors.ts";
import { describe, fire, type Shot } from "./shot.ts";

/** Every generator by its route. */
export const DOORS: Readonly<Record<string, Door>> = {
  ...otherDoors,
  ...sep6Doors,
  ...sep12Doors,
  ...sep12FileDoors,
  ...sep24Doors,
  ...pageDoors,
  ...operatorDoors,
};

/** Routes without a generator, and generators without a route. */
export function doorsThatDiffer(app: Hono<HttpEnv>): { readonly missing: string[]; readonly gone: string[] } {
  const routes = new Set(
    inspectRoutes(app).filter(({ isMiddleware }) => !isMiddleware).map(({ method, path }) =>
      `${method} ${path}`
    ),
  );
  return {
    missing: [...routes].filter((route) => !Object.hasOwn(DOORS, route)),
    gone: Object.keys(DOORS).filter((door) => !routes.has(door)),
  };
}

/** What was counted. */
export interface Tally {
  requests: number;
  readonly statuses: Map<number, number>;
  /** Route → how often it said yes and no. */
  readonly doors: Map<string, { yes: number; no: number; ms: number }>;
  slowest: { readonly took: number; readonly what: string };
}

/** An empty one. */
export function newTally(): Tally {
  return { requests: 0, statuses: new Map(), doors: new Map(), slowest: { took: 0, what: "" } };
}

/** Draws a request for any route. */
export function anyShot(place: Place): fc.Arbitrary<Shot> {
  const doors = Object.entries(DOORS).map(([name, door]) => ({
    weight: /^(GET|PUT|POST|PATCH|DELETE) \/(sep|auth|interactive)/.test(name)
      ? 6
      : name.startsWith("ALL /webhooks")
      ? 4
      : 1,
    arbitrary: door(place),
  }));
  const anotherMethod = otherMethods(Object.keys(DOORS));
  return fc.oneof(...doors, { weight: 2, arbitrary: nowhere(place) }, {
    weight: 2,
    arbitrary: anotherMethod(place),
  });
}

/** Sends one request and tells what is wrong with what came of it. */
export async function shoot(place: Place, shot: Shot, tally: Tally): Promise<string[]> {
  let answer = await fire(place.app, place.publicUrl, shot);
  let findings = judge(place, shot, answer, await place.writes.since());
  for (let again = 0; again < 3 && findings.some((each) => each.startsWith(WROTE)); again++) {
    // A webhook that an earlier request brought about may have come in between.
    await place.settle();
    answer = await fire(place.app, place.publicUrl, shot);
    findings = judge(place, shot, answer, await place.writes.since());
  }
  const faults = place.faults().filter((fault) => !fault.includes('"route":"/health/ready"'));
  if (faults.length > 0) findings.push(`logged ${faults.join("; ").slice(0, 500)}`);
  tally.requests++;
  tally.statuses.set(answer.status, (tally.statuses.get(answer.status) ?? 0) + 1);
  const door = tally.doors.get(shot.door) ?? { yes: 0, no: 0, ms: 0 };
  if (answer.status < 400) door.yes++;
  else door.no++;
  door.ms += answer.took;
  tally.doors.set(shot.door, door);
  if (answer.took > tally.slowest.took) tally.slowest = { took: answer.took, what: describe(shot) };
  return findings;
}

/** A finding, with all that is needed to see it again. */
export interface Found {
  readonly findings: readonly string[];
  readonly request: string;
  readonly seed: number;
  readonly path: string;
}

/** How a run goes. */
export interface RunOptions {
  readonly requests: number;
  readonly seed: number;
  readonly tally: Tally;
  /** Findings that are known already and not told again. */
  readonly known?: ReadonlySet<string>;
}

/** What makes two findings one: route and kind. */
export function kindOf(shot: Pick<Shot, "door">, finding: string): string {
  return `${shot.door} ${finding.split(":")[0]}`;
}

/** Shoots until something is found, which is then made as small as it gets. */
export async function run(
  place: Place,
  options: RunOptions,
): Promise<(Found & { readonly kinds: string[] }) | null> {
  const { requests, seed, tally, known = new Set() } = options;
  const property = fc.asyncProperty(anyShot(place), async (shot) => {
    const findings = (await shoot(place, shot, tally)).filter((finding) => !known.has(kindOf(shot, finding)));
    if (findings.length > 0) throw new Error(findings.join("\n"));
  });
  const result = await fc.check(property, { numRuns: requests, seed, endOnFailure: false });
  const shot = result.counterexample?.[0];
  if (!result.failed || !shot) return null;
  const message = result.errorInstance instanceof Error ? result.errorInstance.message : "an unknown fault";
  const findings = message.split("\n");
  return {
    findings,
    request: describe(shot),
    seed,
    path: result.counterexamplePath ?? "",
    kinds: findings.map((finding) => kindOf(shot, finding)),
  };
}
