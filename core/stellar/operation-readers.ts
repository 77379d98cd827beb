/**
 * How each type of operation is read: a table from Horizon's name of the type to what it did.
 * @module
 */
import { z } from "zod";
import { parseAccount } from "../auth/strkey.ts";
import { assetIdOf, isAssetId } from "./asset.ts";
import type { AssetId } from "./asset.ts";
import type { Direction, Happening, PaymentHappening } from "./happening.ts";
import { amount, wrongFields } from "./horizon-schemas.ts";
import { mergedBalanceOf } from "./operation-result.ts";

/** What else is needed to read an operation. */
export interface HappeningContext {
  readonly isOurs: (account: string) => boolean;
  readonly resultXdr: string;
  /** Of the operation in its transaction, from 0. */
  readonly index: number;
}

type Reading = Happening | { readonly unreadable: string };
type Reader = (record: unknown, context: HappeningContext) => Reading;

const account = z.string().refine((text) => parseAccount(text)?.kind === "account", "not an account");
const muxed = z.string().refine((text) => parseAccount(text)?.kind === "muxed", "not a muxed account");
const assetFields = {
  asset_type: z.string(),
  asset_code: z.string().optional(),
  asset_issuer: z.string().optional(),
};

/** Reads an operation whose place has been read. */
export function happeningOf(
  record: unknown,
  { type }: { readonly type: string },
  context: HappeningContext,
): Reading {
  const reader = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (reader !== undefined) return reader(record, context);
  return { kind: "other", direction: "none", value: !WORTHLESS.has(type) };
}

/** Types that cannot change a balance other than by fees and reserves. */
const WORTHLESS: ReadonlySet<string> = new Set([
  "set_options",
  "manage_data",
  "bump_sequence",
  "begin_sponsoring_future_reserves",
  "end_sponsoring_future_reserves",
  "revoke_sponsorship",
  "extend_footprint_ttl",
  "bump_footprint_expiration",
  "restore_footprint",
]);

/** Reads with a schema, and hands what came out to `make`. */
function reader<S extends z.ZodType>(
  schema: S,
  make: (fields: z.output<S>, context: HappeningContext) => Reading,
): Reader {
  return (record, context) => {
    const fields = schema.safeParse(record);
    if (fields.success) return make(fields.data, context);
    return { unreadable: wrongFields(fields.error) };
  };
}

function directionOf(from: string, to: readonly string[], isOurs: HappeningContext["isOurs"]): Direction {
  const [sends, receives] = [isOurs(from), to.some(isOurs)];
  if (sends) return receives ? "internal" : "out";
  return receives ? "in" : "none";
}

/** One end of a payment; a muxed form that belongs to another account is no muxed form of this one. */
const isPair = (base: string, muxedForm: string | undefined) =>
  muxedForm === undefined || parseAccount(muxedForm)?.account === base;

interface Ends {
  readonly from: string;
  readonly from_muxed?: string | undefined;
  readonly to: string;
  readonly to_muxed?: string | undefined;
}

function payment(
  ends: Ends,
  delivered: { readonly asset: AssetId | null; readonly amount: bigint },
  context: HappeningContext,
  spent: PaymentHappening["spent"] = null,
): Reading {
  const { from, from_muxed: fromMuxed, to, to_muxed: toMuxed } = ends;
  if (delivered.asset === null) return { unreadable: "asset" };
  if (!isPair(from, fromMuxed)) return { unreadable: "from_muxed" };
  if (!isPair(to, toMuxed)) return { unreadable: "to_muxed" };
  return {
    kind: "payment",
    direction: directionOf(from, [to], context.isOurs),
    from,
    fromMuxed: fromMuxed ?? null,
    to,
    toMuxed: toMuxed ?? null,
    toMuxedId: toMuxed === undefined ? null : parseAccount(toMuxed)?.muxedId ?? null,
    asset: delivered.asset,
    amount: delivered.amount,
    spent,
  };
}

const ends = { from: account, from_muxed: muxed.optional(), to: account, to_muxed: muxed.optional() };

const pathPayment = reader(
  z.object({
    ...ends,
    ...assetFields,
    amount,
    source_amount: amount,
    source_asset_type: z.string(),
    source_asset_code: z.string().optional(),
    source_asset_issuer: z.string().optional(),
  }),
  (fields, context) => {
    const { source_asset_type, source_asset_code, source_asset_issuer } = fields;
    const asset = assetIdOf({
      asset_type: source_asset_type,
      asset_code: source_asset_code,
      asset_issuer: source_asset_issuer,
    });
    if (asset === null) return { unreadable: "source_asset" };
    const spent = { asset, amount: fields.source_amount };
    return payment(fields, { asset: assetIdOf(fields), amount: fields.amount }, context, spent);
  },
);

const authorization = reader(
  z.object({
    trustor: account,
    ...assetFields,
    authorize: z.boolean().optional(),
    set_flags_s: z.array(z.string()).optional(),
    clear_flags_s: z.array(z.string()).optional(),
  }),
  (fields) => {
    const asset = assetIdOf(fields);
    if (asset === null) return { unreadable: "asset" };
    const set = fields.authorize === true || (fields.set_flags_s ?? []).includes("authorized");
    const cleared = fields.authorize === false || (fields.clear_flags_s ?? []).includes("authorized");
    const authorized = set ? true : cleared ? false : null;
    return { kind: "authorization_changed", direction: "none", trustor: fields.trustor, asset, authorized };
  },
);

const balanceId = z.string().regex(/^[0-9a-f]{72}$/);

const READERS: Readonly<Record<string, Reader>> = {
  payment: reader(
    z.object({ ...ends, ...assetFields, amount }),
    (fields, context) => payment(fields, { asset: assetIdOf(fields), amount: fields.amount }, context),
  ),
  path_payment_strict_receive: pathPayment,
  path_payment_strict_send: pathPayment,
  // The name that strict receive had before protocol 12.
  path_payment: pathPayment,
  create_account: reader(
    z.object({ funder: account, funder_muxed: muxed.optional(), account, starting_balance: amount }),
    (fields, context) => {
      const { funder: from, funder_muxed: from_muxed, account: to } = fields;
      return payment({ from, from_muxed, to }, { asset: "native", amount: fields.starting_balance }, context);
    },
  ),
  account_merge: reader(
    z.object({ account, account_muxed: muxed.optional(), into: account, into_muxed: muxed.optional() }),
    (fields, context) => {
      const { account: from, account_muxed: from_muxed, into: to, into_muxed: to_muxed } = fields;
      const merged = mergedBalanceOf(context.resultXdr, context.index);
      if (merged === null) return { unreadable: "transaction.result_xdr" };
      return payment({ from, from_muxed, to, to_muxed }, { asset: "native", amount: merged }, context);
    },
  ),
  create_claimable_balance: reader(
    z.object({
      source_account: account,
      source_account_muxed: muxed.optional(),
      asset: z.string().refine(isAssetId, "not an asset"),
      amount,
      claimants: z.array(z.object({ destination: account })),
    }),
    (fields, { isOurs }) => {
      const claimants = fields.claimants.map((claimant) => claimant.destination);
      return {
        kind: "claimable_balance_created",
        direction: directionOf(fields.source_account, claimants, isOurs),
        from: fields.source_account,
        fromMuxed: fields.source_account_muxed ?? null,
        claimants,
        asset: fields.asset,
        amount: fields.amount,
      };
    },
  ),
  claim_claimable_balance: reader(
    z.object({ claimant: account, balance_id: balanceId }),
    (fields, context) => ({
      kind: "claimable_balance_claimed",
      direction: context.isOurs(fields.claimant) ? "in" : "none",
      to: fields.claimant,
      balanceId: fields.balance_id,
    }),
  ),
  clawback_claimable_balance: reader(z.object({ balance_id: balanceId }), (fields) => ({
    kind: "claimable_balance_clawed_back",
    direction: "none",
    balanceId: fields.balance_id,
  })),
  clawback: reader(z.object({ from: account, ...assetFields, amount }), (fields, { isOurs }) => {
    const asset = assetIdOf(fields);
    if (asset === null) return { unreadable: "asset" };
    const direction = isOurs(fields.from) ? "out" : "none";
    return { kind: "clawback", direction, from: fields.from, asset, amount: fields.amount };
  }),
  change_trust: reader(z.object({ trustor: account, ...assetFields }), (fields) => ({
    kind: "trust_changed",
    direction: "none",
    trustor: fields.trustor,
    asset: assetIdOf(fields),
  })),
  allow_trust: authorization,
  set_trust_line_flags: authorization,
};
