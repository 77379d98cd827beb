/**
 * The seventh migration: where the end of SEP-24's flow is posted, sealed.
 * @module
 */

/** Runs as one atomic batch. */
export const endOfFlow = {
  id: "0007-end-of-flow",
  up: ["alter table transfers add column end_callback blob"],
} as const;
