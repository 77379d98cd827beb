/**
 * The eighth migration: the account that is to pay a withdrawal, where the wallet names one.
 * @module
 */

/** Runs as one atomic batch. */
export const payingAccount = {
  id: "0008-paying-account",
  up: ["alter table transfers add column paying_account text"],
} as const;
