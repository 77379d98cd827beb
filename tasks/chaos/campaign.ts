/**
 * A campaign: money moves in every way that the stories know while gateways die and come back; then everything ends, and bank,
 * ledger and books are compared.
 * @module
 */
import { importSeed } from "../../core/auth/mod.ts";
import { moveClock } from "../../core/records/clock.ts";
import { type Database, openDatabase } from "../../core/records/database.ts";
import { freePort } from "../free-port.ts";
import { randomOf } from "../load/arrivals.ts";
import { inOthersHands } from "../load/agreement.ts";
import { patientAsk } from "./ask.ts";
import { drawDeaths } from "./deaths.ts";
import { startGateways, type Toll } from "./gateways.ts";
import { type ChaosOutside, startChaosOutside } from "./outside.ts";
import { type Ending, together, whole } from "./stories.ts";
import { judgeCase, keptApart, leftovers } from "./verdict.ts";
import { play, TOKENS } from "./workload.ts";

/** What a campaign is made of. */
export interface Campaign {
  readonly kills: number;
  readonly seed: number;
  /** How many gateways serve the database. */
  readonly processes: number;
  /** Holds the secrets, and the records where they are embedded. */
  readonly dataDir: string;
  /** Tells gateways where records and sessions are. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where this process looks into the records. */
  readonly databaseUrl: string;
}

/** What became of it. */
export interface Outcome {
  /** A line each; empty when every unit is in exactly one place. */
  readonly faults: readonly string[];
  readonly toll: Toll;
  readonly customers: number;
  readonly ending: Ending;
  /** The last errors that gateways logged. */
  readonly troubles: readonly string[];
}

/** Past what a dead process holds: leases, effects, requests in the inbox. */
const DEATH_MS = 70_000;
/** How far the database's clock moves with each look at it, and how often. */
const STEP_MS = 3_000;
const EVERY_MS = 250;
/** Customers for each death, at least. */
const CUSTOMERS_EACH = 1;
/** How long what is under way after the last story is waited for. */
const QUIET_MS = 45_000;

/** Runs a campaign. @throws Error when a gateway does not start */
export async function runCampaign(campaign: Campaign): Promise<Outcome> {
  const { kills, seed, processes, dataDir, variables } = campaign;
  const ports = Array.from({ length: processes }, freePort);
  const shared = { ...variables, PUBLIC_URL: `http://localhost:${ports[0]}` };
  const outside = await startChaosOutside(dataDir, shared);
  const records = openRecords(campaign.databaseUrl);
  const gateways = startGateways({
    dataDir,
    sandboxUrl: outside.sandboxUrl,
    ports,
    variables: shared,
    deaths: drawDeaths(kills, randomOf(seed)),
    onDeath: () => records.move(DEATH_MS),
  });
  try {
    const asset = assetOf(outside);
    const distribution = importSeed(outside.environment.seeds.distribution).account;
    const booked = await inOthersHands(outside, distribution, asset);
    const ticking = tick(() => records.move(STEP_MS));
    const playing = play({
      seed,
      least: kills * CUSTOMERS_EACH,
      ask: patientAsk(ports.map((port) => `http://127.0.0.1:${port}`)),
      outside,
      isOver: gateways.isOver,
    });
    const [{ played, made }, toll] = await Promise.all([playing, gateways.survived]);
    const ending = together(played.map(({ ending }) => ending));
    const db = await records.open();
    await quiet(async () => {
      const apart = await keptApart(db, asset);
      const isApart = apart.asset === ending.apart.bank + ending.apart.tokens &&
        apart.native === ending.apart.native;
      return isApart && (await leftovers(db)).length === 0;
    });
    await ticking.stop();
    await gateways.stop();
    const before = booked + whole(made * TOKENS);
    const faults = await judgeCase({ witnesses: outside, db, distribution, asset, played, ending, before });
    return { faults, toll, customers: played.length, ending, troubles: gateways.troubles() };
  } finally {
    await gateways.stop();
    await records.close();
    await outside.stop();
  }
}

function assetOf({ environment: { asset: { code, issuer } } }: ChaosOutside) {
  return { id: `${code}:${issuer}`, code, issuer };
}

/** The records as this process sees them; the first gateway makes them, so they are opened when they are needed. */
function openRecords(url: string) {
  let opened: Promise<Database> | undefined;
  let last: Promise<void> = Promise.resolve();
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
    /** Moves the clock, one move after the other. A gateway that is dying may hold the file: then a later move does it. */
    move(ms: number): Promise<void> {
      return last = last.then(async () => {
        try {
          await moveClock(await open(), ms);
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

/** Does something again and again, one after the other, until it is stopped. */
function tick(act: () => Promise<void>) {
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

/** Waits until nothing is under way; what still is then, the verdict names. */
async function quiet(isQuiet: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + QUIET_MS; performance.now() < end;) {
    if (await isQuiet()) return;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
