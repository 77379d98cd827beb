/**
 * Answers without what is not known.
 * @module
 */

/** The object without those of its keys that have no value, so that no reader meets a null there. */
export function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  );
}
