/**
 * GET `/transactions` and GET `/transaction`: what the caller's own transfers are at (R-06-113 to R-06-132).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import { shownCode } from "../../core/transfers/conditions.ts";
import { type HttpEnv, says } from "../http/mod.ts";
import type { Sep6Options } from "./options.ts";
import { readQuery } from "./query.ts";

const DEFAULT_LIMIT = 50;
const MOST = 200;

const isoTime = z.string().transform((text, context) => {
  const isIso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const ms = isIso
    ? Date.parse(/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) || !text.includes("T") ? text : `${text}Z`)
    : NaN;
  if (!Number.isNaN(ms)) return ms;
  context.issues.push({ code: "custom", input: text, params: says("transfer.time_invalid") });
  return z.NEVER;
});

const KINDS = ["deposit", "deposit-exchange", "withdrawal", "withdrawal-exchange"] as const;

const listQuery = z.object({
  asset_code: z.string(),
  account: z.string().optional(),
  no_older_than: isoTime.optional(),
  limit: z.string().regex(/^[1-9]\d{0,8}$/).transform(Number).optional(),
  // A comma list is harmless and some wallets send one.
  kind: z.array(z.string()).transform((values, context) => {
    const kinds = z.array(z.enum(KINDS)).safeParse(values.flatMap((value) => value.split(",")));
    if (kinds.success) return kinds.data;
    const params = says("request.field.not_one_of", { options: KINDS.join(", ") });
    context.issues.push({ code: "custom", input: values, params });
    return z.NEVER;
  }).optional(),
  paging_id: z.string().optional(),
});

const oneQuery = z.object({
  id: z.string().optional(),
  stellar_transaction_id: z.string().optional(),
  external_transaction_id: z.string().optional(),
});

/** Newest first, all pages together each row once. */
export function getTransactions(options: Sep6Options) {
  return async function transactions(c: Context<HttpEnv>): Promise<Response> {
    const asked = readQuery(c, listQuery, ["kind"]);
    const { caller } = c.var;
    const service = options.services.find(({ asset }) => asset.code === asked.asset_code);
    if (!service) {
      const assets = [...new Set(options.services.map(({ asset }) => asset.code))].join(", ");
      throw new Refusal("transfer.unknown_asset", { asset: shownCode(asked.asset_code), assets });
    }
    // Old clients send the base account while their token names a memo or a muxed id.
    if (asked.account !== undefined && asked.account !== caller.account && asked.account !== caller.sub) {
      throw new Refusal("transfer.other_account");
    }
    const before = asked.paging_id === undefined
      ? null
      : await options.find(caller.sub, { id: asked.paging_id });
    if (asked.paging_id !== undefined && !before) throw new Refusal("transfer.paging_unknown");
    const kinds = asked.kind ?? [];
    const own = kinds.filter((kind) => kind === "deposit" || kind === "withdrawal");
    const found = kinds.length > 0 && own.length === 0 ? [] : await options.list(caller.sub, {
      asset: service.asset.id,
      protocol: "sep6",
      kinds: own,
      limit: Math.min(asked.limit ?? DEFAULT_LIMIT, MOST),
      ...(asked.no_older_than === undefined ? {} : { noOlderThanMs: asked.no_older_than }),
      ...(before ? { before } : {}),
    });
    const translator = options.languages.of(c);
    return c.json({
      transactions: await Promise.all(found.map((one) => options.view.transaction(one, translator))),
    });
  };
}

/** One transfer by any of its three ids; unknown and foreign ones answer the same 404. */
export function getTransaction(options: Sep6Options) {
  return async function transaction(c: Context<HttpEnv>): Promise<Response> {
    const asked = readQuery(c, oneQuery);
    if (!asked.id && !asked.stellar_transaction_id && !asked.external_transaction_id) {
      throw new Refusal("transfer.id_needed");
    }
    const found = await options.find(c.var.caller.sub, {
      ...(asked.id ? { id: asked.id } : {}),
      ...(asked.stellar_transaction_id ? { stellarTransactionId: asked.stellar_transaction_id } : {}),
      ...(asked.external_transaction_id ? { externalTransactionId: asked.external_transaction_id } : {}),
    });
    if (!found || found.protocol !== "sep6") throw new Refusal("transfer.not_found");
    return c.json({ transaction: await options.view.transaction(found, options.languages.of(c)) });
  };
}
