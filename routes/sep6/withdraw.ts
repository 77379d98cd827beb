/**
 * GET `/withdraw`: opens a withdrawal and says where to pay, once that is known (R-06-86, R-06-87).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { HttpEnv } from "../http/mod.ts";
import { memoType, readRefundMemo, stellarAddress } from "../transfers/parameters.ts";
import { readQuery } from "../transfers/query.ts";
import type { Sep6Options } from "./options.ts";
import { initiation, readMethod } from "./query.ts";
import { offer } from "./offer.ts";

const query = z.object({
  ...initiation,
  account: stellarAddress.optional(),
  refund_memo: z.string().optional(),
  refund_memo_type: memoType.optional(),
});

/** The handler. `memo` of the request is ignored: the token says who asks (R-06-98). */
export function getWithdraw(options: Sep6Options) {
  return async function withdraw(c: Context<HttpEnv>): Promise<Response> {
    const asked = readQuery(c, query);
    const translator = options.languages.of(c);
    const refundMemo = readRefundMemo(asked);
    const method = readMethod(asked);
    const callback = asked.on_change_callback;
    if (callback !== undefined) await options.checkCallback(callback);
    const opened = await options.open({
      kind: "withdrawal",
      protocol: "sep6",
      owner: c.var.caller,
      assetCode: asked.asset_code,
      amount: asked.amount ?? null,
      language: translator.language,
      ...(method === undefined ? {} : { method }),
      ...(asked.customer_id === undefined ? {} : { customerId: asked.customer_id }),
      ...(callback === undefined ? {} : { callback }),
      ...(asked.country_code === undefined ? {} : { country: asked.country_code }),
      ...(asked.account === undefined ? {} : { source: asked.account }),
      ...(refundMemo ? { refundMemo } : {}),
    });
    const transfer = await options.performed(opened);
    const isPayable = transfer.state === "waiting" && transfer.receiveMemo !== null;
    return c.json({
      ...(isPayable
        ? { account_id: options.receivingAccount, memo_type: "id", memo: transfer.receiveMemo.toString() }
        : {}),
      id: transfer.id,
      ...offer(options.services, transfer),
      extra_info: {
        message: translator.t(isPayable ? "transfer.how.send" : "transfer.how.customer"),
      },
    });
  };
}
