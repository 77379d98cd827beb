/**
 * What is checked of a page as a browser shows it: accessibility by axe-core, width, weight; and pictures to be looked at.
 * @module
 */
import axe from "axe-core";
import type { Frame, Page } from "playwright-core";
import { z } from "zod";
import type { Person } from "./browser.ts";

const findings = z.object({
  violations: z.array(z.object({
    id: z.string(),
    help: z.string(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().optional() })),
  })),
});

/** WCAG 2.2, levels A and AA, with the rule on the size of targets, which axe leaves out by default. */
const RULES = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations"],
};

/** Longest run of axe, on a machine that is busy. */
const PATIENCE_MS = 15_000;

/** What axe finds wrong with a page, a line a place. @throws Error where JavaScript is off: axe would never come back */
export async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Cannot run axe here: is JavaScript off?")), PATIENCE_MS);
  });
  const found = page.evaluate(`axe.run(document, ${JSON.stringify(RULES)})`);
  const result = findings.parse(await Promise.race([found, late]).finally(() => clearTimeout(timer)));
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary = "" }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`)
  );
}

/** By how many pixels a page is wider than its window; 0 where nobody has to scroll sideways. */
export async function overflow(page: Page): Promise<number> {
  return z.number().parse(
    await page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"),
  );
}

/** Writes a page into `reports/screens/<its language>/<name>.png`, to be looked at. */
export async function shot(page: Page, name: string): Promise<void> {
  const language = z.string().min(1).parse(await page.evaluate("document.documentElement.lang"));
  await page.screenshot({ path: `reports/screens/${language}/${name}.png`, fullPage: true });
}

/** The language and direction that a page says it is in. */
export async function speech(page: Page | Frame): Promise<{ readonly lang: string; readonly dir: string }> {
  return z.object({ lang: z.string(), dir: z.string() }).parse(
    await page.evaluate("({ lang: document.documentElement.lang, dir: document.documentElement.dir })"),
  );
}

/** Bytes of all bodies that somebody's first page gets during a visit, without compression. */
export async function weight({ context, page }: Person, visit: () => Promise<unknown>): Promise<number> {
  // Not by asking for the bodies afterwards: those of a page that was left are gone.
  const network = await context.newCDPSession(page);
  let bytes = 0;
  network.on("Network.dataReceived", ({ dataLength }) => void (bytes += dataLength));
  await network.send("Network.enable");
  await visit();
  await network.detach();
  return bytes;
}
