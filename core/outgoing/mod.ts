/**
 * Guarded connections to addresses that others gave (DESIGN §4.7).
 * @module
 */
export { createGuardedFetch, type GuardedFetch, type GuardedFetchOptions } from "./guarded-fetch.ts";
export { type GuardedRequest, type GuardedResponse } from "./exchange.ts";
export { type GuardedFetchCode, GuardedFetchError } from "./guarded-fetch-error.ts";
export { type Resolve } from "./resolve.ts";
