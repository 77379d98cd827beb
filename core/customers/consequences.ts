/**
 * What follows from values that are given: reviews that are overtaken, reviews that are complete, codes that are to be
 * sent. Pure.
 * @module
 */
import type { CustomerView } from "./customer.ts";
import type { Difference } from "./differences.ts";
import { handedIn, needOfLevel } from "./need.ts";
import type { KycPolicy, Need } from "./need.ts";
import { covers, standing } from "./standing.ts";
import type { Given, Standing } from "./standing.ts";
import { isProven } from "./to-verify.ts";

/** What is to be begun. */
export interface Consequences {
  /** For each type the heaviest review that is complete with the changes. */
  readonly reviews: readonly { readonly need: Need; readonly standing: Standing }[];
  /** Names that need a code, each with the instance that sends it. */
  readonly codes: ReadonlyMap<string, string>;
}

/** The consequences of a change. */
export function consequences(
  policy: KycPolicy,
  view: CustomerView | null,
  needs: readonly Need[],
  after: { readonly given: ReadonlyMap<string, Given>; readonly superseded: CustomerView["cases"] },
): Consequences {
  const nowMs = view?.nowMs ?? 0;
  const cases = (view?.cases ?? []).filter((kyc) => !after.superseded.includes(kyc));
  // What was overtaken is reviewed again at its level; what waited for values goes on, whatever type the request names.
  const waiting = cases.filter(({ state }) => state === "collecting" || state === "retry");
  const kept = [...after.superseded, ...waiting]
    .filter(({ instance }) => policy.kyc[instance]?.retired !== true)
    .map(({ type, instance, level }) => needOfLevel(policy, type, instance, level));
  const reviews = new Map<string, { need: Need; standing: Standing }>();
  const codes = new Map<string, string>();
  for (const need of [...needs, ...kept]) {
    const stands = standing(need, after.given, cases.filter(({ type }) => type === need.type), nowMs);
    const before = reviews.get(need.type)?.need;
    const heavier = before === undefined || (!covers(need, before) && covers(before, need));
    if (stands.begin && heavier) reviews.set(need.type, { need, standing: stands });
    for (const name of stands.unsent) if (!codes.has(name)) codes.set(name, need.instance);
  }
  return { reviews: [...reviews.values()], codes };
}

/** What will be known once the batch is written that makes this version of the customer. */
export function givenAfter(
  view: CustomerView | null,
  after: {
    readonly version: number;
    readonly changes: readonly Difference[];
    /** Names whose right code came with the values. */
    readonly verified: readonly string[];
  },
): ReadonlyMap<string, Given> {
  const givenMs = view?.nowMs ?? 0;
  const given: Map<string, Given> = new Map(view?.values);
  for (const { name, before } of after.changes) {
    const verification = view?.values.get(name)?.verification;
    given.set(name, {
      version: after.version,
      givenMs,
      ...(verification === undefined
        ? {}
        : { verification: isCarriedOver(view, { name, before }) ? verification : "unsent" }),
    });
  }
  for (const name of after.verified) {
    const value = given.get(name);
    if (value !== undefined) given.set(name, { ...value, version: after.version, verification: "verified" });
  }
  return given;
}

/** Whether a verification holds on for a value that was given again: it is the same, and something can be sent to it. */
export function isCarriedOver(
  view: CustomerView | null,
  { name, before }: Pick<Difference, "name" | "before">,
): boolean {
  const verification = view?.values.get(name)?.verification;
  return before !== null && !before.differs && verification !== undefined &&
    verification !== "refused" && verification !== "unsent";
}

/** Names that are to be given again: for these even an equal value counts as given. */
export function wantedAgain(view: CustomerView | null, needs: readonly Need[]): ReadonlySet<string> {
  if (view === null) return new Set();
  return new Set(
    needs.flatMap((need) => [
      ...standing(need, view.values, view.cases.filter(({ type }) => type === need.type), view.nowMs).missing,
      ...need.again?.names ?? [],
    ]),
  );
}

/** Reviews that rest on a value which is now another one (R-12-67). */
export function supersededBy(
  policy: KycPolicy,
  view: CustomerView | null,
  changes: readonly Difference[],
): CustomerView["cases"] {
  return (view?.cases ?? []).filter((kyc) => {
    if (!["new", "processing", "accepted"].includes(kyc.state)) return false;
    const seen = handedIn(policy, kyc.instance, kyc.level);
    return changes.some(({ name, before }) =>
      before !== null && before.differs && before.version <= kyc.valuesVersion && seen.includes(name) &&
      // What still waited for its code was handed to nobody.
      isProven(view?.values.get(name) ?? {})
    );
  });
}
