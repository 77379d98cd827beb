/**
 * Ways to pay, as people meet them: a country first where it matters, one way of many, codes to scan and to copy.
 */
import assert from "node:assert/strict";
import { everyBankShape } from "../support/bank-shapes.ts";
import { browserTest, type TestBrowser } from "../support/browser.ts";
import { arrive } from "../support/customer.ts";
import { axeFaults, overflow, shot } from "../support/page-checks.ts";
import { ADA, answered, asked, copied, faulty, fill, give, goOn, reached } from "../support/page-steps.ts";
import { type PagesStage, pagesStage } from "../support/pages-stage.ts";
import { arrived } from "../support/wallet-window.ts";

const shaped = pagesStage({ config: everyBankShape });

/** Two countries, each with a fee of its own. */
const countries = pagesStage({
  config: (given) => ({
    ...given,
    services: given.services.flatMap((service) =>
      (["BRA", "MEX"] as const).map((country, at) => ({
        ...service,
        countries: [country],
        fee: { fixed: `0.${at + 1}` },
      }))
    ),
  }),
});

/** Somebody opens a deposit of an asset. */
async function depositing(
  { person }: TestBrowser,
  { gateway }: PagesStage,
  assetCode: string,
  javaScript = true,
) {
  const ada = await arrive(gateway, { trusts: false });
  const { id, url } = await ada.wallet.hosted.deposit({ assetCode });
  const { page } = await person({ width: 320, javaScript });
  await page.goto(url);
  if (!javaScript) await page.locator("main form button").click();
  await arrived(page);
  return { ada, id, page };
}

/** What nobody wants of a page. */
async function faultsOf(page: Parameters<typeof axeFaults>[0]): Promise<string[]> {
  const wide = await overflow(page);
  return [...await axeFaults(page), ...(wide === 0 ? [] : [`${wide} pixels too wide`])];
}

for (const [assetCode, code] of [["BRLX", /^000201/], ["EURX", /^BCD\n002\n/]] as const) {
  browserTest(`R-24-70 R-24-85 an instant payment of ${assetCode} is scanned or copied`, async (browser) => {
    const { gateway } = shaped();
    const { ada, id, page } = await depositing(browser, shaped(), assetCode);
    await give(page, "30");
    await reached(gateway, ada, id, "pending_user_transfer_start");
    await page.locator("[data-copy]").first().waitFor();
    assert.equal(await page.locator("main svg[role=img], main [role=img] svg").count(), 1, "a code to scan");
    assert.deepEqual(await faultsOf(page), []);
    await shot(page, `deposit-pay-${assetCode}`);
    if (assetCode === "BRLX") assert.ok((await copied(page)).some((text) => code.test(text)), "and to copy");
  });
}

browserTest(
  "R-24-70 P5 one way of many is chosen, and its bounds and fee stand beside it",
  async (browser) => {
    const { gateway } = shaped();
    const { ada, id, page } = await depositing(browser, shaped(), gateway.code);
    const ways = page.locator("main input[type=radio][name=method]");
    assert.ok(await ways.count() > 20);
    assert.deepEqual(await faultsOf(page), []);
    await shot(page, "deposit-methods");
    await page.locator('input[name=method][value="exact-amounts"]').check();
    await fill(page, { amount: "" });
    await goOn(page);
    assert.deepEqual(Object.keys(await faulty(page)), ["amount"], "this way needs an amount");
    assert.ok(await page.locator('input[name=method][value="exact-amounts"]').isChecked(), "nothing is lost");
    await give(page, "30");
    await reached(gateway, ada, id, "pending_user_transfer_start");
  },
);

for (const javaScript of [true, false]) {
  browserTest(
    `P5 R-24-70 the country comes first where fees follow it, and may be changed; JavaScript or not: ${javaScript}`,
    async (browser) => {
      const { gateway } = countries();
      const { ada, id, page } = await depositing(browser, countries(), gateway.code, javaScript);
      assert.deepEqual(await asked(page), ["country"]);
      if (javaScript) assert.deepEqual(await faultsOf(page), []);
      await shot(page, "deposit-country");
      await goOn(page);
      assert.equal(await page.locator("main .fault").count(), 1, "it has to be chosen");
      await fill(page, { country: "MEX" });
      await goOn(page);
      assert.match(await page.locator("main").innerText(), /Mexico/);
      await page.locator("main button[value=ask_country]").click();
      await page.locator("select[name=country]").waitFor();
      await fill(page, { country: "BRA" });
      await goOn(page);
      if (javaScript) assert.deepEqual(await faultsOf(page), []);
      // As the keyboard of a phone does: not by the button.
      await fill(page, { amount: "30" });
      await answered(page, () => page.locator("[name=amount]").press("Enter"));
      await fill(page, ADA);
      await goOn(page);
      await reached(gateway, ada, id, "pending_user_transfer_start");
      const { amount_fee } = await ada.wallet.hosted.transaction(id);
      assert.equal(amount_fee, "0.1");
    },
  );
}
