/**
 * A transaction as a wallet reads it.
 * @module
 */

/** A transaction of SEP-6 or SEP-24 as the anchor's JSON has it. */
export type WalletTransaction = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly status: string;
};

/** Reads one. @throws Error when it has no id or status */
export function asTransaction(value: unknown): WalletTransaction {
  if (typeof value !== "object" || value === null || !("id" in value) || !("status" in value)) {
    throw new Error("Cannot read the transaction: the anchor's answer has no id or status");
  }
  const { id, status } = value;
  if (typeof id !== "string" || typeof status !== "string") {
    throw new Error("Cannot read the transaction: id or status is no text");
  }
  return { ...value, id, status };
}
