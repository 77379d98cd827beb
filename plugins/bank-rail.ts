/**
 * `BankRail`: the contract of a module that moves money of one currency at one bank or payment provider.
 *
 * A module exports a factory that takes its own typed options and returns this object; `anchor.config.ts` calls it. The
 * `declares` part says what the rail is like, and core reads it: nothing outside a module asks which module it is. Every
 * member gets the outside as its last argument and keeps no state. Amounts are in units of 10⁻⁷ (`plugins/money.ts`).
 * @module
 */
import type { Money } from "./money.ts";
import type { Outcome, ReasonCode } from "./outcome.ts";
import type { Ports } from "./ports.ts";
import type { WebhookReading, WebhookReply, WebhookRequest } from "./webhook.ts";

/** What a rail is like. Days and seconds are whole numbers. */
export interface RailDeclaration {
  /** ISO 4217. One instance settles one currency; exchange is not a rail's matter. */
  readonly currency: string;
  /** ISO 3166-1 alpha-3 codes that it serves, or `*`. */
  readonly countries: "*" | readonly string[];
  /** Names of SEP-6 `funding_method`s, for example `bank_account`, `PIX`. */
  readonly methods: readonly string[];
  /** The smallest step of an amount, in units of 10⁻⁷: 100_000n for cents, 10_000_000n for whole shillings. */
  readonly minUnit: bigint;
  /** How money comes in; `null` for a rail that only pays out. */
  readonly deposit: null | {
    /** To whom an address belongs: matching follows from it (M-17). */
    readonly address: "per_transaction" | "per_customer" | "shared_with_reference";
    /**
     * `exact`: the rail refuses any other amount, and needs one; `either`: takes an amount or none, and lets the payer
     * change it; `open`: no amount can be fixed.
     */
    readonly amount: "exact" | "either" | "open";
    /** Whether an instruction can end by itself. A payment may still arrive afterwards. */
    readonly expires: boolean;
    /** Whether the rail can refuse payers other than the customer. */
    readonly payerFilter: boolean;
    /** What is known of the payer, and whether the bank vouches for the name. */
    readonly payer: { readonly account: "full" | "masked" | "none"; readonly nameTrusted: boolean };
    /** References that the rail can carry to the payer and back; `null` where there are none. */
    readonly reference: null | { readonly alphabet: string; readonly length: number };
    /** The rail's own way to send an inbound transfer back. */
    readonly refund: "none" | "full" | "partial";
  };
  /** How money goes out; `null` for a rail that only takes in. */
  readonly payout: null | {
    /** A `final` payout stays; a `returnable` one may come back for `returnableDays` after it completed (M-21). */
    readonly finality: { readonly kind: "final" } | {
      readonly kind: "returnable";
      readonly returnableDays: number;
    };
    /** The idempotency key that the rail accepts: its alphabet and exact length in characters (M-15). */
    readonly key: { readonly alphabet: string; readonly length: number };
    /** SEP-9 names that name the account to pay, all needed. */
    readonly fields: readonly string[];
    /** Further SEP-9 names that it takes when known. */
    readonly optionalFields: readonly string[];
    /**
     * The one field of `fields` that a payer's account (`Payer.account.value`) fits, for money back where the rail has no
     * refund of its own (M-19); absent where a payer's account alone cannot be paid.
     */
    readonly payerField?: string;
    /** The text that the receiver sees. */
    readonly reference: { readonly alphabet: string; readonly maxLength: number };
    /** What a check of the account beforehand can tell. */
    readonly beneficiaryCheck: "name" | "exists" | "none";
  };
  /** How news arrives. At least one; the same money told by several is one receipt (M-18). */
  readonly news: {
    readonly webhook: boolean;
    /** Seconds between polls; `null` where there is nothing to poll. */
    readonly pollEverySeconds: number | null;
    readonly files: boolean;
  };
  /** Set when the provider waits for our keep-or-return answer: how long, and what it does without one. */
  readonly syncDecision: null | { readonly deadlineMs: number; readonly otherwise: "keep" | "return" };
  /** Whether a balance is answered at once, by a later event, or not at all. */
  readonly balance: "now" | "later" | "none";
}

/** One line that a payer is shown. `name` is a SEP-9 financial name with `organization.`, or the module's own. */
export interface InstructionLine {
  readonly name: string;
  readonly value: string;
  /** Key of the line's description: a module text of this key, else core's for SEP-9 names. */
  readonly text: string;
}

/** What a payer has to do. */
export interface DepositInstructions {
  /** The rail's id of the address, charge or reference; matches `InboundTransfer.match.instructionId`. */
  readonly id: string;
  readonly lines: readonly InstructionLine[];
  /** The reference that the payer must give, where the rail has one. */
  readonly reference?: string;
  /** A text for a QR code, where the rail defines one. */
  readonly qr?: string;
  /** Set when the rail will take exactly this. */
  readonly amount?: Money;
  /** Seconds since 1970. */
  readonly validUntil?: number;
}

/** The account that a payout goes to: SEP-9 names and values, as the customer gave them. */
export type Beneficiary = Readonly<Record<string, string>>;

/** Who paid. Core uses `account` for money back only when it is `full` and `trusted` (M-19). */
export interface Payer {
  readonly name?: string;
  readonly nameTrusted: boolean;
  /** Tax or identity number, for matching by payer (P12). */
  readonly identity?: string;
  readonly account: {
    readonly value?: string;
    readonly kind: "full" | "masked" | "none";
    readonly trusted: boolean;
  };
}

/** Money that came in, in one shape whether told by webhook, poll or file. */
export interface InboundTransfer {
  /** The rail's own id of the money, never the id of a message about it (M-18). */
  readonly id: string;
  /**
   * `pending`: told, not booked; `booked`: ours; `returned`: we sent it back; `reversed`: taken back from us after it
   * was booked, with smaller amounts so much of it; `rejected`: it never became ours.
   */
  readonly state: "pending" | "booked" | "returned" | "reversed" | "rejected";
  /** gross = net + fee. `fee` is what the rail kept. */
  readonly gross: Money;
  readonly fee: Money;
  readonly net: Money;
  /** Seconds since 1970. */
  readonly bookedAt?: number;
  /** What it may belong to. `remittance` is the payer's free text, in which core looks for references. */
  readonly match: {
    readonly instructionId?: string;
    readonly reference?: string;
    readonly remittance?: string;
    readonly customerKey?: string;
  };
  readonly payer: Payer;
  /** Set when this is a payout of ours that came back. */
  readonly original?: { readonly payoutKey?: string; readonly payoutId?: string };
  readonly reversal?: {
    readonly kind: "fraud" | "operational" | "bank_return" | "ours";
    readonly providerCode?: string;
  };
  /** Grows with every change of this transfer, compared as a number; older revisions change nothing. */
  readonly revision: number;
}

/** A payout as the rail sees it. */
export interface PayoutState {
  /** Our key. */
  readonly key: string;
  readonly id?: string;
  /** `accepted` by the rail, `in_review`, `sent` to the other bank, `completed`, `failed` before, `returned` after. */
  readonly state: "accepted" | "in_review" | "sent" | "completed" | "failed" | "returned";
  /** True when the rail says that no other state can follow. */
  readonly final: boolean;
  readonly amount: Money;
  /** What the rail took for it, on top of the amount. */
  readonly fee: Money;
  /** Seconds since 1970 until which it can come back. */
  readonly returnableUntil?: number;
  /** The reference under which the receiver's bank knows it. */
  readonly bankReference?: string;
  /** Why it failed or came back, and which SEP-9 names have to be given again. */
  readonly reason?: {
    readonly code: ReasonCode;
    readonly fields: readonly string[];
    readonly providerCode?: string;
  };
  readonly revision: number;
}

/** A balance at the bank at a moment of the bank's own. */
export interface RailBalance {
  readonly booked: Money;
  readonly available?: Money;
  /** Seconds since 1970. */
  readonly asOf: number;
}

/** One thing that a webhook or file told. `inbound` and `payout` carry the whole only where the body is trusted. */
export type RailEvent =
  | { readonly about: "inbound"; readonly id: string; readonly inbound?: InboundTransfer }
  | { readonly about: "payout"; readonly key?: string; readonly id?: string; readonly payout?: PayoutState }
  | { readonly about: "balance"; readonly balance: RailBalance };

/** One page of the statement: what came in, and what left, so that every debit can be explained (M-14). */
export interface StatementPage {
  readonly inbound: readonly InboundTransfer[];
  readonly payouts: readonly PayoutState[];
  /** Debits that are no payout of ours by key: fees, corrections, somebody else's instruction. */
  readonly otherDebits: readonly { readonly id: string; readonly amount: Money; readonly at: number }[];
  /** Ids of lines that the module cannot read, for example of an unknown status: an alarm, but the rest goes on. */
  readonly unreadable?: readonly string[];
  /** Opaque, begins with a version such as `v1:`; safe to use again. */
  readonly next: string;
  /** True when another page can be read at once. */
  readonly more: boolean;
}

/** The contract; see the module's text. Members that a rail cannot do are left out, as its declaration says. */
export interface BankRail {
  /** The module's id, as listed in `bank-rails/mod.ts`. */
  readonly id: string;
  readonly contract: "bank-rail/1";
  readonly declares: RailDeclaration;
  /** Texts of the module's own: language → key → text; English at least. */
  readonly texts?: Readonly<Record<string, Readonly<Record<string, string>>>>;

  /**
   * Makes the account at the provider ready: registers `ports.webhookUrl`, checks credentials. Idempotent; run by jobs
   * until it succeeds, never on a request's path.
   */
  prepare?(ports: Ports): Promise<Outcome<void>>;

  /**
   * Where and how to pay. Idempotent on `transferKey` (per transaction, shared) or `customerKey` (per customer).
   * Core has checked `amount` against `minUnit`.
   */
  depositInstructions?(
    request: {
      readonly transferKey: string;
      readonly customerKey: string;
      /** The reference that core has made within the declared alphabet and length. */
      readonly reference?: string;
      readonly amount?: Money;
      /** Seconds since 1970. */
      readonly expiresAt?: number;
      /** The customer, where the rail filters payers; SEP-9 names. */
      readonly payer?: Readonly<Record<string, string>>;
    },
    ports: Ports,
  ): Promise<Outcome<DepositInstructions>>;

  /** Ends an instruction. Money may arrive all the same. */
  cancelInstructions?(id: string, ports: Ports): Promise<Outcome<void>>;

  /** The statement after `cursor` (`null`: from now on backwards as far as the rail allows), oldest first, replay-safe. */
  readStatement?(cursor: string | null, ports: Ports): Promise<Outcome<StatementPage>>;

  /** One inbound transfer by the rail's id: the truth behind a wake-up. */
  findInbound?(id: string, ports: Ports): Promise<Outcome<InboundTransfer | null>>;

  /** Sends inbound money back by the rail's own means. Idempotent on `key`; the outcome is asked by `findPayout`. */
  refundInbound?(
    request: { readonly inboundId: string; readonly key: string; readonly amount: Money },
    ports: Ports,
  ): Promise<Outcome<PayoutState>>;

  /** What the bank knows of an account before anything is paid. */
  checkBeneficiary?(
    beneficiary: Beneficiary,
    ports: Ports,
  ): Promise<Outcome<{ readonly exists?: boolean; readonly nameOnFile?: string }>>;

  /** Pays out. Core has stored the attempt and its key before (M-15). Idempotent on `key`. */
  createPayout?(
    request: {
      readonly key: string;
      readonly amount: Money;
      readonly beneficiary: Beneficiary;
      readonly reference: string;
    },
    ports: Ports,
  ): Promise<Outcome<PayoutState>>;

  /**
   * What became of a payout or refund: the only thing that settles an unknown outcome (M-16). `null` says that the rail
   * has never seen the key and never will act on a request with it that was sent before this question.
   * @param refundOf for a refund, the id of the inbound transfer: some rails find a refund under it alone
   */
  findPayout?(key: string, ports: Ports, refundOf?: string): Promise<Outcome<PayoutState | null>>;

  /** The balance now, or `later` when a balance event will tell it. */
  readBalance?(ports: Ports): Promise<Outcome<RailBalance | "later">>;

  /** Verifies a webhook over its raw bytes and reads it. Calls nobody but for keys (`ports.store`, `ports.fetch`). */
  readWebhook?(request: WebhookRequest, ports: Ports): Promise<WebhookReading<RailEvent>>;

  /**
   * Answers a provider that waits for keep or return, with local data only. `judge` is core's: it answers within the
   * declared deadline, or the declared default applies.
   */
  answerDecision?(
    request: WebhookRequest,
    judge: (inbound: InboundTransfer) => Promise<"keep" | "return">,
    ports: Ports,
  ): Promise<WebhookReply | null>;

  /** Reads a file of the bank: the same page shape as the statement, with its sequence so that a gap shows. */
  readFile?(
    file: { readonly name: string; readonly bytes: Uint8Array },
    ports: Ports,
  ): Promise<
    Outcome<
      Omit<StatementPage, "next" | "more"> & { readonly sequence: string; readonly balance?: RailBalance }
    >
  >;

  /**
   * Writes payouts as one file for the bank, for rails that are instructed by files: `createPayout` then only registers
   * the payout. Same payouts, same bytes.
   */
  writeFile?(
    payouts: readonly {
      readonly key: string;
      readonly amount: Money;
      readonly beneficiary: Beneficiary;
      readonly reference: string;
    }[],
    ports: Ports,
  ): Promise<Outcome<{ readonly name: string; readonly bytes: Uint8Array }>>;
}
