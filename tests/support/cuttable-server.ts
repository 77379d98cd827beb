/**
 * An HTTP server that can break a connection instead of answering, which `Deno.serve` cannot.
 * @module
 */
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";

/** A request as it came in. */
export interface CuttableRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What a handler decides: an answer, or to break the connection before a byte of one, or in the midst of it. */
export type CuttableAnswer = Response | "cut" | "cut in the midst";

/** A running server. */
export interface CuttableServer extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
}

/** Serves on a free port of the loopback; disposing breaks what is still open. */
export async function serveCuttable(
  handler: (request: CuttableRequest) => Promise<CuttableAnswer>,
): Promise<CuttableServer> {
  const server = createServer(async (incoming, outgoing) => {
    // What stands behind it may have ended before the last who asked.
    const answer = await read(incoming).then(handler).catch((): CuttableAnswer => "cut");
    if (typeof answer !== "string") {
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
      outgoing.end(new Uint8Array(await answer.arrayBuffer()));
      return;
    }
    if (answer === "cut") return void incoming.socket.destroy();
    outgoing.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    outgoing.write("{", () => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot serve: no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function read(incoming: IncomingMessage): Promise<CuttableRequest> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of incoming) chunks.push(Uint8Array.from(chunk));
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, String(value));
  }
  const body = new Uint8Array(await new Blob(chunks).arrayBuffer());
  return { method: incoming.method ?? "", path: incoming.url ?? "", headers, body };
}
