/**
 * Every error that the gateway answers, in one table: code → status and meaning. `docs/errors.md` is written from it, and
 * a code that is not in it does not compile.
 * @module
 */
import { customerErrors } from "./customers.ts";
import { loginErrors } from "./login.ts";
import { operatorErrors } from "./operators.ts";
import { requestErrors } from "./requests.ts";
import { transferErrors } from "./transfers.ts";

export type { ErrorEntry, ErrorStatus, ErrorTable } from "./table.ts";

/** The table, in groups as the documentation shows them. */
export const ERROR_GROUPS = {
  "Requests": requestErrors,
  "Login (SEP-10)": loginErrors,
  "Customers (SEP-12, SEP-9)": customerErrors,
  "Transfers (SEP-6)": transferErrors,
  "Operators": operatorErrors,
} as const;

/** The whole table. */
export const ERRORS = {
  ...requestErrors,
  ...loginErrors,
  ...customerErrors,
  ...transferErrors,
  ...operatorErrors,
} as const;

/** A code of the table. */
export type ErrorCode = keyof typeof ERRORS;
