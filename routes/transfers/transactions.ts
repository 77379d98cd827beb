/**
 * GET `/transactions` and GET `/transaction` as SEP-6 and SEP-24 both have them: what the caller's own transfers are at.
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import type { TransactionView } from "../../core/seps/transaction-view.ts";
import type { Identifiers, ListQuery } from "../../core/transfers/find.ts";
import type { Transfer } from "../../core/transfers/transfer.ts";
import { type HttpEnv, type Languages, says } from "../http/mod.ts";
import { readQuery } from "./query.ts";

const DEFAULT_LIMIT = 50;
const MOST = 200;

/** Whose transfers are shown, and in whose words. */
export interface Shown {
  readonly protocol: Transfer["protocol"];
  readonly languages: Languages;
  readonly view: TransactionView;
  /** One of the owner's, or `null` for unknown and foreign ones alike. */
  readonly find: (owner: string, by: Identifiers) => Promise<Transfer | null>;
  readonly list: (owner: string, query: ListQuery) => Promise<Transfer[]>;
}

const isoTime = z.string().transform((text, context) => {
  const isIso = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(text);
  const ms = isIso
    ? Date.parse(/T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) || !text.includes("T") ? text : `${text}Z`)
    : NaN;
  if (!Number.isNaN(ms)) return ms;
  context.issues.push({ code: "custom", input: text, params: says("transfer.time_invalid") });
  return z.NEVER;
});

/** Parameters of a list that both SEPs have. */
export const listed = {
  asset_code: z.string(),
  no_older_than: isoTime.optional(),
  limit: z.string().regex(/^[1-9]\d{0,8}$/).transform(Number).optional(),
  paging_id: z.string().optional(),
};

/** A page of a list. */
export interface Page extends Pick<ListQuery, "asset"> {
  /** `null`: all kinds; empty: none of ours. */
  readonly kinds: ListQuery["kinds"] | null;
  readonly no_older_than?: number | undefined;
  readonly limit?: number | undefined;
  readonly paging_id?: string | undefined;
}

/** Answers a page: newest first, all pages together each row once. @throws {Refusal} 400 for an unknown `paging_id` */
export async function answerPage(options: Shown, c: Context<HttpEnv>, page: Page): Promise<Response> {
  const { sub } = c.var.caller;
  const { asset, kinds, paging_id: id } = page;
  const before = id === undefined ? null : await options.find(sub, { id });
  if (id !== undefined && !before) throw new Refusal("transfer.paging_unknown");
  const found = kinds?.length === 0 ? [] : await options.list(sub, {
    asset,
    protocol: options.protocol,
    kinds: kinds ?? [],
    limit: Math.min(page.limit ?? DEFAULT_LIMIT, MOST),
    ...(page.no_older_than === undefined ? {} : { noOlderThanMs: page.no_older_than }),
    ...(before ? { before } : {}),
  });
  const translator = options.languages.of(c);
  return c.json({
    transactions: await Promise.all(found.map((one) => options.view.transaction(one, translator))),
  });
}

const oneQuery = z.object({
  id: z.string().optional(),
  stellar_transaction_id: z.string().optional(),
  external_transaction_id: z.string().optional(),
});

/** One transfer by any of its three ids; unknown and foreign ones answer the same 404. */
export function getTransaction(options: Omit<Shown, "list">) {
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
    if (!found || found.protocol !== options.protocol) throw new Refusal("transfer.not_found");
    return c.json({ transaction: await options.view.transaction(found, options.languages.of(c)) });
  };
}
