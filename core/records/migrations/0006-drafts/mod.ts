/**
 * The sixth migration: drafts of SEP-24 are under way too. They run out, and end when their customer is refused for good.
 * @module
 */

/** Runs as one atomic batch. */
export const drafts = {
  id: "0006-drafts",
  up: [
    "drop index transfers_unpaid",
    `create index transfers_unpaid on transfers (expires_ms)
      where state in ('draft', 'kyc', 'instructing', 'waiting')`,
    "drop index transfers_to_settle",
    `create index transfers_to_settle on transfers (customer_id, protocol, state)
      where state in ('draft', 'kyc', 'instructing', 'waiting', 'asking')`,
  ],
} as const;
