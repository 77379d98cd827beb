/**
 * A tiny HTTP server that answers as it is told: for answers that a good Horizon would never give.
 * @module
 */
import { createHorizon } from "../../../core/stellar/horizon.ts";
import type { Horizon } from "../../../core/stellar/horizon.ts";

/** The passphrase that it names and that its reader expects. */
export const PASSPHRASE = "Test SDF Network ; September 2015";

/** What is answered: a status with a JSON body, or a response of its own. */
export type Reply = readonly [status: number, body: unknown] | Response;

/** Answers a request for `path` (with its query); undefined leaves it to the defaults. */
export type Script = (path: string, request: Request) => Reply | Promise<Reply> | undefined;

/** A running server with a reader that talks to it. */
export interface ScriptedHorizon extends AsyncDisposable {
  readonly url: string;
  readonly horizon: Horizon;
  /** Every path that was asked for, in order. */
  readonly asked: string[];
}

/** The body of Horizon's own not-found. */
export const NOT_FOUND_PROBLEM = {
  type: "https://stellar.org/horizon-errors/not_found",
  title: "Resource Missing",
  status: 404,
  detail: "The resource at the url requested was not found.",
};

/** Horizon's own not-found. */
export const NOT_FOUND: Reply = [404, NOT_FOUND_PROBLEM];

/** A root of this network. */
export function root(latest = 500, elder = 1, passphrase = PASSPHRASE): Reply {
  return [200, {
    network_passphrase: passphrase,
    history_latest_ledger: latest,
    history_elder_ledger: elder,
    history_latest_ledger_closed_at: "2026-11-21T10:00:00Z",
  }];
}

/** Starts it; disposing stops it. Without an answer of the script the root is good and all else is a plain 404. */
export function scriptedHorizon(script: Script, timeoutMs = 2000): ScriptedHorizon {
  const asked: string[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      asked.push(pathname + search);
      const reply = await script(pathname + search, request) ??
        (pathname === "/" ? root() : [404, "no such page"]);
      if (reply instanceof Response) return reply;
      const [status, body] = reply;
      return Response.json(body, { status });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    url,
    asked,
    horizon: createHorizon({ url, passphrase: PASSPHRASE, timeoutMs }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
