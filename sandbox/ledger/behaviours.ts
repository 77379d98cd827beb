/**
 * What the ledger can be told to do wrong, as a real network and its Horizon sometimes do.
 * @module
 */
import { z } from "zod";

/** How often a behaviour happens, and to whom. */
const when = {
  /** How many times; `until_cleared` goes on. */
  count: z.union([z.int().positive(), z.literal("until_cleared")]).default(1),
  /** Only for this account: the source of a transaction, or an account in the path of a request. */
  account: z.string().optional(),
};

/** What `POST …/behaviour` takes. */
export const behaviourSchema = z.discriminatedUnion("behaviour", [
  /** Closes ledgers on a timer from now on. */
  z.object({ behaviour: z.literal("close_every"), seconds: z.number().positive() }),
  /**
   * Answers a submission 504 at once. The transaction is in the ledger so many ledgers after the last one, or never; a
   * swallowed one is swallowed again when it is sent again, until the ledger's clock has passed its time bounds.
   */
  z.object({
    behaviour: z.literal("timeout"),
    included_after: z.union([z.int().positive(), z.literal("never")]).default(2),
    hash: z.string().optional(),
    ...when,
  }),
  /** Takes a transaction into a ledger and lets its first operation fail there: fee and sequence number are used. */
  z.object({
    behaviour: z.literal("fail"),
    code: z.string().optional(),
    hash: z.string().optional(),
    ...when,
  }),
  /** Answers reads from the state before the last ledger. */
  z.object({ behaviour: z.literal("lag"), ...when }),
  /** Answers requests 429; with a path, those below it alone. */
  z.object({ behaviour: z.literal("rate_limit"), path: z.string().optional(), ...when }),
  /**
   * Others fill the ledgers: from now on each operation costs this fee in stroops, and fee statistics say so; 100 ends
   * it. Who offers less is refused at the door, or (`ledger`) is taken there and left out until the fee falls.
   */
  z.object({
    behaviour: z.literal("surge"),
    fee: z.int().min(100).max(1_000_000_000),
    turns_away: z.enum(["door", "ledger"]).default("door"),
    account: z.string().optional(),
  }),
  /** Forgets the history before the last so many ledgers, as a Horizon does that keeps a part of it. */
  z.object({ behaviour: z.literal("prune"), keep: z.int().positive() }),
  /** Begins the network anew under the same passphrase: lower ledger numbers, and no account that was there. */
  z.object({ behaviour: z.literal("reset") }),
  /** Ends all streams that are open now. */
  z.object({ behaviour: z.literal("end_streams") }),
  /** Takes back all that is still to happen and ends a surge; what was swallowed stays swallowed. */
  z.object({ behaviour: z.literal("clear") }),
]);

/** One thing that the ledger can be told. */
export type Behaviour = z.output<typeof behaviourSchema>;

/** A behaviour that waits for its occasion. */
export type Waiting = Extract<Behaviour, { count: number | "until_cleared" }>;

/** The behaviours that wait for their occasion. */
export interface Behaviours {
  /** Adds one. */
  add(behaviour: Waiting): void;
  /** Takes all back. */
  clear(): void;
  /** Those that still wait, with what is left of their counts. */
  list(): Waiting[];
  /** The oldest one of a kind that fits; it counts as having happened. */
  take<Kind extends Waiting["behaviour"]>(
    kind: Kind,
    fits: (behaviour: Extract<Waiting, { behaviour: Kind }>) => boolean,
  ): Extract<Waiting, { behaviour: Kind }> | undefined;
}

/** An empty list of behaviours. */
export function createBehaviours(): Behaviours {
  let waiting: Waiting[] = [];
  return {
    add: (behaviour) => void waiting.push(behaviour),
    clear: () => void (waiting = []),
    list: () => [...waiting],
    take(kind, fits) {
      const isKind = (one: Waiting): one is Extract<Waiting, { behaviour: typeof kind }> =>
        one.behaviour === kind;
      const found = waiting.filter(isKind).find(fits);
      if (found === undefined || found.count === "until_cleared") return found;
      const left = found.count - 1;
      waiting = left === 0
        ? waiting.filter((one) => one !== found)
        : waiting.map((one) => one === found ? { ...one, count: left } : one);
      return found;
    },
  };
}
