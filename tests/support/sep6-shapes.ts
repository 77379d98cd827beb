/**
 * SEP-6's answers as the spec's tables have them, strict about keys: what a wallet with a closed schema can read. The few
 * places where public checks ask for more than the tables are marked by their trap.
 * @module
 */
import { z } from "zod";

const decimal = z.string().regex(/^\d+(\.\d{1,7})?$/);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const assetName = z.string().regex(/^(stellar:[A-Za-z0-9]+:G[A-Z2-7]{55}|iso4217:[A-Z]{3})$/);
const instructions = z.record(z.string(), z.strictObject({ value: z.string(), description: z.string() }));

const offeredAsset = {
  enabled: z.boolean(),
  authentication_required: z.boolean(),
  funding_methods: z.array(z.string()).min(1),
  min_amount: z.number().optional(),
  max_amount: z.number().optional(),
  fee_fixed: z.number().optional(),
  fee_percent: z.number().min(0).max(100).optional(),
};
const served = z.strictObject({ enabled: z.boolean(), authentication_required: z.boolean() });

/** GET `/info` (3.1), without anything that needs a quote. */
export const infoShape = z.strictObject({
  deposit: z.record(z.string(), z.strictObject(offeredAsset)),
  "deposit-exchange": z.strictObject({}),
  // Each of the deprecated types has its fields, be it none (trap 23).
  withdraw: z.record(
    z.string(),
    z.strictObject({
      ...offeredAsset,
      types: z.record(z.string(), z.strictObject({ fields: z.object({}) })),
    }),
  ),
  "withdraw-exchange": z.strictObject({}),
  fee: served.extend({ description: z.string() }),
  transactions: served,
  transaction: served,
  features: z.strictObject({ account_creation: z.boolean(), claimable_balances: z.boolean() }),
});

const opened = {
  id: z.string().min(1),
  eta: z.int().positive().optional(),
  min_amount: z.number().optional(),
  max_amount: z.number().optional(),
  fee_fixed: z.number().optional(),
  fee_percent: z.number().optional(),
  extra_info: z.strictObject({ message: z.string() }),
};

/** GET `/deposit` (3.2); `how` and `id` are always there (trap 23). */
export const depositShape = z.strictObject({
  ...opened,
  how: z.string().min(1),
  instructions: instructions.optional(),
});

/** GET `/withdraw` (3.3); no key is null (trap 23). */
export const withdrawShape = z.strictObject({
  ...opened,
  account_id: z.string().regex(/^G[A-Z2-7]{55}$/).optional(),
  memo_type: z.enum(["id", "text", "hash"]).optional(),
  memo: z.string().optional(),
});

/** The transaction object (3.5), as far as we serve it. The address on Stellar may be null, but is there (trap 23). */
export const transactionShape = z.strictObject({
  id: z.string(),
  kind: z.enum(["deposit", "withdrawal"]),
  status: z.string(),
  amount_in: decimal.optional(),
  amount_in_asset: assetName.optional(),
  amount_out: decimal.optional(),
  amount_out_asset: assetName.optional(),
  amount_fee: decimal.optional(),
  amount_fee_asset: assetName.optional(),
  fee_details: z.strictObject({
    total: decimal,
    asset: assetName,
    details: z.array(
      z.strictObject({ name: z.string(), amount: decimal, description: z.string().optional() }),
    ).optional(),
  }).optional(),
  from: z.string().nullable().optional(),
  to: z.string().nullable().optional(),
  deposit_memo: z.string().optional(),
  deposit_memo_type: z.enum(["id", "text", "hash"]).optional(),
  withdraw_anchor_account: z.string().optional(),
  withdraw_memo: z.string().optional(),
  withdraw_memo_type: z.literal("id").optional(),
  started_at: time,
  updated_at: time,
  completed_at: time.optional(),
  user_action_required_by: time.optional(),
  stellar_transaction_id: z.string().optional(),
  external_transaction_id: z.string().optional(),
  message: z.string().optional(),
  instructions: instructions.optional(),
  claimable_balance_id: z.string().optional(),
  refunds: z.strictObject({
    amount_refunded: decimal,
    amount_fee: decimal,
    payments: z.array(z.strictObject({
      id: z.string(),
      id_type: z.enum(["stellar", "external"]),
      amount: decimal,
      fee: decimal,
    })),
  }).optional(),
}).refine(({ kind, to, from }) => (kind === "deposit" ? to : from) !== undefined, {
  error: "the address on Stellar is missing",
});

/** A transaction that was read. */
export type ShownTransaction = z.output<typeof transactionShape>;
