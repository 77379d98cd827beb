/**
 * Errors that any route may answer: of the request's form, of the token, and of the gateway itself.
 * @module
 */
import type { ErrorTable } from "./table.ts";

/** See the module's text. */
export const requestErrors = {
  "internal": {
    status: 500,
    meaning: "Something failed that nobody expected; the log has it under `request_id`.",
  },
  "unavailable": {
    status: 503,
    meaning: "The database, the sessions or the ledger do not answer; nothing was done.",
  },
  "not_found": { status: 404, meaning: "No route has this address and method." },
  "too_many_requests": {
    status: 429,
    meaning: "The rate limit of this address is used up; `Retry-After` says for how long.",
  },
  "authentication.required": { status: 401, meaning: "The request has no `Authorization: Bearer` token." },
  "authentication.invalid": {
    status: 401,
    meaning: "The token is malformed, expired, of another kind, or not ours.",
  },
  "http.bad_request": { status: 400, meaning: "The request is not HTTP that can be read." },
  "http.forbidden": { status: 403, meaning: "The request comes from where it may not." },
  "http.method_not_allowed": { status: 405, meaning: "The address is there, the method is not." },
  "http.too_large": { status: 413, meaning: "The request is larger than the server takes." },
  "http.unsupported_type": { status: 415, meaning: "The request's media type is not taken." },
  "request.invalid": { status: 400, meaning: "Several parameters are wrong; `fields` has the text of each." },
  "request.malformed_query": {
    status: 400,
    meaning: "The query is not percent-encoded UTF-8.",
  },
  "request.malformed_json": { status: 400, meaning: "The body is not one JSON object in UTF-8." },
  "request.malformed_form": {
    status: 400,
    meaning: "The form is cut off, not UTF-8, or not of its Content-Type.",
  },
  "request.unsupported_type": { status: 415, meaning: "The Content-Type is none that this route takes." },
  "request.unsupported_encoding": {
    status: 415,
    meaning: "The body is compressed, or in another charset than UTF-8.",
  },
  "request.too_large": {
    status: 413,
    meaning: "The body is larger than the route's limit; it was read no further.",
  },
  "request.repeated_field": { status: 400, meaning: "A parameter or field was given more than once." },
  "request.field.missing": { status: 400, meaning: "A parameter that is needed is missing." },
  "request.field.invalid": { status: 400, meaning: "A parameter has a value that cannot be meant." },
  "request.field.not_one_of": {
    status: 400,
    meaning: "A parameter's value is none of those that are allowed.",
  },
  "request.field.too_long": { status: 400, meaning: "A parameter's text is longer than allowed." },
  "request.field.too_short": { status: 400, meaning: "A parameter's text is shorter than allowed." },
  "request.field.too_large": { status: 400, meaning: "A parameter's number is above its limit." },
  "request.field.too_small": { status: 400, meaning: "A parameter's number is below its limit." },
  "request.field.unknown": {
    status: 400,
    meaning: "A parameter is none of those that the route knows, and it takes no others.",
  },
  "callback.url_invalid": {
    status: 400,
    meaning:
      "The address for callbacks is no absolute `https:` URL, is too long, or holds a user or password.",
  },
  "callback.url_private": {
    status: 400,
    meaning: "The address for callbacks leads to a private, loopback or otherwise not public target.",
  },
  "sessions.unreachable": { status: 503, meaning: "The sessions do not answer, so nothing was let through." },
  "records.unreachable": {
    status: 503,
    meaning: "The database does not answer in time; what was sent may be sent again.",
  },
  "records.unreadable": {
    status: 503,
    meaning:
      "Something stored does not open: its key is not among those of `DATA_KEY`, or it was changed. The log names column and key.",
  },
  "records.unstorable_text": {
    status: 400,
    meaning: "A text holds U+0000 or a lone surrogate, which the database would change.",
  },
  "horizon.unavailable": {
    status: 503,
    meaning: "Horizon does not answer, or not as a Horizon of our network.",
  },
} as const satisfies ErrorTable;
