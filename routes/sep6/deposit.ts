/**
 * GET `/deposit`: opens a deposit and says how to pay (R-06-32 to R-06-85).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { HttpEnv } from "../http/mod.ts";
import { memoType, readPayoutMemo, stellarAddress } from "../transfers/parameters.ts";
import { readQuery } from "../transfers/query.ts";
import type { Sep6Options } from "./options.ts";
import { initiation, readMethod } from "./query.ts";
import { offer } from "./offer.ts";

const query = z.object({
  ...initiation,
  account: stellarAddress,
  memo: z.string().optional(),
  memo_type: memoType.optional(),
  // No mail is sent yet: an address is checked, so that a wallet hears of a wrong one, and kept nowhere.
  email_address: z.email().max(254).optional(),
  claimable_balance_supported: z.enum(["true", "false"]).optional(),
});

/** The handler. */
export function getDeposit(options: Sep6Options) {
  return async function deposit(c: Context<HttpEnv>): Promise<Response> {
    const asked = readQuery(c, query);
    const translator = options.languages.of(c);
    const memo = readPayoutMemo(asked);
    const method = readMethod(asked);
    const callback = asked.on_change_callback;
    if (callback !== undefined) await options.checkCallback(callback);
    const opened = await options.open({
      kind: "deposit",
      protocol: "sep6",
      owner: c.var.caller,
      assetCode: asked.asset_code,
      amount: asked.amount ?? null,
      language: translator.language,
      destination: asked.account,
      claimable: asked.claimable_balance_supported === "true",
      ...(method === undefined ? {} : { method }),
      ...(asked.customer_id === undefined ? {} : { customerId: asked.customer_id }),
      ...(callback === undefined ? {} : { callback }),
      ...(asked.country_code === undefined ? {} : { country: asked.country_code }),
      ...(memo ? { memo } : {}),
    });
    const transfer = await options.performed(opened);
    const instructions = options.view.instructions(transfer, translator);
    const how = instructions
      ? translator.t("transfer.how.pay", {
        lines: Object.values(instructions).map(({ description, value }) => `${description}: ${value}`).join(
          "; ",
        ),
      })
      : translator.t(transfer.state === "kyc" ? "transfer.how.customer" : "transfer.how.soon");
    return c.json({
      how,
      id: transfer.id,
      ...(instructions ? { instructions } : {}),
      ...offer(options.services, transfer),
      extra_info: { message: how },
    });
  };
}
