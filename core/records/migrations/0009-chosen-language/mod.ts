/**
 * The ninth migration: the language that a customer has chosen on a page.
 * @module
 */

/** Runs as one atomic batch. */
export const chosenLanguage = {
  id: "0009-chosen-language",
  up: ["alter table customers add column chosen_language text"],
} as const;
