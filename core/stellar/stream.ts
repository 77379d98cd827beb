/**
 * Wakes the watch job when something happens on our accounts. Nothing rests on it: what it misses the job reads anyway.
 * @module
 */
import type { HorizonFetch } from "./horizon-request.ts";

/** What to listen to. */
export interface LedgerStreamOptions {
  /** Horizon's address. */
  readonly url: string;
  readonly accounts: readonly string[];
  /** Called when one of the accounts has news; it must not throw. */
  readonly wake: () => void;
  readonly fetch?: HorizonFetch;
  /** First pause before a stream that ended is opened again, in milliseconds; doubles up to 30 s while it fails. */
  readonly pauseMs?: number;
  /** Milliseconds without a byte after which a stream is given up: its other end may be gone without a word. */
  readonly idleMs?: number;
}

/** Streams that are open until they are closed. */
export interface LedgerStream {
  /** Closes them; resolves when none is left. */
  close(): Promise<void>;
}

const LONGEST_PAUSE_MS = 30_000;
const IDLE_MS = 120_000;

/** Opens one stream for each account, and again whenever one ends. */
export function openLedgerStream(options: LedgerStreamOptions): LedgerStream {
  const { accounts, wake, fetch = globalThis.fetch, pauseMs = 1000, idleMs = IDLE_MS } = options;
  const base = options.url.replace(/\/+$/, "");
  const closing = new AbortController();
  const { signal } = closing;

  async function follow(account: string): Promise<void> {
    let pause = pauseMs;
    while (!signal.aborted) {
      const opened = await listen(`${base}/accounts/${account}/operations?cursor=now`);
      pause = opened ? pauseMs : Math.min(pause * 2, LONGEST_PAUSE_MS);
      await pauseFor(pause, signal);
    }
  }

  /** Until the stream ends; false when it did not even open. */
  async function listen(address: string): Promise<boolean> {
    const connection = new AbortController();
    const cut = () => connection.abort();
    signal.addEventListener("abort", cut);
    let idle = setTimeout(cut, idleMs);
    let opened = false;
    try {
      const response = await fetch(address, {
        headers: { accept: "text/event-stream" },
        redirect: "error",
        signal: connection.signal,
      });
      if (!response.ok || response.body === null) {
        await response.body?.cancel();
        return false;
      }
      opened = true;
      // What happened before it was open, between two streams for example, shows in none.
      wake();
      let rest = "";
      for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
        clearTimeout(idle);
        idle = setTimeout(cut, idleMs);
        const lines = (rest + chunk).split("\n");
        rest = lines.pop() ?? "";
        // Only records have an id; greetings and good-byes have none.
        if (lines.some((line) => line.startsWith("id:"))) wake();
        if (rest.length > LONGEST_LINE) return true;
      }
      return true;
    } catch {
      return opened;
    } finally {
      clearTimeout(idle);
      signal.removeEventListener("abort", cut);
    }
  }

  const following = Promise.all(accounts.map(follow));
  return {
    close: async () => {
      closing.abort();
      await following;
    },
  };
}

/** Characters of a line that never ends after which a stream is given up. */
const LONGEST_LINE = 1_000_000;

function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    if (signal.aborted) return resume();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resume();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}
