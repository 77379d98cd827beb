/**
 * A transfer as it is stored. Amounts in units of 10⁻⁷, times in milliseconds of the database's clock.
 * @module
 */
import { z } from "zod";
import type { Row } from "../records/database.ts";
import { sealedColumn } from "../records/sealed-column.ts";
import { type Kind, type State, STATES } from "./states.ts";
import { type Terms, termsFromJson } from "./terms.ts";

/** A memo of a Stellar transaction: `id` in decimal, `text` as UTF-8, `hash` as base64 of 32 bytes. */
export interface Memo {
  readonly type: "id" | "text" | "hash";
  readonly value: string;
}

/** One transfer. Sealed columns (`instructions`, `beneficiary`) stay sealed here. */
export interface Transfer {
  readonly id: string;
  readonly kind: Kind;
  readonly protocol: "sep6" | "sep24";
  readonly state: State;
  readonly version: number;
  /** The full subject of the token that opened it: who may see it (R-10-102). */
  readonly owner: string;
  /** The `G…` account of the owner. */
  readonly account: string;
  readonly customerId: string;
  /** Whose limits it counts against: the owner of its customer. */
  readonly customerOwner: string;
  readonly clientDomain: string | null;
  /** `CODE:ISSUER` */
  readonly asset: string;
  readonly currency: string;
  readonly method: string;
  readonly country: string | null;
  /** Names of the instances that serve it. */
  readonly rail: string;
  readonly kyc: string;
  readonly tier: string;
  readonly terms: Terms;
  readonly language: string;
  /** What the user announced; `null` when open. */
  readonly amountRequested: bigint | null;
  /** As announced until money comes, then as it came. */
  readonly amountIn: bigint | null;
  readonly amountFee: bigint | null;
  readonly amountOut: bigint | null;
  /** JSON of `{ name, amount }[]`, see `core/money/fees.ts`. */
  readonly feeDetails: string | null;
  /** What really came in so far. */
  readonly received: bigint;
  readonly refunded: bigint;
  /** How much is still to go back while a part does, what the customer bears of it included; `null`: all of it, or none. */
  readonly backLeft: bigint | null;
  /** What becomes of the rest once that part is back: an operator decides, or it is paid. */
  readonly backThen: "hold" | "pay" | null;
  /** Deposits: `G…` or `M…` to pay. */
  readonly destination: string | null;
  /** Deposits: the memo of the payout. */
  readonly memo: Memo | null;
  /** Deposits: the wallet takes claimable balances (R-06-73). */
  readonly claimable: boolean;
  /** Withdrawals: the memo that the user's payment has to carry (M-12). */
  readonly receiveMemo: bigint | null;
  readonly refundMemo: Memo | null;
  /** Deposits: the reference that the payer has to give, where the rail has one. */
  readonly reference: string | null;
  readonly instructions: Uint8Array | null;
  readonly beneficiary: Uint8Array | null;
  /** Withdrawals: `G…` or `M…` that the wallet named as the one that will pay; what it pays is matched by its memo alone. */
  readonly payingAccount: string | null;
  readonly paidFrom: string | null;
  readonly stellarTransactionId: string | null;
  readonly externalTransactionId: string | null;
  readonly claimableBalanceId: string | null;
  /** Key below `transfer.message.` in the locales. */
  readonly message: string | null;
  readonly returnableUntilMs: number | null;
  readonly startedMs: number;
  /** When money came in: what counts as moved in a period. */
  readonly fundedMs: number | null;
  /** When the present state was reached. */
  readonly statusMs: number;
  readonly completedMs: number | null;
  readonly expiresMs: number | null;
  /** `on_change_callback`, opened at {@link sealedCallback}. */
  readonly callback: Uint8Array | null;
  /** SEP-24's `callback`, opened at {@link sealedEndCallback}. */
  readonly endCallback: Uint8Array | null;
}

/** Where changes of the status are posted. */
export const sealedCallback = sealedColumn("transfers", "callback", "id");

/** Where the end of SEP-24's flow is posted, once. */
export const sealedEndCallback = sealedColumn("transfers", "end_callback", "id");

/** What a person is shown of where to pay. */
export const sealedInstructions = sealedColumn("transfers", "instructions", "id");

/** The account that a withdrawal pays. */
export const sealedBeneficiary = sealedColumn("transfers", "beneficiary", "id");

const whole = z.bigint().transform(Number);
const text = z.string();
const memoType = z.enum(["id", "text", "hash"]).nullable();
const bytes = z.instanceof(Uint8Array).nullable();

const row = z.object({
  id: text,
  kind: z.enum(["deposit", "withdrawal"]),
  protocol: z.enum(["sep6", "sep24"]),
  state: z.enum(STATES),
  version: whole,
  owner: text,
  account: text,
  customer_id: text,
  customer_owner: text,
  client_domain: text.nullable(),
  asset: text,
  currency: text,
  method: text,
  country: text.nullable(),
  rail: text,
  kyc: text,
  tier: text,
  terms: text.transform(termsFromJson),
  language: text,
  amount_requested: z.bigint().nullable(),
  amount_in: z.bigint().nullable(),
  amount_fee: z.bigint().nullable(),
  amount_out: z.bigint().nullable(),
  fee_details: text.nullable(),
  received: z.bigint(),
  refunded: z.bigint(),
  back_left: z.bigint().nullable(),
  back_then: z.enum(["hold", "pay"]).nullable(),
  destination: text.nullable(),
  memo_type: memoType,
  memo: text.nullable(),
  claimable: z.bigint(),
  receive_memo: z.bigint().nullable(),
  refund_memo_type: memoType,
  refund_memo: text.nullable(),
  reference: text.nullable(),
  instructions: bytes,
  beneficiary: bytes,
  paying_account: text.nullable(),
  paid_from: text.nullable(),
  stellar_transaction_id: text.nullable(),
  external_transaction_id: text.nullable(),
  claimable_balance_id: text.nullable(),
  message: text.nullable(),
  returnable_until_ms: whole.nullable(),
  started_ms: whole,
  funded_ms: whole.nullable(),
  status_ms: whole,
  completed_ms: whole.nullable(),
  expires_ms: whole.nullable(),
  callback: bytes,
  end_callback: bytes,
});

/** Reads a row of `select * from transfers`. @throws ZodError when it is none of ours: a developer's error */
export function transferFrom(values: Row): Transfer {
  const r = row.parse(values);
  return {
    id: r.id,
    kind: r.kind,
    protocol: r.protocol,
    state: r.state,
    version: r.version,
    owner: r.owner,
    account: r.account,
    customerId: r.customer_id,
    customerOwner: r.customer_owner,
    clientDomain: r.client_domain,
    asset: r.asset,
    currency: r.currency,
    method: r.method,
    country: r.country,
    rail: r.rail,
    kyc: r.kyc,
    tier: r.tier,
    terms: r.terms,
    language: r.language,
    amountRequested: r.amount_requested,
    amountIn: r.amount_in,
    amountFee: r.amount_fee,
    amountOut: r.amount_out,
    feeDetails: r.fee_details,
    received: r.received,
    refunded: r.refunded,
    backLeft: r.back_left,
    backThen: r.back_then,
    destination: r.destination,
    memo: memoOf(r.memo_type, r.memo),
    claimable: r.claimable === 1n,
    receiveMemo: r.receive_memo,
    refundMemo: memoOf(r.refund_memo_type, r.refund_memo),
    reference: r.reference,
    instructions: r.instructions,
    beneficiary: r.beneficiary,
    payingAccount: r.paying_account,
    paidFrom: r.paid_from,
    stellarTransactionId: r.stellar_transaction_id,
    externalTransactionId: r.external_transaction_id,
    claimableBalanceId: r.claimable_balance_id,
    message: r.message,
    returnableUntilMs: r.returnable_until_ms,
    startedMs: r.started_ms,
    fundedMs: r.funded_ms,
    statusMs: r.status_ms,
    completedMs: r.completed_ms,
    expiresMs: r.expires_ms,
    callback: r.callback,
    endCallback: r.end_callback,
  };
}

function memoOf(type: Memo["type"] | null, value: string | null): Memo | null {
  return type === null || value === null ? null : { type, value };
}
