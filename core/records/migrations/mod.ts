/**
 * All migrations of the gateway's database, oldest first.
 * @module
 */
import type { Migration } from "../migrate.ts";
import { first } from "./0001-first/mod.ts";

/** What {@link migrate} applies. */
export const migrations: readonly Migration[] = [first];
