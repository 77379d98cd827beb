/**
 * Deaths right after a batch that changes one table, and the story whose customer leads there. What is to be one batch and is
 * written as two is found where a gateway dies between them, whatever points there are.
 * @module
 */
import type { StoryName } from "./stories/mod.ts";

/** By table, a story in which it changes for certain. */
export const BATCHES = {
  alarms: "wrongMemo",
  approvals: "approved",
  attempts: "withdrawal",
  cursors: "withdrawal",
  inbox: "toldByWebhook",
  ledger_operations: "wrongMemo",
  outbox: "deposit",
  postings: "wrongMemo",
  receipts: "toldByWebhook",
  refunds: "tooLittlePaidIn",
  stellar_sources: "tooFewTokens",
  transfers: "twoDeposits",
} as const satisfies Readonly<Record<string, StoryName>>;

/** A table of {@link BATCHES}. */
export type BatchTable = keyof typeof BATCHES;

/** All of them. */
export const BATCH_TABLES = Object.keys(BATCHES).filter((name): name is BatchTable =>
  Object.hasOwn(BATCHES, name)
);
