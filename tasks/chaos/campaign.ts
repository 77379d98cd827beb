/**
 * A campaign: money moves in every way that the stories know while gateways die and come back; then everything ends, and bank,
 * ledger and books are compared.
 * @module
 */
import { importSeed } from "../../core/auth/mod.ts";
import type { Point } from "../../core/pause.ts";
import { freePort } from "../free-port.ts";
import { randomOf } from "../load/arrivals.ts";
import { inOthersHands } from "../load/agreement.ts";
import { formatUnits } from "../../plugins/money.ts";
import { looked } from "./customer.ts";
import { drawDeaths } from "./deaths.ts";
import { startGateways, type Toll } from "./gateways.ts";
import { heldNative } from "./native.ts";
import { operatorVariables } from "./operators.ts";
import { type ChaosOutside, startChaosOutside } from "./outside.ts";
import { type Ending, type StoryName, together, whole } from "./stories/mod.ts";
import { NOTHING } from "./stories/story.ts";
import { type Case, judgeCase, underWay, unread } from "./verdict.ts";
import { openRecords, runJobs, SCHEDULER, tick } from "./time.ts";
import { beginWeather } from "./weather.ts";
import { prepareWorkload, TOKENS } from "./workload.ts";

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
  /** Those that gateways die at; all when absent. */
  readonly points?: readonly Point[];
  /** What customers do who come by chance; anything when absent. */
  readonly stories?: readonly StoryName[];
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
/** How far the database's clock moves with each look at it; further once nobody dies any more. */
const STEP_MS = { dying: 3_000, over: 30_000 } as const;
/** Between two looks, in milliseconds. */
const LOOK_MS = 250;
/** Customers for each death who come by chance, at least. */
const CUSTOMERS_EACH = 1;
/** Its draws are others than those of the deaths. */
const WEATHER = 1_000_003;
/** How long the weather stays when the last gateway has died: one that dies all the time hands hardly anything in. */
const AFTERMATH_MS = 4_000;
/** Units of our own at the bank. */
const OWN = whole(2_000);
/** How long what is under way after the last story is waited for. */
const QUIET_MS = 45_000;

/** Runs a campaign. @throws Error when a gateway does not start */
export async function runCampaign(campaign: Campaign): Promise<Outcome> {
  const { kills, seed, processes, dataDir, points, stories } = campaign;
  const ports = Array.from({ length: processes }, freePort);
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const variables = {
    ...campaign.variables,
    ...operatorVariables,
    JOBS_SECRET: SCHEDULER,
    PUBLIC_URL: `http://localhost:${ports[0]}`,
  };
  const records = openRecords(campaign.databaseUrl);
  const outside = await startChaosOutside(dataDir, variables, urls, records.now);
  const ours = importSeed(outside.environment.seeds.distribution).account;
  const accounts = [ours, ...outside.accounts];
  const native = { accounts, before: await heldNative(outside.horizonUrl, accounts) };
  const deaths = drawDeaths(kills, randomOf(seed), points);
  let isOver = false;
  const workload = prepareWorkload({
    seed,
    least: kills * CUSTOMERS_EACH,
    urls,
    outside,
    isOver: () => isOver,
    ...(stories === undefined ? {} : { stories }),
  });
  const gateways = startGateways({
    dataDir,
    sandboxUrl: outside.sandboxUrl,
    ports,
    variables: { ...variables, ...outside.receiver.variables },
    deaths,
    lead: workload.lead,
    onDeath: () => records.move(DEATH_MS),
  });
  const { tell } = outside;
  const weather = beginWeather({ tell, accounts: outside.accounts, random: randomOf(seed + WEATHER) });
  let aftermath: ReturnType<typeof setTimeout> | undefined;
  const survived = gateways.survived.finally(() => {
    isOver = true;
    aftermath = setTimeout(() => void weather.clear().catch(() => {}), AFTERMATH_MS);
  });
  survived.catch(() => {});
  try {
    const asset = assetOf(outside);
    const booked = await inOthersHands(outside, ours, asset);
    const ticking = tick(async () => {
      await records.move(isOver ? STEP_MS.over : STEP_MS.dying);
      // What rests for half a minute would be waited for.
      if (isOver) await runJobs(urls);
    });
    const owned = payOwn(outside);
    owned.catch(() => {});
    const [{ played, made }, toll] = await Promise.all([workload.play(), survived]);
    await weather.clear();
    const ending = together(played.map(({ ending }) => ending));
    const own: Ending = { ...NOTHING, apart: { ...NOTHING.apart, bank: [await owned] } };
    const db = await records.open();
    const judged = {
      witnesses: outside,
      db,
      distribution: ours,
      asset,
      played,
      ending: together([ending, own]),
      before: booked + whole(made * TOKENS),
      native,
      webhooks: outside.webhooks.taken(),
    };
    await quiet(() => isAtRest(judged));
    await ticking.stop();
    await gateways.stop();
    const faults = await judgeCase(judged);
    return { faults, toll, customers: played.length, ending, troubles: gateways.troubles() };
  } finally {
    clearTimeout(aftermath);
    await gateways.stop();
    await weather.clear().catch(() => {});
    await records.close();
    await outside.stop();
  }
}

function assetOf({ environment: { asset: { code, issuer } } }: ChaosOutside) {
  return { id: `${code}:${issuer}`, code, issuer };
}

/**
 * Money that belongs to no customer, at the bank that pays withdrawals: where nothing but customers' money lay, a second payout of
 * one of them would be refused for want of it, and no gateway found that makes one. It is kept apart, as nobody's.
 * @returns how much it is
 */
async function payOwn({ bank }: ChaosOutside): Promise<bigint> {
  await looked(async () => {
    try {
      const payer = { name: "Nobody", account: "9000" };
      return await bank.payIn({ reference: "float", amount: formatUnits(OWN), payer, account: "bank" });
    } catch {
      // Gateways open accounts at the bank when they start.
      return null;
    }
  }, () => "the bank has no account of the gateways");
  return OWN;
}

/** What is under way ends on the ledger, and what is read there may begin something: nothing of either is left. */
async function isAtRest(judged: Pick<Case, "db" | "ending" | "witnesses">): Promise<boolean> {
  for (const look of [underWay, unread, underWay]) if ((await look(judged)).length > 0) return false;
  return true;
}

/** Waits until nothing is under way; what still is then, the verdict names. */
async function quiet(isQuiet: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + QUIET_MS; performance.now() < end;) {
    if (await isQuiet()) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
