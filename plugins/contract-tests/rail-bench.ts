/**
 * What the contract tests of rails stand on: a module, and a stand-in of its provider that can be told what to do.
 * @module
 */
import type {
  BankRail,
  Beneficiary,
  DepositInstructions,
  InboundTransfer,
  PayoutState,
  RailDeclaration,
} from "../bank-rail.ts";
import type { Money } from "../money.ts";
import type { WebhookReply, WebhookRequest } from "../webhook.ts";
import type { CallFault, WebhookFault } from "./outcomes.ts";
import { valueOf } from "./outcomes.ts";
import type { TestPorts } from "./ports.ts";

/** Members of the contract that call the provider. */
export type RailCall =
  | "prepare"
  | "depositInstructions"
  | "readStatement"
  | "findInbound"
  | "refundInbound"
  | "checkBeneficiary"
  | "createPayout"
  | "findPayout"
  | "readBalance";

/** A stand-in of a rail's provider: speaks its HTTP, checks its signatures, and does what a test tells it. */
export interface RailStandIn {
  /** Its address, for the module's options. */
  readonly url: string;
  readonly ports: TestPorts;
  /** How many lines a page of the statement holds. */
  readonly pageSize: number;
  /** An account that can be paid. The account under test holds enough for every payout of these tests. */
  readonly beneficiary: Beneficiary;
  /** Texts that must never reach a log: secrets, names, account numbers. */
  readonly secrets: readonly string[];
  /** A customer pays; answers the rail's id of the money. */
  payIn(to: DepositInstructions, amount: Money, state: "pending" | "booked"): Promise<string>;
  /** The bank changes what came in. */
  changeInbound(id: string, state: "booked" | "rejected" | "reversed"): Promise<void>;
  /** The bank changes a payout; `returned` is told the way this provider tells it. */
  changePayout(key: string, state: Exclude<PayoutState["state"], "accepted">): Promise<void>;
  /** A debit that no payout of ours explains. */
  debit(amount: Money): Promise<void>;
  /** The next call of a member goes wrong. */
  fault(call: RailCall, fault: CallFault): Promise<void>;
  /** The next webhook goes wrong. */
  webhookFault(fault: WebhookFault): Promise<void>;
  /** Webhooks that arrived since the last time, in order. */
  webhooks(): Promise<readonly WebhookRequest[]>;
  /** Answers questions before booking; only where the rail declares them. */
  onQuestion?(answer: (request: WebhookRequest) => Promise<WebhookReply | null>): void;
  /** The next statement file; only where the rail has files. */
  statementFile?(): Promise<{ readonly name: string; readonly bytes: Uint8Array }>;
  /** The provider takes a payment file. */
  takeFile?(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** What the suite is run with. */
export interface RailSubject {
  /** The module, for a stand-in's address. Called once more before the tests, to read the declaration. */
  readonly rail: (url: string) => BankRail;
  readonly standIn: () => Promise<RailStandIn>;
  /** True where a payout is completed in the answer that accepts it, so that earlier states cannot be met. */
  readonly payoutsCompleteAtOnce?: boolean;
  /** True where nothing but the secret address proves who asks before booking. */
  readonly questionsAreUnsigned?: boolean;
  /** The fewest smallest steps that can come in, where the provider keeps a part; 1 when absent. */
  readonly leastReceipt?: bigint;
}

/** One test's own module and stand-in. */
export interface RailBench {
  readonly rail: BankRail;
  readonly standIn: RailStandIn;
  readonly ports: TestPorts;
  readonly declares: RailDeclaration;
}

/** Registers one test with a stand-in of its own, prepared and closed afterwards. */
export function railTest(
  name: string,
  subject: RailSubject,
  body: (bench: RailBench) => Promise<void>,
): void {
  Deno.test(name, async () => {
    const standIn = await subject.standIn();
    try {
      const rail = subject.rail(standIn.url);
      // Money is kept unless a test says otherwise.
      const keep = () => Promise.resolve("keep" as const);
      const { answerDecision } = rail;
      if (answerDecision) standIn.onQuestion?.((request) => answerDecision(request, keep, standIn.ports));
      if (rail.prepare) valueOf(await rail.prepare(standIn.ports));
      await body({ rail, standIn, ports: standIn.ports, declares: rail.declares });
    } finally {
      standIn.ports.close();
      await standIn.close();
    }
  });
}

/** A random text that a declaration allows. */
export function inAlphabet({ alphabet, length }: { alphabet: string; length: number }): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return [...bytes].map((byte) => alphabet[byte % alphabet.length]).join("");
}

/** `count` smallest steps of the rail's currency. */
export function steps({ currency, minUnit }: RailDeclaration, count: bigint): Money {
  return { units: minUnit * count, currency };
}

/** Opens deposit instructions; with an amount where the rail fixes one. */
export async function openDeposit(
  { rail, ports, declares }: RailBench,
  amount: Money,
  customerKey = "customer-one",
  transferKey = inAlphabet({ alphabet: "abcdefghijklmnopqrstuvwxyz234567", length: 26 }),
): Promise<DepositInstructions> {
  const reference = declares.deposit?.reference;
  const opened = await rail.depositInstructions?.({
    transferKey,
    customerKey,
    ...(reference && { reference: inAlphabet(reference) }),
    ...(declares.deposit?.amount === "exact" && { amount }),
    payer: { first_name: "Ana", last_name: "Contract" },
  }, ports);
  if (!opened) throw new Error("Cannot open a deposit: the rail has no `depositInstructions`");
  return valueOf(opened);
}

/** What the rail says of money, by whichever look-up it has. */
export async function inboundNow({ rail, ports, standIn }: RailBench, id: string): Promise<InboundTransfer> {
  const found = await rail.findInbound?.(id, ports);
  if (found?.ok && found.value) return found.value;
  const page = await rail.readStatement?.(null, ports);
  const listed = page?.ok ? page.value.inbound.findLast((inbound) => inbound.id === id) : undefined;
  if (listed) return listed;
  const file = await standIn.statementFile?.();
  const read = file && await rail.readFile?.(file, ports);
  const told = read?.ok ? read.value.inbound.findLast((inbound) => inbound.id === id) : undefined;
  if (!told) throw new Error(`Cannot find inbound ${id} by any way that the rail has`);
  return told;
}

/** A payout request with a key of the declared form. */
export function payoutRequest({ declares, standIn }: RailBench, amount: Money) {
  const key = declares.payout?.key;
  if (!key) throw new Error("Cannot make a payout: the rail declares none");
  return { key: inAlphabet(key), amount, beneficiary: standIn.beneficiary, reference: "INV 42" };
}
