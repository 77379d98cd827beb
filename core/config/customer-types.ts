/**
 * SEP-12's customer types: for what a customer is known.
 * @module
 */

/** The types; a request that names none means the first. */
export const CUSTOMER_TYPES = ["sep6", "sep24"] as const;

/** One of {@link CUSTOMER_TYPES}. */
export type CustomerType = typeof CUSTOMER_TYPES[number];

/** SEP-9 names for each type. */
export type NamesByType = Readonly<Record<CustomerType, readonly string[]>>;

/** The same names for all types, or a list for each. */
export function namesByType(names: readonly string[] | NamesByType): NamesByType {
  return "length" in names ? { sep6: names, sep24: names } : names;
}

/** The names of one type. @throws {Error} for a type that no request gets past `typeOf` with */
export function namesOfType(names: NamesByType, type: string): readonly string[] {
  const known = CUSTOMER_TYPES.find((each) => each === type);
  if (known === undefined) throw new Error(`Cannot ask a customer of type "${type}": there is no such type`);
  return names[known];
}
