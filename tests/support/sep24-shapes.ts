/**
 * SEP-24's answers as the spec's tables have them, strict about keys: what a wallet with a closed schema can read. What
 * the tables do not call optional has to be there, and where public checks ask for more (traps 13 and 14), that too.
 * @module
 */
import { z } from "zod";

const decimal = z.string().regex(/^\d+(\.\d{1,7})?$/);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
const assetName = z.string().regex(/^(stellar:(native|[A-Za-z0-9]+:G[A-Z2-7]{55})|iso4217:[A-Z]{3})$/);

/** The sixteen statuses (3.4). */
export const SEP24_STATUSES = [
  "incomplete",
  "pending_user_transfer_start",
  "pending_user_transfer_complete",
  "pending_external",
  "pending_anchor",
  "on_hold",
  "pending_stellar",
  "pending_trust",
  "pending_user",
  "completed",
  "refunded",
  "expired",
  "no_market",
  "too_small",
  "too_large",
  "error",
] as const;

const offeredAsset = z.strictObject({
  enabled: z.boolean(),
  min_amount: z.number().optional(),
  max_amount: z.number().optional(),
  fee_fixed: z.number().optional(),
  fee_percent: z.number().min(0).max(100).optional(),
  fee_minimum: z.number().optional(),
});

/** GET `/info` (3.2). */
export const sep24InfoShape = z.strictObject({
  deposit: z.record(z.string(), offeredAsset),
  withdraw: z.record(z.string(), offeredAsset),
  fee: z.strictObject({ enabled: z.boolean(), authentication_required: z.boolean() }),
  features: z.strictObject({ account_creation: z.boolean(), claimable_balances: z.boolean() }),
});

const shared = {
  id: z.string().min(1),
  status: z.enum(SEP24_STATUSES),
  more_info_url: z.url(),
  amount_in: decimal.nullable(),
  amount_in_asset: assetName,
  amount_out: decimal.nullable(),
  amount_out_asset: assetName,
  fee_details: z.strictObject({
    total: decimal,
    asset: assetName,
    breakdown: z.array(
      z.strictObject({ name: z.string(), amount: decimal, description: z.string().optional() }),
    ).optional(),
  }).nullable(),
  started_at: time,
  stellar_transaction_id: z.string().nullable(),
  kyc_verified: z.boolean().optional(),
  amount_fee: decimal.optional(),
  amount_fee_asset: assetName.optional(),
  updated_at: time,
  completed_at: time.optional(),
  user_action_required_by: time.optional(),
  external_transaction_id: z.string().optional(),
  message: z.string().optional(),
  refunded: z.boolean(),
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
};

const deposit = z.strictObject({
  ...shared,
  kind: z.literal("deposit"),
  from: z.string().nullable(),
  to: z.string(),
  claimable_balance_id: z.string().nullable(),
  deposit_memo: z.string().optional(),
  deposit_memo_type: z.enum(["id", "text", "hash"]).optional(),
});

const withdrawal = z.strictObject({
  ...shared,
  kind: z.literal("withdrawal"),
  from: z.string(),
  to: z.string().nullable(),
  withdraw_anchor_account: z.string().nullable(),
  withdraw_memo: z.string().nullable(),
  withdraw_memo_type: z.literal("id").nullable(),
});

/** The transaction object (3.3), as far as we serve it. */
export const sep24TransactionShape = z.discriminatedUnion("kind", [deposit, withdrawal]);

/** See {@link sep24TransactionShape}. */
export type Sep24Transaction = z.output<typeof sep24TransactionShape>;
