/**
 * What the database wrapper needs of a driver: single reads and atomic batches, which behave the same on a file and
 * over HTTP. Interactive transactions are left out: they freeze a local process and block remote writers.
 * @module
 */
import type { Row, Statement } from "./statement.ts";

/** Where the records are. */
export type DatabaseKind = "file" | "memory" | "remote";

/** One way to reach libSQL. Errors of its methods are judged by {@link failureOf}. */
export interface Driver {
  readonly kind: DatabaseKind;
  /** How often a batch or a read may be tried in all when its outcome is unknown or the database is busy. */
  readonly tries: number;
  /** For how long, in milliseconds, another try is still begun. */
  readonly patienceMs: number;
  /** Runs one statement on its own. */
  execute(statement: Statement): Promise<Row[]>;
  /** Runs all statements in one transaction, or none of them. */
  batch(statements: readonly Statement[], mode: "read" | "write"): Promise<Row[][]>;
  /** Gives up all connections; what is still running fails. */
  close(): void;
}
