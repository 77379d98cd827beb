/**
 * How people get onto the pages, and stay there: from popups, frames and web views, by links that scanners have seen, that
 * are spent or too old, in a second tab, without JavaScript.
 */
import assert from "node:assert/strict";
import { browserTest } from "../support/browser.ts";
import { arrive, type CustomerOptions } from "../support/customer.ts";
import { axeFaults, overflow, shot, speech, weight } from "../support/page-checks.ts";
import { pagesStage } from "../support/pages-stage.ts";
import { arrived, heardBy, openBy } from "../support/wallet-window.ts";

const stage = pagesStage();

/** A wallet's user asks for a deposit. */
async function linked(fields: Record<string, string> = { lang: "en" }, options: CustomerOptions = {}) {
  const { gateway } = stage();
  const ada = await arrive(gateway, { funded: false, ...options });
  const { id, url } = await ada.wallet.hosted.deposit({ assetCode: gateway.code, fields });
  return { ada, id, url, page: `${gateway.publicUrl}/interactive/${id}` };
}

browserTest(
  "W2 R-24-70 R-24-72 in a popup the link opens its session, leaves the address bar, and a reload stays",
  async ({ person }) => {
    const { url, page } = await linked();
    const ada = await person();
    const popup = await openBy(ada, stage().walletOrigin, url, "popup");
    assert.equal(popup.url(), page);
    const heading = await popup.locator("h1").textContent();
    assert.notEqual(heading, "");
    await popup.goto(page);
    assert.equal(await popup.locator("h1").textContent(), heading);
    const [cookie, ...others] = await ada.context.cookies(page);
    assert.equal(others.length, 0);
    assert.deepEqual(
      [cookie?.httpOnly, cookie?.secure, cookie?.sameSite, cookie?.path],
      [true, true, "Lax", new URL(page).pathname],
    );
  },
);

browserTest(
  "R-24-43 R-24-45 scanners and previews spend no link; a spent one goes on where it was opened, and nowhere else",
  async ({ person }) => {
    const { url, page } = await linked();
    for (const method of ["GET", "HEAD", "GET"]) {
      const { status, body } = await fetch(url, { method });
      await body?.cancel();
      assert.equal(status, 200, method);
    }
    const ada = await person();
    await ada.page.goto(url);
    await arrived(ada.page);
    const heading = await ada.page.locator("h1").textContent();
    await ada.page.goto(url);
    assert.equal(await (await arrived(ada.page)).locator("h1").textContent(), heading);
    const other = await person();
    await other.page.goto(url);
    await other.page.waitForURL(/\/open$/);
    assert.notEqual(await other.page.locator("h1").textContent(), heading);
    assert.deepEqual(await axeFaults(other.page), []);
    await shot(other.page, "link-spent");
    await other.page.goto(page);
    assert.notEqual(await other.page.locator("h1").textContent(), heading);
    await shot(other.page, "no-session");
  },
);

browserTest(
  "R-24-86 a second tab, and a way back from another site, find the session",
  async ({ person }) => {
    const { url, page } = await linked();
    const ada = await person();
    await ada.page.goto(url);
    await arrived(ada.page);
    const heading = await ada.page.locator("h1").textContent();
    const tab = await ada.context.newPage();
    await tab.goto(page);
    assert.equal(await tab.locator("h1").textContent(), heading);
    await tab.goto(stage().walletOrigin);
    await tab.evaluate(`document.getElementById("away").href = ${JSON.stringify(page)}`);
    await tab.locator("#away").click();
    await tab.waitForURL(page);
    assert.equal(await tab.locator("h1").textContent(), heading);
  },
);

browserTest("R-24-73 a session opens no other transfer's pages", async ({ person }) => {
  const [mine, another] = [await linked(), await linked()];
  const ada = await person();
  await ada.page.goto(mine.url);
  await arrived(ada.page);
  const answer = await ada.page.goto(another.page);
  assert.equal(answer?.status(), 403);
});

browserTest("R-24-45 a link that was not opened in time says how to begin again", async ({ person }) => {
  const { url } = await linked();
  const ada = await person();
  await stage().later(16 * 60, async () => {
    await ada.page.goto(url);
    await ada.page.waitForURL(/\/open$/);
    assert.match(await ada.page.locator("main").innerText(), /run out/);
    await shot(ada.page, "link-expired");
  });
});

browserTest("R-24-70 without JavaScript one button opens the pages", async ({ person }) => {
  const { url, page } = await linked();
  const ada = await person({ javaScript: false, width: 320 });
  await ada.page.goto(url);
  assert.equal(ada.page.url(), url);
  await shot(ada.page, "link");
  await ada.page.locator("main form button").click();
  assert.equal((await arrived(ada.page)).url(), page);
});

browserTest(
  "W2 R-24-70 in a frame of another site the session holds, by a cookie of its own kind",
  async ({ person }) => {
    const { url, page } = await linked();
    const ada = await person();
    const frame = await openBy(ada, stage().walletOrigin, url, "frame");
    assert.equal(frame.url(), page);
    const heading = await frame.locator("h1").textContent();
    await frame.goto(page);
    assert.equal(await frame.locator("h1").textContent(), heading);
    const cookies = await ada.context.cookies();
    assert.deepEqual(cookies.map(({ sameSite }) => sameSite), ["None"]);
    // It is the frame's alone: on its own the site has no session.
    const alone = await ada.context.newPage();
    assert.equal((await alone.goto(page))?.status(), 403);
  },
);

browserTest(
  "R-24-74 R-24-79 R-24-82 a popup and a frame tell the wallet's window of the transaction, unsigned; without an opener nothing breaks",
  async ({ person }) => {
    for (const way of ["popup", "frame", "noopener"] as const) {
      const { ada, id, url } = await linked();
      const someone = await person();
      const { walletOrigin, gateway } = stage();
      await openBy(someone, walletOrigin, `${url}&callback=postMessage&on_change_callback=postMessage`, way);
      await someone.page.waitForTimeout(200);
      const messages = await heardBy(someone);
      if (way === "noopener") {
        assert.deepEqual(messages, []);
        continue;
      }
      assert.equal(messages.length, 1, way);
      assert.equal(messages[0]?.origin, new URL(gateway.publicUrl).origin);
      const { more_info_url, ...rest } = await ada.wallet.hosted.transaction(id);
      assert.ok(more_info_url);
      for (const name of ["id", "status", "kind", "amount_in"]) {
        assert.equal(messages[0]?.transaction[name], rest[name], name);
      }
    }
  },
);

browserTest(
  "P19 a language is asked for where nobody said one, and remembered for the next transfer",
  async ({ person }) => {
    const first = await linked({ lang: "" });
    const ada = await person({ language: null, width: 320 });
    await ada.page.goto(first.url);
    await arrived(ada.page);
    assert.deepEqual([await axeFaults(ada.page), await overflow(ada.page)], [[], 0]);
    await shot(ada.page, "language");
    await ada.page.locator("main button[value=ar]").click();
    await ada.page.waitForURL(first.page);
    assert.deepEqual(await speech(ada.page), { lang: "ar", dir: "rtl" });
    const next = await first.ada.wallet.hosted.deposit({
      assetCode: stage().gateway.code,
      fields: { lang: "" },
    });
    await ada.page.goto(next.url);
    assert.deepEqual(await speech(await arrived(ada.page)), { lang: "ar", dir: "rtl" });
  },
);

browserTest(
  "P19 R-24-52 the wallet's language counts before the browser's; the switch on each page changes both, back and forth",
  async ({ person }) => {
    const { url, page } = await linked({ lang: "pt-BR" });
    const ada = await person({ language: "de-DE" });
    await ada.page.goto(url);
    await arrived(ada.page);
    assert.equal((await speech(ada.page)).lang, "pt-BR");
    for (const [language, dir] of [["ar", "rtl"], ["es", "ltr"]] as const) {
      await ada.page.locator("footer select").selectOption(language);
      await ada.page.locator("footer button").click();
      await ada.page.waitForURL(page);
      assert.deepEqual(await speech(ada.page), { lang: language, dir });
    }
    const unsaid = await linked({ lang: "" });
    await ada.page.goto(unsaid.url);
    assert.equal((await speech(await arrived(ada.page))).lang, "de");
  },
);

browserTest(
  "R-24-70 the first page weighs less than 30 kB in all, whatever the language, and asks nobody else",
  async ({ person }) => {
    const { gateway } = stage();
    const ada = await arrive(gateway, { funded: false });
    // Letters of Hindi and Arabic are the heaviest.
    for (const lang of ["en", "ar", "hi"]) {
      const { url } = await ada.wallet.hosted.deposit({ assetCode: gateway.code, fields: { lang } });
      const someone = await person();
      const bytes = await weight(someone, async () => {
        await someone.page.goto(url);
        await arrived(someone.page);
        await someone.page.waitForLoadState("networkidle");
      });
      assert.ok(bytes > 1_000 && bytes < 30_000, `${lang}: ${bytes} bytes`);
    }
  },
);
