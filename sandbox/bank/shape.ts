/**
 * The shape of a sandbox account: what kind of rail it plays. `PUT /sandbox/bank/accounts/{name}` sets it.
 * @module
 */
import * as z from "zod";

const amount = z.string().regex(/^(0|[1-9]\d{0,11})(\.\d{1,7})?$/);

/** What an account is like; every member has a default. */
export const shapeSchema = z.strictObject({
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/).default("USD"),
  /** Decimals of the smallest amount that it moves, 0 to 7. */
  decimals: z.int().min(0).max(7).default(2),
  /** To whom an address belongs. */
  address: z.enum(["per_transaction", "per_customer", "shared_with_reference"]).default(
    "shared_with_reference",
  ),
  /** How the numbers of accounts are written; with `pix`, a charge also has an address that a code points to. */
  numbers: z.enum(["plain", "iban", "pix"]).default("plain"),
  /** Whether an instruction fixes its amount, may fix it, or cannot. */
  amount: z.enum(["exact", "either", "open"]).default("either"),
  /** Whether payers other than the one named in the instruction are refused. */
  payerFilter: z.boolean().default(false),
  /** What the account's owner is told of a payer. */
  payerAccount: z.enum(["full", "masked", "none"]).default("full"),
  payerNameTrusted: z.boolean().default(true),
  /** The bank's own refund of what came in. */
  refund: z.enum(["none", "full", "partial"]).default("partial"),
  /** Kept by the bank out of each amount that comes in. */
  inboundFee: amount.default("0"),
  /** Taken on top of each payout. */
  payoutFee: amount.default("0"),
  /** Names of the values that a payout's account needs; the first is the account's number. */
  payoutFields: z.array(z.string()).min(1).default(["bank_account_number"]),
  /** Seconds until an accepted payout completes: 0 at once, `null` only when told to. */
  payoutAfterSeconds: z.int().min(0).nullable().default(0),
  /** Days during which a completed payout can come back; 0 when it is final. */
  returnableDays: z.int().min(0).max(400).default(0),
  /** How a payout that came back is told: as a state of the payout, or as a credit that names it. */
  returnsAs: z.enum(["state", "credit"]).default("state"),
  beneficiaryCheck: z.enum(["name", "exists", "none"]).default("name"),
  /** Whether a balance is answered at once, by a webhook, or never. */
  balance: z.enum(["now", "later", "none"]).default("now"),
  /** How webhooks are sent. */
  webhook: z.enum(["signed", "wake_up", "none"]).default("signed"),
  /** Set when the bank asks before it books: milliseconds that it waits, and what it does without an answer. */
  decision: z.object({ deadlineMs: z.int().min(1).max(30_000), otherwise: z.enum(["keep", "return"]) })
    .nullable().default(null),
  /** What the account holds from the start, brought from outside. */
  openingBalance: amount.default("0"),
});

/** A complete shape. */
export type Shape = z.output<typeof shapeSchema>;
