/**
 * Tells a wallet of each change of a transfer's status, whatever the SEP: the part of the batch that makes the change.
 * @module
 */
import type { Texts } from "../i18n/mod.ts";
import type { Outbox } from "../records/outbox.ts";
import type { Vault } from "../records/vault.ts";
import type { Change, Tell } from "../transfers/record.ts";
import { sealedCallback } from "../transfers/transfer.ts";
import { statusOf, type TransferSep } from "./statuses.ts";
import type { TransactionView } from "./transaction-view.ts";

/** Kind of the effect that posts a transfer's status; its subject is the transfer. */
const TRANSFER_CALLBACK_EFFECT = "transfer_callback";

/** What bodies are made of. */
export interface Messages {
  readonly view: Pick<TransactionView, "transaction">;
  readonly texts: Pick<Texts, "translatorOf">;
}

/** What telling of changes needs. */
export interface StatusTelling extends Messages {
  readonly vault: Vault;
  readonly outbox: Pick<Outbox, "insert">;
}

/**
 * Creates a SEP's teller. Callbacks end with the last status by themselves, and a later repair (M-21) is told again.
 * @param isNews whether the wallet would see a change; asked of this SEP's transfers alone
 */
export function createStatusTeller(
  sep: TransferSep,
  isNews: (change: Change) => boolean,
  { vault, outbox, ...messages }: StatusTelling,
): Tell {
  return async (change) => {
    const { id, protocol, callback, version } = change.after;
    if (protocol !== sep || callback === null || !isNews(change)) return [];
    return [outbox.insert({
      id: `${TRANSFER_CALLBACK_EFFECT}:${id}:${version}`,
      kind: TRANSFER_CALLBACK_EFFECT,
      subject: id,
      delivery: "at_least_once",
      lane: "post",
      body: {
        url: vault.openText(sealedCallback.place(id), callback),
        text: await messageOf(messages, change),
      },
    })];
  };
}

/** Whether a change shows in the status. */
export function hasMoved(sep: TransferSep, { before, after }: Change): boolean {
  return statusOf(sep, before.kind, before.state) !== statusOf(sep, after.kind, after.state);
}

/**
 * The body that tells of a change: that of GET `/transaction` at the moment of the batch (R-06-166, R-24-79), in the language
 * of the transfer.
 */
export async function messageOf({ view, texts }: Messages, { after, event }: Change): Promise<string> {
  const transaction = await view.transaction(
    after,
    texts.translatorOf(after.language),
    event.type === "refund_completed" || event.type === "refund_found" ? event : undefined,
  );
  return JSON.stringify({ transaction });
}
