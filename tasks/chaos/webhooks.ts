/**
 * What bank and bureau of a campaign tell gateways: each message goes to one gateway after the other until one takes it, as a
 * provider tries again for days, only sooner. What was taken is remembered, since nobody tells it again.
 * @module
 */

/** The way of webhooks. */
export interface Webhooks {
  /** Sends one, as `fetch` does. */
  readonly send: typeof fetch;
  /** How many were answered with 2xx. */
  readonly taken: () => number;
  /** Sends nothing more. */
  readonly stop: () => void;
}

/** So long a message is offered; the provider comes again by itself later. */
const PATIENCE_MS = 8_000;
const TRY_MS = 3_000;
const AGAIN_MS = 100;

/** Sends webhooks to whichever gateway is alive. @param urls without a slash at the end */
export function webhooksTo(urls: readonly string[]): Webhooks {
  const stopped = new AbortController();
  let turn = 0;
  let taken = 0;

  async function offer(path: string, init: RequestInit): Promise<Response> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        const answer = await fetch(`${urls[turn++ % urls.length]}${path}`, {
          ...init,
          signal: AbortSignal.any([AbortSignal.timeout(TRY_MS), stopped.signal]),
        });
        if (answer.ok) taken++;
        if (answer.ok || performance.now() > end) return answer;
        await answer.body?.cancel();
      } catch (error) {
        // Killed before or while it answered.
        if (performance.now() > end || stopped.signal.aborted) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  return {
    send: (input, init = {}) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input);
      return offer(`${pathname}${search}`, init);
    },
    taken: () => taken,
    stop: () => stopped.abort(),
  };
}
