/**
 * A rail with a bank of its own in it: payouts and refunds by key, each moved once however often it is asked for, and
 * faults that a test sets for the next calls.
 * @module
 */
import type {
  BankRail,
  Beneficiary,
  InboundTransfer,
  PayoutState,
  StatementPage,
} from "../../../plugins/bank-rail.ts";
import type { RailDeclaration } from "../../../plugins/bank-rail.ts";
import { done, failed, type Outcome } from "../../../plugins/outcome.ts";
import type { ProviderErrorKind } from "../../../plugins/outcome.ts";
import type { Ports } from "../../../plugins/ports.ts";
import type { RailInstance } from "../../../core/bank/rails.ts";

/** What the next instruction comes to: done and its answer lost, lost before it arrived, or refused. */
export type Fault = "commit_then_drop" | "drop" | ProviderErrorKind;

/** The rail and the hand on it. */
export interface ScriptedRail {
  readonly instance: RailInstance;
  /** Faults of the next `createPayout` and `refundInbound`, in order. */
  readonly faults: Fault[];
  /** Faults of the next `findPayout`. */
  readonly lookUpFaults: ProviderErrorKind[];
  /** Calls in order: `create KEY`, `refund KEY`, `find KEY`, `instruct TRANSFER`. */
  readonly calls: string[];
  /** Whom `createPayout` was asked to pay, in order. */
  readonly beneficiaries: Beneficiary[];
  /** What left the bank, by key: money that really moved. */
  readonly left: ReadonlyMap<string, bigint>;
  /** What the bank says of a payout from now on. */
  say(key: string, state: Partial<PayoutState>): PayoutState;
  stateOf(key: string): PayoutState | undefined;
  /** Called in the midst of each instruction, before anything moves. */
  meanwhile: () => Promise<void>;
  /** Pages that the statement shows, by cursor (`null` is the first). */
  pages: StatementPage[];
  readonly inbounds: Map<string, InboundTransfer>;
}

/** What a new payout becomes at once. */
export interface ScriptOptions {
  readonly name?: string;
  readonly declares?: Partial<RailDeclaration>;
  readonly deposit?: Partial<NonNullable<RailDeclaration["deposit"]>>;
  readonly becomes?: PayoutState["state"];
  readonly fee?: bigint;
}

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** Ports that a module under test must not touch. */
function noPorts(instance: string): Ports {
  const touched = () => Promise.reject(new Error("the scripted rail needs no outside"));
  return {
    instance,
    fetch: touched,
    store: { get: touched, swap: touched, once: touched },
    files: { list: touched, read: touched, write: touched },
    now: () => 1_800_000_000,
    webhookUrl: "https://gateway.example/webhooks/bank/secret",
  };
}

/** Makes one. */
export function scriptedRail(options: ScriptOptions = {}): ScriptedRail {
  const { name = "bank", becomes = "completed", fee = 0n } = options;
  const payouts = new Map<string, PayoutState>();
  const left = new Map<string, bigint>();
  const faults: Fault[] = [];
  const lookUpFaults: ProviderErrorKind[] = [];
  const calls: string[] = [];
  const beneficiaries: Beneficiary[] = [];

  async function instruct(
    key: string,
    amount: PayoutState["amount"],
    to: PayoutState["state"],
  ): Promise<Outcome<PayoutState>> {
    await script.meanwhile();
    const fault = faults.shift();
    if (fault !== undefined && fault !== "commit_then_drop") {
      return failed(fault === "drop" ? "unknown_outcome" : fault);
    }
    const known = payouts.get(key);
    if (known && known.amount.units !== amount.units) return failed("conflict");
    const state = known ?? {
      key,
      id: `id-${key}`,
      state: to,
      final: to === "completed",
      amount,
      fee: { units: fee, currency: amount.currency },
      revision: 1,
    };
    if (!known) {
      payouts.set(key, state);
      left.set(key, amount.units);
    }
    return fault === undefined ? done(state) : failed("unknown_outcome");
  }

  const rail: BankRail = {
    id: "scripted",
    contract: "bank-rail/1",
    declares: {
      currency: "USD",
      countries: "*",
      methods: ["bank_account"],
      minUnit: 100_000n,
      deposit: {
        address: "shared_with_reference",
        amount: "either",
        expires: false,
        payerFilter: false,
        payer: { account: "full", nameTrusted: true },
        reference: { alphabet: ALPHABET, length: 10 },
        refund: "full",
        ...options.deposit,
      },
      payout: {
        finality: { kind: "final" },
        key: { alphabet: "0123456789abcdef", length: 32 },
        fields: ["bank_account_number"],
        optionalFields: [],
        reference: { alphabet: ALPHABET, maxLength: 20 },
        beneficiaryCheck: "none",
      },
      news: { webhook: true, pollEverySeconds: 5, files: false },
      syncDecision: null,
      balance: "none",
      ...options.declares,
    },
    depositInstructions: (request) => {
      calls.push(`instruct ${request.transferKey}`);
      const { address } = rail.declares.deposit ?? {};
      const id = address === "per_transaction"
        ? request.transferKey
        : address === "per_customer"
        ? `account-${request.customerKey}`
        : "account";
      const { reference } = request;
      return Promise.resolve(done({ id, lines: [], ...(reference === undefined ? {} : { reference }) }));
    },
    createPayout: ({ key, amount, beneficiary }) => {
      calls.push(`create ${key}`);
      beneficiaries.push(beneficiary);
      return instruct(key, amount, becomes);
    },
    refundInbound: ({ key, amount }) => {
      calls.push(`refund ${key}`);
      return instruct(key, amount, becomes);
    },
    findPayout: (key) => {
      calls.push(`find ${key}`);
      const fault = lookUpFaults.shift();
      return Promise.resolve(fault === undefined ? done(payouts.get(key) ?? null) : failed(fault));
    },
    findInbound: (id) => Promise.resolve(done(script.inbounds.get(id) ?? null)),
    readStatement: (cursor) => {
      const at = cursor === null ? 0 : Number(cursor.slice(3));
      const page = script.pages[at];
      return Promise.resolve(
        done(page ?? { inbound: [], payouts: [], otherDebits: [], next: cursor ?? "v1:0", more: false }),
      );
    },
    readWebhook: () => Promise.resolve({ verdict: "ignored" }),
  };

  const script: ScriptedRail = {
    instance: { name, rail, ports: noPorts(name), retired: false },
    faults,
    lookUpFaults,
    calls,
    beneficiaries,
    left,
    meanwhile: () => Promise.resolve(),
    pages: [],
    inbounds: new Map(),
    stateOf: (key) => payouts.get(key),
    say(key, state) {
      const before = payouts.get(key);
      if (!before) throw new Error(`the bank does not know ${key}`);
      const now = { ...before, revision: before.revision + 1, ...state };
      payouts.set(key, now);
      return now;
    },
  };
  return script;
}

const usd = (units: bigint) => ({ units, currency: "USD" });

/** Money that came in and is booked, unless it says otherwise; amounts in units. */
export function inbound(
  id: string,
  units: bigint,
  more: Partial<Omit<InboundTransfer, "id" | "gross" | "fee" | "net">> & { readonly fee?: bigint } = {},
): InboundTransfer {
  const { fee = 0n, ...rest } = more;
  return {
    id,
    state: "booked",
    gross: usd(units),
    fee: usd(fee),
    net: usd(units - fee),
    match: {},
    payer: { nameTrusted: false, account: { kind: "none", trusted: false } },
    revision: 1,
    ...rest,
  };
}
