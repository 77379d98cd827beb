/**
 * The twenty-first migration: refunds in part (M-19). How much of a transfer's money is still to go back, and what becomes of
 * the rest.
 * @module
 */

/** Runs as one atomic batch. */
export const refundsInPart = {
  id: "0021-refunds-in-part",
  up: [
    // Set while a part goes back; null: all of it does, or none.
    `alter table transfers add column back_left integer check (back_left > 0)`,
    `alter table transfers add column back_then text check (back_then in ('hold', 'pay'))`,
  ],
} as const;
