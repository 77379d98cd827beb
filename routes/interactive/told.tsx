/**
 * What a page tells the wallet's window by `postMessage`: the transaction as `GET /transaction` has it, unsigned
 * (R-24-74, R-24-79, R-24-82). The script posts it to the opener, or to the page around a frame; where there is neither,
 * nothing happens, and a wallet that polls misses nothing (trap 23).
 * @module
 */
import type { Context } from "hono";
import { raw } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import { IN_FLOW } from "../../core/transfers/states.ts";
import type { InteractiveOptions } from "./options.ts";
import type { PageEnv } from "./page.ts";

/** The element that holds what is to be told, or `null` where there is nothing. */
export async function toldScript(
  c: Context<PageEnv>,
  { gateway }: Pick<InteractiveOptions, "gateway">,
): Promise<JSX.Element | null> {
  const visit = c.get("visit");
  if (visit === undefined || c.req.method !== "GET") return null;
  const { transfer, session, translator } = visit;
  const { end, changes } = session.told;
  const isEnd = end && !IN_FLOW.has(transfer.state) && await gateway.pages.tellOnce(transfer.id);
  if (!isEnd && !changes) return null;
  const message = { transaction: await gateway.sep24.transaction(transfer, translator) };
  return (
    <script
      type="application/json"
      id="told"
      data-id={transfer.id}
      data-end={isEnd ? "" : undefined}
      data-changes={changes ? "" : undefined}
    >
      {raw(inScript(message))}
    </script>
  );
}

/** JSON that cannot end the element it stands in. */
function inScript(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
