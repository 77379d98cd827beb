/**
 * Tells a wallet of each change of a SEP-6 transfer's status (R-06-57): the part of the batch that makes the change.
 * @module
 */
import type { Texts } from "../i18n/mod.ts";
import type { Outbox } from "../records/outbox.ts";
import type { Vault } from "../records/vault.ts";
import type { Tell } from "../transfers/record.ts";
import { sealedCallback } from "../transfers/transfer.ts";
import type { Sep6View } from "./sep6-view.ts";
import { statusOf } from "./statuses.ts";

/** Kind of the effect that posts a transfer's status; its subject is the transfer. */
export const TRANSFER_CALLBACK_EFFECT = "transfer_callback";

/**
 * Creates the teller. The body is that of GET `/transaction` at the moment of the batch (R-06-166), in the language of the
 * transfer; callbacks end with the last status by themselves, and a later repair (M-21) is told again.
 */
export function createSep6Teller(
  { view, vault, outbox, texts }: {
    readonly view: Pick<Sep6View, "transaction">;
    readonly vault: Vault;
    readonly outbox: Pick<Outbox, "insert">;
    readonly texts: Pick<Texts, "translatorOf">;
  },
): Tell {
  return async ({ before, after, event }) => {
    const { id, kind, protocol, callback, version } = after;
    const moved = statusOf("sep6", kind, before.state) !== statusOf("sep6", kind, after.state);
    if (protocol !== "sep6" || callback === null || !moved) return [];
    const transaction = await view.transaction(
      after,
      texts.translatorOf(after.language),
      event.type === "refund_completed" ? event : undefined,
    );
    return [outbox.insert({
      id: `${TRANSFER_CALLBACK_EFFECT}:${id}:${version}`,
      kind: TRANSFER_CALLBACK_EFFECT,
      subject: id,
      delivery: "at_least_once",
      lane: "post",
      body: {
        url: vault.openText(sealedCallback.place(id), callback),
        text: JSON.stringify({ transaction }),
      },
    })];
  };
}
