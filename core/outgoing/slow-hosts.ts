/**
 * Hosts that let a post run into its time: what else is for them rests for a while, so that one receiver that hangs takes
 * nobody else's turn. Known to this process alone; nothing rests on it but pace.
 * @module
 */

/** How long a host is left alone, in seconds. */
const REST_SECONDS = 30;
/** More are not remembered; the oldest go. */
const MOST_HOSTS = 1_000;

/** Remembers them; see {@link createSlowHosts}. */
export interface SlowHosts {
  /** Milliseconds for which nothing is to be posted to a host; 0 when it may be. */
  readonly restMs: (host: string) => number;
  /** The host has not answered in time. */
  readonly note: (host: string) => void;
}

/** Remembers slow hosts. @param now seconds since 1970 by the process's clock */
export function createSlowHosts(now: () => number): SlowHosts {
  const until = new Map<string, number>();
  return {
    restMs: (host) => Math.max(0, (until.get(host) ?? 0) - now()) * 1000,
    note(host) {
      until.delete(host);
      until.set(host, now() + REST_SECONDS);
      for (const [oldest] of until) if (until.size > MOST_HOSTS) until.delete(oldest);
    },
  };
}
