/**
 * The modules that a config names: instances by name, checked as far as a declaration can be checked without calling
 * anybody. Records keep an instance's name, so one that is retired is still found, but opens nothing new.
 * @module
 */
import type { BankRail } from "./bank-rail.ts";
import { type IsKnownField, isName, kycMistakes, type ModuleMistake, railMistakes } from "./declarations.ts";
import type { KycProvider } from "./kyc-provider.ts";

/** A module as the config names it. `retired` finishes what it began and gets nothing new. */
export interface InstanceRecord<Module> {
  readonly module: Module;
  readonly retired?: boolean;
}

/** Instances by name. */
export interface Instances<Module> {
  /** All that is wrong, each with its path in the config and what to write; empty when all is well. */
  readonly mistakes: readonly ModuleMistake[];
  /** All names, retired ones too. */
  readonly names: readonly string[];
  /** The instance that a record names, retired or not; `null` when the config has lost it. */
  find(name: string): Module | null;
  /** The instance for something new; `null` when it is retired or not there. */
  findOpen(name: string): Module | null;
}

/**
 * The rails of a config.
 * @param isKnownField tells SEP-9 names
 * @example railInstances(config.rails, (name) => sep9Fields.has(name)).find("bank")
 */
export function railInstances(
  records: Readonly<Record<string, InstanceRecord<BankRail>>>,
  isKnownField?: IsKnownField,
): Instances<BankRail> {
  return instances("rails", records, (rail) => railMistakes(rail, isKnownField));
}

/** The KYC providers of a config; as `railInstances`. */
export function kycInstances(
  records: Readonly<Record<string, InstanceRecord<KycProvider>>>,
  isKnownField?: IsKnownField,
): Instances<KycProvider> {
  return instances("kyc", records, (provider) => kycMistakes(provider, isKnownField));
}

function instances<Module>(
  room: string,
  records: Readonly<Record<string, InstanceRecord<Module>>>,
  mistakesOf: (module: Module) => readonly ModuleMistake[],
): Instances<Module> {
  // A map, so that names such as `constructor` find nothing.
  const byName = new Map(Object.entries(records));
  return {
    mistakes: [...byName].flatMap(([name, { module }]) => [
      ...(isName(name) ? [] : [{
        where: `${room}.${name}`,
        write: "name it in lower-case letters, digits and single hyphens: webhook addresses hold the name",
      }]),
      ...mistakesOf(module).map(({ where, write }) => ({ where: `${room}.${name}.module.${where}`, write })),
    ]),
    names: [...byName.keys()],
    find: (name) => byName.get(name)?.module ?? null,
    findOpen: (name) => {
      const found = byName.get(name);
      return found && !found.retired ? found.module : null;
    },
  };
}
