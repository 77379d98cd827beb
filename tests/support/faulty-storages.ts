/**
 * Servers that answer badly: a journey whose records and sessions lie there has to end as it does on good ones.
 * @module
 */
import {
  changesRecords,
  everyWriteLost,
  type FaultPlan,
  FAULTS,
  inTurn,
  startFaultProxy,
} from "./fault-proxy.ts";
import type { Fault, FaultProxy, SeenRequest } from "./fault-proxy.ts";
import { type Needing, needs, redisServer, type TestBody } from "./machine.ts";
import { type RedisBridge, startRedisBridge } from "./redis-bridge.ts";
import { sqld, startSqld } from "./sqld.ts";
import type { StartedStorage, StorageKind } from "./storages.ts";

/** What stands before the servers does to each new request by its plan. */
export interface Misbehaviour {
  readonly records: FaultPlan;
  readonly sessions: FaultPlan;
}

/** Servers of one place, and what stands before them. */
export interface FaultyStorage extends StartedStorage {
  readonly records: FaultProxy;
  readonly sessions: FaultProxy;
  readonly redis: RedisBridge;
}

/** Starts them, empty. */
export async function startFaultyStorage(how: Misbehaviour): Promise<FaultyStorage> {
  const [database, redis] = await Promise.all([startSqld(), startRedisBridge()]);
  const records = await startFaultProxy({ target: database.url, plan: how.records });
  const sessions = await startFaultProxy({ target: redis.url, plan: how.sessions });
  return {
    variables: {
      LIBSQL_URL: records.url,
      UPSTASH_REDIS_REST_URL: sessions.url,
      UPSTASH_REDIS_REST_TOKEN: redis.token,
    },
    databaseUrl: database.url,
    records,
    sessions,
    redis,
    async stop() {
      for (const server of [records, sessions, redis, database]) await server[Symbol.asyncDispose]();
    },
  };
}

/** For a test that starts them itself; see `needs`. */
export function needsServers(body: TestBody): Needing {
  const { ignore, fn } = needs(redisServer, body);
  const needing = needs(sqld, fn);
  return { ignore: ignore || needing.ignore, fn: needing.fn };
}

/** Neither does anything of its own accord. */
export const noFaults: Misbehaviour = { records: () => null, sessions: () => null };

/** Every write is done, and the first answer to it lost. Every command of the sessions may write. */
export const everyAnswerLost: Misbehaviour = {
  records: everyWriteLost(changesRecords, "lost before a byte of the answer"),
  sessions: everyWriteLost(isCommand, "lost before a byte of the answer"),
};

/** All that costs no seconds. */
export const QUICK_FAULTS: readonly Fault[] = FAULTS.filter((fault) => fault !== "lost for being late");

/** One new request in a few meets a fault, of each kind in turn. */
export const allFaultsInTurn: Misbehaviour = {
  records: inTurn(5, QUICK_FAULTS),
  sessions: inTurn(2, QUICK_FAULTS),
};

/** See {@link everyAnswerLost}. */
export const answersLost: StorageKind = faulty(
  "remote, the first answer of every write lost",
  everyAnswerLost,
);

/** See {@link allFaultsInTurn}. */
export const faultsInTurn: StorageKind = faulty("remote, one fault after the other", allFaultsInTurn);

function faulty(name: string, how: Misbehaviour): StorageKind {
  return { name, tools: [sqld, redisServer], start: () => startFaultyStorage(how) };
}

function isCommand({ method }: SeenRequest): boolean {
  return method === "POST";
}
