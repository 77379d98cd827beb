/**
 * The thirteenth migration: what operators read and write: lists of what is under way and of money that belongs to nobody,
 * and why an alarm was closed.
 * @module
 */

/** Runs as one atomic batch. */
export const operators = {
  id: "0013-operators",
  up: [
    `create index transfers_by_state on transfers (state, started_ms, id)
      where state not in ('completed', 'refunded', 'expired', 'failed')`,
    `create index receipts_unmatched on receipts (at_ms, id) where state = 'unmatched'`,
    // note is sealed.
    "alter table alarms add column note blob",
  ],
} as const;
