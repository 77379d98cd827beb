/**
 * A file as SEP-12 has it (sep-12.md 3.5).
 * @module
 */
import type { KnownFile } from "../../core/customers/mod.ts";

/** SEP-12's file. */
export interface FileBody {
  readonly file_id: string;
  readonly content_type: string;
  readonly size: number;
  /** UTC ISO 8601; only while no PUT has referred to it. */
  readonly expires_at?: string;
  readonly customer_id: string | null;
}

/** Writes a file as SEP-12 has it. */
export function fileBody({ id, mediaType, size, expiresMs, customerId }: KnownFile): FileBody {
  return {
    file_id: id,
    content_type: mediaType,
    size,
    ...(expiresMs === null ? {} : { expires_at: new Date(expiresMs).toISOString() }),
    customer_id: customerId,
  };
}
