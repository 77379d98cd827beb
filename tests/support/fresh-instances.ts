/**
 * Each request goes to an instance that has served none, and which is killed once it has answered: what one of them kept to
 * itself, nobody ever sees again.
 * @module
 */
import type { Instance } from "./edge.ts";

/** Serves requests. */
export interface FreshInstances extends AsyncDisposable {
  /** Passes a request on to a new instance. @returns the answer, read whole */
  readonly serve: (request: Request) => Promise<Response>;
  /** How many have served. */
  readonly served: () => number;
}

/** @param start starts an instance; one is always kept ready, so that nobody waits for a start. */
export function freshInstances(start: () => Promise<Instance>): FreshInstances {
  let next = start();
  let served = 0;
  const killed: Promise<number>[] = [];

  return {
    async serve(request) {
      const taken = next;
      next = start();
      // Whoever takes it hears of a failure.
      next.catch(() => {});
      const { process, url } = await taken;
      served++;
      try {
        const { pathname, search } = new URL(request.url);
        const { method, headers } = request;
        const body = method === "GET" || method === "HEAD" ? null : await request.arrayBuffer();
        const answer = await fetch(`${url}${pathname}${search}`, {
          method,
          headers,
          body,
          redirect: "manual",
        });
        const bytes = await answer.arrayBuffer();
        return new Response(bytes.byteLength === 0 ? null : bytes, answer);
      } finally {
        killed.push(process.end("SIGKILL"));
      }
    },
    served: () => served,
    async [Symbol.asyncDispose]() {
      await next.then(({ process }) => process.end("SIGKILL"), () => {});
      await Promise.all(killed);
    },
  };
}
