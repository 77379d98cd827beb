/**
 * How often somebody may ask.
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import { Refusal } from "../../core/refusal.ts";
import type { HttpEnv } from "./env.ts";

/** Counts hits. It throws when it cannot count, and then nothing is let through (DESIGN §7). */
export interface RateLimit {
  /** False when `key` was hit more than `limit` times in the present window. */
  readonly hit: (key: string, limit: number, windowSeconds: number) => Promise<boolean>;
}

/** A rate limit over a store that counts hits in fixed windows. */
export function rateLimitOver(
  store: { readonly count: (key: string, windowSeconds: number) => Promise<number> },
): RateLimit {
  return { hit: async (key, limit, windowSeconds) => await store.count(key, windowSeconds) <= limit };
}

/** What is counted. */
export interface RateLimitOptions {
  readonly rateLimit: RateLimit;
  /** Separates this limit from others, for example `sep10.challenge`. */
  readonly name: string;
  readonly limit: number;
  readonly windowSeconds: number;
  /** Whose hits these are, for example the network of the client's address. */
  readonly key: (c: Context<HttpEnv>) => string;
}

/** Refuses with 429 and `Retry-After` whoever asks too often. */
export function limitRate(options: RateLimitOptions): MiddlewareHandler<HttpEnv> {
  return async function limitRate(c, next) {
    const { rateLimit, name, limit, windowSeconds } = options;
    if (!await rateLimit.hit(`${name}:${options.key(c)}`, limit, windowSeconds)) {
      throw tooManyRequests(windowSeconds);
    }
    return await next();
  };
}

/** The refusal of a caller who asks too often. @param seconds after which another try makes sense */
export function tooManyRequests(seconds: number): Refusal {
  return new Refusal("too_many_requests", { count: seconds, retry_after: seconds });
}
