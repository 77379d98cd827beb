/**
 * Every page of a deposit in every language, on the smallest phone: no fault of axe-core, nothing too wide, written in the
 * direction it is read in, and a picture to be looked at.
 */
import assert from "node:assert/strict";
import { browserTest } from "../support/browser.ts";
import { arrive } from "../support/customer.ts";
import { everywhere } from "../support/page-looks.ts";
import { ADA, fill, goOn, reached, referenceOf } from "../support/page-steps.ts";
import { pagesStage } from "../support/pages-stage.ts";
import { arrived } from "../support/wallet-window.ts";

const stage = pagesStage();

browserTest(
  "P15 P19 R-24-70 every page of a deposit in every language: no fault of axe-core, nothing too wide, written as it is read",
  async ({ person }) => {
    const { gateway } = stage();
    const ada = await arrive(gateway);
    const { page } = await person({ width: 320 });
    const { id, url } = await ada.wallet.hosted.deposit({ assetCode: gateway.code });
    await page.goto(url);
    await arrived(page);
    const faults = [
      ...await everywhere(page, "deposit-amount"),
      ...await everywhere(page, "deposit-amount-faults", async () => {
        await fill(page, { amount: "0.001" });
        await goOn(page);
      }),
    ];
    await fill(page, { amount: "100" });
    await goOn(page);
    faults.push(
      ...await everywhere(page, "deposit-customer"),
      ...await everywhere(page, "deposit-customer-faults", () => goOn(page)),
    );
    await fill(page, ADA);
    await goOn(page);
    await reached(gateway, ada, id, "pending_user_transfer_start");
    faults.push(...await everywhere(page, "deposit-pay"));
    await gateway.bank.payIn({ reference: await referenceOf(gateway, id), amount: "100" });
    await reached(gateway, ada, id, "completed");
    faults.push(...await everywhere(page, "deposit-status"));
    assert.deepEqual(faults, []);
  },
);
