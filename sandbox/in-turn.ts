/**
 * One event after the other: what reads, decides and writes does so without anybody in between.
 * @module
 */

/** Runs work when all that was given before has ended. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** A queue of one. */
export function oneAtATime(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
