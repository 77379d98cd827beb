/**
 * Where a gateway's records and sessions can live: embedded in a file, or on servers. Each place of a test gets its own,
 * empty one.
 * @module
 */
import type { Tool } from "./machine.ts";
import { redisServer } from "./machine.ts";
import { startRedisBridge } from "./redis-bridge.ts";
import { sqld, startSqld } from "./sqld.ts";

/** A kind of storage. */
export interface StorageKind {
  readonly name: string;
  /** What the machine has to have for it. */
  readonly tools: readonly Tool[];
  /** Starts it, empty; `dataDir` is the folder of the gateways that use it. */
  readonly start: (dataDir: string) => Promise<StartedStorage>;
}

/** Storage of one place. */
export interface StartedStorage {
  /** Tells a gateway where it is. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where the test itself looks into the records: past whatever stands between them and the gateways. */
  readonly databaseUrl: string;
  readonly stop: () => Promise<void>;
}

/** Records and sessions in a file of the data folder. */
export const embedded: StorageKind = {
  name: "embedded",
  tools: [],
  start: (dataDir) =>
    Promise.resolve({
      variables: {},
      databaseUrl: `file:${dataDir}/kedge.db`,
      stop: () => Promise.resolve(),
    }),
};

/** Records in a libSQL server, sessions in Redis behind Upstash's REST. */
export const remote: StorageKind = {
  name: "remote",
  tools: [sqld, redisServer],
  async start() {
    const [database, sessions] = await Promise.all([startSqld(), startRedisBridge()]);
    return {
      variables: {
        LIBSQL_URL: database.url,
        UPSTASH_REDIS_REST_URL: sessions.url,
        UPSTASH_REDIS_REST_TOKEN: sessions.token,
      },
      databaseUrl: database.url,
      async stop() {
        await sessions[Symbol.asyncDispose]();
        await database[Symbol.asyncDispose]();
      },
    };
  },
};
