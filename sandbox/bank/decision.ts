/**
 * The question that some banks ask before they book: keep this money, or send it back? They wait a moment for the
 * answer and then do what was agreed beforehand.
 * @module
 */
import * as z from "zod";
import { signature } from "../webhooks/mod.ts";
import type { Bank } from "./bank.ts";
import type { Account } from "./records.ts";
import type { Transfer } from "./transfer.ts";
import { inboundView } from "./views.ts";

const answerSchema = z.object({ decision: z.enum(["keep", "return"]) });

/** Asks the account's owner at `{webhook}/decision`; the agreed default when no proper answer comes in time. */
export async function askBeforeBooking(
  bank: Bank,
  account: Account,
  transfer: Transfer,
): Promise<"keep" | "return"> {
  const { decision } = account.shape;
  if (decision === null) return "keep";
  if (account.webhook === null) return decision.otherwise;
  const body = JSON.stringify({ type: "decision", id: transfer.id, data: inboundView(account, transfer) });
  const end = new AbortController();
  const stop = () => end.abort();
  const limit = setTimeout(stop, decision.deadlineMs);
  bank.closed.addEventListener("abort", stop);
  try {
    const response = await bank.fetch(`${account.webhook.url}/decision`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Sandbox-Signature": signature(account.webhook.secret, Math.floor(bank.now() / 1000), body),
      },
      body,
      redirect: "manual",
      signal: end.signal,
    });
    const text = await response.text();
    return response.ok ? answerSchema.parse(JSON.parse(text)).decision : decision.otherwise;
  } catch {
    // No answer, a late one, or one that cannot be read: all the same to a bank that waits.
    return decision.otherwise;
  } finally {
    clearTimeout(limit);
    bank.closed.removeEventListener("abort", stop);
  }
}
