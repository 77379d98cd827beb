/**
 * POST `/transactions/deposit/interactive` and `/transactions/withdraw/interactive`: open a draft and answer the link to
 * its pages, whoever asks (R-24-25 to R-24-55, trap 8).
 * @module
 */
import type { Context } from "hono";
import { UNSAID } from "../../core/i18n/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { sep24AssetName } from "../../core/seps/sep24-info.ts";
import type { DraftRequest } from "../../core/transfers/open-draft.ts";
import { type HttpEnv, InvalidInput } from "../http/mod.ts";
import { assetNamed } from "../transfers/asset.ts";
import { readPayoutMemo, readRefundMemo } from "../transfers/parameters.ts";
import { depositFields, readInitiation, withdrawFields } from "./body.ts";
import type { Sep24Options } from "./options.ts";

/** The handler of deposits. */
export function postDeposit(options: Sep24Options) {
  return async function deposit(c: Context<HttpEnv>): Promise<Response> {
    const { asked, values } = await readInitiation(c, options.languages, depositFields);
    const { caller } = c.var;
    // A muxed login is an account of its own; a memo of one names a user to us, and is none of the payout (trap 18).
    const account = asked.account ?? (caller.muxedId === null ? caller.account : caller.sub);
    const memo = readPayoutMemo({ ...asked, account });
    return await open(options, c, {
      ...drafted(options, c, "deposit", asked, { source_asset: asked.source_asset }),
      destination: account,
      claimable: asked.claimable_balance_supported === "true",
      ...(memo ? { memo } : {}),
    }, values);
  };
}

/** The handler of withdrawals. */
export function postWithdraw(options: Sep24Options) {
  return async function withdraw(c: Context<HttpEnv>): Promise<Response> {
    const { asked, values } = await readInitiation(c, options.languages, withdrawFields);
    const refundMemo = readRefundMemo(asked);
    return await open(options, c, {
      ...drafted(options, c, "withdrawal", asked, { destination_asset: asked.destination_asset }),
      ...(asked.account === undefined ? {} : { source: asked.account }),
      ...(refundMemo ? { refundMemo } : {}),
    }, values);
  };
}

/** What both kinds ask alike. */
interface Asked {
  readonly asset_code: string;
  readonly asset_issuer?: string | undefined;
  readonly amount?: bigint | undefined;
  readonly customer_id?: string | undefined;
}

/** What both kinds of draft have. @param offChain the other side's asset, by the name of its field */
function drafted(
  { services, languages }: Sep24Options,
  c: Context<HttpEnv>,
  kind: DraftRequest["kind"],
  asked: Asked,
  offChain: Readonly<Record<string, string | undefined>>,
): DraftRequest {
  const offered = services.filter((service) => service.kind === kind);
  // Lumens have no issuer, whether they are served or not (R-24-31).
  const isNative = asked.asset_code === "native";
  if (isNative) onlyOne("asset_issuer", asked.asset_issuer, null);
  const { code, issuer, currency } = assetNamed(offered, asked.asset_code, sep24AssetName);
  if (!isNative) onlyOne("asset_issuer", asked.asset_issuer, issuer);
  for (const [field, given] of Object.entries(offChain)) onlyOne(field, given, `iso4217:${currency}`);
  return {
    kind,
    protocol: "sep24",
    owner: c.var.caller,
    assetCode: code,
    amount: asked.amount ?? null,
    language: languages.said(c) ?? UNSAID,
    ...(asked.customer_id === undefined ? {} : { customerId: asked.customer_id }),
  };
}

/** @throws {InvalidInput} for another value than the only one that there is; `null`: there is none */
function onlyOne(field: string, given: string | undefined, only: string | null): void {
  if (given === undefined || given === only) return;
  throw new InvalidInput([
    only === null
      ? { field, code: "request.field.unknown", params: { field } }
      : { field, code: "request.field.not_one_of", params: { field, options: only } },
  ]);
}

async function open(
  options: Sep24Options,
  c: Context<HttpEnv>,
  request: DraftRequest,
  values: Readonly<Record<string, string>>,
): Promise<Response> {
  const transfer = await options.draft(request);
  await keepIfPossible(options, transfer.id, values);
  return c.json({
    type: "interactive_customer_info_needed",
    url: await options.linkFor(transfer),
    id: transfer.id,
  });
}

/**
 * Values only spare the person typing, and a wallet may expect them to be ignored (R-24-48). So where sessions are away
 * they are given up: a 503 would tell the wallet to ask again, beside the draft that is there by now.
 */
async function keepIfPossible(
  { keepValues }: Sep24Options,
  transferId: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  if (Object.keys(values).length === 0) return;
  try {
    await keepValues(transferId, values);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 503) throw error;
  }
}
