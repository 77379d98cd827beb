/**
 * Options of the sandbox rail. Each changes what the sandbox bank does; what the module says of the rail follows from
 * them, and the code that talks to the bank is the same for all.
 * @module
 */
import * as z from "zod";

const amount = z.string().regex(/^(0|[1-9]\d{0,11})(\.\d{1,7})?$/, "write a decimal such as 0.25");
const sep9Name = z.string().regex(/^[a-z0-9_.]+$/);

/** The schema that the factory reads its options with; every option but `url` has a default. */
export const optionsSchema = z.strictObject({
  /** Address of the sandbox bank, for example `http://127.0.0.1:8100/sandbox/bank`. */
  url: z.url().transform((url) => url.replace(/\/$/, "")),
  /** The bearer that opens the account. The first one that the bank sees becomes the account's own. */
  token: z.string().min(1).default("sandbox-bank-token"),
  /** Secrets of signed webhooks; the first is given to the bank, the others are still accepted (rotation). */
  webhookSecrets: z.array(z.string().min(1)).min(1).default(["sandbox-bank-webhook-secret"]),
  /** ISO 4217. */
  currency: z.string().regex(/^[A-Z]{3}$/, "write an ISO 4217 code").default("USD"),
  /** Decimals of the smallest amount that the rail moves. */
  decimals: z.int().min(0).max(7).default(2),
  /** ISO 3166-1 alpha-3 codes, or `*`. */
  countries: z.union([z.literal("*"), z.array(z.string().regex(/^[A-Z]{3}$/)).min(1)]).default("*"),
  /** Names of SEP-6 `funding_method`s. */
  methods: z.array(z.string().min(1)).min(1).default(["bank_account"]),
  /** To whom an address belongs. */
  address: z.enum(["per_transaction", "per_customer", "shared_with_reference"]).default(
    "shared_with_reference",
  ),
  /** Whether an instruction fixes its amount. */
  amount: z.enum(["exact", "either", "open"]).default("either"),
  /** Which text for a QR code comes with instructions: a Pix code, or that of a SEPA transfer. */
  qr: z.enum(["none", "pix", "epc"]).default("none"),
  /** Whether instructions end by themselves. */
  expires: z.boolean().default(false),
  /** Whether the bank refuses payers other than the customer. */
  payerFilter: z.boolean().default(false),
  /** What is told of a payer. */
  payerAccount: z.enum(["full", "masked", "none"]).default("full"),
  payerNameTrusted: z.boolean().default(true),
  /** The bank's own refund. */
  refund: z.enum(["none", "full", "partial"]).default("partial"),
  /** What the bank keeps of each amount that comes in, and takes on top of each payout. */
  inboundFee: amount.default("0"),
  payoutFee: amount.default("0"),
  /** SEP-9 names that a payout needs; the first holds the account's number. */
  payoutFields: z.array(sep9Name).min(1).default(["bank_account_number"]),
  /** Seconds until a payout completes: 0 at once, `null` only when the bank is told to. */
  payoutAfterSeconds: z.int().min(0).nullable().default(0),
  /** Days during which a completed payout can come back; 0 when it is final. */
  returnableDays: z.int().min(0).max(400).default(0),
  /** How a payout that came back is told. */
  returnsAs: z.enum(["state", "credit"]).default("state"),
  beneficiaryCheck: z.enum(["name", "exists", "none"]).default("name"),
  balance: z.enum(["now", "later", "none"]).default("now"),
  /** Webhooks whose body is signed, that only wake up, or none. */
  webhook: z.enum(["signed", "wake_up", "none"]).default("signed"),
  /** Seconds between polls of the statement; `null` for a bank without one. */
  pollEverySeconds: z.int().min(1).nullable().default(30),
  /** Lines of a page of the statement. */
  pageSize: z.int().min(1).max(100).default(50),
  /** Whether statements come, and payouts are instructed, as files. */
  files: z.boolean().default(false),
  /** Set when the bank asks before it books. */
  decision: z.strictObject({ deadlineMs: z.int().min(1).max(30_000), otherwise: z.enum(["keep", "return"]) })
    .nullable().default(null),
  /** What the account holds from the start. */
  openingBalance: amount.default("0"),
}).superRefine((options, context) => {
  const { webhook, pollEverySeconds, files, balance, decision, address, amount, qr, currency } = options;
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  if (webhook === "none" && pollEverySeconds === null && !files) {
    refuse("webhook", "let news come by webhook, by poll or by file: at least one is needed");
  }
  if (address === "per_customer" && amount === "exact") {
    refuse("amount", "an address that a customer keeps cannot fix an amount");
  }
  if (qr === "pix" && (currency !== "BRL" || amount !== "exact")) {
    refuse("qr", "a Pix code is that of a charge with an exact amount in BRL");
  }
  if (qr === "epc" && (currency !== "EUR" || options.decimals > 2)) {
    refuse("qr", "the code of a SEPA transfer is of whole cents in EUR");
  }
  if (webhook === "none" && balance === "later") {
    refuse("balance", "a balance that comes later needs a webhook");
  }
  if (webhook === "none" && decision !== null) {
    refuse("decision", "a question before booking needs a webhook");
  }
});

/** Options as they are written in `anchor.config.ts`. */
export type SandboxBankOptions = z.input<typeof optionsSchema>;

/** Options with all defaults. */
export type ReadOptions = z.output<typeof optionsSchema>;

/** Options without the account's own: sets of these make the sandbox play a known kind of rail. */
export type Preset = Omit<SandboxBankOptions, "url" | "token" | "webhookSecrets">;
