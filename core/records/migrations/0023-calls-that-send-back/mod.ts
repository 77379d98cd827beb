/**
 * The twenty-third migration: refunds and returns at a bank count their calls as payouts do, so that a refusal is not believed
 * while another process's call may still be taken (M-15, M-30).
 * @module
 */

const ROWS = ["refunds", "returns"] as const;

/** Runs as one atomic batch. */
export const callsThatSendBack = {
  id: "0023-calls-that-send-back",
  up: ROWS.flatMap((table) => [
    `alter table ${table} add column calls integer not null default 0`,
    `alter table ${table} add column answers integer not null default 0`,
    `alter table ${table} add column called_ms integer`,
    `alter table ${table} add column before_ms integer`,
  ]),
} as const;
