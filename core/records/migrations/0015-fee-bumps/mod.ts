/**
 * Fee bumps: outer envelopes around one that is stored already, each stored before it is sent (M-7).
 * @module
 */

/** Runs as one atomic batch. */
export const feeBumps = {
  id: "0015-fee-bumps",
  up: [
    `create table fee_bumps (
      hash text primary key,
      attempt_id text not null references attempts (id),
      number integer not null,
      envelope text not null,
      fee integer not null,
      stored_ms integer not null,
      unique (attempt_id, number)
    ) strict`,
  ],
} as const;
