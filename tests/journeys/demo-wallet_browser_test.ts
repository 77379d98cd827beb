/**
 * What a newcomer does: opens the sandbox's wallet, clicks through a deposit, plays the bank, and withdraws.
 */
import assert from "node:assert/strict";
import { browserTest, type Person } from "../support/browser.ts";
import { axeFaults, overflow, shot } from "../support/page-checks.ts";
import { fill, give, goOn } from "../support/page-steps.ts";
import { pagesStage } from "../support/pages-stage.ts";
import { arrived } from "../support/wallet-window.ts";

const stage = pagesStage();

/** Presses one of the wallet's two buttons. @returns the anchor's page in its popup */
async function begun({ context, page }: Person, kind: "deposit" | "withdraw") {
  const [popup] = await Promise.all([
    context.waitForEvent("page"),
    page.locator(`[data-begin=${kind}]:enabled`).click(),
  ]);
  return await arrived(popup);
}

/** The attribute's value at the first element that has it. */
function firstOf(
  [first]: readonly { readonly getAttribute: (name: string) => string | null }[],
  name: string,
): string | null {
  return first?.getAttribute(name) ?? null;
}

/** Presses a button of a transaction, and waits until it has ended well. */
async function completed({ page }: Person, button: string): Promise<void> {
  const { gateway } = stage();
  const id = await gateway.until(
    "the button",
    () => page.locator(`[${button}]`).evaluateAll(firstOf, button),
  );
  await page.locator(`[${button}="${id}"]`).click();
  const row = page.locator(`[data-transaction="${id}"]`);
  await gateway.until(
    `${id} to be completed`,
    async () => await row.getAttribute("data-status") === "completed" ? true : null,
  );
}

browserTest(
  "W7 a newcomer clicks through a deposit and a withdrawal in the sandbox's wallet, playing the bank with one button",
  async ({ person }) => {
    const { gateway } = stage();
    const someone = await person({ width: 320 });
    const { page } = someone;
    await page.goto(`${gateway.publicUrl}/sandbox/wallet`);
    const deposit = await begun(someone, "deposit");
    await give(deposit, "100");
    await completed(someone, "data-pay-in");
    await page.locator("#balance", { hasText: "99.00" }).waitFor();
    assert.deepEqual([await axeFaults(page), await overflow(page)], [[], 0]);
    await shot(page, "demo-wallet");
    // The popup told its wallet what happened, from the beginning to the end.
    const heard = await page.locator("#heard li").allTextContents();
    assert.match(heard[0] ?? "", /: incomplete$/);
    await page.locator("#heard li", { hasText: "completed" }).first().waitFor();

    const withdrawal = await begun(someone, "withdraw");
    await fill(withdrawal, { amount: "40" });
    await goOn(withdrawal);
    await fill(withdrawal, { bank_account_number: "5544332211" });
    await goOn(withdrawal);
    await completed(someone, "data-pay");
    await page.locator("#balance", { hasText: "59.00" }).waitFor();
  },
);

browserTest(
  "W2 the sandbox's wallet shows the pages in a frame of another site, and in a window that cannot reach it",
  async ({ person }) => {
    const { gateway } = stage();
    const someone = await person();
    const { page } = someone;
    await page.goto(`${gateway.publicUrl}/sandbox/wallet?noopener=1&lang=es`);
    const alone = await begun(someone, "deposit");
    assert.equal(await alone.evaluate("document.documentElement.lang + window.opener"), "esnull");
    await fill(alone, { amount: "10" });
    await goOn(alone);
    assert.equal(await page.locator("#heard li").count(), 0);

    await page.goto(`http://127.0.0.1:${new URL(gateway.publicUrl).port}/sandbox/wallet?frame=1`);
    await page.locator("[data-begin=deposit]:enabled").click();
    const frame = await (await page.locator("iframe").elementHandle())?.contentFrame() ??
      assert.fail("a frame");
    await arrived(frame);
    await fill(frame, { amount: "10" });
    await goOn(frame);
    await page.locator("#heard li", { hasText: "pending_user_transfer_start" }).waitFor();
  },
);
