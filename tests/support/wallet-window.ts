/**
 * A wallet's own web page, on another site than the anchor's pages: it opens a link in a popup, in one that cannot reach it,
 * or in a frame, and keeps the messages that it hears.
 * @module
 */
import assert from "node:assert/strict";
import type { Frame, Page } from "playwright-core";
import { z } from "zod";
import type { Person } from "./browser.ts";

/** How a wallet shows the anchor's pages. */
export type Way = "popup" | "noopener" | "frame";

/** A window or frame with the anchor's pages. */
export type Sheet = Page | Frame;

/** A message as the wallet's window heard it. */
export interface Heard {
  readonly origin: string;
  readonly transaction: Readonly<Record<string, unknown>>;
}

const heard = z.array(z.object({
  origin: z.string(),
  data: z.object({ transaction: z.record(z.string(), z.unknown()) }),
}));

const PAGE = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Wallet</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Wallet</h1>
<button id="popup">Popup</button><button id="noopener">Without an opener</button><button id="frame">Frame</button>
<a id="away" href="about:blank">Away</a></main>
<script>
window.heard = [];
addEventListener("message", ({ origin, data }) => {
  heard.push({ origin, data: typeof data === "string" ? JSON.parse(data) : data });
});
popup.onclick = () => open(window.link, "", "popup");
noopener.onclick = () => open(window.link, "", "popup,noopener");
frame.onclick = () => {
  const made = document.createElement("iframe");
  made.src = window.link;
  made.title = "Anchor";
  made.style = "width:100%;height:600px;border:0";
  document.body.append(made);
};
</script></body></html>`;

/** Serves such a page. Its host is an address where the anchor's is a name: two sites, as browsers see them. */
export function openWalletSite() {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    ({ url }) =>
      new URL(url).pathname === "/"
        ? new Response(PAGE, { headers: { "content-type": "text/html; charset=utf-8" } })
        : new Response(null, { status: 204 }),
  );
  return { origin: `http://127.0.0.1:${server.addr.port}`, stop: () => server.shutdown() };
}

/** Lets somebody's wallet open a link as a click would. @returns the window or frame, once it left the link itself */
export async function openBy(
  { context, page }: Person,
  origin: string,
  link: string,
  way: Way,
): Promise<Sheet> {
  if (!page.url().startsWith(origin)) await page.goto(origin);
  await page.evaluate(`window.link = ${JSON.stringify(link)}`);
  if (way === "frame") {
    await page.locator("#frame").click();
    const frame = await (await page.locator("iframe").last().elementHandle())?.contentFrame();
    assert.ok(frame, "the frame is there");
    return await arrived(frame);
  }
  const [popup] = await Promise.all([context.waitForEvent("page"), page.locator(`#${way}`).click()]);
  return await arrived(popup);
}

/** Waits until the link's token is gone from the address. */
export async function arrived<Shown extends Sheet>(sheet: Shown): Promise<Shown> {
  await sheet.waitForURL((url) => url.pathname.startsWith("/interactive/") && !url.searchParams.has("token"));
  await sheet.waitForLoadState();
  return sheet;
}

/** What the wallet's window has heard so far. */
export async function heardBy({ page }: Person): Promise<Heard[]> {
  return heard.parse(await page.evaluate("window.heard")).map(({ origin, data }) => ({ origin, ...data }));
}
