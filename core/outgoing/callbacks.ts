/**
 * Posts callbacks to wallets: signed anew for each try, tried again a bounded number of times, then given up
 * (R-06-170, R-12-99). What the receiver answers is looked at for its status alone.
 * @module
 */
import { z } from "zod";
import type { Signer } from "../auth/mod.ts";
import type { Performance } from "../effects.ts";
import { Refusal } from "../refusal.ts";
import { signatureHeaders } from "./callback-signature.ts";
import { type GuardedFetch, GuardedFetchError } from "./mod.ts";
import type { SlowHosts } from "./slow-hosts.ts";

/** What an effect that posts a callback carries. */
export const callbackBody = z.object({
  url: z.string(),
  /** The body, made when its event was decided and sent as it is. */
  text: z.string(),
});

/** One callback. */
export type Callback = z.output<typeof callbackBody>;

/** What posting needs. */
export interface CallbackPosting {
  readonly outgoing: Pick<GuardedFetch, "fetch">;
  readonly signer: Pick<Signer, "sign">;
  /** Seconds since 1970 by the process's clock (M-29). */
  readonly now: () => number;
  readonly slowHosts: SlowHosts;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits after the first, second … try; after one more try the callback is given up, some four and a half hours in all. */
const WAITS_MS: readonly number[] = [
  5 * SECOND,
  20 * SECOND,
  MINUTE,
  5 * MINUTE,
  20 * MINUTE,
  HOUR,
  3 * HOUR,
];

/**
 * Posts once, unless the host has just let another one hang.
 * @param tries how often it was begun, this time included
 */
export async function postCallback(
  { outgoing, signer, now, slowHosts }: CallbackPosting,
  { url, text }: Callback,
  tries: number,
): Promise<Performance> {
  const target = new URL(url);
  const restMs = slowHosts.restMs(target.host);
  if (restMs > 0) return { kind: "untried", afterMs: restMs };
  const failure = await failureOf(async () => {
    const { status } = await outgoing.fetch(target, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        ...signatureHeaders(signer, { t: now(), url: target, body: text }),
      },
      body: text,
      headOnly: true,
    });
    return status >= 200 && status < 300 ? null : `callback.status_${status}`;
  });
  if (failure === null) return { kind: "done" };
  const { error, isUnsent } = failure;
  if (error === "callback.timed_out") slowHosts.note(target.host);
  const afterMs = WAITS_MS[tries - 1];
  return afterMs === undefined ? { kind: "give_up", error } : { kind: "retry", error, afterMs, isUnsent };
}

/** Why a post failed, and whether no byte of it can have left. */
interface Failure {
  readonly error: string;
  readonly isUnsent: boolean;
}

async function failureOf(post: () => Promise<string | null>): Promise<Failure | null> {
  try {
    const error = await post();
    return error === null ? null : { error, isUnsent: false };
  } catch (error) {
    if (error instanceof GuardedFetchError) return { error: `callback.${error.code}`, isUnsent: !error.sent };
    throw error;
  }
}

/** Longer addresses are nobody's. */
const LONGEST_URL = 2048;

/** Milliseconds within which a name's addresses are looked up when a callback is set. */
const LOOK_UP_MS = 1_000;

/**
 * Judges the address that a wallet gives for its callbacks, by the rules by which it is posted to (R-06-58, R-12-98).
 * A name that cannot be looked up now is taken: the wallet may set it up later, and each post judges anew.
 * @throws {Refusal} 400 for what is no absolute HTTPS address, or leads into a private network
 */
export async function checkCallbackUrl(guard: Pick<GuardedFetch, "judge">, url: string): Promise<void> {
  // The URL parser takes `https:host` and forgives spaces and line breaks; whoever verifies the host may not.
  const isPlain = url.length <= LONGEST_URL && /^https?:\/\/[^\s\\]+$/i.test(url);
  const verdict = isPlain ? await guard.judge(url, LOOK_UP_MS) : "url_refused";
  if (verdict === "url_refused") throw new Refusal("callback.url_invalid", { most: LONGEST_URL });
  if (verdict === "address_refused") throw new Refusal("callback.url_private");
}
