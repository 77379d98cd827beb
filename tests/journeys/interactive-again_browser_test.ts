/**
 * What people do without being asked to: they reload, go back, press twice, go on in two tabs, switch JavaScript off, copy
 * what they are to pay, and live in another time zone.
 */
import assert from "node:assert/strict";
import { browserTest, type Person } from "../support/browser.ts";
import { arrive, text } from "../support/customer.ts";
import { axeFaults, overflow, shot, speech } from "../support/page-checks.ts";
import {
  ADA,
  answered,
  asked,
  copied,
  fill,
  give,
  goOn,
  reached,
  referenceOf,
} from "../support/page-steps.ts";
import { pagesStage } from "../support/pages-stage.ts";
import { arrived } from "../support/wallet-window.ts";

const stage = pagesStage();

/** Opens a deposit in somebody's browser. */
async function depositing({ page }: Person, lang = "en") {
  const { gateway } = stage();
  const ada = await arrive(gateway);
  const { id, url } = await ada.wallet.hosted.deposit({ assetCode: gateway.code, fields: { lang } });
  await page.goto(url);
  await arrived(page);
  const reaches = (status: string) => reached(gateway, ada, id, status);
  const all = () => ada.wallet.hosted.transactions(gateway.code);
  return { ada, id, reaches, all, page: `${gateway.publicUrl}/interactive/${id}` };
}

browserTest(
  "R-24-86 a reload and the way back on every page lose nothing, and begin nothing anew",
  async ({ person }) => {
    const someone = await person();
    const { page } = someone;
    const { reaches, all, id } = await depositing(someone);
    await page.reload();
    await fill(page, { amount: "30" });
    await goOn(page);
    await page.reload();
    const names = await asked(page);
    assert.ok(names.includes("first_name"), names.join());
    await page.goBack();
    // Wherever the way back leads, the page shows where the transfer stands.
    await page.reload();
    assert.deepEqual(await asked(page), names);
    await fill(page, ADA);
    await goOn(page);
    await reaches("pending_user_transfer_start");
    await page.locator("[data-copy]").first().waitFor();
    const told = await copied(page);
    for (
      const go of [() => page.reload(), () => page.goBack(), () => page.reload(), () => page.goForward()]
    ) {
      await go();
      await page.waitForLoadState();
    }
    await page.reload();
    assert.deepEqual(await copied(page), told);
    assert.deepEqual((await all()).map((one) => one.id), [id]);
  },
);

browserTest(
  "R-24-86 a page that a browser has kept whole is looked up again on the way back",
  async ({ person }) => {
    const someone = await person();
    const { page } = someone;
    const { page: address } = await depositing(someone);
    const other = await someone.context.newPage();
    await other.goto(address);
    await fill(other, { amount: "30" });
    await goOn(other);
    // As a browser says it that shows a page out of its memory.
    await answered(
      page,
      () => page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"),
    );
    assert.deepEqual(await asked(page), await asked(other));
  },
);

browserTest("R-24-86 every form may be pressed twice: by impatience, and in two tabs", async ({ person }) => {
  const someone = await person();
  const { page } = someone;
  const { reaches, all, id, page: address } = await depositing(someone);
  await fill(page, { amount: "30" });
  const other = await someone.context.newPage();
  await other.goto(address);
  await fill(other, { amount: "40" });
  await answered(page, () => page.locator("main form button[type=submit]:not(.quiet)").first().dblclick());
  await goOn(other);
  // The first choice counts; the second tab goes on with it.
  assert.ok((await asked(other)).includes("first_name"));
  await fill(page, ADA);
  await fill(other, { ...ADA, first_name: "Augusta" });
  await answered(page, () => page.locator("main form button[type=submit]:not(.quiet)").first().dblclick());
  await goOn(other);
  await reaches("pending_user_transfer_start");
  for (const tab of [page, other]) await tab.locator("[data-copy]").first().waitFor();
  assert.deepEqual(await copied(other), await copied(page));
  const [transaction, ...more] = await all();
  assert.deepEqual([transaction?.id, transaction?.["amount_in"], more.length], [id, "30", 0]);
});

browserTest(
  "R-24-70 P19 without JavaScript, on the smallest phone, a deposit and a withdrawal go all the way, in Arabic",
  async ({ person }) => {
    const { gateway } = stage();
    const { page } = await person({ javaScript: false, width: 320, language: "ar" });
    const ada = await arrive(gateway, { language: "ar" });
    const { wallet } = ada;
    const open = async (url: string) => {
      await page.goto(url);
      await page.locator("main form button").click();
      await arrived(page);
    };
    const deposit = await wallet.hosted.deposit({ assetCode: gateway.code });
    await open(deposit.url);
    assert.deepEqual(await speech(page), { lang: "ar", dir: "rtl" });
    await give(page, "100");
    await reached(gateway, ada, deposit.id, "pending_user_transfer_start");
    await gateway.bank.payIn({ reference: await referenceOf(gateway, deposit.id), amount: "100" });
    const deposited = await reached(gateway, ada, deposit.id, "completed");
    // The page looks again by itself, as browsers do without a script too.
    await page.locator(`a[href*="${text(deposited, "stellar_transaction_id")}"]`).waitFor();
    assert.equal(await overflow(page), 0);

    const withdrawal = await wallet.hosted.withdraw({ assetCode: gateway.code });
    await open(withdrawal.url);
    await give(page, "40", { bank_account_number: "5544332211" });
    const payable = await reached(gateway, ada, withdrawal.id, "pending_user_transfer_start");
    const memo = text(payable, "withdraw_memo");
    await page.locator("main", { hasText: memo }).waitFor();
    await shot(page, "withdrawal-pay-without-script");
    await wallet.pay({
      to: text(payable, "withdraw_anchor_account"),
      memo,
      code: gateway.code,
      issuer: gateway.issuer,
      amount: "40",
    });
    await reached(gateway, ada, withdrawal.id, "completed");
    await ada.holds("59");
  },
);

browserTest(
  "P19 the deadline stands in the person's own time zone, and each value is copied by a tap",
  async ({ person }) => {
    const shown: string[] = [];
    for (const timeZone of ["Asia/Kolkata", "America/Los_Angeles"]) {
      const someone = await person({ timeZone });
      const { page } = someone;
      await depositing(someone);
      await give(page, "30");
      const time = page.locator("time[data-local]").first();
      const at = await time.getAttribute("datetime");
      const here = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short", timeZone });
      assert.equal(await time.textContent(), here.format(new Date(at ?? "")));
      shown.push(await time.textContent() ?? "");
      for (const [index, value] of (await copied(page)).entries()) {
        await page.locator("[data-copy]").nth(index).click();
        await page.locator("[data-copy]").nth(index).filter({ hasText: "Copied" }).waitFor();
        assert.equal(await page.evaluate("navigator.clipboard.readText()"), value);
      }
      assert.deepEqual(await axeFaults(page), []);
    }
    assert.equal(new Set(shown).size, 2);
  },
);
