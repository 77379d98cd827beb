/**
 * The whole current state in memory: every entry, and which entries belong to an account.
 * @module
 */
import { type ClaimableBalanceEntry, type Entry, keyOf, type TrustlineEntry } from "./entries.ts";
import type { Reading } from "./view.ts";

/** The state after a ledger closed. */
export interface State extends Reading {
  /** Entries of an account: itself, its trustlines and data, balances that it may claim or has sponsored. */
  entriesOf(account: string): Entry[];
  /** Every claimable balance. */
  balances(): ClaimableBalanceEntry[];
  /** Every trustline. */
  trustlines(): TrustlineEntry[];
  /** Makes the changes of a closed ledger; answers what undoes them. */
  commit(changes: ReadonlyMap<string, Entry | null>): ReadonlyMap<string, Entry | null>;
  /** Holds these entries and no others. */
  replace(entries: Iterable<Entry>): void;
}

/** A state holding the given entries. */
export function createState(entries: Iterable<Entry>): State {
  const all = new Map<string, Entry>();
  const owned = new Map<string, Set<string>>();
  const balanceKeys = new Set<string>();

  function set(key: string, next: Entry | null): Entry | null {
    const before = all.get(key) ?? null;
    if (before !== null) { for (const owner of ownersOf(before)) owned.get(owner)?.delete(key); }
    if (next === null) {
      all.delete(key);
      balanceKeys.delete(key);
      return before;
    }
    all.set(key, next);
    if (next.kind === "balance") balanceKeys.add(key);
    for (const owner of ownersOf(next)) {
      const own = owned.get(owner);
      if (own === undefined) owned.set(owner, new Set([key]));
      else own.add(key);
    }
    return before;
  }

  for (const entry of entries) set(keyOf(entry), entry);
  return {
    get: (key) => all.get(key),
    entriesOf: (account) => present(owned.get(account) ?? [], all),
    balances: () => present(balanceKeys, all).filter((entry) => entry.kind === "balance"),
    trustlines: () => [...all.values()].filter((entry) => entry.kind === "trustline"),
    commit: (changes) => new Map([...changes].map(([key, next]) => [key, set(key, next)])),
    replace(entries) {
      all.clear();
      owned.clear();
      balanceKeys.clear();
      for (const entry of entries) set(keyOf(entry), entry);
    },
  };
}

/** The state as it was before the changes that `undo` takes back; for answers that lag one ledger behind. */
export function stateBefore(state: State, undo: ReadonlyMap<string, Entry | null>): State {
  const earlier = [...undo.values()].filter((entry) => entry !== null);
  const get = (key: string): Entry | undefined => undo.has(key) ? undo.get(key) ?? undefined : state.get(key);
  const merged = (current: Entry[], keep: (entry: Entry) => boolean): Entry[] => [
    ...current.filter((entry) => !undo.has(keyOf(entry))),
    ...earlier.filter(keep),
  ];
  return {
    get,
    entriesOf: (account) => merged(state.entriesOf(account), (entry) => ownersOf(entry).includes(account)),
    balances: () =>
      merged(state.balances(), (entry) => entry.kind === "balance").filter((entry) =>
        entry.kind === "balance"
      ),
    trustlines: () =>
      merged(state.trustlines(), (entry) => entry.kind === "trustline").filter((entry) =>
        entry.kind === "trustline"
      ),
    commit: isPast,
    replace: isPast,
  };
}

function isPast(): never {
  throw new Error("Cannot change a past state");
}

function ownersOf(entry: Entry): string[] {
  switch (entry.kind) {
    case "account":
      return [entry.id];
    case "balance":
      return [...new Set([entry.sponsor, ...entry.claimants.map((claimant) => claimant.destination)])];
    default:
      return [entry.account];
  }
}

function present(wanted: Iterable<string>, all: ReadonlyMap<string, Entry>): Entry[] {
  return [...wanted].map((key) => all.get(key)).filter((entry) => entry !== undefined);
}
