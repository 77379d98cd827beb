/**
 * The fourteenth migration: operators' approvals of payouts (M-27). One person, one approval of a version.
 * @module
 */

/** Runs as one atomic batch. */
export const approvals = {
  id: "0014-approvals",
  up: [
    // destination is sealed: the account that was to be paid when it was approved.
    `create table approvals (
      transfer_id text not null references transfers (id),
      version integer not null,
      operator text not null,
      amount integer not null check (amount > 0),
      destination blob not null,
      given_ms integer not null,
      primary key (transfer_id, version, operator)
    ) strict`,
  ],
} as const;
