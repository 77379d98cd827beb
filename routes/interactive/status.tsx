/**
 * The page of a transfer in state other.
 * @module
 */
import type { Context } from "hono";
import type { InteractiveOptions } from "./options.ts";
import type { Page, PageEnv } from "./page.ts";
import { visitIn } from "./visit.ts";

/** The page. */
export function showStatus(c: Context<PageEnv>, _options: InteractiveOptions): Promise<Page> {
  const { transfer } = visitIn(c);
  return Promise.resolve({ title: transfer.state, body: <p>{transfer.id}</p> });
}
