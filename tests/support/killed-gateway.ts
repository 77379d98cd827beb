/**
 * A gateway in a process of its own that a test kills at an instant of its choosing and starts again, over records in one
 * file; bank, bureau and ledger live outside of it.
 * @module
 */
import { moveClock } from "../../core/records/clock.ts";
import { type Database, openDatabase } from "../../core/records/database.ts";
import { booksAgree } from "./books-agree.ts";
import { startOutside } from "./outside.ts";
import { outsideWorld } from "./outside-world.ts";
import { freePort } from "./ports.ts";
import { startProcess, type TestProcess } from "./process.ts";
import { type OnCall, openTap } from "./tap.ts";
import type { World } from "./world.ts";

/** An instant between recording and acting, at which the gateway dies. */
export interface Instant {
  /** `METHOD /path` of a request to the world outside. */
  readonly call: RegExp;
  readonly when: "before" | "after";
}

/** Such a gateway, running. */
export interface KilledGateway extends AsyncDisposable {
  readonly world: World;
  readonly db: Database;
  /** Kills it at an instant; what waits for the answer waits for ever. Resolves when it is dead. */
  readonly killAt: (instant: Instant) => Promise<void>;
  /** Starts it again; what the dead one held is free. */
  readonly restart: () => Promise<void>;
  /** Ends it in order, and fails unless books, bank and ledger agree. */
  readonly settle: () => Promise<void>;
}

/** Starts one. @param more further variables of its environment */
export async function killedGateway(more: Readonly<Record<string, string>> = {}): Promise<KilledGateway> {
  const port = freePort();
  const publicUrl = `http://localhost:${port}`;
  const outside = await startOutside({ PUBLIC_URL: publicUrl });
  let onCall: OnCall = () => {};
  const tap = openTap(outside.sandbox.url, (call, when) => onCall(call, when));
  const start = (): Promise<TestProcess> =>
    startProcess({
      program: "tests/support/gateway-child.ts",
      folder: outside.dataDir,
      variables: {
        ...more,
        DATA_DIR: outside.dataDir,
        SANDBOX_LIBSQL_URL: `file:${outside.dataDir}/unused.db`,
        TEST_SANDBOX_URL: tap.url,
        HORIZON_URL: `${tap.url}/horizon`,
        PORT: String(port),
      },
      readyAt: publicUrl,
    });
  let gateway = await start();
  const db = await openDatabase({ url: `file:${outside.dataDir}/kedge.db`, onDeploy: false });
  const world = outsideWorld(outside, publicUrl, { describe: () => gateway.output(), db });
  return {
    world,
    db,
    killAt: (instant) =>
      new Promise((resolve) => {
        onCall = async (call, when) => {
          if (when !== instant.when || !instant.call.test(call)) return;
          onCall = () => {};
          await gateway.end("SIGKILL");
          resolve();
        };
      }),
    async restart() {
      await moveClock(db, 70_000);
      gateway = await start();
    },
    async settle() {
      await gateway.end("SIGTERM");
      const { code, issuer } = outside.environment.asset;
      const [row] = await db.query({
        sql: "select account from stellar_sources where role = 'distribution'",
      });
      await booksAgree(world, db, String(row?.account), [{ id: `${code}:${issuer}`, code, issuer }]);
    },
    async [Symbol.asyncDispose]() {
      await gateway.end("SIGKILL");
      db.close();
      // A stream of the ledger that a dead gateway has read ends with the ledger.
      await Promise.all([tap.stop(), outside.stop()]);
    },
  };
}
