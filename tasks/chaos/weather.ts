/**
 * The weather outside: while gateways die and for a while after, bank, bureau and ledger take what they are told and lose their answers, refuse for
 * a moment, answer late and tell things twice; ledgers are full for a while, and a payment fails in one. Nothing of it is a
 * reason to pay twice, or not at all.
 * @module
 */
import { z } from "zod";
import type { Tell } from "./tell.ts";

/** Something that goes wrong once: where it is told of, and what. */
interface Fault {
  readonly path: "/bank/faults" | "/kyc/faults" | "/ledger/behaviour";
  readonly body: Readonly<Record<string, string | number>>;
}

/** Between two of them, in milliseconds. */
const EVERY_MS = 300;

const BANK: readonly Fault[] = [
  ...["payout", "refund", "instruction"].flatMap((on) => [
    { path: "/bank/faults" as const, body: { on, fault: "commit_then_drop" } },
    { path: "/bank/faults" as const, body: { on, fault: "server_error" } },
  ]),
  ...["payout_lookup", "statement"].map((on) => ({
    path: "/bank/faults" as const,
    body: { on, fault: "unavailable" },
  })),
  { path: "/bank/faults", body: { on: "webhook", fault: "duplicate" } },
];
const KYC: readonly Fault[] = [
  ...["open", "fields", "review", "send_code"].map((on) => ({
    path: "/kyc/faults" as const,
    body: { on, fault: "commit_then_drop" },
  })),
  { path: "/kyc/faults", body: { on: "read", fault: "unavailable" } },
  { path: "/kyc/faults", body: { on: "webhook", fault: "duplicate" } },
];

/** What the ledger does to envelopes of an account of ours: no answer, and in a ledger all the same, some ledgers later. */
const late = (account: string, ledgers: number): Fault => ({
  path: "/ledger/behaviour",
  body: { behaviour: "timeout", included_after: ledgers, account },
});
const MOST_LEDGERS = 25;
/** The next payment fails in a ledger, as if its receiver had ceased to trust the asset for a moment. */
const failing = (account: string): Fault => ({
  path: "/ledger/behaviour",
  body: { behaviour: "fail", code: "op_no_trust", account },
});
const LEDGER = "/ledger/behaviour";
const waiting = z.object({
  waiting: z.array(z.object({ behaviour: z.string(), account: z.string().optional() })),
});

/** What an operation costs as ledgers fill up, in stroops: what was enough when an envelope was built is not any more. */
const SURGE = [400, 1_600, 6_400, 25_600] as const;
/** What it costs otherwise. */
const CALM = 100;
/** How often one begins after a fault. */
const BEGINS = 0.25;

/** Weather that goes on until it clears. */
export interface Weather {
  /** Nothing goes wrong any more, however often that is said. */
  readonly clear: () => Promise<void>;
}

/**
 * Lets the weather begin.
 * @param tell asks the sandbox @param accounts that send our envelopes
 */
export function beginWeather(
  { tell, accounts, random }: {
    readonly tell: Tell;
    readonly accounts: readonly string[];
    readonly random: () => number;
  },
): Weather {
  let isOver = false;
  /** Steps of the surge that have been taken; none while there is no surge. */
  let step = 0;
  const pick = <T>(things: readonly T[]): T | undefined => things[Math.floor(random() * things.length)];
  const draw = (): Fault | undefined => {
    const kind = random();
    if (kind < 0.4) return late(pick(accounts) ?? "", 1 + Math.floor(random() * MOST_LEDGERS));
    if (kind < 0.46) return failing(pick(accounts) ?? "");
    return pick(kind < 0.82 ? BANK : KYC);
  };
  /** Ledgers become full for an account of ours, as customers offer no more than ever, and empty again. */
  const changeFees = async (): Promise<void> => {
    const [draw, account, turnsAway] = [random(), pick(accounts), random() < 0.5 ? "door" : "ledger"];
    if (step === 0 && draw >= BEGINS) return;
    const fee = SURGE[step++];
    await tell(LEDGER, { behaviour: "surge", fee: fee ?? CALM, account, turns_away: turnsAway });
    if (fee === undefined) step = 0;
  };
  /** While nobody submits, faults of the ledger would pile up until each envelope is late, and one fails again and again. */
  const mayHappen = async ({ path, body }: Fault): Promise<boolean> =>
    path !== LEDGER ||
    waiting.parse(await tell(LEDGER)).waiting.every(({ behaviour, account }) =>
      behaviour !== body["behaviour"] || account !== body["account"]
    );
  const ended = (async () => {
    while (!isOver) {
      const fault = draw();
      if (fault && await mayHappen(fault)) await tell(fault.path, fault.body);
      await changeFees();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  ended.catch(() => {});
  let cleared: Promise<void> | undefined;
  async function clear(): Promise<void> {
    isOver = true;
    await ended;
    await Promise.all([
      tell("/bank/faults", undefined, "DELETE"),
      tell("/kyc/faults", undefined, "DELETE"),
      tell(LEDGER, { behaviour: "clear" }),
    ]);
  }
  return { clear: () => cleared ??= clear() };
}
