/**
 * What a customer may move in one transfer now, step by step, and what each step asks of them (P5): said before anybody
 * meets a limit. The same sums decide when a transfer opens (`tiers.ts`).
 * @module
 */
import type { Anchor, Pack, Tier } from "../config/anchor-runtime.ts";
import type { Database } from "../records/database.ts";
import { ceilingsOf, type Moved, movedBy, type Mover, NOTHING_MOVED, roomFrom, roomUnder } from "./limits.ts";
import type { TierAsked } from "./tiers.ts";

/** One step. */
export interface TierStep {
  readonly tier: string;
  /** The most that one transfer may move at it, in units of 10⁻⁷; `null`: nothing bounds it. */
  readonly upTo: bigint | null;
  /** SEP-9 names that the customer still owes for it; empty where nothing more is asked. */
  readonly owes: readonly string[];
}

/** What limits leave of what a service takes, after what was moved already. */
export interface LimitNear {
  /** Units of 10⁻⁷. */
  readonly remaining: bigint;
  /** When there is more. */
  readonly when: Date;
}

/** Steps, the lightest first; none where nothing is left. */
export interface TierSteps {
  readonly steps: readonly TierStep[];
  /** `null` where the service's own bounds come first, or what was moved leaves as much as ever. */
  readonly limit: LimitNear | null;
}

/** What the steps are told of. */
export type StepsAsked = Omit<TierAsked, "amount">;

/** Creates the teller of steps. @param options.owes what a customer still owes for a tier */
export function createTierSteps(
  { db, anchor, owes }: {
    readonly db: Database;
    readonly anchor: Pick<Anchor, "pack">;
    readonly owes: (asked: StepsAsked, tier: Tier) => Promise<readonly string[]>;
  },
): (asked: StepsAsked) => Promise<TierSteps> {
  return async (asked) => {
    const { customer, service, country } = asked;
    const pack = anchor.pack(country ?? undefined);
    const mover: Mover = { owner: customer.owner, asset: service.asset.id };
    const moved = await movedBy(db, mover);
    const steps: TierStep[] = [];
    for (const { tier, upTo } of stepsOf(pack, moved, asked)) {
      steps.push({ tier: tier.name, upTo, owes: await owes(asked, tier) });
    }
    const ceilings = ceilingsOf(pack);
    const [room, most] = [roomUnder(ceilings, moved), roomUnder(ceilings, NOTHING_MOVED)];
    if (room === null || most === null || room >= service.max || room >= most) return { steps, limit: null };
    const when = new Date(await roomFrom(db, mover, { ceilings, moved, wanted: service.max }));
    return { steps, limit: { remaining: room, when } };
  };
}

/** Tiers that leave more than those before them, until the service's own bound is reached. */
function stepsOf(
  pack: Pack,
  moved: Moved,
  { service }: Pick<StepsAsked, "service">,
): { readonly tier: Tier; readonly upTo: bigint | null }[] {
  const steps: { readonly tier: Tier; readonly upTo: bigint | null }[] = [];
  let reached: bigint | null = service.min - 1n;
  for (const tier of pack.tiers) {
    if (reached === null || reached >= service.max) break;
    const upTo = roomUnder(ceilingsOf(pack, tier), moved);
    if (upTo !== null && upTo <= reached) continue;
    steps.push({ tier, upTo });
    reached = upTo;
  }
  return steps;
}
