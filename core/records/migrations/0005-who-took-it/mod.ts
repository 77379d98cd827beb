/**
 * The fifth migration: who took what is due. After a lost answer a taker finds what it has taken by its own mark, and
 * a batch without a row of its own leaves one.
 * @module
 */

/** Runs as one atomic batch. */
export const whoTookIt = {
  id: "0005-who-took-it",
  up: [
    "alter table outbox add column taken_by text",
    "alter table inbox add column taken_by text",
    "alter table kyc_cases add column asked_by text",
    `create table write_marks (
      id text primary key,
      told text,
      at_ms integer not null
    ) strict`,
    "create index write_marks_by_age on write_marks (at_ms)",
  ],
} as const;
