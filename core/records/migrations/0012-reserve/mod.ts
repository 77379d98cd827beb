/**
 * The twelfth migration: what rails say of their balances, and the readings of the reserve (M-26).
 * @module
 */

/** Runs as one atomic batch. */
export const reserve = {
  id: "0012-reserve",
  up: [
    // The last balance that a rail told. What was posted since since_ms may be in it or not; reading names the statement.
    `create table rail_balances (
      rail text primary key,
      currency text not null,
      booked integer not null,
      as_of integer not null,
      since_ms integer not null,
      reading text not null
    ) strict`,
    // One row for each reading. up_to is the last row of the books in it; state is what the next reading begins with.
    `create table reserve_readings (
      number integer primary key,
      made_ms integer not null,
      up_to integer not null,
      state text not null,
      statement text not null,
      jws text not null
    ) strict`,
    "create index reserve_readings_by_time on reserve_readings (made_ms, up_to)",
    "create index attempts_by_ledger on attempts (ledger) where ledger is not null",
    "create index refunds_open on refunds (side, place) where state in ('stored', 'sent')",
  ],
} as const;
