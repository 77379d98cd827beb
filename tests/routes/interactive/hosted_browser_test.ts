/**
 * A KYC provider's own page in a real browser, on another site than ours: people go there and come back, by redirect and in a
 * frame, from a tab of their own and from a wallet's frame, with and without JavaScript.
 */
import assert from "node:assert/strict";
import { parseUnits } from "../../../plugins/money.ts";
import { browserTest } from "../../support/browser.ts";
import { arrive } from "../../support/customer.ts";
import { axeFaults, overflow, shot } from "../../support/page-checks.ts";
import { type PagesStage, pagesStage } from "../../support/pages-stage.ts";
import { arrived, openBy, type Sheet } from "../../support/wallet-window.ts";

const ALONE = { hosted: true, fields: false, documents: false } as const;
const redirecting = pagesStage({ kyc: ALONE });
const framing = pagesStage({ kyc: { ...ALONE, shown: "frame" } });

const PERSON = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };

/** A deposit that waits for who its customer is; its link is not opened yet. */
async function waiting({ gateway }: PagesStage) {
  // The bureau makes itself ready in the first tick.
  await gateway.tick();
  const ada = await arrive(gateway, { funded: false });
  const { id, url } = await ada.wallet.hosted.deposit({
    assetCode: gateway.code,
    fields: { lang: "en" },
  });
  const chosen = await gateway.running.gateway.choose(id, { amount: parseUnits("100") });
  assert.ok(chosen.kind === "chosen" && chosen.transfer.state === "kyc");
  const { customerId } = chosen.transfer;
  return { url, customerId, page: `${gateway.publicUrl}/interactive/${id}` };
}

const GO = { name: "Confirm my identity" };

/** Fills the bureau's page. */
async function fill(sheet: Sheet, more: Readonly<Record<string, string>> = {}): Promise<void> {
  for (const [name, value] of Object.entries({ ...PERSON, ...more })) {
    await sheet.locator(`[name=${name}]`).fill(value);
  }
  await sheet.getByRole("button", { name: "Continue" }).click();
}

/** The bureau's page within a frame of ours. */
async function framedIn(sheet: Sheet): Promise<Sheet> {
  const frame = await (await sheet.locator("iframe").elementHandle())?.contentFrame();
  assert.ok(frame);
  await frame.locator("[name=first_name]").waitFor();
  return frame;
}

/** Waits until the transfer's own page shows another step. */
async function goneOn(sheet: Sheet, page: string): Promise<void> {
  await sheet.waitForURL(page);
  await sheet.waitForFunction("document.querySelector('h1')?.textContent !== 'Confirm your identity'");
}

browserTest(
  "P4 R-24-70 a person goes to the provider's page, comes back from another site, and goes on in the same session",
  async ({ person }) => {
    const stage = redirecting();
    const { url, page } = await waiting(stage);
    const { page: tab } = await person({ width: 320 });
    await tab.goto(url);
    await arrived(tab);
    await tab.getByRole("button", GO).waitFor();
    assert.deepEqual([await axeFaults(tab), await overflow(tab)], [[], 0]);
    await shot(tab, "identity");
    await tab.getByRole("button", GO).click();
    await tab.locator("[name=first_name]").waitFor();
    assert.notEqual(new URL(tab.url()).hostname, new URL(page).hostname);
    // Back without an end: it is told, and the button leads there again.
    await tab.goto(`${page}/identity/return`);
    await tab.getByText("not finished yet").waitFor();
    assert.equal(tab.url(), page);
    await shot(tab, "identity-unfinished");
    await tab.getByRole("button", GO).click();
    await fill(tab);
    await goneOn(tab, page);
  },
);

browserTest(
  "P4 R-24-70 who waits for a decision and is asked for more is led to the provider once more, by the page that waited",
  async ({ person }) => {
    const { gateway } = redirecting();
    const { url, page, customerId } = await waiting(redirecting());
    const { page: tab } = await person();
    await tab.goto(url);
    await arrived(tab);
    await tab.getByRole("button", GO).click();
    await fill(tab, { last_name: "Review" });
    await goneOn(tab, page);
    await tab.locator("main[data-refresh]").waitFor();
    assert.equal(await tab.getByRole("button", GO).count(), 0);
    await gateway.kyc.decide(customerId, "retry", { reason: "data_mismatch", fields: ["last_name"] });
    // A reader of webhooks and polls, as the jobs of a gateway are.
    await gateway.until(
      "the page to ask again",
      async () => await tab.getByRole("button", GO).count() || null,
    );
    await tab.getByRole("button", GO).click();
    await tab.locator("[name=last_name]").waitFor();
    assert.notEqual(new URL(tab.url()).hostname, new URL(page).hostname);
  },
);

browserTest("P4 W2 within a wallet's frame the way there and back is the same", async ({ person }) => {
  const stage = redirecting();
  const { url, page } = await waiting(stage);
  const ada = await person();
  const frame = await openBy(ada, stage.walletOrigin, url, "frame");
  await frame.getByRole("button", GO).click();
  await fill(frame);
  await goneOn(frame, page);
});

for (const javaScript of [true, false]) {
  browserTest(
    `P4 R-24-70 a page that is shown in a frame leads the page around it on, JavaScript or not: ${javaScript}`,
    async ({ person }) => {
      const { url, page } = await waiting(framing());
      const { page: tab } = await person({ javaScript, width: 320 });
      await tab.goto(url);
      if (!javaScript) await tab.getByRole("button", { name: "Continue" }).click();
      await arrived(tab);
      await tab.getByRole("button", GO).click();
      await tab.waitForURL(`${page}/identity`);
      const frame = await framedIn(tab);
      if (javaScript) {
        assert.deepEqual([await axeFaults(tab), await overflow(tab)], [[], 0]);
        await shot(tab, "identity-frame");
      }
      await fill(frame);
      if (!javaScript) await frame.getByRole("link", { name: "Go on" }).click();
      await tab.waitForURL(page);
      await tab.getByRole("heading", { name: "Confirm your identity" }).waitFor({ state: "detached" });
    },
  );
}

browserTest(
  "P4 W2 a frame within the wallet's frame leads on in the wallet's, and leaves the wallet alone",
  async ({ person }) => {
    const stage = framing();
    const { url, page } = await waiting(stage);
    const ada = await person();
    const sheet = await openBy(ada, stage.walletOrigin, url, "frame");
    await sheet.getByRole("button", GO).click();
    await sheet.waitForURL(`${page}/identity`);
    await fill(await framedIn(sheet));
    await goneOn(sheet, page);
    assert.equal(new URL(ada.page.url()).origin, stage.walletOrigin);
  },
);
