/**
 * Reads environment variables and collects what is wrong with them. A variable that is set to nothing counts as unset.
 * @module
 */
import type { Mistake } from "../mistakes.ts";

/** Variables by name, as `Deno.env.toObject()` gives them. */
export type VariableRecord = Readonly<Record<string, string | undefined>>;

/** A reader over one record; see {@link createVariables}. */
export interface Variables {
  readonly mistakes: readonly Mistake[];
  /** The text of a variable, without blanks around it, or null. */
  readonly text: (name: string) => string | null;
  /** The parts of a comma-separated list; empty when it is unset. */
  readonly list: (name: string) => readonly string[];
  /** Notes a mistake. `write` never holds the value. */
  readonly wrong: (name: string, write: string) => void;
  /** A checked value: `otherwise` when unset; when `read` finds nothing in it, a mistake and `otherwise`. */
  readonly read: <Value>(
    name: string,
    read: (text: string) => Value | null,
    write: string,
    otherwise: Value,
  ) => Value;
}

/** Builds a reader. */
export function createVariables(record: VariableRecord): Variables {
  const mistakes: Mistake[] = [];
  const text = (name: string) => record[name]?.trim() || null;
  const wrong = (where: string, write: string) => void mistakes.push({ where, write });
  return {
    mistakes,
    text,
    wrong,
    list: (name) => (text(name) ?? "").split(",").map((part) => part.trim()).filter((part) => part !== ""),
    read: (name, read, write, otherwise) => {
      const given = text(name);
      if (given === null) return otherwise;
      const value = read(given);
      if (value !== null) return value;
      wrong(name, write);
      return otherwise;
    },
  };
}
