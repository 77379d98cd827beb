/**
 * What is asked of a customer: which SEP-9 fields, reviewed by whom, at which level (DESIGN §5). Pure.
 *
 * Asked = what the country's tier lists, plus what the chosen provider cannot do without at the tier's level, plus, for
 * a withdrawal, what names the account to pay.
 * @module
 */
import { type Anchor, heaviestOf, type Service, type Tier, tierFor } from "../config/anchor-runtime.ts";
import { namesOfType } from "../config/customer-types.ts";
import type { RailDeclaration } from "../../plugins/bank-rail.ts";
import type { KycProvider } from "../../plugins/kyc-provider.ts";
import { canonicalName, isTextKind, sep9Field } from "../../plugins/sep9/mod.ts";

/** The part of the config that decides what is asked. */
export type KycPolicy = Pick<Anchor, "kyc" | "rails" | "packs" | "pack"> & {
  readonly services: readonly Pick<Service, "kyc" | "countries">[];
};

/** A page of a provider's own, where a person gives what a review at some level wants. */
export interface ProviderPage {
  /** True where the provider takes values in no other way: then none of them is asked on a form of ours. */
  readonly alone: boolean;
  /** Names that the page asks for itself, so that a review which went over it rests on them. */
  readonly collects: readonly string[];
}

/** A level of an instance whose acceptance is enough. */
export interface EnoughLevel {
  readonly instance: string;
  readonly level: string;
  /** The instance's own page; absent where it has none. */
  readonly page?: ProviderPage;
}

/** What is asked for one purpose. Names are canonical. */
export interface Need {
  /** SEP-12 `type`. */
  readonly type: string;
  /** Name of the tier in the country's pack. */
  readonly tier: string;
  /** Needed, in the order in which they are asked. */
  readonly required: readonly string[];
  /** May be given. */
  readonly optional: readonly string[];
  /** Of the required ones, those that name an account to pay and are no matter of the review. */
  readonly payout: readonly string[];
  /** What a review at this level looks at. */
  readonly reviewed: readonly string[];
  /** What the instance verifies by a code; of these, what is asked has to be verified when it is given. */
  readonly verifies: readonly string[];
  /** The KYC instance and level at which a review would be opened. */
  readonly instance: string;
  readonly level: string;
  /** Every instance and level whose acceptance is enough (P6: a heavier one covers a lighter one). */
  readonly accepts: readonly EnoughLevel[];
  /** Values of `id_type` that are taken. */
  readonly idTypes: readonly string[];
  /**
   * Names of an account of which nothing counts that was given until `sinceMs`, because it did not work (M-21): the required
   * ones are asked again, the optional ones may be given again.
   */
  readonly again?: { readonly names: readonly string[]; readonly sinceMs: number };
}

/** What a transfer says of its need, as its row holds it. */
export interface TransferNeed {
  readonly type: string;
  readonly kind: "deposit" | "withdrawal";
  readonly country: string | null;
  /** Name of a tier in the country's pack. */
  readonly tier: string;
  readonly rail: string;
  readonly kyc: string;
  /** When another account was asked for, in milliseconds of the database's clock; `null` or absent: none is asked. */
  readonly accountAskedMs?: number | null;
}

type Declares = KycProvider["declares"];

const ID_TYPES = ["passport", "drivers_license", "id_card"];

/** What is asked for a purpose without a transfer: the lightest tier unless an amount says more. */
export function requirementFor(
  policy: KycPolicy,
  request: { readonly type: string; readonly country: string | null; readonly amount: bigint | null },
): Need {
  const { type, country, amount } = request;
  const pack = policy.pack(country ?? undefined);
  const tier = tierFor(pack, amount) ?? heaviestOf(pack);
  return needFor(policy, { type, country, tier, instance: instanceFor(policy, tier, country) });
}

/**
 * What is asked for a transfer: its tier's fields, and for a withdrawal what names the account (R-12-36).
 * @param known the country that the customer gave: it goes before the one that the wallet named, or anybody could choose
 * the country that asks least
 */
export function needOfTransfer(policy: KycPolicy, transfer: TransferNeed, known: string | null): Need {
  const { type, accountAskedMs = null } = transfer;
  const country = known ?? transfer.country;
  const pack = policy.pack(country ?? undefined);
  // A tier that the config has lost since asks for the heaviest: never for less than was promised.
  const tier = pack.tiers.find(({ name }) => name === transfer.tier) ?? heaviestOf(pack);
  const instance = tier.levels[transfer.kyc] === undefined
    ? instanceFor(policy, tier, country)
    : transfer.kyc;
  const payout = transfer.kind === "deposit"
    ? null
    : policy.rails[transfer.rail]?.module.declares.payout ?? null;
  const need = needFor(policy, { type, country, tier, instance });
  const account = names(payout?.fields ?? []);
  const required = union(need.required, account);
  return {
    ...need,
    required,
    optional: union(need.optional, names(payout?.optionalFields ?? [])).filter((name) =>
      !required.includes(name)
    ),
    payout: account.filter((name) => !need.required.includes(name)),
    // What a provider's page was told of the account to pay is nothing that we could pay to.
    accepts: need.accepts.map(({ page, ...enough }) =>
      page === undefined
        ? enough
        : { ...enough, page: { ...page, collects: page.collects.filter((name) => !account.includes(name)) } }
    ),
    ...(accountAskedMs === null ? {} : { again: { names: accountNames(payout), sinceMs: accountAskedMs } }),
  };
}

/** Names of the account that a rail pays, the needed ones first. Who holds it is the customer, and no part of it. */
export function accountNames(payout: RailDeclaration["payout"]): readonly string[] {
  return names([...payout?.fields ?? [], ...payout?.optionalFields ?? []]).filter((name) =>
    sep9Field(name).about !== "person"
  );
}

/** What a review needs to be opened again at the level that it has, whatever the config asks by now. */
export function needOfLevel(policy: KycPolicy, type: string, instance: string, level: string): Need {
  const { declares } = moduleOf(policy, instance);
  const isAsked = declares.takes.fields;
  return {
    type,
    tier: level,
    required: isAsked ? names(declares.levels[level]?.needs ?? []) : [],
    optional: [],
    payout: [],
    reviewed: handedIn(policy, instance, level),
    verifies: isAsked ? names(declares.verifies) : [],
    instance,
    level,
    accepts: enoughFrom(declares, instance, level),
    idTypes: idTypesOf(declares, null),
  };
}

/** Names whose values a provider is given by us at a level; one that takes none asks for them on its page. */
export function handedIn(policy: KycPolicy, instance: string, level: string): string[] {
  const { declares } = moduleOf(policy, instance);
  if (declares.takes.fields) return namesAt(declares, level);
  return declares.takes.documents ? namesAt(declares, level).filter(isFile) : [];
}

/** Names that a provider can take at a level, from us or on its page. */
export function taken(policy: KycPolicy, instance: string, level: string): string[] {
  return namesAt(moduleOf(policy, instance).declares, level);
}

/** A KYC module by its instance's name. @throws {Error} when the config has lost it, which the start refuses */
export function moduleOf(policy: KycPolicy, instance: string): KycProvider {
  const found = policy.kyc[instance];
  if (found === undefined) throw new Error(`Cannot find KYC instance "${instance}": it is not in the config`);
  return found.module;
}

function needFor(
  policy: KycPolicy,
  request: { type: string; country: string | null; tier: Tier; instance: string },
): Need {
  const { type, country, tier, instance } = request;
  const { declares } = moduleOf(policy, instance);
  const level = tier.levels[instance];
  if (level === undefined) {
    throw new Error(`Cannot ask for KYC: tier "${tier.name}" has no level of "${instance}"`);
  }
  const isAsked = declares.takes.fields;
  const required = isAsked
    ? union(names(namesOfType(tier.fields, type)), names(declares.levels[level]?.needs ?? []))
    : [];
  const optional = isAsked ? names(namesOfType(tier.optionalFields, type)) : [];
  const accepts = Object.entries(tier.levels).flatMap(([name, lightest]) => {
    const known = policy.kyc[name]?.module.declares;
    return known === undefined ? [] : enoughFrom(known, name, lightest);
  });
  return {
    type,
    tier: tier.name,
    required,
    optional: optional.filter((name) => !required.includes(name)),
    payout: [],
    reviewed: union(required, handedIn(policy, instance, level)),
    verifies: isAsked ? names(declares.verifies) : [],
    instance,
    level,
    accepts,
    idTypes: idTypesOf(declares, country),
  };
}

/** The first service of the country names the provider, as it does for transfers. */
function instanceFor(policy: KycPolicy, tier: Tier, country: string | null): string {
  const usable = policy.services.filter(({ kyc }) =>
    tier.levels[kyc] !== undefined && policy.kyc[kyc]?.retired !== true
  );
  const here = usable.find(({ countries }) =>
    countries === "*" || country !== null && countries.includes(country)
  );
  const service = here ?? usable[0];
  if (service === undefined) {
    throw new Error(`Cannot ask for KYC: tier "${tier.name}" has no level of any service`);
  }
  return service.kyc;
}

/** A level of an instance and those above it: levels are declared from the lightest. */
function enoughFrom(declares: Declares, instance: string, level: string): EnoughLevel[] {
  const all = Object.keys(declares.levels);
  const at = all.indexOf(level);
  return (at < 0 ? [] : all.slice(at)).map((heavier) => {
    const page = pageOf(declares, heavier);
    return { instance, level: heavier, ...(page === null ? {} : { page }) };
  });
}

/** Beside a form, a page asks for what the provider cannot do without; what the config wants besides is asked by the form. */
function pageOf(declares: Declares, level: string): ProviderPage | null {
  if (declares.hosted === null) return null;
  const alone = !declares.takes.fields;
  const needs = names(declares.levels[level]?.needs ?? []);
  return { alone, collects: alone ? namesAt(declares, level) : needs };
}

function namesAt({ levels }: Declares, level: string): string[] {
  return union(names(levels[level]?.needs ?? []), names(levels[level]?.takes ?? []));
}

function isFile(name: string): boolean {
  return !isTextKind(sep9Field(name).kind);
}

function idTypesOf(declares: Declares, country: string | null): readonly string[] {
  return (country === null ? undefined : declares.idTypes?.[country]) ?? declares.idTypes?.["*"] ?? ID_TYPES;
}

function names(written: readonly string[]): string[] {
  return written.map((name) => canonicalName(name) ?? name);
}

function union(first: readonly string[], second: readonly string[]): string[] {
  return [...new Set([...first, ...second])];
}
