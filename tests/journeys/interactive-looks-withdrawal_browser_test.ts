/**
 * Every page of a withdrawal, the page of more_info_url and a provider's step in every language, on the smallest phone: no fault of axe-core, nothing too wide, written in the
 * direction it is read in, and a picture to be looked at.
 */
import assert from "node:assert/strict";
import { LANGUAGES } from "../../core/i18n/languages.ts";
import { browserTest } from "../support/browser.ts";
import { arrive, text } from "../support/customer.ts";
import { everywhere, judged } from "../support/page-looks.ts";
import { copied, fill, goOn, reached } from "../support/page-steps.ts";
import { pagesStage } from "../support/pages-stage.ts";
import { arrived } from "../support/wallet-window.ts";

const stage = pagesStage();

/** A bureau that asks everything on its own page, in a frame of ours. */
const hostedStage = pagesStage({
  kyc: { hosted: true, fields: false, documents: false, verifies: [], shown: "frame" },
});

browserTest(
  "P15 P19 R-24-142 every page of a withdrawal, and the page of more_info_url, in every language",
  async ({ person }) => {
    const { gateway } = stage();
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const { page } = await person({ width: 320 });
    const { id, url } = await ada.wallet.hosted.withdraw({ assetCode: gateway.code });
    await page.goto(url);
    await arrived(page);
    const faults = await everywhere(page, "withdrawal-amount");
    await fill(page, { amount: "40" });
    await goOn(page);
    faults.push(...await everywhere(page, "withdrawal-customer"));
    await fill(page, { bank_account_number: "5544332211" });
    await goOn(page);
    await reached(gateway, ada, id, "pending_user_transfer_start");
    faults.push(...await everywhere(page, "withdrawal-pay"));
    const payable = await ada.wallet.hosted.transaction(id);
    await ada.wallet.pay({
      to: text(payable, "withdraw_anchor_account"),
      memo: text(payable, "withdraw_memo"),
      code: gateway.code,
      issuer: gateway.issuer,
      amount: "40",
    });
    await reached(gateway, ada, id, "completed");
    faults.push(...await everywhere(page, "withdrawal-status"));
    const stranger = await person({ width: 320 });
    const more = new URL(text(payable, "more_info_url"));
    for (const language of LANGUAGES) {
      more.searchParams.set("lang", language);
      await stranger.page.goto(more.href);
      faults.push(...await judged(stranger.page, "more-info", language));
    }
    assert.deepEqual(faults, []);
    const memo = text(payable, "withdraw_memo");
    assert.ok(!(await copied(stranger.page)).includes(memo), "nothing is left to be paid");
  },
);

browserTest(
  "P4 P19 the way to a provider's own page, and the frame around it, in every language",
  async ({ person }) => {
    const { gateway } = hostedStage();
    const ada = await arrive(gateway, { funded: false });
    const { page } = await person({ width: 320 });
    const { url } = await ada.wallet.hosted.deposit({ assetCode: gateway.code });
    await page.goto(url);
    await arrived(page);
    await fill(page, { amount: "10" });
    await goOn(page);
    const faults = await everywhere(page, "identity");
    await goOn(page);
    assert.match(page.url(), /\/identity$/);
    faults.push(...await everywhere(page, "identity-frame"));
    assert.deepEqual(faults, []);
  },
);
