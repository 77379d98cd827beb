/**
 * Verifications as they are recorded: whether the number or address that a customer gave was shown to be the customer's
 * own, by a code that was sent there (R-12-69 to R-12-74).
 * @module
 */
import type { Row, Statement } from "../records/database.ts";
import { expectChanged } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { sealedColumn } from "../records/sealed-column.ts";

/** What a code allows, and how often one is sent (R-12-73). */
export const CODE_LIMITS = {
  /** Wrong answers to one code, the last right one included. */
  tries: 6,
  /** How long a code is good for, in milliseconds. */
  livesMs: 10 * 60 * 1000,
  /** Codes within {@link CODE_LIMITS.sendsPerMs} for one field of one customer, and to one number whoever gave it. */
  sends: 5,
  sendsPerMs: 60 * 60 * 1000,
} as const;

/** `to_send` until the provider took it; `refused` when nothing can be sent to the value. */
export const VERIFICATION_STATES = ["to_send", "sent", "verified", "refused"] as const;

/** One of {@link VERIFICATION_STATES}. */
export type VerificationState = typeof VERIFICATION_STATES[number];

/** A value as far as codes are concerned. */
export interface Verifiable {
  /** The customer's version that brought it. */
  readonly version: number;
  /** How far its verification is; `unsent` when it replaced a value that had one. Absent where nobody asked for one. */
  readonly verification?: VerificationState | "unsent";
}

/** A verification as its row holds it. */
export interface Verification {
  readonly customerId: string;
  readonly name: string;
  /** The customer's version that brought the value; of a later value the row says nothing. */
  readonly givenVersion: number;
  /** The KYC instance that sends and checks. */
  readonly instance: string;
  readonly state: VerificationState;
  /** Names one sending. */
  readonly sendId: string;
  /** The provider's name of the code, sealed; null while none was sent. */
  readonly sealedRef: Uint8Array | null;
  /** Answers that were given to this code. */
  readonly tries: number;
  readonly expiresMs: number | null;
}

/** Columns that {@link verificationOf} reads. */
export const VERIFICATION_COLUMNS =
  "customer_id, name, given_version, instance, state, send_id, code_ref, tries, expires_ms";

const table = rowsOfTable("customer_verifications");

/** The provider's name of a code; null where none is on its way. */
export const sealedCodeRef = sealedColumn("customer_verifications", "code_ref", "customer_id", "name");

/** Reads a row. */
export function verificationOf(row: Row): Verification {
  return {
    customerId: table.text(row, "customer_id"),
    name: table.text(row, "name"),
    givenVersion: table.count(row, "given_version"),
    instance: table.text(row, "instance"),
    state: table.oneOf(row, "state", VERIFICATION_STATES),
    sendId: table.text(row, "send_id"),
    sealedRef: table.bytesOrNull(row, "code_ref"),
    tries: table.count(row, "tries"),
    expiresMs: table.countOrNull(row, "expires_ms"),
  };
}

/** What a row says of the value that stands there now. */
export function stateFor(
  row: Verification | undefined,
  value: Verifiable,
): Pick<Verifiable, "verification"> {
  if (row === undefined) return {};
  return { verification: row.givenVersion === value.version ? row.state : "unsent" };
}

/**
 * Marks a value as verified; the batch is stale when its code was used or replaced since it was read: it is good once. The
 * value counts as given with its code: no review has had it before.
 * @param version the customer's version that the batch makes
 */
export function verified(
  { customerId, name, sendId }: Verification,
  { version, writeId }: { readonly version: number; readonly writeId: string },
): Statement[] {
  return [
    {
      sql:
        `update customer_verifications set state = 'verified', given_version = ?, code_ref = null, write_id = ?
        where customer_id = ? and name = ? and send_id = ? and state = 'sent'`,
      args: [version, writeId, customerId, name, sendId],
    },
    expectChanged,
    {
      sql: "update customer_values set given_version = ? where customer_id = ? and name = ?",
      args: [version, customerId, name],
    },
  ];
}

/** An equal value that was given again is the value that was verified, or that waits for its code. */
export function carriedOver(
  customerId: string,
  name: string,
  versions: { readonly from: number; readonly to: number },
): Statement {
  return {
    sql:
      `update customer_verifications set given_version = ? where customer_id = ? and name = ? and given_version = ?`,
    args: [versions.to, customerId, name, versions.from],
  };
}
