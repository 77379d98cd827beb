/**
 * A small RESP2 client: one command at a time over a Unix socket.
 * @module
 */

/** What Redis answers; an error reply is a value, not a throw. */
export type Reply = string | number | null | Error | Reply[];

/** A connection to Redis. */
export interface Redis {
  ask(command: readonly string[]): Promise<Reply>;
  close(): void;
}

/** Connects as soon as the server listens, within ten seconds. */
export async function connectRedis(path: string): Promise<Redis> {
  const connection = await connected(path);
  const reader = lineReader(connection);
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask(command) {
      const run = async () => {
        await write(connection, encode(command));
        return await reader.reply();
      };
      const next = last.then(run, run);
      last = next;
      return next;
    },
    close: () => connection.close(),
  };
}

async function connected(path: string): Promise<Deno.Conn> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    try {
      return await Deno.connect({ transport: "unix", path });
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resume) => setTimeout(resume, 10));
    }
  }
}

function encode(command: readonly string[]): Uint8Array {
  const text = new TextEncoder();
  const parts = command.map((part) => `$${text.encode(String(part)).length}\r\n${part}\r\n`);
  return text.encode(`*${command.length}\r\n${parts.join("")}`);
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

function lineReader(connection: Deno.Conn) {
  let buffer = new Uint8Array(0);
  const text = new TextDecoder();

  async function more(): Promise<void> {
    const chunk = new Uint8Array(16_384);
    const size = await connection.read(chunk);
    if (size === null) throw new Error("Cannot read from Redis: the connection ended");
    const joined = new Uint8Array(buffer.length + size);
    joined.set(buffer);
    joined.set(chunk.subarray(0, size), buffer.length);
    buffer = joined;
  }

  async function bytes(size: number): Promise<string> {
    while (buffer.length < size) await more();
    const taken = text.decode(buffer.subarray(0, size));
    buffer = buffer.slice(size);
    return taken;
  }

  async function line(): Promise<string> {
    let end = buffer.indexOf(0x0a);
    while (end < 0) {
      await more();
      end = buffer.indexOf(0x0a);
    }
    return (await bytes(end + 1)).slice(0, -2);
  }

  async function reply(): Promise<Reply> {
    const head = await line();
    const rest = head.slice(1);
    switch (head[0]) {
      case "+":
        return rest;
      case "-":
        return new Error(rest);
      case ":":
        return Number(rest);
      case "$":
        return rest === "-1" ? null : (await bytes(Number(rest) + 2)).slice(0, -2);
      case "*": {
        const items: Reply[] = [];
        for (let i = 0; i < Number(rest); i++) items.push(await reply());
        return items;
      }
      default:
        throw new Error("Cannot read from Redis: unknown reply");
    }
  }

  return { reply };
}
