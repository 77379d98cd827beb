/**
 * A run of `rekey` that keeps what it is told.
 * @module
 */
import type { Progress, Unopened, Walking } from "../../../core/keys/reseal.ts";
import type { Database } from "../../../core/records/database.ts";
import type { Vault } from "../../../core/records/vault.ts";

/** What a run is given, and what it told. */
export interface Told extends Walking {
  readonly faults: Unopened[];
  readonly ends: Progress[];
  /** How many values were moved, in all columns. */
  readonly moved: () => number;
}

/** A run over these records; `isStopped` is never true when absent. */
export function walkingOver(db: Database, vault: Vault, isStopped: () => boolean = () => false): Told {
  const faults: Unopened[] = [];
  const ends: Progress[] = [];
  return {
    db,
    vault,
    isStopped,
    unopened: (value) => void faults.push(value),
    progress: (progress) => {
      if (progress.isOver) ends.push(progress);
    },
    faults,
    ends,
    moved: () => ends.reduce((sum, { moved }) => sum + moved, 0),
  };
}
