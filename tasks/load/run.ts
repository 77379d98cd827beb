/**
 * A load from its beginning to its verdict.
 * @module
 */
import { arrive, randomOf } from "./arrivals.ts";
import { askerOf } from "./ask.ts";
import { busyOf, usedBy } from "./cpu.ts";
import { newHistogram } from "./histogram.ts";
import { judge, type Run } from "./judge.ts";
import { findMoneyLimit, findOperationLimit } from "./limits.ts";
import { type Listener, listenTo } from "./listen.ts";
import type { LoadOptions } from "./options.ts";
import { latencies, verdictLines } from "./report.ts";
import { openStage, type Stage } from "./stage.ts";
import { placeStorage } from "./storage.ts";
import { newTally, type Tally, together } from "./tally.ts";
import { startWorld } from "./world.ts";

/** How long transfers that are under way are waited for. */
const SETTLE_MS = 130_000;
const FIFTHS = 5;

/** What arrives a second. */
interface Rates {
  readonly operations: number;
  /** Deposits, and as many withdrawals. */
  readonly pairs: number;
}

/** Loads and judges. @returns whether every rule was kept */
export async function loadWith(options: LoadOptions, print: (...lines: string[]) => void): Promise<boolean> {
  const { processes, customers, close, seed } = options;
  const hearing: { tally: Tally } = { tally: newTally({ parts: 1, ms: 1 }) };
  const listener = listenTo(processes);
  const storage = await placeStorage(options.storage);
  try {
    print(`${options.storage} storage, gateways: ${processes}, a ledger every ${close} s`);
    const world = await startWorld(
      { processes, customers, storage: storage.variables, closeSeconds: close, ...listener },
      (urls) => askerOf(urls, (outcome) => hearing.tally.hear(outcome)),
    );
    try {
      print(`${customers} customers have an account with tokens, are logged in and known`);
      const stage = openStage({ world, random: randomOf(seed), print, settleMs: SETTLE_MS, hearing });
      const rates = await ratesOf(stage, options);
      const pids = {
        ...Object.fromEntries(world.gateways.map(({ pid }, index) => [`gateway ${index + 1}`, pid])),
        sandbox: world.sandbox.pid,
        ...(storage.pid === null ? {} : { sqld: storage.pid }),
        "this client": Deno.pid,
      };
      const verdicts = judge(await runAt(stage, rates, options.minutes * 60, listener, pids));
      print("", ...verdictLines(verdicts));
      return verdicts.every(({ isKept }) => isKept);
    } finally {
      await world.stop();
    }
  } finally {
    await storage.stop();
  }
}

/** What is given, or a share of what is found. */
async function ratesOf(stage: Stage, { share, rate, pairs }: LoadOptions): Promise<Rates> {
  if (pairs === undefined) stage.print("how fast transfers end:");
  const pairsPerSecond = pairs ?? share * await findMoneyLimit(stage);
  if (rate === undefined) stage.print(`how many operations are answered, beside ${told(pairsPerSecond)}:`);
  const operations = rate ?? share * await findOperationLimit(stage, pairsPerSecond);
  if (operations === 0) throw new Error("Cannot load: this machine keeps pace with not even the first step");
  return { operations, pairs: pairsPerSecond };
}

async function runAt(
  stage: Stage,
  { operations, pairs }: Rates,
  seconds: number,
  listener: Listener,
  pids: Readonly<Record<string, number>>,
): Promise<Run> {
  const { print, world } = stage;
  const ms = seconds * 1000;
  print(`${seconds} s of ${operations.toFixed(0)} operations a second and ${told(pairs)}:`);
  const parts = { parts: FIFTHS, ms };
  const requests = stage.tally = newTally(parts);
  const transfers = newTally(parts);
  const lateness = newHistogram();
  const traffic = stage.newTraffic(transfers.took);
  listener.restart();
  const before = await usedBy(pids);
  const begun = performance.now();
  const progress = setInterval(() => {
    const minutes = Math.round((performance.now() - begun) / 60_000);
    print(`  ${minutes} min: ${countOf(requests)}; ${traffic.deposits.completed} deposits completed`);
  }, 60_000);
  await arrive([traffic.operations(operations), traffic.pairs(pairs)], {
    ms,
    random: stage.random,
    late: lateness.add,
  });
  clearInterval(progress);
  const busy = busyOf(before, await usedBy(pids), seconds);
  const stillOpen = await traffic.settled(stage.settleMs);
  print("", ...latencies(new Map([...requests.kinds, ...transfers.kinds])), "");
  for (const [error, count] of requests.errors) print(`  ${count} × ${error}`);
  print(`cores in use: ${busy}; this client looked late by ${lateness.quantile(0.99).toFixed(1)} ms (p99)`);
  for (const [index, samples] of listener.samples().entries()) {
    const still = Math.max(0, ...samples.map(({ stillMs }) => stillMs));
    print(`gateway ${index + 1} stood still for ${still} ms at most`);
  }
  return {
    seconds,
    requests: requests.kinds,
    transfers: transfers.kinds,
    ends: { deposits: traffic.deposits, withdrawals: traffic.withdrawals },
    stillOpen,
    disagreements: await world.disagreements(),
    memory: listener.samples(),
    log: listener.log(),
  };
}

function countOf({ kinds }: Tally): string {
  const errors = [...kinds.values()].reduce((sum, kind) => sum + kind.errors, 0);
  return `${together(kinds.values()).count} requests, ${errors} errors`;
}

function told(pairs: number): string {
  return `${pairs.toFixed(2)} deposits and withdrawals each`;
}
