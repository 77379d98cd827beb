/**
 * What left without a stored attempt, and what operators say that it was (M-14).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { DebitSaid } from "../../core/operators/explain-debit.ts";
import { Refusal } from "../../core/refusal.ts";
import { type HttpEnv, readBody, readInput } from "../http/mod.ts";
import { readQuery } from "../transfers/query.ts";
import { needRole } from "./authenticate.ts";
import type { OperatorOptions } from "./options.ts";
import { shownDebit, shownTransfer } from "./shown.ts";
import { idOf, paged } from "./transfers.ts";

const list = z.object(paged);
const tied = z.strictObject({ transfer: z.string().max(64), refund: z.boolean().default(false) })
  .transform(({ transfer, refund }): DebitSaid => ({
    as: refund ? "refund" : "payout",
    transferId: transfer,
  }));
const sentBack = z.strictObject({ unmatched: z.string().max(64) })
  .transform(({ unmatched }): DebitSaid => ({ as: "return", receiptId: unmatched }));
const lost = z.strictObject({ loss: z.literal(true), note: z.string().trim().min(1).max(2_000) })
  .transform(({ note }): DebitSaid => ({ as: "loss", note }));

type Desk = Pick<OperatorOptions, "desk">;

/** GET `/debits`: the oldest first, each with what it may have been: a transfer's, or unmatched money that went back. */
export function getDebits({ desk }: Desk) {
  return async function debits(c: Context<HttpEnv>): Promise<Response> {
    const { limit, after } = readQuery(c, list);
    const found = await desk.debits({ limit, ...(after === undefined ? {} : { after }) });
    if (found === null) throw new Refusal("operator.not_found");
    return c.json({ debits: found.map(shownDebit) });
  };
}

/** POST `/debits/:id/explain` with `{ transfer }`, `{ transfer, refund: true }`, `{ unmatched }` or `{ loss: true, note }`. */
export function postExplain({ desk }: Desk) {
  return async function explain(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const { fields } = await readBody(c, { maxBytes: 16 * 1024, accept: ["json"] });
    const said = readInput(saidBy(fields), fields);
    const explained = await desk.explainDebit(c.var.operator.name, idOf(c), said);
    if (explained.kind === "refused") {
      throw new Refusal(
        explained.reason === "unknown" ? "operator.not_found" : `operator.${explained.reason}`,
      );
    }
    return c.json(explained.transfer === null ? {} : shownTransfer(explained.transfer));
  };
}

function saidBy(fields: Readonly<Record<string, unknown>>) {
  if (fields["loss"] !== undefined) return lost;
  return fields["unmatched"] === undefined ? tied : sentBack;
}
