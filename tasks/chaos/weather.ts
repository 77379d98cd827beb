/**
 * The weather outside: while gateways die, bank, bureau and ledger take what they are told and lose their answers, refuse for
 * a moment, answer late and tell things twice. Nothing of it is a reason to pay twice, or not at all.
 * @module
 */
import type { Tell } from "./tell.ts";

/** Something that goes wrong once: where it is told of, and what. */
interface Fault {
  readonly path: "/bank/faults" | "/kyc/faults" | "/ledger/behaviour";
  readonly body: Readonly<Record<string, string | number>>;
}

/** Between two of them, in milliseconds. */
const EVERY_MS = 400;

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

/** Weather that goes on until it clears. */
export interface Weather {
  /** Nothing goes wrong any more. */
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
  const pick = <T>(things: readonly T[]): T | undefined => things[Math.floor(random() * things.length)];
  const draw = (): Fault | undefined => {
    const kind = random();
    if (kind < 0.4) return late(pick(accounts) ?? "", 1 + Math.floor(random() * MOST_LEDGERS));
    return pick(kind < 0.8 ? BANK : KYC);
  };
  const ended = (async () => {
    while (!isOver) {
      const fault = draw();
      if (fault) await tell(fault.path, fault.body);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  ended.catch(() => {});
  return {
    async clear() {
      isOver = true;
      await ended;
      await Promise.all([
        tell("/bank/faults", undefined, "DELETE"),
        tell("/kyc/faults", undefined, "DELETE"),
        tell("/ledger/behaviour", { behaviour: "clear" }),
      ]);
    },
  };
}
