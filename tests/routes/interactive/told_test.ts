import assert from "node:assert/strict";
import { z } from "zod";
import type { Visited } from "../../support/page-visitor.ts";
import { acted, opened } from "./stage.ts";

const message = z.object({ transaction: z.looseObject({ id: z.string(), status: z.string() }) });

/** What a page tells the wallet's window. */
function toldBy(
  { html }: Visited,
): { readonly end: boolean; readonly body: z.output<typeof message> } | null {
  const [, attributes = "", json = ""] = /<script([^>]*id="told"[^>]*)>(.*?)<\/script>/s.exec(html) ?? [];
  return json === "" ? null : { end: /data-end/.test(attributes), body: message.parse(JSON.parse(json)) };
}

Deno.test(
  "R-24-74 R-24-79 R-24-82 the page holds the transaction for the wallet's window, as the API shows it, unsigned",
  acted(async (ada) => {
    const link = await ada.link("deposit", { amount: "100", lang: "en" });
    const { person, page } = await opened({ ...link, url: `${link.url}&on_change_callback=postMessage` });
    const told = toldBy(page);
    assert.deepEqual(told?.body.transaction, await ada.transaction(link.id));
    assert.equal(told?.end, false);
    assert.equal(toldBy(await person.get(page.url))?.body.transaction.status, "incomplete");
    const { page: silent } = await opened(await ada.link("deposit"));
    assert.equal(toldBy(silent), null, "nobody asked");
  }),
);

Deno.test(
  "R-24-74 R-24-76 R-24-77 the end is told by one page at most, and not before the flow has ended",
  acted(async (ada, { running: { gateway } }) => {
    const link = await ada.link("deposit", { amount: "100" });
    const { person, page } = await opened({ ...link, url: `${link.url}&callback=postMessage` });
    assert.equal(toldBy(page), null);
    assert.equal(toldBy(await person.get(page.url)), null);
    // Nobody pays and nobody chooses; its time runs out, which ends the flow.
    await gateway.db.write([{
      sql: "update transfers set expires_ms = 1 where id = ?",
      args: [link.id],
    }], { committed: { sql: "select 1", args: [] } });
    await ada.gateway.tick();
    const pages = await Promise.all([1, 2, 3].map(() => person.get(page.url)));
    const told = pages.map(toldBy).filter((one) => one !== null);
    assert.equal(told.length, 1);
    assert.equal(told[0]?.end, true);
    assert.equal(told[0]?.body.transaction.status, "expired");
    assert.equal(toldBy(await person.get(page.url)), null);
  }),
);

Deno.test(
  "R-24-74 what a wallet sent cannot end the element that holds the message",
  acted(async (ada) => {
    const link = await ada.link("deposit", { memo: "</script><b>", memo_type: "text" });
    const { page } = await opened({ ...link, url: `${link.url}&on_change_callback=postMessage` });
    assert.equal(toldBy(page)?.body.transaction["deposit_memo"], "</script><b>");
    assert.doesNotMatch(page.html, /<b>/);
  }),
);
