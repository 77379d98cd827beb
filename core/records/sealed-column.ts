/**
 * A sealed column: the one rule by which a value of it is bound to its place. Whoever seals, whoever opens and whoever
 * seals anew when keys rotate take the place from here, so that none of them can differ.
 *
 * Each concept declares its own beside its SQL; `core/keys/sealed-columns.ts` lists them all.
 * @module
 */
import type { Place } from "./vault.ts";

/** Names of the columns of a primary key. */
export type KeyColumns = readonly [string, ...string[]];

/** A column whose values are sealed. */
export interface SealedColumn<Key extends KeyColumns = KeyColumns> {
  readonly table: string;
  readonly column: string;
  /** The table's primary key, in its order. */
  readonly key: Key;
  /** Where the value of a row is sealed. @param row the primary key's values, in its order */
  place(...row: { readonly [Index in keyof Key]: string | number | bigint }): Place;
}

/**
 * Declares a sealed column.
 * @example
 * ```ts
 * const sealedValue = sealedColumn("customer_values", "value", "customer_id", "name");
 * vault.seal(sealedValue.place(customerId, name), text);
 * ```
 */
export function sealedColumn<const Key extends KeyColumns>(
  table: string,
  column: string,
  ...key: Key
): SealedColumn<Key> {
  return { table, column, key, place: (...row) => ({ table, column, row: row.join("/") }) };
}
