/**
 * A tap on the line between a gateway and the sandbox: every request passes through it, and a test may act at the very
 * instant at which one arrives, or when it has been done and not answered yet.
 * @module
 */

/** Called with `METHOD /path` at both instants. */
export type OnCall = (call: string, when: "before" | "after") => void | Promise<void>;

/** A tap. */
export interface Tap {
  /** Stands for the sandbox's own address. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Opens a tap before a sandbox. @param sandboxUrl `http://127.0.0.1:PORT/sandbox` */
export function openTap(sandboxUrl: string, onCall: OnCall): Tap {
  const { origin, pathname } = new URL(sandboxUrl);
  const closing = new AbortController();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const url = new URL(request.url);
    const call = `${request.method} ${url.pathname.slice(pathname.length)}`;
    const body = request.body === null ? null : await request.bytes();
    // A stream has no end to wait for, and nothing rests on it.
    const isStream = request.headers.get("accept") === "text/event-stream";
    if (!isStream) await onCall(call, "before");
    const headers = new Headers(request.headers);
    headers.delete("host");
    const answer = await fetch(`${origin}${url.pathname}${url.search}`, {
      method: request.method,
      headers,
      body,
      signal: isStream ? AbortSignal.any([closing.signal, request.signal]) : closing.signal,
    });
    if (isStream) return answer;
    const bytes = await answer.bytes();
    await onCall(call, "after");
    const kept = new Headers(answer.headers);
    kept.delete("content-encoding");
    kept.delete("content-length");
    return new Response(answer.status === 204 ? null : bytes, { status: answer.status, headers: kept });
  });
  async function stop(): Promise<void> {
    closing.abort();
    await server.shutdown();
  }
  return { url: `http://127.0.0.1:${server.addr.port}${pathname}`, stop };
}
