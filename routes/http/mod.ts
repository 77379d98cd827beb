/**
 * What the rooms of `routes/` share: who asks, in which language, with which body, and how a refusal is answered.
 * @module
 */
export { type HttpEnv } from "./env.ts";
export {
  authenticate,
  type AuthenticateOptions,
  bearerToken,
  type NoCaller,
  refuseWith401,
  refuseWith403Type,
} from "./authenticate.ts";
export {
  type BodyEncoding,
  type BodyOptions,
  readBody,
  readBytes,
  type RequestBody,
  type UploadedFile,
} from "./body.ts";
export { clientAddresses, networkOf } from "./client-address.ts";
export { cors } from "./cors.ts";
export { type InputFault, InvalidInput, readInput, says } from "./invalid-input.ts";
export { createLanguages, type Languages } from "./language.ts";
export {
  limitRate,
  type RateLimit,
  type RateLimitOptions,
  rateLimitOver,
  tooManyRequests,
} from "./rate-limit.ts";
export { readableQuery } from "./readable-query.ts";
export {
  answer,
  errorHandler,
  notFoundHandler,
  type RefusalBody,
  type RefusalOptions,
  understand,
  type Understood,
} from "./refusal.ts";
export { requestIdOf } from "./request-id.ts";
export { requestLog } from "./request-log.ts";
export { uncached } from "./uncached.ts";
