/**
 * What people are asked about themselves on the pages: errors beside the fields, nothing lost, nothing asked twice; the same
 * person under two keys, and one key again after its data was deleted.
 */
import assert from "node:assert/strict";
import { findTransfer } from "../../core/transfers/find.ts";
import { browserTest, type Person, type TestBrowser } from "../support/browser.ts";
import { arrive, type Customer, type CustomerOptions } from "../support/customer.ts";
import { axeFaults, overflow, shot } from "../support/page-checks.ts";
import {
  ADA,
  asked,
  faulty,
  fill,
  give,
  givePhoto,
  goOn,
  reached,
  type Values,
} from "../support/page-steps.ts";
import { pagesStage } from "../support/pages-stage.ts";
import { arrived } from "../support/wallet-window.ts";

const MORE: Values = {
  birth_date: "1815-12-10",
  address: "12 St James's Square",
  address_country_code: "GBR",
  city: "London",
  postal_code: "SW1Y 4JH",
};

/** For more than a thousand a photo of a paper is asked too. */
const stage = pagesStage({
  config: (given) => {
    const [basic, full] = given.countries["*"]?.tiers ?? [];
    assert.ok(basic && full);
    const tiers = [basic, { ...full, fields: [...Object.keys({ ...ADA, ...MORE }), "photo_id_front"] }];
    return { ...given, countries: { "*": { ...given.countries["*"], tiers } } };
  },
});

/** Somebody logs in with a wallet and opens a deposit in a browser. */
async function depositing(
  { person }: TestBrowser,
  options: CustomerOptions = {},
): Promise<{ readonly ada: Customer; readonly someone: Person; readonly id: string }> {
  const ada = await arrive(stage().gateway, { funded: false, ...options });
  const someone = await person({ width: 320 });
  return { ada, someone, id: await openDeposit(ada, someone) };
}

/** @returns the id */
async function openDeposit(
  { wallet }: Customer,
  { page }: Pick<Person, "page">,
  fields: Values = {},
): Promise<string> {
  const { id, url } = await wallet.hosted.deposit({ assetCode: stage().gateway.code, fields });
  await page.goto(url);
  await arrived(page);
  return id;
}

browserTest(
  "P7 what is wrong is told beside each field, and nothing is lost: neither a text nor a photo",
  async (browser) => {
    const { ada, someone: { page }, id } = await depositing(browser);
    await fill(page, { amount: "2000" });
    await goOn(page);
    await fill(page, { ...ADA, ...MORE, first_name: "", email_address: "ada at example" });
    await givePhoto(page, "photo_id_front");
    await shot(page, "customer-all");
    await goOn(page);
    const wrong = await faulty(page);
    assert.deepEqual(Object.keys(wrong).sort(), ["email_address", "first_name"]);
    assert.ok(Object.values(wrong).every((text) => text.length > 10), JSON.stringify(wrong));
    assert.deepEqual([await axeFaults(page), await overflow(page)], [[], 0]);
    await shot(page, "customer-faults");
    // The summary above is what is read out first, and leads to the fields.
    assert.equal(await page.evaluate("document.activeElement.getAttribute('role')"), "alert");
    await page.locator("main [role=alert] a[href$=email_address]").click();
    assert.equal(await page.evaluate("document.activeElement.name"), "email_address");
    for (
      const [name, value] of Object.entries({
        ...MORE,
        last_name: "Lovelace",
        email_address: "ada at example",
      })
    ) {
      assert.equal(await page.locator(`main [name="${name}"]`).first().inputValue(), value, name);
    }
    await page.reload();
    assert.equal(await page.locator("[name=address]").inputValue(), MORE["address"], "after a reload too");
    await page.goBack();
    await page.goto(new URL(page.url()).origin + `/interactive/${id}`);
    await fill(page, { ...ADA, ...MORE });
    if (await page.locator("input[type=hidden][name=photo_id_front_file_id]").count() === 0) {
      await givePhoto(page, "photo_id_front");
    }
    await goOn(page);
    await reached(stage().gateway, ada, id, "pending_user_transfer_start");
  },
);

browserTest("P7 a photo that was taken rides along when another field is mended", async (browser) => {
  const { ada, someone: { page }, id } = await depositing(browser);
  await fill(page, { amount: "2000" });
  await goOn(page);
  await fill(page, { ...ADA, ...MORE, last_name: "" });
  await givePhoto(page, "photo_id_front");
  await goOn(page);
  assert.deepEqual(Object.keys(await faulty(page)), ["last_name"]);
  await fill(page, { last_name: "Lovelace" });
  await goOn(page);
  await reached(stage().gateway, ada, id, "pending_user_transfer_start");
});

browserTest(
  "P6 P5 the data is asked once across two transfers, and only what is missing for a larger amount",
  async (browser) => {
    const { ada, someone, id } = await depositing(browser);
    await give(someone.page, "10");
    await reached(stage().gateway, ada, id, "pending_user_transfer_start");
    const again = await openDeposit(ada, someone);
    await fill(someone.page, { amount: "20" });
    await goOn(someone.page);
    await reached(stage().gateway, ada, again, "pending_user_transfer_start");
    const larger = await openDeposit(ada, someone);
    await fill(someone.page, { amount: "2000" });
    await goOn(someone.page);
    const names = (await asked(someone.page)).filter((name) => name !== "mobile_number");
    assert.deepEqual(names.sort(), [...Object.keys(MORE), "photo_id_front"].sort());
    await fill(someone.page, MORE);
    await givePhoto(someone.page, "photo_id_front");
    await goOn(someone.page);
    await reached(stage().gateway, ada, larger, "pending_user_transfer_start");
  },
);

browserTest(
  "P16 the same person's data is accepted under two keys, and one key is asked again after its data was deleted",
  async (browser) => {
    const first = await depositing(browser);
    await give(first.someone.page, "10");
    const second = await depositing(browser);
    await give(second.someone.page, "10");
    for (const { ada, id } of [first, second]) {
      await reached(stage().gateway, ada, id, "pending_user_transfer_start");
    }
    await first.ada.wallet.forget();
    const again = await openDeposit(first.ada, first.someone);
    await fill(first.someone.page, { amount: "10" });
    await goOn(first.someone.page);
    assert.deepEqual(
      Object.keys(ADA).filter((name) => name !== ""),
      (await asked(first.someone.page)).filter((name) => name in ADA),
    );
    await fill(first.someone.page, ADA);
    await goOn(first.someone.page);
    await reached(stage().gateway, first.ada, again, "pending_user_transfer_start");
  },
);

browserTest(
  "P8 R-24-47 what the wallet knows stands in the form, stays editable, and stands in no address",
  async (browser) => {
    const ada = await arrive(stage().gateway, { funded: false });
    const { page } = await browser.person();
    const addresses: string[] = [];
    page.on("request", (request) => void addresses.push(request.url()));
    const id = await openDeposit(ada, { page }, {
      ...ADA,
      last_name: "Byron",
      amount: "10",
    });
    assert.equal(await page.locator("[name=amount]").inputValue(), "10");
    await goOn(page);
    assert.equal(await page.locator("[name=last_name]").inputValue(), "Byron");
    await fill(page, { last_name: "Lovelace" });
    await goOn(page);
    await reached(stage().gateway, ada, id, "pending_user_transfer_start");
    assert.ok(!addresses.some((one) => /Byron|Ada|example\.com/.test(one)), addresses.join("\n"));
  },
);

browserTest(
  "P16 a review is waited for on a page that looks again by itself, and may be closed",
  async (browser) => {
    const { ada, someone: { page }, id } = await depositing(browser);
    const { gateway } = stage();
    await give(page, "10", { ...ADA, last_name: "Review" });
    assert.deepEqual([await axeFaults(page), await overflow(page)], [[], 0]);
    await shot(page, "customer-deciding");
    assert.equal((await ada.wallet.hosted.transaction(id)).status, "incomplete");
    const { customerId = "" } = await findTransfer(gateway.db, id) ?? {};
    await gateway.until("the decision", () => gateway.kyc.decide(customerId, "accepted").catch(() => null));
    await reached(gateway, ada, id, "pending_user_transfer_start");
    await page.locator("[data-copy]").first().waitFor();
  },
);

browserTest("P16 whoever is rejected is told so, and what to do next", async (browser) => {
  const { ada, someone: { page }, id } = await depositing(browser);
  await give(page, "10", { ...ADA, last_name: "Reject" });
  await reached(stage().gateway, ada, id, "error");
  await page.goto(`${stage().gateway.publicUrl}/interactive/${id}`);
  assert.deepEqual(await asked(page), [], "nothing more is asked");
  assert.match(await page.locator("main").innerText(), /identity|details|verif/i);
  assert.deepEqual([await axeFaults(page), await overflow(page)], [[], 0]);
  await shot(page, "customer-rejected");
});
