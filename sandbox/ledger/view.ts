/**
 * Views of the ledger's state. A layer keeps its changes to itself until they are merged into the view below, so that
 * a failed operation or transaction leaves no trace.
 * @module
 */
import {
  type AccountEntry,
  type ClaimableBalanceEntry,
  type DataEntry,
  type Entry,
  keyOf,
  keys,
  type TrustlineEntry,
} from "./entries.ts";

/** What can be read of a state. */
export interface Reading {
  /** The entry under a key, see {@link keys}. */
  get(key: string): Entry | undefined;
}

/** A state that can be changed. */
export interface View extends Reading {
  /** Sets an entry; its `lastModified` becomes the ledger that is being made. */
  put(entry: Entry): void;
  /** Takes an entry away. */
  remove(entry: Entry): void;
  /** What differs from the view below; null is an entry that is gone. */
  changes(): ReadonlyMap<string, Entry | null>;
  /** Moves the changes into the view below and forgets them. */
  merge(into: View): void;
}

/** A new layer over a state, for the ledger with the given number. */
export function layerOver(below: Reading, ledger: number): View {
  const changed = new Map<string, Entry | null>();
  return {
    get(key) {
      const own = changed.get(key);
      return own === undefined ? below.get(key) : own ?? undefined;
    },
    put: (entry) => void changed.set(keyOf(entry), { ...entry, lastModified: ledger }),
    remove: (entry) => void changed.set(keyOf(entry), null),
    changes: () => changed,
    merge(into) {
      for (const [key, entry] of changed) {
        if (entry !== null) into.put(entry);
        else {
          const gone = into.get(key);
          if (gone !== undefined) into.remove(gone);
        }
      }
      changed.clear();
    },
  };
}

/** The account with this id, if there is one. */
export function accountIn(state: Reading, id: string): AccountEntry | undefined {
  const entry = state.get(keys.account(id));
  return entry?.kind === "account" ? entry : undefined;
}

/** The trustline of an account to an asset, if there is one. */
export function trustlineIn(state: Reading, account: string, asset: string): TrustlineEntry | undefined {
  const entry = state.get(keys.trustline(account, asset));
  return entry?.kind === "trustline" ? entry : undefined;
}

/** The named value of an account, if there is one. */
export function dataIn(state: Reading, account: string, name: string): DataEntry | undefined {
  const entry = state.get(keys.data(account, name));
  return entry?.kind === "data" ? entry : undefined;
}

/** The claimable balance with this id, if there is one. */
export function balanceIn(state: Reading, id: string): ClaimableBalanceEntry | undefined {
  const entry = state.get(keys.balance(id));
  return entry?.kind === "balance" ? entry : undefined;
}
