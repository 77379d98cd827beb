/**
 * Sessions in Redis over Upstash's REST.
 * @module
 */
// This entry reads no environment variables, so it needs no permission for them.
import { Redis } from "@upstash/redis/cloudflare";
import { sessionsUnreachable, wholeSeconds } from "./sessions.ts";
import type { Sessions } from "./sessions.ts";

/** How to reach an Upstash database. */
export interface UpstashOptions {
  readonly url: string;
  readonly token: string;
  /** Put before every key, for example `testnet:`; two environments may share a database. Default none. */
  readonly prefix?: string;
  /** How long a command may take, its one repetition included, in milliseconds; default 1500. */
  readonly timeoutMs?: number;
}

/** One command, so a counter never stays without its expiry. */
const COUNT = "local n = redis.call('INCR', KEYS[1]) " +
  "if n == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end return n";

/**
 * Sessions in this Redis; nothing is sent before the first command.
 *
 * A command whose answer is lost is sent again by the client, and by Deno's `fetch` below it: each of ours ends on the
 * closed side then.
 */
export function upstashSessions(options: UpstashOptions): Sessions {
  const { url, token, prefix = "", timeoutMs = 1500 } = options;
  const redis = new Redis({
    url,
    token,
    enableTelemetry: false,
    // The client would turn the text "true" or "1" into a value of another type.
    automaticDeserialization: false,
    enableAutoPipelining: false,
    retry: { retries: 1, backoff: () => 50 },
    // A function, for with a plain signal the client answers null, not an error, when time is over.
    signal: () => AbortSignal.timeout(timeoutMs),
  });

  /**
   * Runs one command and proves its answer, for a gateway between may answer 200 with anything. The client's errors
   * quote the whole command with its values, so they end here.
   */
  async function command<T>(
    run: () => Promise<unknown>,
    isAnswer: (answer: unknown) => answer is T,
  ): Promise<T> {
    let answer: unknown;
    try {
      answer = await run();
    } catch {
      throw sessionsUnreachable();
    }
    if (isAnswer(answer)) return answer;
    throw sessionsUnreachable();
  }

  return {
    once: async (key, ttlSeconds) => {
      const ex = wholeSeconds(ttlSeconds);
      return await command(() => redis.set(prefix + key, "1", { nx: true, ex }), isOkOrNull) === "OK";
    },
    put: async (key, value, ttlSeconds) => {
      const ex = wholeSeconds(ttlSeconds);
      await command(() => redis.set(prefix + key, value, { ex }), isOk);
    },
    get: (key) => command(() => redis.get(prefix + key), isTextOrNull),
    take: (key) => command(() => redis.getdel(prefix + key), isTextOrNull),
    count: async (key, windowSeconds) => {
      const window = String(wholeSeconds(windowSeconds));
      return await command(() => redis.eval(COUNT, [prefix + key], [window]), isCount);
    },
    close: () => {},
  };
}

const isOk = (answer: unknown): answer is "OK" => answer === "OK";
const isOkOrNull = (answer: unknown): answer is "OK" | null => answer === "OK" || answer === null;
const isTextOrNull = (answer: unknown): answer is string | null =>
  typeof answer === "string" || answer === null;
const isCount = (answer: unknown): answer is number => typeof answer === "number" && answer >= 1;
