/**
 * Which tier a sum needs of its customer (P5, M-18): before a transfer opens, and again when its money has come. Tiers and
 * limits count what the customer moved in the period, this transfer included.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import { type Anchor, type Pack, type Tier, tierFor } from "../config/anchor-runtime.ts";
import type { Database, Statement } from "../records/database.ts";
import { Refusal } from "../refusal.ts";
import type { Clearance } from "./events.ts";
import {
  ceilingsOf,
  type Moved,
  movedBy,
  movedNoMore,
  type Mover,
  NOTHING_MOVED,
  roomFrom,
  roomUnder,
} from "./limits.ts";
import type { Service } from "./services.ts";
import type { Transfer } from "./transfer.ts";

/** What a transfer is to be opened for. */
export interface TierAsked {
  readonly customer: { readonly id: string; readonly owner: string };
  readonly protocol: Transfer["protocol"];
  readonly service: Service;
  readonly country: string | null;
  /** `null`: open. */
  readonly amount: bigint | null;
}

/** The tier of a transfer that opens. */
export interface TierGiven {
  readonly tier: string;
  /** What tier and limits leave, in units of 10⁻⁷; `null` when nothing bounds it. */
  readonly upTo: bigint | null;
  /** Makes a batch stale when more has been moved than this rests on. */
  readonly unchanged: readonly Statement[];
}

/** What came, judged. */
export interface Judged {
  readonly clearance: Clearance;
  readonly moved: Moved;
  readonly unchanged: readonly Statement[];
}

/** Judges sums against tiers and limits. */
export interface Tiers {
  /** @throws Refusal 400 that says what is left, and when more is possible */
  readonly tierFor: (asked: TierAsked) => Promise<TierGiven>;
  /** @param amount what came for the transfer now */
  readonly judge: (transfer: Transfer, amount: bigint) => Promise<Judged>;
}

/** What judging needs. */
export interface TiersOptions {
  readonly db: Database;
  readonly anchor: Pick<Anchor, "pack">;
  /** Whether a customer is accepted for a tier, however the transfer's own needs stand. */
  readonly isKnown: (asked: TierAsked, tier: Tier) => Promise<boolean>;
  /** Whether a transfer could go on at a tier. */
  readonly isReady: (transfer: Transfer, tier: string) => Promise<boolean>;
}

/** Creates the judge. */
export function createTiers({ db, anchor, isKnown, isReady }: TiersOptions): Tiers {
  /** What more of the same would meet: too large for anybody, or too much after what was moved already. */
  async function refusal(
    pack: Pack,
    mover: Mover,
    moved: Moved,
    { service, wanted }: { readonly service: Service; readonly wanted: bigint },
  ): Promise<Refusal> {
    const ceilings = ceilingsOf(pack);
    const room = roomUnder(ceilings, moved) ?? service.max;
    const asset = service.asset.code;
    // What was moved before leaves as much as ever: no time would bring more.
    if (room === (roomUnder(ceilings, NOTHING_MOVED) ?? service.max)) {
      const [min, max] = [formatUnits(service.min), formatUnits(room)];
      return new Refusal("transfer.amount_too_large", { min, max, asset });
    }
    const when = new Date(await roomFrom(db, mover, { ceilings, moved, wanted }));
    return new Refusal("transfer.limit_reached", { remaining: formatUnits(room), asset, when });
  }

  /** The heaviest tier for which the customer is accepted; a stranger begins at the lightest. */
  async function presentTier(pack: Pack, asked: TierAsked): Promise<Tier> {
    for (const tier of [...pack.tiers].reverse()) if (await isKnown(asked, tier)) return tier;
    return pack.tiers[0];
  }

  return {
    async tierFor(asked) {
      const { customer, service, country, amount } = asked;
      const pack = anchor.pack(country ?? undefined);
      const mover: Mover = { owner: customer.owner, asset: service.asset.id };
      const moved = await movedBy(db, mover);
      const wanted = amount ?? service.min;
      const needed = tierFor(pack, moved[pack.period] + wanted);
      const room = roomUnder(ceilingsOf(pack), moved);
      if (needed === null || (room !== null && wanted > room)) {
        throw await refusal(pack, mover, moved, { service, wanted });
      }
      // An open amount goes as far as the customer is known; where nothing of that is left, more has to be known.
      const present = amount === null ? await presentTier(pack, asked) : needed;
      const tier = pack.tiers.indexOf(present) > pack.tiers.indexOf(needed) ? present : needed;
      return {
        tier: tier.name,
        upTo: roomUnder(ceilingsOf(pack, tier), moved),
        unchanged: movedNoMore(mover, moved),
      };
    },
    async judge(transfer, amount) {
      const pack = anchor.pack(transfer.country ?? undefined);
      const mover = { owner: transfer.customerOwner, asset: transfer.asset, except: transfer.id };
      const moved = await movedBy(db, mover);
      const total = transfer.received + amount;
      const needed = tierFor(pack, moved[pack.period] + total);
      const room = roomUnder(ceilingsOf(pack), moved);
      const judged = (clearance: Clearance): Judged => ({
        clearance,
        moved,
        unchanged: movedNoMore(mover, moved),
      });
      if (needed === null || (room !== null && total > room)) return judged({ kind: "above" });
      const { name } = needed;
      const isHeavier = pack.tiers.indexOf(needed) > tierIndex(pack, transfer.tier);
      return judged({ kind: isHeavier && !await isReady(transfer, name) ? "asks" : "cleared", tier: name });
    },
  };
}

/** A tier that the config has lost since counts as the heaviest, as it does for what is asked. */
function tierIndex({ tiers }: Pack, name: string): number {
  const index = tiers.findIndex((tier) => tier.name === name);
  return index < 0 ? tiers.length - 1 : index;
}
