/**
 * What an operator got wrong, all of it at once.
 * @module
 */

/** One mistake: where it stands, and what to write there. Never the value itself, which may be a secret. */
export interface Mistake {
  /** Name of a variable (`PUBLIC_URL`) or path of a value (`services[0].min`). */
  readonly where: string;
  /** What to write, as a sentence without a capital: `write a decimal such as "10"`. */
  readonly write: string;
}

/** A value that was checked, or all that is wrong with it. */
export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** The mistakes as lines for a terminal. */
export function describeMistakes(mistakes: readonly Mistake[]): string {
  return mistakes.map(({ where, write }) => `  ${where}: ${write}`).join("\n");
}
