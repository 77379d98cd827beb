/**
 * A gateway with weather around it: its bank, bureau, ledger, database and Redis are other programs' or this test's own, each
 * behind a proxy; wallets come through a door at which every answer is judged. Time passes by rounds.
 * @module
 */
import { importSeed } from "../../../core/auth/mod.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { type Database, openDatabase } from "../../../core/records/database.ts";
import { sandboxKyc } from "../../../kyc-providers/sandbox/mod.ts";
import { run, type Running } from "../../../main.ts";
import { chaosConfig } from "../../../tasks/chaos/config.ts";
import { type ChaosOutside, startChaosOutside } from "../../../tasks/chaos/outside.ts";
import { keptLog } from "../../support/gateway.ts";
import { type JudgedDoor, openJudgedDoor } from "../../support/judged-door.ts";
import { freePort } from "../../support/ports.ts";
import { startRedisBridge } from "../../support/redis-bridge.ts";
import { startSqld } from "../../support/sqld.ts";
import { startWeather, type Weather } from "../../support/weather.ts";
import { lockAccount } from "./locked-account.ts";

/** The place. */
export interface StormyPlace extends AsyncDisposable {
  readonly weather: Weather;
  readonly door: JudgedDoor;
  /** Past all proxies. */
  readonly outside: ChaosOutside;
  /** Past the proxy, too. */
  readonly db: Database;
  readonly running: Running;
  /** Of an account whose own key has no weight, and of which Horizon says something strange whenever it is asked. */
  readonly lockedSeed: string;
  /** What the gateway logged, a line each. */
  readonly lines: readonly string[];
  readonly faults: readonly string[];
}

/** How far the database's clock moves with a round, and how long the process rests between two. */
const ROUND_MS = 3_000;
const REST_MS = 100;

/** Opens it in fair weather. @param locked address of a caller who must never be let in */
export async function openStormyPlace(seed: number, locked: string): Promise<StormyPlace> {
  const stack = new AsyncDisposableStack();
  try {
    const dataDir = await Deno.makeTempDir({ prefix: "kedge-" });
    stack.defer(() => Deno.remove(dataDir, { recursive: true }));
    const port = freePort();
    const publicUrl = `http://localhost:${port}`;
    const [database, redis, outside] = await Promise.all([
      startSqld(),
      startRedisBridge(),
      startChaosOutside(dataDir, { PUBLIC_URL: publicUrl }, [publicUrl], Date.now),
    ]);
    stack.use(database);
    stack.use(redis);
    stack.defer(() => outside.stop());
    const { sandboxUrl } = outside;
    const lockedSeed = await lockAccount(outside);
    const weather = stack.use(
      await startWeather({
        targets: {
          horizon: outside.horizonUrl,
          bank: `${sandboxUrl}/bank`,
          kyc: `${sandboxUrl}/kyc`,
          database: database.url,
          redis: redis.url,
        },
        seed,
        exposed: `/accounts/${importSeed(lockedSeed).account}`,
      }),
    );
    const { log, lines, faults } = keptLog();
    const running = await run({
      variables: {
        DATA_DIR: dataDir,
        PORT: String(port),
        PUBLIC_URL: publicUrl,
        SANDBOX_LIBSQL_URL: `file:${dataDir}/unused.db`,
        HORIZON_URL: weather.urls.horizon,
        LIBSQL_URL: weather.urls.database,
        UPSTASH_REDIS_REST_URL: weather.urls.redis,
        UPSTASH_REDIS_REST_TOKEN: redis.token,
        TRUSTED_PROXIES: "127.0.0.1",
      },
      mode: "dev",
      log,
      jobs: false,
      async config(inputs) {
        const given = await chaosConfig(weather.urls.bank.replace(/\/bank$/, ""))(inputs);
        const bureau = sandboxKyc({ url: weather.urls.kyc, token: inputs.sandboxKey });
        return { ...given, kyc: { bureau: { module: bureau } } };
      },
    });
    stack.defer(() => running.stop());
    const db = await openDatabase({ url: database.url, onDeploy: false });
    stack.defer(() => db.close());
    const door = stack.use(await openJudgedDoor(running.url, locked));
    const rounds = startRounds(running, db);
    stack.defer(() => rounds.stop());
    const moved = stack.move();
    return {
      weather,
      door,
      outside,
      db,
      running,
      lockedSeed,
      lines,
      faults,
      [Symbol.asyncDispose]: () => moved.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** Runs every job once, moves the clock, and so on until it is stopped. */
function startRounds({ gateway }: Running, db: Database) {
  let isOver = false;
  const ended = (async () => {
    while (!isOver) {
      await gateway.runner.tick(10_000);
      await moveClock(db, ROUND_MS);
      await new Promise((resolve) => setTimeout(resolve, REST_MS));
    }
  })();
  return {
    async stop() {
      isOver = true;
      await ended;
    },
  };
}
