/**
 * The shapes of Horizon's answers that we rest on: keys we need are checked, all others are ignored.
 * @module
 */
import { z } from "zod";
import { parseUnits } from "../../plugins/money.ts";
import { assetIdOf, isAssetId } from "./asset.ts";
import { readMemo } from "./memo.ts";

const count = z.number().int().nonnegative();

/** A decimal amount as units of 10⁻⁷. */
export const amount = z.string().transform((text, context) => {
  const units = parseUnits(text);
  if (units !== null) return units;
  context.addIssue({ code: "custom", message: "not an amount" });
  return z.NEVER;
});

/** A whole number of 64 bits, as text or as a JSON number that is exact. */
export const whole = z.union([z.string().regex(/^\d{1,20}$/), count]).transform((value) => BigInt(value));

/** A time as whole seconds since 1970. */
export const seconds = z.string().transform((text, context) => {
  const time = Date.parse(text) / 1000;
  if (Number.isSafeInteger(Math.floor(time))) return Math.floor(time);
  context.addIssue({ code: "custom", message: "not a time" });
  return z.NEVER;
});

/** A transaction's hash in lower-case hex. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** `GET /` */
export const rootSchema = z.object({
  network_passphrase: z.string(),
  history_latest_ledger: count,
  history_elder_ledger: count,
}).transform((root) => ({
  passphrase: root.network_passphrase,
  latestLedger: root.history_latest_ledger,
  elderLedger: root.history_elder_ledger,
}));

/** A ledger's record. */
export const ledgerSchema = z.object({
  sequence: count,
  hash,
  closed_at: seconds,
  base_fee_in_stroops: whole,
  base_reserve_in_stroops: whole,
}).transform((ledger) => ({
  sequence: ledger.sequence,
  hash: ledger.hash,
  closedAt: ledger.closed_at,
  baseFee: ledger.base_fee_in_stroops,
  baseReserve: ledger.base_reserve_in_stroops,
}));

/** A collection whose records are read one by one. */
export const pageSchema = z.object({ _embedded: z.object({ records: z.array(z.unknown()) }) })
  .transform((page) => page._embedded.records);

const balanceSchema = z.object({
  balance: amount,
  limit: amount.optional(),
  buying_liabilities: amount.optional(),
  selling_liabilities: amount.optional(),
  is_authorized: z.boolean().optional(),
  is_clawback_enabled: z.boolean().optional(),
  asset_type: z.string(),
  asset_code: z.string().optional(),
  asset_issuer: z.string().optional(),
});

/** `GET /accounts/{id}`; lines of liquidity pools are left out. */
export const accountSchema = z.object({
  account_id: z.string(),
  sequence: whole,
  subentry_count: count,
  num_sponsoring: count.default(0),
  num_sponsored: count.default(0),
  home_domain: z.string().optional(),
  thresholds: z.object({ low_threshold: count, med_threshold: count, high_threshold: count }),
  flags: z.object({
    auth_required: z.boolean(),
    auth_revocable: z.boolean(),
    auth_immutable: z.boolean(),
    auth_clawback_enabled: z.boolean().default(false),
  }),
  signers: z.array(z.object({ key: z.string(), type: z.string(), weight: count })),
  data: z.record(z.string(), z.string()),
  balances: z.array(balanceSchema),
}).transform((account) => ({
  id: account.account_id,
  sequence: account.sequence,
  subentries: account.subentry_count,
  sponsoring: account.num_sponsoring,
  sponsored: account.num_sponsored,
  homeDomain: account.home_domain ?? null,
  thresholds: {
    low: account.thresholds.low_threshold,
    med: account.thresholds.med_threshold,
    high: account.thresholds.high_threshold,
  },
  flags: {
    authRequired: account.flags.auth_required,
    authRevocable: account.flags.auth_revocable,
    authImmutable: account.flags.auth_immutable,
    clawbackEnabled: account.flags.auth_clawback_enabled,
  },
  signers: account.signers,
  data: account.data,
  balances: account.balances.flatMap((line) => {
    const asset = assetIdOf(line);
    if (asset === null) return [];
    return [{
      asset,
      amount: line.balance,
      limit: line.limit ?? null,
      buyingLiabilities: line.buying_liabilities ?? 0n,
      sellingLiabilities: line.selling_liabilities ?? 0n,
      authorized: asset === "native" || line.is_authorized === true,
      /** The issuer may take it back. */
      clawback: line.is_clawback_enabled === true,
    }];
  }),
}));

/** `GET /transactions/{hash}`, and what `join=transactions` puts into an operation. */
export const transactionSchema = z.object({
  hash,
  successful: z.boolean(),
  ledger: count,
  created_at: seconds,
  source_account: z.string(),
  source_account_sequence: whole.optional(),
  fee_charged: whole,
  result_xdr: z.string(),
  memo_type: z.string(),
  memo: z.string().optional(),
  memo_bytes: z.string().optional(),
  fee_bump_transaction: z.object({ hash }).optional(),
  inner_transaction: z.object({ hash }).optional(),
}).transform((transaction, context) => {
  const memo = readMemo(transaction);
  if (memo === undefined) {
    context.addIssue({ code: "custom", path: ["memo"], message: "not a memo" });
    return z.NEVER;
  }
  return {
    // Asked for by its inner hash, a fee-bumped transaction shows that one as `hash`; the ledger lists the outer (M-7).
    hash: transaction.fee_bump_transaction?.hash ?? transaction.hash,
    innerHash: transaction.inner_transaction?.hash ?? null,
    successful: transaction.successful,
    ledger: transaction.ledger,
    closedAt: transaction.created_at,
    source: transaction.source_account,
    /** The source's sequence that it took, where Horizon says so. */
    sequence: transaction.source_account_sequence ?? null,
    feeCharged: transaction.fee_charged,
    memo,
    resultXdr: transaction.result_xdr,
  };
});

const feeDistribution = z.object({
  min: whole,
  mode: whole,
  p50: whole,
  p70: whole,
  p90: whole,
  p95: whole,
  p99: whole,
  max: whole,
});

/** `GET /fee_stats`, in stroops for one operation. */
export const feeStatsSchema = z.object({
  last_ledger: whole,
  last_ledger_base_fee: whole,
  fee_charged: feeDistribution,
  max_fee: feeDistribution,
}).transform((stats) => ({
  lastLedger: Number(stats.last_ledger),
  baseFee: stats.last_ledger_base_fee,
  feeCharged: stats.fee_charged,
  maxFee: stats.max_fee,
}));

/** `GET /claimable_balances/{id}` */
export const claimableBalanceSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{72}$/),
  asset: z.string().refine(isAssetId, "not an asset"),
  amount,
  sponsor: z.string().optional(),
  claimants: z.array(z.object({ destination: z.string() })),
}).transform((balance) => ({
  id: balance.id,
  asset: balance.asset,
  amount: balance.amount,
  sponsor: balance.sponsor ?? null,
  claimants: balance.claimants.map((claimant) => claimant.destination),
}));

/** A record of `GET /assets`: how much of the asset there is, wherever it lies. */
export const supplySchema = z.object({
  asset_code: z.string(),
  asset_issuer: z.string(),
  balances: z.record(z.string(), amount),
  claimable_balances_amount: amount.default(0n),
  liquidity_pools_amount: amount.default(0n),
  contracts_amount: amount.default(0n),
}).transform((asset) => ({
  code: asset.asset_code,
  issuer: asset.asset_issuer,
  supply: Object.values(asset.balances).reduce(
    (sum, part) => sum + part,
    asset.claimable_balances_amount + asset.liquidity_pools_amount + asset.contracts_amount,
  ),
}));

/** RFC 7807, as far as we rest on it. */
export const problemSchema = z.object({
  type: z.string(),
  extras: z.object({
    result_codes: z.object({
      transaction: z.string(),
      inner_transaction: z.string().optional(),
      operations: z.array(z.string()).optional(),
    }).optional(),
  }).optional(),
});

/** The first fields that were wrong, by name: for logs and reasons, never values. */
export function wrongFields(error: z.ZodError): string {
  return error.issues.map((issue) => issue.path.join(".")).slice(0, 5).join(", ");
}
