/**
 * How long requests work at what they began.
 * @module
 */

/** How long a request performs its own effects, in milliseconds (DESIGN §3). */
export const REQUEST_BUDGET_MS = 2_000;
