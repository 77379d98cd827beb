/**
 * What all phases of a load share.
 * @module
 */
import type { Tally } from "./tally.ts";
import { type Traffic, trafficOf } from "./traffic.ts";
import type { World } from "./world.ts";

/** The stage. */
export interface Stage {
  readonly world: World;
  readonly random: () => number;
  readonly print: (...lines: string[]) => void;
  /** How long transfers that are under way are waited for. */
  readonly settleMs: number;
  /** Hears of requests; each phase has its own. */
  tally: Tally;
  /** Traffic that counts from nothing. @param onEnd told when a transfer completes */
  readonly newTraffic: (onEnd?: (kind: string, ms: number) => void) => Traffic;
}

/** Sets the stage. @param hearing where requests are heard: the same that the world's customers ask through */
export function openStage(
  { world, random, print, settleMs, hearing }: Pick<Stage, "world" | "random" | "print" | "settleMs"> & {
    readonly hearing: { tally: Tally };
  },
): Stage {
  return {
    world,
    random,
    print,
    settleMs,
    get tally() {
      return hearing.tally;
    },
    set tally(tally) {
      hearing.tally = tally;
    },
    newTraffic: (onEnd = () => {}) =>
      trafficOf({ customers: world.customers, outside: world.outside, random, onEnd }),
  };
}
