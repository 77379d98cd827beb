/**
 * Asks the ledger once more about an envelope that could not be decided (M-2): an operator says where to look, and the ledger
 * alone says what became of it. Nobody's word is taken for anything.
 * @module
 */
import type { Database } from "../records/database.ts";
import { DEFAULT_VALID_SECONDS } from "./build.ts";
import { mayBeOtherChain } from "./chain.ts";
import { judge, type Judgement, listed, type StoredEnvelope } from "./decided.ts";
import type { Horizon } from "./horizon.ts";

/** What a ledger has said for good. */
export type Word = Extract<Judgement, { readonly kind: "succeeded" | "failed" | "absent" }>;

/**
 * The ledger's word, or `null` where it still gives none.
 * @param named hash of a transaction that an operator found: the envelope's own, bumped by somebody, or the one that is
 * there in its place. The ledger takes each sequence of an account once, so another transaction under the envelope's proves
 * it absent. Without one its absence is proven by a history that reaches back to before it was built
 * @throws {HorizonUnavailable}
 */
export async function judgeAgain(
  db: Database,
  horizon: Horizon,
  envelope: StoredEnvelope,
  named: string | null,
  marginSeconds?: number,
): Promise<Word | null> {
  // Another network holds none of our envelopes (M-10).
  if (await mayBeOtherChain(db, horizon)) return null;
  if (named !== null) return await judgeBy(horizon, envelope, named);
  const judgement = await judge(horizon, envelope, marginSeconds);
  switch (judgement.kind) {
    case "undecided":
      return null;
    case "undecidable":
      return await isHistoryWhole(horizon, envelope) ? { kind: "absent" } : null;
    default:
      return judgement;
  }
}

async function judgeBy(horizon: Horizon, envelope: StoredEnvelope, named: string): Promise<Word | null> {
  const transaction = await horizon.transaction(named);
  if (transaction.kind === "not_found") return null;
  if (transaction.hash === envelope.hash || transaction.innerHash === envelope.hash) {
    return listed(transaction);
  }
  const isInItsPlace = transaction.source === envelope.source && transaction.sequence === envelope.sequence;
  return isInItsPlace ? { kind: "absent" } : null;
}

/** Asked after the look-up that did not find it: what is kept now was kept then. */
async function isHistoryWhole(horizon: Horizon, { validUntil }: StoredEnvelope): Promise<boolean> {
  const { elderLedger } = await horizon.root();
  const oldest = await horizon.ledger(elderLedger);
  // No ledger up to the one that its bound was counted from can hold it.
  return oldest.kind === "found" && oldest.closedAt <= validUntil - DEFAULT_VALID_SECONDS;
}
