/**
 * From an error to an answer: `{ error, code, request_id }` in the caller's language, saying what to do next
 * (DESIGN §4.8). Nothing personal, no stack, no text of a library.
 * @module
 */
import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type ErrorCode, ERRORS } from "../../core/errors/mod.ts";
import { formatDateTime } from "../../core/i18n/mod.ts";
import { describeError, type Log } from "../../core/log.ts";
import { Refusal, type RefusalParams } from "../../core/refusal.ts";
import type { HttpEnv } from "./env.ts";
import { InvalidInput } from "./invalid-input.ts";
import type { Languages } from "./language.ts";
import { requestIdOf } from "./request-id.ts";

/** The body of a refusal: SEP's `error`, a stable code, and for input the text of each field. */
export interface RefusalBody {
  readonly error: string;
  readonly code: ErrorCode;
  readonly request_id: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** What the handlers need. */
export interface RefusalOptions {
  readonly languages: Languages;
  readonly log: Log;
  /** True for errors that say that something outside does not answer (ledger, database, sessions): 503, not 500. */
  readonly isUnavailable?: (error: unknown) => boolean;
}

/** Codes of what Hono's own middleware throws; its messages are often empty. */
const HTTP_CODES: Readonly<Record<number, ErrorCode>> = {
  400: "http.bad_request",
  401: "authentication.required",
  403: "http.forbidden",
  404: "not_found",
  405: "http.method_not_allowed",
  413: "http.too_large",
  415: "http.unsupported_type",
  503: "unavailable",
};

/** An error as it is answered: to a program as {@link RefusalBody}, to a person as a page. */
export interface Understood {
  readonly status: ContentfulStatusCode;
  readonly code: ErrorCode;
  /** In the caller's language; says what to do next. */
  readonly text: string;
  /** For input: what is wrong with each field. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Seconds after which it may be tried again. */
  readonly retryAfter?: string | number;
}

/** Puts an error into words; what nobody expected, and what did not answer, is logged here. */
export function understand(c: Context<HttpEnv>, options: RefusalOptions, error: Error): Understood {
  const { languages, log, isUnavailable } = options;
  if (error instanceof InvalidInput) return understandInput(c, languages, error);
  const refusal = asRefusal(error, isUnavailable);
  if (!refusal) {
    log("error", "request.failed", { request: requestIdOf(c), ...describeError(error) });
    return inWords(c, languages, "internal", {});
  }
  if (refusal.status === 503) {
    const reason = refusal.reason === undefined ? describeError(error) : { reason: refusal.reason };
    log("warning", "request.unavailable", { request: requestIdOf(c), code: refusal.code, ...reason });
  }
  return inWords(c, languages, refusal.code, refusal.params);
}

/** For `app.onError`: answers every error; what nobody expected is logged and answered with a 500 that says nothing. */
export function errorHandler(options: RefusalOptions): ErrorHandler<HttpEnv> {
  return (error, c) => answerAsJson(c, understand(c, options, error));
}

/** For `app.notFound`: an address or a method that is none of ours. */
export function notFoundHandler(options: Pick<RefusalOptions, "languages">): NotFoundHandler<HttpEnv> {
  return (c) => answer(c, options.languages, "not_found", {});
}

/** Writes a refusal as an answer. `params.retry_after`, in seconds, becomes the `Retry-After` header. */
export function answer(
  c: Context<HttpEnv>,
  languages: Languages,
  code: ErrorCode,
  params: RefusalParams,
): Response {
  return answerAsJson(c, inWords(c, languages, code, params));
}

function answerAsJson(c: Context<HttpEnv>, { status, code, text, fields, retryAfter }: Understood): Response {
  if (retryAfter !== undefined) c.header("Retry-After", String(retryAfter));
  notKept(c);
  const body: RefusalBody = { error: text, code, request_id: requestIdOf(c), ...(fields && { fields }) };
  return c.json(body, status);
}

function inWords(
  c: Context<HttpEnv>,
  languages: Languages,
  code: ErrorCode,
  params: RefusalParams,
): Understood {
  const { status } = ERRORS[code];
  const wait = params["retry_after"] ?? (status === 503 ? 60 : undefined);
  return {
    status,
    code,
    text: textOf(c, languages, code, params),
    ...(wait === undefined ? {} : { retryAfter: wait instanceof Date ? wait.toISOString() : wait }),
  };
}

function understandInput(c: Context<HttpEnv>, languages: Languages, error: InvalidInput): Understood {
  const fields: Record<string, string> = {};
  for (const { field, code, params } of error.faults) fields[field] ??= textOf(c, languages, code, params);
  const [only, ...others] = error.faults;
  return {
    status: 400,
    code: only && others.length === 0 ? only.code : "request.invalid",
    text: Object.values(fields).join(" "),
    fields,
  };
}

/** A cache may keep some refusals unless it is told not to, and what is refused now may be right in a moment. */
function notKept(c: Context<HttpEnv>): void {
  c.header("Cache-Control", "no-store");
}

function textOf(c: Context<HttpEnv>, languages: Languages, code: ErrorCode, params: RefusalParams): string {
  const { find, language } = languages.of(c);
  const values = Object.entries(params).map(([name, value]) =>
    [name, value instanceof Date ? formatDateTime(language, value.getTime()) : value] as const
  );
  // Every code of the table has a text in every language, which a test sees to.
  return find(`errors.${code}`, { ...Object.fromEntries(values), request_id: requestIdOf(c) }) ?? code;
}

/** An expected outcome, whoever threw it; null for what nobody expected. */
function asRefusal(
  error: Error,
  isUnavailable: RefusalOptions["isUnavailable"],
): { status: number; code: ErrorCode; params: RefusalParams; reason?: string } | null {
  if (error instanceof Refusal) {
    const { status, code, params, reason } = error;
    return { status, code, params, ...(reason === undefined ? {} : { reason }) };
  }
  if (isUnavailable?.(error)) return { status: 503, code: "unavailable", params: {} };
  const code = error instanceof HTTPException ? HTTP_CODES[error.status] : undefined;
  return error instanceof HTTPException && code !== undefined
    ? { status: ERRORS[code].status, code, params: {} }
    : null;
}
