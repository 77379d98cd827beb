/**
 * Sessions in Redis over Upstash's REST.
 * @module
 */
// This entry reads no environment variables, so it needs no permission for them.
import { Redis } from "@upstash/redis/cloudflare";
import type { Refusal } from "../refusal.ts";
import { CLAIM, COUNT, GET, ONCE, PUT, TAKE } from "./scripts.ts";
import { firstOf, sessionsUnreachable, standing, wholeSeconds } from "./sessions.ts";
import type { Sessions } from "./sessions.ts";

/** How to reach an Upstash database. */
export interface UpstashOptions {
  readonly url: string;
  readonly token: string;
  /** Put before every key, for example `testnet:`; two environments may share a database. Default none. */
  readonly prefix?: string;
  /** How long a command may take, its repetitions included, in milliseconds; default 3000. */
  readonly timeoutMs?: number;
}

/** A command is sent so often at most, and each time may take half of what is left. */
const TRIES = 3;
/** A try that has less time than this left is not begun. */
const SHORTEST_TRY_MS = 20;
/** How long a value that was taken waits for its taker to ask again; longer than any command takes. */
const TAKEN_SECONDS = 10;

/**
 * Sessions in this Redis; nothing is sent before the first command.
 *
 * A command that got no answer, or one that makes no sense, is sent again, also by Deno's `fetch` below the client;
 * {@link ONCE} and the others are made for that.
 */
export function upstashSessions(options: UpstashOptions): Sessions {
  const { url, token, prefix = "", timeoutMs = 3000 } = options;
  let tryMs = timeoutMs;
  const redis = new Redis({
    url,
    token,
    enableTelemetry: false,
    // The client would turn the text "true" or "1" into a value of another type.
    automaticDeserialization: false,
    enableAutoPipelining: false,
    // Ours are below: the client sends again only what never reached the server.
    retry: { retries: 0 },
    // A function, for with a plain signal the client answers null, not an error, when time is over. The client calls it
    // before anything else can set another time.
    signal: () => AbortSignal.timeout(tryMs),
  });

  /**
   * Runs one script and proves its answer, for a gateway between may answer 200 with anything. The client's errors quote
   * the whole command with its values, so they end here.
   */
  async function run<T>(
    script: string,
    keys: readonly string[],
    args: readonly string[],
    isAnswer: (answer: unknown) => answer is T,
  ): Promise<T> {
    const end = performance.now() + timeoutMs;
    const named = keys.map((key) => prefix + key);
    for (let attempt = 1;; attempt++) {
      const left = end - performance.now();
      if (attempt > TRIES || left < SHORTEST_TRY_MS) throw sessionsUnreachable();
      try {
        tryMs = Math.ceil(attempt < TRIES ? left / 2 : left);
        const answer: unknown = await redis.eval(script, named, [...args]);
        if (isAnswer(answer)) return answer;
      } catch (error) {
        if (isTokenRefused(error)) throw tokenRefused();
      }
      await pause(attempt, end);
    }
  }

  async function countEach(keys: readonly string[], windowSeconds: number): Promise<readonly number[]> {
    const args = [crypto.randomUUID(), String(wholeSeconds(windowSeconds))];
    return await run(
      COUNT,
      keys,
      args,
      (answer): answer is number[] => isCounts(answer) && answer.length === keys.length,
    );
  }

  return {
    once: async (key, ttlSeconds) =>
      await run(ONCE, [key], [crypto.randomUUID(), String(wholeSeconds(ttlSeconds))], isCount) === 1,
    claim: async (key, value, ttlSeconds) =>
      standing(valueOf(await run(CLAIM, [key], [value, String(wholeSeconds(ttlSeconds))], isValue))),
    put: async (key, value, ttlSeconds) => {
      await run(PUT, [key], [value, String(wholeSeconds(ttlSeconds))], isCount);
    },
    get: async (key) => valueOf(await run(GET, [key], [], isValue)),
    take: async (key) => {
      const mine = `taken:${crypto.randomUUID()}`;
      return valueOf(await run(TAKE, [key, mine], [String(TAKEN_SECONDS)], isValue));
    },
    count: async (key, windowSeconds) => firstOf(await countEach([key], windowSeconds)),
    countEach,
    close: () => {},
  };
}

const isCount = (answer: unknown): answer is number => typeof answer === "number" && answer >= 0;
const isCounts = (answer: unknown): answer is number[] => Array.isArray(answer) && answer.every(isCount);
const isValue = (answer: unknown): answer is string =>
  typeof answer === "string" && (answer.startsWith("+") || answer === "-");
const valueOf = (answer: string): string | null => answer === "-" ? null : answer.slice(1);

/** What no repetition cures: the server knows this token not, or not for this. */
function isTokenRefused(error: unknown): boolean {
  return error instanceof Error && /^(WRONGPASS|NOPERM|NOAUTH|Unauthorized)\b/.test(error.message);
}

/** For the log, where an operator reads it; a caller gets the same answer as of a store that is away. */
function tokenRefused(): Refusal {
  return sessionsUnreachable("the store refuses the token: check UPSTASH_REDIS_REST_TOKEN");
}

/** A moment, then a longer one, of no fixed length: many instances shall not ask again together. */
async function pause(attempt: number, end: number): Promise<void> {
  const wait = 20 * 8 ** (attempt - 1) * (0.5 + Math.random());
  const left = end - performance.now() - SHORTEST_TRY_MS;
  if (attempt < TRIES && left > 0) {
    await new Promise((resume) => setTimeout(resume, Math.min(wait, left)));
  }
}
