/**
 * What a wallet says of its user beside its request: texts under SEP-9 names, by which the form is filled in.
 * @module
 */
import { canonicalName, sep9Field } from "../../plugins/sep9/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { InvalidInput } from "../http/mod.ts";

/**
 * The texts under the names that we write; whether they are right is for the form to say. Documents are left out, as is
 * allowed (R-24-48): the person hands them in with the form. So are cards: their numbers wait nowhere.
 * @throws {InvalidInput} for what is no text, or none that can be kept
 * @throws {Refusal} 400 for two texts of one field
 */
export function givenValues(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(fields)) {
    const name = canonicalName(key);
    if (name === null || !isTaken(name)) continue;
    const text = textOf(key, value);
    const before = values.get(name);
    if (before !== undefined && before !== text) throw new Refusal("sep12.given_twice", { field: key });
    values.set(name, text);
  }
  return Object.fromEntries(values);
}

function isTaken(name: string): boolean {
  const { type, about } = sep9Field(name);
  return type !== "binary" && about !== "card";
}

/** Wallets write an occupation, or a tax number, as a number. */
function textOf(field: string, value: unknown): string {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  const code = typeof value !== "string"
    ? "request.field.invalid"
    : value.includes("\0") || !value.isWellFormed()
    ? "records.unstorable_text"
    : null;
  if (code !== null || typeof value !== "string") {
    throw new InvalidInput([{ field, code: code ?? "request.field.invalid", params: { field } }]);
  }
  return value;
}
