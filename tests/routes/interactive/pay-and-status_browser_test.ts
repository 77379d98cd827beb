import assert from "node:assert/strict";
import { findTransfer } from "../../../core/transfers/find.ts";
import { presets } from "../../../bank-rails/sandbox/mod.ts";
import { browserTest, type Person } from "../../support/browser.ts";
import { axeFaults, overflow, shot, speech } from "../../support/page-checks.ts";
import { pagesStage } from "../../support/pages-stage.ts";
import { atPayment, until } from "./at-payment.ts";
import { actor } from "./stage.ts";

/** Euros by SEPA, so that there is a code; a withdrawal of what one does not hold yet is let through. */
const stage = pagesStage({
  bank: { ...presets.camt, countries: "*", files: false, webhook: "signed", pollEverySeconds: 30 },
  config: (given) => ({
    ...given,
    pages: { ...given.pages, balanceCheck: "warn" },
    assets: given.assets.map((asset) => ({ ...asset, currency: "EUR" })),
    services: given.services.map((service) => ({ ...service, method: "SEPA" })),
  }),
});

const BENEFICIARY = { bank_account_number: "DE89370400440532013000" };

/** Lets a browser into the session of a transfer, with the cookie of whoever opened it. */
async function sitDown({ context, page }: Person, at: Awaited<ReturnType<typeof atPayment>>): Promise<void> {
  const { url } = await at.page();
  const [cookie] = [...at.person.cookies.values()];
  const [name = "", value = ""] = (cookie?.value ?? "").split("=");
  const { pathname, hostname } = new URL(url);
  await context.addCookies([{ name, value, domain: hostname, path: pathname, secure: true, httpOnly: true }]);
  await page.goto(url);
}

for (const lang of ["en", "ar"]) {
  browserTest(
    `R-24-70 R-24-85 how to pay and how it stands, on a phone of 320 pixels (${lang})`,
    async (browser) => {
      const { gateway } = stage();
      const person = await browser.person({ width: 320, language: lang });
      const { page } = person;
      const look = async (name: string) => {
        assert.deepEqual(await axeFaults(page), [], name);
        assert.equal(await overflow(page), 0, name);
        await shot(page, name);
      };
      const ada = await actor(gateway);
      for (const kind of ["deposit", "withdraw"] as const) {
        const at = await atPayment(ada, kind, { fields: { lang }, given: BENEFICIARY });
        await sitDown(person, at);
        assert.deepEqual(await speech(page), { lang, dir: lang === "ar" ? "rtl" : "ltr" });
        await look(`pay-${kind}`);
        await page.goto(at.moreInfo);
        await look(`status-${kind}-waiting`);
        if (kind === "withdraw") continue;
        const transfer = await findTransfer(gateway.running.gateway.db, at.id);
        await gateway.bank.payIn({
          reference: transfer?.reference ?? "",
          amount: "100",
          currency: "EUR",
          payer: { name: "Z Q", account: "DE02120300000000202051" },
        });
        await until(gateway, at.id, "completed");
        // The page has looked again by itself.
        await page.waitForSelector("main:not([data-refresh])");
        await look(`status-${kind}-completed`);
      }
    },
  );
}

browserTest(
  "R-24-85 values are copied by a tap, and the deadline stands in the person's own time zone",
  async (browser) => {
    const { gateway } = stage();
    const person = await browser.person({ timeZone: "Asia/Tokyo" });
    const { context, page } = person;
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const at = await atPayment(await actor(gateway), "deposit");
    await sitDown(person, at);
    const transfer = await findTransfer(gateway.running.gateway.db, at.id);
    const button = page.locator("[data-copy]").last();
    await button.click();
    await page.waitForFunction("document.querySelector('main').textContent.includes('Copied')");
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), transfer?.reference);
    const shown = await page.locator("main time").textContent();
    const expected = new Intl.DateTimeFormat("en", {
      dateStyle: "long",
      timeStyle: "short",
      timeZone: "Asia/Tokyo",
    }).format(transfer?.expiresMs ?? 0);
    assert.equal(shown?.replaceAll(/\s/g, " "), expected.replaceAll(/\s/g, " "));
  },
);

browserTest(
  "R-24-85 R-24-142 without JavaScript the pages say the same, with nothing that needs it",
  async (browser) => {
    const { gateway } = stage();
    const person = await browser.person({ javaScript: false });
    const { page } = person;
    const at = await atPayment(await actor(gateway), "deposit");
    await sitDown(person, at);
    assert.equal(await page.locator("main [data-copy]").first().isVisible(), false);
    assert.match(await page.locator("main time").textContent() ?? "", /UTC/);
    assert.equal(await page.locator("main svg[role=img]").count(), 1);
    await page.goto(at.moreInfo);
    assert.equal(await page.locator("h1").textContent(), "Waiting for your payment");
  },
);
