/**
 * Reading what a caller sent by a zod schema, and what is said of all that does not fit, at once.
 *
 * Only input that is read here is answered with 400. A schema that fails elsewhere, for example on a provider's answer,
 * is no fault of the caller and ends in 500.
 * @module
 */
import type { z } from "zod";
import { type ErrorCode, ERRORS } from "../../core/errors/mod.ts";

/** One thing that is wrong: `code` is a key under `errors`, `params` the values of its text. */
export interface InputFault {
  /** Name of the parameter or field as the caller wrote it, for example `amount` or `address.city`. */
  readonly field: string;
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, string | number>>;
}

/** Thrown by {@link readInput}; the error handler answers it with 400 and one text for each fault. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
  constructor(readonly faults: readonly InputFault[]) {
    super(`Cannot read the input: ${faults.map((fault) => fault.code).join(", ")}`);
  }
}

/**
 * Reads input by a schema.
 *
 * A check of the schema's own may name its text and that text's values:
 * `z.string().refine(isAmount, { params: says("transfer.amount_invalid") })`.
 * @throws InvalidInput with every fault
 */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new InvalidInput(result.error.issues.flatMap((issue) => faultsOf(issue, input)));
}

function faultsOf(issue: z.core.$ZodIssue, input: unknown): InputFault[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, 8).map((key) => fault("request.field.unknown", [...issue.path, key]));
  }
  if (valueAt(input, issue.path) === undefined) return [fault("request.field.missing", issue.path)];
  switch (issue.code) {
    case "invalid_value":
      return [
        fault("request.field.not_one_of", issue.path, { options: issue.values.map(String).join(", ") }),
      ];
    case "too_big": {
      const code = issue.origin === "string" ? "request.field.too_long" : "request.field.too_large";
      return [fault(code, issue.path, { limit: String(issue.maximum) })];
    }
    case "too_small": {
      const code = issue.origin === "string" ? "request.field.too_short" : "request.field.too_small";
      return [fault(code, issue.path, { limit: String(issue.minimum) })];
    }
    case "custom": {
      const { code, ...values } = issue.params ?? {};
      return [
        fault(isErrorCode(code) ? code : "request.field.invalid", issue.path, plainValues(values)),
      ];
    }
    default:
      return [fault("request.field.invalid", issue.path)];
  }
}

function fault(
  code: ErrorCode,
  path: readonly PropertyKey[],
  params: Readonly<Record<string, string | number>> = {},
): InputFault {
  // Keys may be the caller's own text; what is no plain name is not repeated.
  const field = path.map(String).join(".").replaceAll(/[^\w.\-]/g, "?").slice(0, 80) || "?";
  return { field, code, params: { ...params, field } };
}

/** The `params` of a zod issue that names its text. @param values of the text's placeholders */
export function says(
  code: ErrorCode,
  values: Readonly<Record<string, string | number>> = {},
): Record<string, string | number> {
  return { ...values, code };
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && Object.hasOwn(ERRORS, code);
}

function plainValues(values: Record<string, unknown>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, string | number][] =>
      typeof value === "string" || typeof value === "number" ? [[name, value]] : []
    ),
  );
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
