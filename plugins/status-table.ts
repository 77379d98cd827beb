/**
 * Tables of a provider's status values. What a table does not name is an alarm, never a default: a new status of a
 * provider must be read by a person before money depends on it (DESIGN §4.4).
 * @module
 */

/**
 * Makes a look-up out of a table.
 * @returns the row's value, or `"alarm"` for a status that the table does not name
 * @example const stateOf = statusTable({ REALIZADO: "completed", NAO_REALIZADO: "failed" });
 * stateOf("REALIZADO") === "completed"; stateOf("NOVO") === "alarm"
 */
export function statusTable<const Value>(
  table: Readonly<Record<string, Value>>,
): (status: string) => Value | "alarm" {
  const rows = new Map(Object.entries(table));
  return (status) => rows.get(status) ?? "alarm";
}
