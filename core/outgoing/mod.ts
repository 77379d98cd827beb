/**
 * Guarded connections to addresses that others gave (DESIGN §4.7).
 * @module
 */
export {
  createGuardedFetch,
  type GuardedFetch,
  type GuardedFetchOptions,
  type GuardedRequest,
  type GuardedResponse,
} from "./guarded-fetch.ts";
export { type GuardedFetchCode, GuardedFetchError } from "./guarded-fetch-error.ts";
export { type Resolve } from "./resolve.ts";
