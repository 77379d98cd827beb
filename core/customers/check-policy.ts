/**
 * The start's check of what the config asks: a field that nobody can take would leave customers asked for ever.
 * @module
 */
import { canonicalName } from "../../plugins/sep9/mod.ts";
import { handedIn } from "./need.ts";
import type { KycPolicy } from "./need.ts";

/** All faults, each with the path of the value and what to write; empty when the config is sound. */
export function checkAsked(policy: KycPolicy): string[] {
  const faults: string[] = [];
  for (const { country, tiers } of policy.packs) {
    for (const [position, tier] of tiers.entries()) {
      const path = `countries.${country}.tiers[${position}]`;
      for (const name of [...tier.fields, ...tier.optionalFields]) {
        if (canonicalName(name) === null) {
          faults.push(`${path}: "${name}" is no SEP-9 field; write a name of SEP-9`);
        }
      }
      for (const [instance, level] of Object.entries(tier.levels)) {
        faults.push(...checkLevel(policy, `${path}.levels.${instance}`, instance, level, tier.fields));
      }
    }
  }
  for (const [name, { module }] of Object.entries(policy.rails)) {
    const payout = module.declares.payout;
    for (const field of [...payout?.fields ?? [], ...payout?.optionalFields ?? []]) {
      if (canonicalName(field) === null) {
        faults.push(
          `rails.${name}: its payout field "${field}" is no SEP-9 field; correct the module's declaration`,
        );
      }
    }
  }
  return faults;
}

function checkLevel(
  policy: KycPolicy,
  path: string,
  instance: string,
  level: string,
  fields: readonly string[],
): string[] {
  const declares = policy.kyc[instance]?.module.declares;
  if (declares === undefined) return [`${path}: there is no such instance; write the name of one in kyc`];
  const facts = declares.levels[level];
  if (facts === undefined) {
    return [`${path}: "${level}" is no level of it; write one of ${Object.keys(declares.levels).join(", ")}`];
  }
  const faults = [...facts.needs, ...facts.takes].filter((name) => canonicalName(name) === null)
    .map((name) =>
      `${path}: its declared field "${name}" is no SEP-9 field; correct the module's declaration`
    );
  const taken = handedIn(policy, instance, level);
  for (const name of fields) {
    const canonical = canonicalName(name);
    if (canonical !== null && !taken.includes(canonical)) {
      faults.push(
        `${path}: level "${level}" cannot take "${name}"; leave the field out or choose another level`,
      );
    }
  }
  return faults;
}
