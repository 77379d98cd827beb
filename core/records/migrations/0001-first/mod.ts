/**
 * The first migration: every table of the gateway, one file a concept. A migration that has been released is never
 * edited; a change of the tables is a migration of its own.
 * @module
 */
import { bankTables } from "./bank.ts";
import { booksTables } from "./books.ts";
import { customersTables } from "./customers.ts";
import { recordsTables } from "./records.ts";
import { stellarTables } from "./stellar.ts";
import { transfersTables } from "./transfers.ts";

/** Runs as one atomic batch. */
export const first = {
  id: "0001-first",
  up: [
    ...recordsTables,
    ...customersTables,
    ...transfersTables,
    ...booksTables,
    ...bankTables,
    ...stellarTables,
  ],
} as const;
