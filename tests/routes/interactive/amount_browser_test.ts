/**
 * The amount page in a browser: sums that follow what is typed, without a script too, on the narrowest phone, from either
 * side, and by a screen reader.
 */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { browserTest, type Person } from "../../support/browser.ts";
import { arrive, BENEFICIARY } from "../../support/customer.ts";
import { axeFaults, overflow, shot, speech } from "../../support/page-checks.ts";
import { pagesStage } from "../../support/pages-stage.ts";
import { arrived } from "../../support/wallet-window.ts";
import { giveData } from "./amount-steps.ts";

const stage = pagesStage({
  bank: { methods: ["bank_account", "cash"] },
  config: (config) => ({
    ...config,
    pages: { ...config.pages, balanceCheck: "warn" },
    services: config.services.flatMap((service) => {
      if (service.kind === "withdrawal") return [service];
      const cash = {
        ...service,
        method: "cash",
        min: "5",
        max: "500",
        fee: { fixed: "2" },
        countries: ["BRA"],
      };
      return [{ ...service, countries: ["BRA", "MEX"] }, cash];
    }),
  }),
});

/** Somebody on the first page that their wallet sends them to. */
async function onPage(person: Person, kind: "deposit" | "withdraw", fields: Record<string, string>) {
  const { gateway } = stage();
  const customer = await arrive(gateway, { funded: false });
  const { url } = await customer.wallet.hosted[kind]({ assetCode: gateway.code, fields });
  return { customer, page: await go(person, url) };
}

async function go({ page }: Person, url: string): Promise<Page> {
  await page.goto(url);
  return await arrived(page);
}

/** Nothing is wrong with it, and it is kept to be looked at. */
async function looksRight(page: Page, name: string): Promise<void> {
  assert.deepEqual(await axeFaults(page), [], name);
  assert.equal(await overflow(page), 0, name);
  await shot(page, name);
}

browserTest(
  "P5 R-24-86 the sums follow what is typed, and the country and ways are asked in few steps",
  async ({ person }) => {
    const ada = await person({ width: 320 });
    const { page } = await onPage(ada, "deposit", { lang: "en" });
    await looksRight(page, "amount-country");
    await page.getByLabel("Country").selectOption("BRA");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Cash").check();
    await page.getByLabel("Amount in USD").fill("100");
    await page.getByText("You get 98.00 USDX in your wallet.").waitFor();
    await page.getByLabel("Bank transfer").check();
    await page.getByText("You get 99.00 USDX in your wallet.").waitFor();
    await page.getByLabel("Amount in USD").fill("1.500");
    await page.getByText("read in two ways").waitFor();
    assert.equal(await page.getByRole("button", { name: "Recalculate" }).isVisible(), false);
    await looksRight(page, "amount-typed");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.locator(".notice.error").waitFor();
    assert.equal(await page.evaluate("document.activeElement.classList.contains('error')"), true);
    await looksRight(page, "amount-fault");
    // A reload begins at the visit's own address, with nothing chosen.
    await page.goto(page.url());
    assert.match(page.url(), /\/interactive\/\w+$/);
  },
);

browserTest("without a script a button recalculates", async ({ person }) => {
  const ada = await person({ javaScript: false, width: 320 });
  const { gateway } = stage();
  const customer = await arrive(gateway, { funded: false });
  const { url } = await customer.wallet.hosted.withdraw({ assetCode: gateway.code, fields: { lang: "en" } });
  await ada.page.goto(url);
  await ada.page.getByRole("button").first().click();
  await ada.page.getByLabel("Amount in USDX").fill("50");
  await ada.page.getByRole("button", { name: "Recalculate" }).click();
  await ada.page.getByText("You get USD 49.25 paid out.").waitFor();
  assert.equal(await ada.page.getByLabel("Amount in USDX").inputValue(), "50");
});

browserTest(
  "P19 from right to left, on the narrowest phone, with another account to be paid to",
  async ({ person }) => {
    const ada = await person({ width: 320, language: "ar" });
    const { customer } = await onPage(ada, "withdraw", { lang: "ar", amount: "1234.5" });
    const { gateway } = stage();
    await giveData({ customer }, gateway, BENEFICIARY);
    await ada.page.reload();
    assert.deepEqual(await speech(ada.page), { lang: "ar", dir: "rtl" });
    await ada.page.locator("details > summary").click();
    await looksRight(ada.page, "amount-withdrawal");
  },
);
