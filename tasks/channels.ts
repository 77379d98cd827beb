/**
 * `deno task channels`: creates the channel accounts of `CHANNEL_SEED` and fills up those that run out of XLM for fees, from
 * the fee account (M-5); says what it did. Safe to repeat, beside running gateways and after any crash. `--check` only says
 * what is to be done, and ends with 1 when something is.
 * @module
 */
import { startProblems } from "../core/gateway/records.ts";
import { formatUnits } from "../plugins/money.ts";
import { type ChannelFinding, channelOrders, findChannels } from "../core/stellar/channel-funding.ts";
import { channelSigners } from "../core/stellar/channels.ts";
import {
  type Errand,
  type Running,
  settleErrand,
  storeErrand,
  undecidedErrands,
} from "../core/stellar/errands.ts";
import { createHorizon, HorizonUnavailable } from "../core/stellar/horizon.ts";
import { signersOf } from "../core/stellar/signers.ts";
import { print } from "./gate/print.ts";
import { openRecords } from "./open-records.ts";
import { orAdvice } from "./permission.ts";
import { readConfig } from "./read-config.ts";

/** Milliseconds that Horizon may take, that a look waits for the next, and that this task has for one envelope. */
const TIMEOUT_MS = 10_000;
const LOOK_MS = 1_000;
const PATIENCE_MS = 90_000;

/** How a channel stands, in words. */
function describe(finding: ChannelFinding): string {
  switch (finding.kind) {
    case "ready":
      return `${finding.account} is ready`;
    case "missing":
      return `${finding.account} is to be created with ${formatUnits(finding.amount)} XLM`;
    case "low":
      return `${finding.account} is to get ${formatUnits(finding.amount)} XLM`;
    case "no_signer":
      return `${finding.account} does not take its channel's key any more: mend its signers, or leave it unused`;
  }
}

/** Works on one envelope until the ledger has decided it. @returns whether it succeeded */
async function settled(on: Running, errand: Errand): Promise<boolean> {
  const end = performance.now() + PATIENCE_MS;
  while (performance.now() < end) {
    const { judgement } = await settleErrand(on, errand);
    if (judgement.kind === "succeeded") return true;
    if (judgement.kind === "failed") {
      print(`The ledger refused it: ${judgement.codes?.operations.join(", ") ?? "no reason can be read"}`);
      return false;
    }
    if (judgement.kind !== "undecided") break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  print("The ledger has not decided yet: a running gateway sees to it, or run this task again");
  return false;
}

/** @returns the code to end with */
async function openChannels(isCheck: boolean): Promise<number> {
  const { environment, anchor, sandboxUrl } = await readConfig();
  const { seeds, passphrase } = environment;
  const channels = channelSigners(seeds.channels);
  if (channels.length === 0) {
    print("There are no channels: set CHANNEL_SEED, and CHANNEL_COUNT for more or fewer than ten");
    return 1;
  }
  const db = await openRecords(environment);
  try {
    const problems = await startProblems(db, { environment, anchor });
    if (problems.length > 0) {
      print("Cannot use the database:", ...problems.map((problem) => `- ${problem}`));
      return 1;
    }
    const horizonUrl = environment.horizonUrl ?? `${sandboxUrl}/horizon`;
    const horizon = createHorizon({ url: horizonUrl, passphrase, timeoutMs: TIMEOUT_MS });
    const { distribution, fee } = signersOf(seeds);
    const on: Running = { db, horizon, passphrase, bumping: { payer: fee, cap: anchor.feeCap } };
    if (!isCheck) {
      // What an earlier run left is decided first, or a channel would be created twice.
      for (const errand of await undecidedErrands(db, 10)) if (!await settled(on, errand)) return 1;
    }
    const first = await findChannels(horizon, channels);
    const todo = first.filter(({ kind }) => kind !== "ready");
    print(...todo.map(describe), `${first.length - todo.length} of ${first.length} channels are ready`);
    if (isCheck || todo.length === 0) return todo.length === 0 ? 0 : 1;
    const by = { payer: fee, sources: [distribution] };
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      // Looked at anew each time: while this one waited, another of these tasks may have been at it.
      const findings = await findChannels(horizon, channels);
      const [orders] = channelOrders(findings);
      if (!orders) return findings.every(({ kind }) => kind === "ready") ? 0 : 1;
      const errand = await storeErrand(on, { ...by, orders });
      if (errand === null) {
        if (performance.now() > end) {
          print("The distribution account is at work with a payout: run this task again");
          return 1;
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        continue;
      }
      if (!await settled(on, errand)) return 1;
      print(`done: ${orders.length} in transaction ${errand.hash}`);
    }
  } catch (error) {
    if (!(error instanceof HorizonUnavailable)) throw error;
    print("Horizon gives no answer: run this task again when it does (in the sandbox, beside deno task dev)");
    return 1;
  } finally {
    db.close();
  }
}

Deno.exit(await orAdvice("tasks/channels.ts", () => openChannels(Deno.args.includes("--check"))));
