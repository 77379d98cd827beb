/**
 * Where changes of a customer's status are posted, as it is recorded: one registration for each customer at most.
 * @module
 */
import type { Row, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { sealedColumn } from "../records/sealed-column.ts";
import type { CustomerStatus } from "./standing.ts";

/** A registration. */
export interface Registration {
  /** Names it: a later one with another address has another id, and this one is over (R-12-90). */
  readonly id: string;
  /** Opened at {@link sealedUrl}. */
  readonly url: Uint8Array;
  /** SEP-12 `type` whose status is told. */
  readonly type: string;
  /** The status that was told last, or that held when it was set. */
  readonly status: CustomerStatus;
  /** True once a final status was told (R-12-96); the row stays until it is set again. */
  readonly ended: boolean;
  readonly version: number;
}

/** Columns that {@link registrationOf} reads, out of the table joined as `callbacks`. */
export const REGISTRATION_COLUMNS = `callbacks.id as callback_id, callbacks.url as callback_url,
  callbacks.type as callback_type, callbacks.status as callback_status, callbacks.ended as callback_ended,
  callbacks.version as callback_version`;

const callbacks = rowsOfTable("customer_callbacks");

/** The address that is posted to. */
export const sealedUrl = sealedColumn("customer_callbacks", "url", "customer_id");

/** Reads a row; null where the join found nothing. */
export function registrationOf(row: Row): Registration | null {
  const id = callbacks.textOrNull(row, "callback_id");
  if (id === null) return null;
  return {
    id,
    url: callbacks.bytes(row, "callback_url"),
    type: callbacks.text(row, "callback_type"),
    status: callbacks.oneOf(row, "callback_status", ["ACCEPTED", "PROCESSING", "NEEDS_INFO", "REJECTED"]),
    ended: callbacks.flag(row, "callback_ended"),
    version: callbacks.count(row, "callback_version"),
  };
}

/** For the batch that erases a customer: nothing is posted any more, not even what is queued. */
export function forgetCallback(customerId: string): Statement {
  return { sql: "delete from customer_callbacks where customer_id = ?", args: [customerId] };
}
