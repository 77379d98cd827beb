/**
 * A client that costs little: HTTP/1.1 by hand over connections that stay open. Each connection sends a few requests at
 * once and reads their answers in order, so that the server never waits for a client on the same machine.
 * @module
 */

/** A request. */
export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Connections to one server. */
export interface HttpClient {
  /** Sends all, spread over the connections; answers in the order of the calls. @throws when a connection ends */
  readonly send: (calls: readonly Call[]) => Promise<Answer[]>;
  readonly close: () => void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Connects.
 * @param options.url only host and port count
 * @param options.connections how many at a time; 16 when absent
 * @param options.depth how many requests a connection sends before it reads; 4 when absent
 */
export async function openHttpClient(
  { url, connections = 16, depth = 4 }: {
    readonly url: string;
    readonly connections?: number;
    readonly depth?: number;
  },
): Promise<HttpClient> {
  const { hostname, port, host } = new URL(url);
  const open = await Promise.all(
    Array.from({ length: connections }, () => Deno.connect({ hostname, port: Number(port) })),
  );
  for (const connection of open) connection.setNoDelay();
  const wires = open.map((connection) => ({ connection, reader: answerReader(connection) }));

  return {
    async send(calls) {
      const answers: Answer[] = new Array(calls.length);
      let next = 0;
      await Promise.all(wires.map(async ({ connection, reader }) => {
        while (next < calls.length) {
          const from = next;
          const batch = calls.slice(from, from + depth);
          next += batch.length;
          await writeAll(connection, encoder.encode(batch.map((call) => wireForm(call, host)).join("")));
          for (let at = from; at < from + batch.length; at++) answers[at] = await reader();
        }
      }));
      return answers;
    },
    close: () => open.forEach((connection) => connection.close()),
  };
}

/** A request as it goes over the wire. */
export function wireForm({ method, path, headers = {}, body }: Call, host: string): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (body !== undefined) lines.push(`content-length: ${encoder.encode(body).length}\r\n`);
  return `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n${lines.join("")}\r\n${body ?? ""}`;
}

/** Reads one answer after the other. @throws when the stream ends within one, or one has no length */
export function answerReader(
  stream: { readonly read: (into: Uint8Array) => Promise<number | null> },
): () => Promise<Answer> {
  let bytes = new Uint8Array(64 * 1024);
  let begin = 0;
  let end = 0;

  async function more(): Promise<void> {
    if (end === bytes.length) {
      const room = begin > bytes.length / 2 ? bytes.length : bytes.length * 2;
      const moved = new Uint8Array(room);
      moved.set(bytes.subarray(begin, end));
      [bytes, begin, end] = [moved, 0, end - begin];
    }
    const read = await stream.read(bytes.subarray(end));
    if (read === null) throw new Error("Cannot read an answer: the connection was closed");
    end += read;
  }

  return async () => {
    let head = headLength(bytes, begin, end);
    while (head < 0) {
      await more();
      head = headLength(bytes, begin, end);
    }
    const text = decoder.decode(bytes.subarray(begin, begin + head));
    const length = /^content-length: *(\d+)/im.exec(text)?.[1];
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
    if (length === undefined && status !== 204) {
      throw new Error(`Cannot read an answer without a length: ${status}`);
    }
    begin += head;
    const size = Number(length ?? "0");
    while (end - begin < size) await more();
    const body = decoder.decode(bytes.subarray(begin, begin + size));
    begin += size;
    if (begin === end) begin = end = 0;
    return { status, body };
  };
}

/** Bytes of a head with the empty line that ends it; -1 while it is not whole. */
function headLength(bytes: Uint8Array, begin: number, end: number): number {
  for (let at = bytes.indexOf(13, begin); at >= 0 && at + 3 < end; at = bytes.indexOf(13, at + 1)) {
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at + 4 - begin;
  }
  return -1;
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await connection.write(bytes.subarray(written));
}
