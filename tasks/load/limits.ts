/**
 * Finds both limits of a gateway: how fast transfers end, which the ledger bounds (M-4: one undecided payment at a time),
 * and how many operations it answers beside them.
 * @module
 */
import { arrive } from "./arrivals.ts";
import { findLimit, type Step } from "./limit.ts";
import type { Stage } from "./stage.ts";
import { newTally, together } from "./tally.ts";

/** Pairs of a deposit and a withdrawal that are begun at once to see how fast they end. */
const BURST = 30;
/** A step of the search. */
const STEP_MS = 4_000;
/** Its first part is left out: the rate has just changed. */
const STEP_PARTS = 4;
/** Operations a second with which the search begins, and by what they grow. */
const SEARCH = { from: 50, factor: 1.3 } as const;

/** How many deposits, and as many withdrawals, a second end while as many as can be are under way. */
export async function findMoneyLimit(stage: Stage): Promise<number> {
  const ends: Record<string, number[]> = {};
  const traffic = stage.newTraffic((kind) => (ends[kind] ??= []).push(performance.now()));
  const { begin } = traffic.pairs(1);
  const begun = performance.now();
  for (let count = 0; count < BURST; count++) begin();
  const open = await traffic.settled(stage.settleMs);
  const failures = [...traffic.deposits.failures, ...traffic.withdrawals.failures];
  if (open > 0 || failures.length > 0) {
    throw new Error(
      `Cannot find the limit of transfers: ${open} are open; ${failures.slice(0, 3).join("; ")}`,
    );
  }
  const rates = Object.entries(ends).map(([kind, times]) => ({
    kind,
    perSecond: times.length * 1000 / (Math.max(...times) - begun),
  }));
  for (const { kind, perSecond } of rates) {
    stage.print(`  ${BURST} at once, ${kind}: ${perSecond.toFixed(2)} a second`);
  }
  return Math.min(...rates.map(({ perSecond }) => perSecond));
}

/** How many operations a second are answered in time while transfers come at this rate. */
export async function findOperationLimit(stage: Stage, pairsPerSecond: number): Promise<number> {
  const traffic = stage.newTraffic();
  const limit = await findLimit({
    ...SEARCH,
    load: async (perSecond): Promise<Step> => {
      const tally = stage.tally = newTally({ parts: STEP_PARTS, ms: STEP_MS });
      await arrive([traffic.operations(perSecond), traffic.pairs(pairsPerSecond)], {
        ms: STEP_MS,
        random: stage.random,
      });
      const open = traffic.openOperations();
      while (traffic.openOperations() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
      // Opening a transfer asks bank and bureau: it is no measure of how busy the gateway is.
      const kinds = [...tally.kinds].filter(([kind]) => !["deposit", "withdraw", "register"].includes(kind));
      const late = together(kinds.map(([, { parts }]) => ({ parts: parts.slice(1), errors: 0 })));
      return {
        perSecond,
        errors: [...tally.kinds.values()].reduce((sum, { errors }) => sum + errors, 0),
        p50: late.quantile(0.5),
        p99: late.quantile(0.99),
        open,
      };
    },
    say: ({ perSecond, p50, p99 }, bend) =>
      stage.print(
        `  ${perSecond.toFixed(0)} a second: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms` +
          (bend === null ? "" : `; ${bend}`),
      ),
  });
  stage.print(`  the limit is ${limit.toFixed(0)} a second`);
  await traffic.settled(stage.settleMs);
  return limit;
}
