/**
 * The start's check of what the config asks: a field that nobody can take would leave customers asked for ever.
 * @module
 */
import { canonicalName, isTextKind, sep9Fields } from "../../plugins/sep9/mod.ts";
import type { Pack } from "../config/anchor-runtime.ts";
import { CUSTOMER_TYPES, type NamesByType } from "../config/customer-types.ts";
import { taken } from "./need.ts";
import type { KycPolicy } from "./need.ts";

/** All faults, each with the path of the value and what to write; empty when the config is sound. */
export function checkAsked(policy: KycPolicy): string[] {
  const faults: string[] = [];
  for (const pack of policy.packs) {
    for (const [position, tier] of pack.tiers.entries()) {
      const path = `countries.${pack.country}.tiers[${position}]`;
      for (const name of new Set([...namesIn(tier.fields), ...namesIn(tier.optionalFields)])) {
        if (canonicalName(name) === null) {
          faults.push(`${path}: "${name}" is no SEP-9 field; write a name of SEP-9`);
        }
      }
      for (const [instance, level] of Object.entries(tier.levels)) {
        const fields = namesIn(tier.fields);
        faults.push(...checkLevel(policy, `${path}.levels.${instance}`, instance, level, fields));
      }
    }
    faults.push(...checkFormats(policy, pack));
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

/** A form of a field that nobody is asked would be believed to guard something. */
function checkFormats(policy: KycPolicy, { country, tiers, formats }: Pack): string[] {
  const asked = new Set([
    ...tiers.flatMap(({ fields, optionalFields, levels }) => [
      ...namesIn(fields),
      ...namesIn(optionalFields),
      ...Object.entries(levels).flatMap(([instance, level]) =>
        policy.kyc[instance]?.module.declares.levels[level]?.needs ?? []
      ),
    ]),
    ...Object.values(policy.rails).flatMap(({ module }) => {
      const { payout } = module.declares;
      return [...payout?.fields ?? [], ...payout?.optionalFields ?? []];
    }),
  ].map((name) => canonicalName(name)));
  return Object.keys(formats).flatMap((name) => {
    const path = `countries.${country}.formats.${name}`;
    const field = sep9Fields.get(name);
    if (field === undefined) return [`${path}: it is no SEP-9 field; write a name of SEP-9`];
    if (!isTextKind(field.kind)) return [`${path}: it is a file; leave it out`];
    return asked.has(name) ? [] : [`${path}: nobody is asked for it; ask for it in a tier, or leave it out`];
  });
}

/** The names of all types, each once. */
function namesIn(names: NamesByType): readonly string[] {
  return [...new Set(CUSTOMER_TYPES.flatMap((type) => names[type]))];
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
  const names = taken(policy, instance, level);
  for (const name of fields) {
    const canonical = canonicalName(name);
    if (canonical !== null && !names.includes(canonical)) {
      faults.push(
        `${path}: level "${level}" cannot take "${name}"; leave the field out or choose another level`,
      );
    }
  }
  return faults;
}
