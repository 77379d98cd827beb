/**
 * What an operator's action needs. Each is written in one batch with its entry in the audit log (M-28); routes and tasks
 * call the same functions.
 * @module
 */
import type { Vault } from "../records/vault.ts";
import type { Books } from "../transfers/record.ts";

/** What it needs. */
export interface Acting {
  readonly books: Books;
  readonly vault: Vault;
  /** Name of the operator, or that of the task. */
  readonly actor: string;
}
