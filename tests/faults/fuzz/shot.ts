/**
 * One generated request: what is sent, and what its generator knows of how it has to be answered.
 * @module
 */

/** A bearer token, or what is sent in its place. */
export interface TokenShown {
  readonly name: string;
  /** The `Authorization` header, or none. */
  readonly header: string | null;
  /** Whose it is; `null`: it must open nothing. */
  readonly sub: string | null;
}

/** A request. */
export interface Shot {
  /** Method and template as the router lists them, for example `GET /sep6/info`. */
  readonly door: string;
  readonly method: string;
  /** Path and query as they stand in the URL. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array<ArrayBuffer> | null;
  /** Sent in pieces, without a length. */
  readonly chunked: boolean;
  readonly token: TokenShown;
  /** Languages of which one must answer. */
  readonly languages: readonly string[];
  /** Why it must be refused; `null` where it may go either way. */
  readonly wrong: string | null;
  /** Nothing about it is wrong, so it has to be served. */
  readonly fine: boolean;
  /** Address of the client. */
  readonly from: string;
  /** Of a page: who comes. Absent elsewhere. */
  readonly visitor?: { readonly name: string; readonly isIn: boolean };
  /** Of a page: it is only looked at, which lets nobody in and writes nothing. */
  readonly looks?: boolean;
  /** Of a page: what the script asks for. */
  readonly answersJson?: boolean;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Milliseconds. */
  readonly took: number;
}

/** How an application is called in process. */
export interface Callable {
  readonly fetch: (request: Request, env: object) => Response | Promise<Response>;
}

/** Bytes in one piece of a chunked body. */
const PIECE = 64 * 1024;

/** Sends it into the application. */
export async function fire(app: Callable, publicUrl: string, shot: Shot): Promise<Answer> {
  const headers = new Headers();
  for (const [name, value] of shot.headers) headers.append(name, value);
  if (shot.token.header !== null) headers.set("authorization", shot.token.header);
  const body = shot.body === null ? null : shot.chunked ? inPieces(shot.body) : shot.body;
  const request = new Request(`${publicUrl}${shot.target}`, { method: shot.method, headers, body });
  const begun = performance.now();
  const response = await app.fetch(request, {
    remoteAddr: { transport: "tcp", hostname: shot.from, port: 40_000 },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, took: performance.now() - begun };
}

function inPieces(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + PIECE));
      at += PIECE;
    },
  });
}

/** The request as a command that somebody can repeat; long bodies and tokens are named, not printed. */
export function describe(shot: Shot): string {
  const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const headers = shot.headers.map(([name, value]) => ` -H ${quote(`${name}: ${shorten(value)}`)}`).join("");
  const token = shot.token.header === null ? "" : ` -H 'authorization: <${shot.token.name}>'`;
  const body = shot.body === null
    ? ""
    : ` --data-binary ${
      quote(shorten(new TextDecoder("latin1").decode(shot.body.subarray(0, 2000)), 1500))
    }` +
      ` # ${shot.body.length} bytes${shot.chunked ? ", chunked" : ""}`;
  return `curl -X ${shot.method} ${
    quote(`$PUBLIC_URL${shorten(shot.target, 3000)}`)
  }${headers}${token}${body}`;
}

function shorten(text: string, most = 300): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length} characters)`;
}
