/**
 * How time passes in a campaign: the database's clock runs ahead, so that nobody waits for what a dead process holds; and jobs
 * that rest are run from outside.
 * @module
 */
import { databaseNow, moveClock } from "../../core/records/clock.ts";
import { type Database, openDatabase } from "../../core/records/database.ts";

/** The bearer that runs jobs. */
export const SCHEDULER = "scheduler-0123456789-ABCDEFGH-abcdefgh-0123456789";
const JOBS_MS = 3_000;
const EVERY_MS = 250;

/** The records as this process sees them; the first gateway makes them, so they are opened when they are needed. */
export function openRecords(url: string) {
  let opened: Promise<Database> | undefined;
  let last: Promise<void> = Promise.resolve();
  let aheadMs = 0;
  async function open(): Promise<Database> {
    opened ??= openDatabase({ url, onDeploy: false });
    try {
      return await opened;
    } catch (error) {
      opened = undefined;
      throw error;
    }
  }
  return {
    open,
    /** What the database's clock says, in milliseconds since 1970. */
    now: () => Date.now() + aheadMs,
    /** Moves the clock, one move after the other. A gateway that is dying may hold the file: then a later move does it. */
    move(ms: number): Promise<void> {
      return last = last.then(async () => {
        try {
          const db = await open();
          await moveClock(db, ms);
          aheadMs = await databaseNow(db) - Date.now();
        } catch {
          // No tables yet, or busy.
        }
      });
    },
    async close() {
      await last;
      (await opened?.catch(() => undefined))?.close();
    },
  };
}

/** As an outside scheduler does. */
export async function runJobs([url]: readonly string[]): Promise<void> {
  try {
    const headers = { authorization: `Bearer ${SCHEDULER}` };
    const signal = AbortSignal.timeout(JOBS_MS);
    await (await fetch(`${url}/jobs/run`, { method: "POST", headers, signal })).body?.cancel();
  } catch {
    // Its loops do it all the same.
  }
}

/** Does something again and again, one after the other, until it is stopped. */
export function tick(act: () => Promise<void>) {
  let isOver = false;
  const ended = (async () => {
    while (!isOver) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      await act();
    }
  })();
  return {
    async stop() {
      isOver = true;
      await ended;
    },
  };
}
