/**
 * The twenty-fourth migration: a review of which there is news that could not be read is remembered, and asked about again by
 * itself; what else the provider tells does not wait for it (M-22).
 * @module
 */

/** Runs as one atomic batch. */
export const unreadReviews = {
  id: "0024-unread-reviews",
  up: [
    "alter table kyc_cases add column unread_ms integer",
    // Made anew each time: whoever has read it takes away only the mark that was there before.
    "alter table kyc_cases add column unread_mark text",
    "create index kyc_cases_unread on kyc_cases (instance) where unread_ms is not null",
  ],
} as const;
