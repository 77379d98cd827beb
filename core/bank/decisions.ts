/**
 * Answers a bank that waits for keep or return, with what the database knows alone and within the bank's deadline. What
 * is kept arrives as news like any other money; nothing is booked here.
 * @module
 */
import type { InboundTransfer } from "../../plugins/bank-rail.ts";
import type { WebhookReply, WebhookRequest } from "../../plugins/webhook.ts";
import { findTransfer } from "../transfers/find.ts";
import { judgeAmount } from "../transfers/terms.ts";
import { matchInbound, type Matching } from "./match.ts";
import type { RailInstance } from "./rails.ts";

/** Time that is kept back for the answer itself, in milliseconds. */
const MARGIN_MS = 250;

/** The answer for the bank, or `null` when this request asks for none. */
export async function answerDecision(
  matching: Matching,
  instance: RailInstance,
  request: WebhookRequest,
): Promise<WebhookReply | null> {
  const { rail, ports } = instance;
  const rule = rail.declares.syncDecision;
  if (!rule || !rail.answerDecision) return null;
  const judged = async (inbound: InboundTransfer): Promise<"keep" | "return"> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<"keep" | "return">((resolve) => {
      timer = setTimeout(() => resolve(rule.otherwise), Math.max(0, rule.deadlineMs - MARGIN_MS));
    });
    // Whatever goes wrong here, the bank gets the default that was agreed with it.
    const judgement = judge(matching, instance, inbound).catch(() => rule.otherwise);
    try {
      return await Promise.race([judgement, late]);
    } finally {
      clearTimeout(timer);
    }
  };
  return await rail.answerDecision(request, judged, ports);
}

/** Money that fits an open deposit is kept; money that plainly belongs to none goes back before it is ours. */
async function judge(
  matching: Matching,
  { name, rail }: RailInstance,
  inbound: InboundTransfer,
): Promise<"keep" | "return"> {
  const match = await matchInbound(matching, name, rail.declares, inbound);
  if (match.kind === "unmatched") return "return";
  const transfer = await findTransfer(matching.db, match.transferId);
  if (!transfer) return "return";
  const fit = judgeAmount(transfer.terms, transfer.amountIn, transfer.received + inbound.gross.units);
  return fit === "fits" || fit === "excess" ? "keep" : "return";
}
