/**
 * A real Redis server behind Upstash's REST, for tests of the Upstash path.
 * @module
 */
import { serveCuttable } from "./cuttable-server.ts";
import type { CuttableAnswer, CuttableRequest } from "./cuttable-server.ts";
import { connectRedis } from "./redis-client.ts";
import type { Redis, Reply } from "./redis-client.ts";

/** What the bridge does to the next commands instead of answering: after running them, or without. */
export type BridgeFault =
  | "drop the answer"
  | "cut the answer in the midst"
  | "answer 500"
  | "refuse with 429"
  | "answer 200 with nonsense"
  | "hang";

/** A running bridge on an empty Redis. */
export interface RedisBridge extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  /** Commands that reached the bridge, faulty ones included. */
  readonly commands: readonly (readonly string[])[];
  /** How many were refused for their token. */
  readonly refused: number;
  /** Plays a fault on the next `times` commands. */
  fail(fault: BridgeFault, times: number): void;
  /** Lets time pass: every key's time to live gets shorter by `ms`. */
  advance(ms: number): Promise<void>;
  /** Asks Redis itself, past the bridge. */
  ask: Redis["ask"];
  /** Kills Redis with all that it holds; the bridge stays, and answers 503. */
  kill(): Promise<void>;
  /** Starts an empty Redis after {@link kill}. */
  restart(): Promise<void>;
}

/** Shortens each time to live inside Redis, as if the time had passed. */
const ADVANCE = `for _, key in ipairs(redis.call('KEYS', '*')) do
  local left = redis.call('PTTL', key)
  if left > 0 then redis.call('PEXPIRE', key, left - ARGV[1]) end
end return 1`;

/** Starts `redis-server` on a socket of its own, and the REST front on a free port. */
export async function startRedisBridge(): Promise<RedisBridge> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-redis-" });
  const socket = `${folder}/redis.sock`;
  let redis = await startRedis(folder, socket);
  const token = crypto.randomUUID();
  const commands: string[][] = [];
  const faults: BridgeFault[] = [];
  let refused = 0;
  const hanging = Promise.withResolvers<void>();

  const answer = async ({ headers, body }: CuttableRequest): Promise<CuttableAnswer> => {
    if (headers.get("authorization") !== `Bearer ${token}`) {
      refused++;
      return Response.json({ error: "WRONGPASS invalid or missing auth token" }, { status: 401 });
    }
    const command: string[] = JSON.parse(new TextDecoder().decode(body));
    commands.push(command);
    const fault = faults.shift();
    if (fault === "answer 500") return new Response("upstream is away", { status: 500 });
    if (fault === "refuse with 429") {
      return Response.json({ error: "too many requests" }, { status: 429, headers: { "retry-after": "1" } });
    }
    if (fault === "answer 200 with nonsense") return Response.json({ result: { surprise: true } });
    if (fault === "hang") {
      await hanging.promise;
      return new Response(null, { status: 503 });
    }
    let reply: Reply;
    try {
      reply = await redis.ask(command);
    } catch {
      return Response.json({ error: "the database is away" }, { status: 503 });
    }
    if (fault === "drop the answer") return "cut";
    if (fault === "cut the answer in the midst") return "cut in the midst";
    if (reply instanceof Error) return Response.json({ error: reply.message }, { status: 400 });
    const inBase64 = headers.get("upstash-encoding") === "base64";
    return Response.json({ result: inBase64 ? base64(reply) : reply });
  };
  const server = await serveCuttable(answer);

  return {
    url: server.url,
    token,
    commands,
    get refused() {
      return refused;
    },
    fail: (fault, times) => void faults.push(...Array<BridgeFault>(times).fill(fault)),
    advance: async (ms) => void await redis.ask(["EVAL", ADVANCE, "0", String(ms)]),
    ask: (command) => redis.ask(command),
    kill: () => redis.kill(),
    async restart() {
      redis = await startRedis(folder, socket);
    },
    async [Symbol.asyncDispose]() {
      hanging.resolve();
      await server[Symbol.asyncDispose]();
      await redis.kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A server that keeps nothing, with a connection to it. */
async function startRedis(
  folder: string,
  socket: string,
): Promise<Pick<Redis, "ask"> & { kill(): Promise<void> }> {
  const child = new Deno.Command("redis-server", {
    args: ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const { ask, close } = await connectRedis(socket);
  let isOver = false;
  return {
    ask,
    async kill() {
      if (isOver) return;
      isOver = true;
      close();
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

/** As Upstash: all strings but `OK` travel in base64. */
function base64(reply: unknown): unknown {
  if (Array.isArray(reply)) return reply.map(base64);
  return typeof reply === "string" && reply !== "OK" ? new TextEncoder().encode(reply).toBase64() : reply;
}
