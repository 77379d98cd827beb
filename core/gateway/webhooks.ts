/**
 * Webhooks of this deployment: whose they are, and what a bank that waits is answered at once.
 * @module
 */
import type { WebhookReply } from "../../plugins/webhook.ts";
import { answerDecision } from "../bank/decisions.ts";
import { webhookRequest } from "../bank/webhooks.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { RawRequest } from "../records/inbox.ts";
import type { Modules } from "./modules.ts";
import type { MoneyRoom } from "./money.ts";

/** The room. */
export interface WebhooksRoom {
  /** The answer for a bank that waits for one, else `null`. */
  readonly decide: (
    instance: string,
    contract: "rail" | "kyc",
    request: RawRequest,
  ) => Promise<WebhookReply | null>;
  /** Whether webhooks of an instance are read as a rail's or a KYC provider's; `null` for unknown names. */
  readonly contractOf: (instance: string) => "rail" | "kyc" | null;
}

/** Builds the room. @param options.now seconds since 1970 */
export function webhooksRoom({ anchor, modules, money, now }: {
  readonly anchor: Pick<Anchor, "rails" | "kyc">;
  readonly modules: Pick<Modules, "railOf">;
  readonly money: Pick<MoneyRoom, "bankReceiving">;
  readonly now: () => number;
}): WebhooksRoom {
  return {
    async decide(instance, contract, request) {
      if (contract !== "rail") return null;
      return await answerDecision(
        money.bankReceiving.matching,
        modules.railOf(instance),
        webhookRequest(request, now() * 1000),
      );
    },
    contractOf: (name) =>
      Object.hasOwn(anchor.rails, name) ? "rail" : Object.hasOwn(anchor.kyc, name) ? "kyc" : null,
  };
}
