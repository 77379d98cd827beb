/**
 * Pages in every language: their direction, what axe-core finds, whether they have to be scrolled sideways, and a picture of
 * each to be looked at.
 * @module
 */
import type { Page } from "playwright-core";
import { directionOf, LANGUAGES } from "../../core/i18n/languages.ts";
import { axeFaults, overflow, shot, speech } from "./page-checks.ts";
import { answered } from "./page-steps.ts";

/** Judges a page as it is now. */
export async function judged(page: Page, name: string, language: string): Promise<string[]> {
  const said = await speech(page);
  const [faults, wide] = [await axeFaults(page), await overflow(page)];
  await shot(page, name);
  return [
    ...(said.lang === language && said.dir === directionOf(language) ? [] : [`says ${JSON.stringify(said)}`]),
    ...faults,
    ...(wide === 0 ? [] : [`is ${wide} pixels too wide`]),
  ].map((fault) => `${name}, ${language}: ${fault}`);
}

/** Judges the page where the transfer stands in each language; with `press`, as it is after that. */
export async function everywhere(
  page: Page,
  name: string,
  press?: () => Promise<unknown>,
): Promise<string[]> {
  const faults: string[] = [];
  const [address] = page.url().split("?");
  for (const language of LANGUAGES) {
    await page.goto(`${address}?lang=${language}`);
    if (press) {
      await page.locator("footer select").selectOption(language);
      await answered(page, () => page.locator("footer button").click());
      await press();
    }
    faults.push(...await judged(page, name, language));
    if (press) await page.goto(address ?? "");
  }
  return faults;
}
