/**
 * Whole ways over the pages: a wallet opens a popup, a person gives what is asked and pays, money arrives. In English,
 * Spanish, Portuguese and Arabic.
 */
import assert from "node:assert/strict";
import { directionOf } from "../../core/i18n/languages.ts";
import { browserTest } from "../support/browser.ts";
import { arrive, text } from "../support/customer.ts";
import { speech } from "../support/page-checks.ts";
import {
  ADA,
  answered,
  asked,
  copied,
  faulty,
  fill,
  give,
  goOn,
  reached,
  referenceOf,
} from "../support/page-steps.ts";
import { pagesStage } from "../support/pages-stage.ts";
import { heardBy, openBy } from "../support/wallet-window.ts";

const stage = pagesStage();

/** A browser's language, and the one of ours that comes near. */
const SPOKEN = [["en-US", "en"], ["es-MX", "es"], ["pt-BR", "pt-BR"], ["ar-EG", "ar"]] as const;

/** What language a page says it is in, and in which direction it is read. */
const inLanguage = (language: string) => ({ lang: language, dir: directionOf(language) });

for (const [index, [browser, language]] of SPOKEN.entries()) {
  // An account that nobody else has, so that its payout is found in the bank's statement.
  const account = `55443322${index}1`;
  browserTest(
    `P15 P17 P19 a deposit and a withdrawal go through popups in ${language}, the data asked once`,
    async ({ person }) => {
      const { gateway, walletOrigin } = stage();
      const ada = await arrive(gateway, { language });
      const { wallet } = ada;
      const someone = await person({ language: browser, width: 320 });
      const tell = "&callback=postMessage&on_change_callback=postMessage";

      const deposit = await wallet.hosted.deposit({ assetCode: gateway.code });
      const popup = await openBy(someone, walletOrigin, deposit.url + tell, "popup");
      assert.deepEqual(await speech(popup), inLanguage(language), "deposit-amount");
      await fill(popup, { amount: "100" });
      await goOn(popup);
      assert.deepEqual(await speech(popup), inLanguage(language), "deposit-customer");
      await fill(popup, ADA);
      await goOn(popup);
      await reached(gateway, ada, deposit.id, "pending_user_transfer_start");
      await popup.locator("[data-copy]").first().waitFor();
      const reference = await referenceOf(gateway, deposit.id);
      assert.deepEqual(await speech(popup), inLanguage(language), "deposit-pay");
      assert.ok((await copied(popup)).includes(reference), "the page says which reference to write");
      await gateway.bank.payIn({ reference, amount: "100" });
      const deposited = await reached(gateway, ada, deposit.id, "completed");
      await ada.holds("99");
      // The page looks again by itself.
      await popup.locator(`a[href*="${text(deposited, "stellar_transaction_id")}"]`).waitFor();
      assert.deepEqual(await speech(popup), inLanguage(language), "deposit-status");
      const heard = (await heardBy(someone)).map(({ transaction: { status, kyc_verified } }) =>
        `${status} ${kyc_verified}`
      );
      assert.deepEqual([heard[0], heard.at(-1)], ["incomplete false", "completed true"]);
      assert.equal(new Set(heard).size, heard.length, `each change is told once: ${heard.join(", ")}`);

      const withdrawal = await wallet.hosted.withdraw({ assetCode: gateway.code });
      const second = await openBy(someone, walletOrigin, withdrawal.url + tell, "popup");
      assert.deepEqual(await speech(second), inLanguage(language), "withdrawal-amount");
      await fill(second, { amount: "99.01" });
      await goOn(second);
      const tooMuch = await faulty(second);
      assert.deepEqual(Object.keys(tooMuch), ["amount"], "more than the wallet holds is refused");
      assert.match(tooMuch["amount"] ?? "", /99[.,]00/, "and it is said how much that is");
      await fill(second, { amount: "40" });
      await goOn(second);
      assert.deepEqual((await asked(second)).filter((name) => name in ADA), [], "nothing is asked twice");
      assert.deepEqual(await speech(second), inLanguage(language), "withdrawal-customer");
      await fill(second, { bank_account_number: account });
      await goOn(second);
      assert.deepEqual(await speech(second), inLanguage(language), "withdrawal-pay");
      const payable = await reached(gateway, ada, withdrawal.id, "pending_user_transfer_start");
      await second.locator("[data-copy]").first().waitFor();
      const [to, memo] = [text(payable, "withdraw_anchor_account"), text(payable, "withdraw_memo")];
      const shown = await copied(second);
      assert.ok(shown.includes(to) && shown.includes(memo), shown.join("\n"));
      await wallet.pay({ to, memo, code: gateway.code, issuer: gateway.issuer, amount: "40" });
      const withdrawn = await reached(gateway, ada, withdrawal.id, "completed");
      await ada.holds("59");
      await second.locator(`a[href*="${text(withdrawn, "stellar_transaction_id")}"]`).waitFor();
      assert.deepEqual(await speech(second), inLanguage(language), "withdrawal-status");
      const paid = (await gateway.bank.statement("out")).filter(({ beneficiary }) =>
        beneficiary?.["bank_account_number"] === account
      );
      assert.deepEqual(paid.map(({ amount }) => Number(amount)), [Number(text(withdrawn, "amount_out"))]);

      // Whoever has the address, and no session, sees how it went, and nothing of the person.
      const stranger = await person({ language: browser, width: 320 });
      await stranger.page.goto(text(withdrawn, "more_info_url"));
      assert.deepEqual(await speech(stranger.page), inLanguage(language), "more-info");
      const html = await stranger.page.content();
      for (const personal of [...Object.values(ADA), account]) {
        assert.ok(!html.includes(personal), `${personal} is shown to anybody`);
      }
      await gateway.booksAgree();
    },
  );
}

browserTest(
  "W2 R-24-74 R-24-76 the end of the flow is told once, in a frame of another site too",
  async ({ person }) => {
    const { gateway, walletOrigin } = stage();
    const ada = await arrive(gateway);
    for (const way of ["popup", "frame"] as const) {
      const someone = await person();
      const { id, url } = await ada.wallet.hosted.deposit({ assetCode: gateway.code });
      const sheet = await openBy(someone, walletOrigin, `${url}&callback=postMessage`, way);
      if (way === "popup") await give(sheet, "10");
      else {
        await fill(sheet, { amount: "10" });
        await goOn(sheet);
      }
      await reached(gateway, ada, id, "pending_user_transfer_start");
      await sheet.locator("[data-copy]").first().waitFor();
      // Once more, as people do.
      const { pathname } = new URL(sheet.url());
      await answered(sheet, () => sheet.goto(`${gateway.publicUrl}${pathname}`));
      await someone.page.waitForTimeout(300);
      const ends = await heardBy(someone);
      assert.deepEqual(
        ends.map(({ transaction }) => [transaction["id"], transaction["status"]]),
        [[id, "pending_user_transfer_start"]],
        way,
      );
    }
  },
);
