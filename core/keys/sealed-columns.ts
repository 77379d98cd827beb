/**
 * Every sealed column of the schema, and every column of keyed hashes: what has to move when a key does. A test compares
 * both lists with the real tables, so that none is forgotten.
 * @module
 */
import { sealedAddress } from "../bank/instructions.ts";
import { sealedPayer } from "../bank/receipts.ts";
import { sealedValue } from "../customers/customer.ts";
import { sealedChunk, sealedFacts } from "../customers/files.ts";
import { sealedAnswer } from "../customers/kyc-case.ts";
import { sealedUrl } from "../customers/registration.ts";
import { sealedCodeRef } from "../customers/verifications.ts";
import { sealedModuleValue } from "../outgoing/module-store.ts";
import { sealedNote } from "../records/alarms.ts";
import { sealedRequest } from "../records/inbox.ts";
import { sealedBody } from "../records/outbox.ts";
import type { SealedColumn } from "../records/sealed-column.ts";
import { sealedDestination } from "../transfers/approvals.ts";
import type { Walk } from "./pages.ts";
import {
  sealedBeneficiary,
  sealedCallback,
  sealedEndCallback,
  sealedInstructions,
} from "../transfers/transfer.ts";

/** Sealed columns: values under a key of `DATA_KEY`. */
export const sealedColumns: readonly SealedColumn[] = [
  sealedValue,
  sealedFacts,
  sealedChunk,
  sealedAnswer,
  sealedUrl,
  sealedCodeRef,
  sealedInstructions,
  sealedBeneficiary,
  sealedCallback,
  sealedEndCallback,
  sealedAddress,
  sealedPayer,
  sealedRequest,
  sealedBody,
  sealedModuleValue,
  sealedNote,
  sealedDestination,
];

/** How the hashes of {@link valueHashes} are walked; a row is small. */
export const walkOfHashes: Walk = {
  table: "customer_indexes",
  key: ["customer_id", "name", "hash"],
  select: "kind",
  bytesOf: () => 200,
};

/** A column of keyed hashes: values under a key of `INDEX_KEY`. */
export interface HashColumn {
  readonly table: string;
  readonly column: string;
}

/** Hashes of what customers gave: made anew from the values, see `rehash.ts`. */
export const valueHashes: HashColumn = { table: walkOfHashes.table, column: "hash" };

/**
 * Hashes by which sent codes are counted. They are not made anew: whose number it was stands nowhere else once its customer
 * is erased, and after an hour they count nothing. Until then all keys count (`core/customers/send-codes.ts`), so an old
 * key stays for that hour.
 */
export const sendingHashes: HashColumn = { table: "code_sendings", column: "counted" };
