/**
 * A real browser for the tests of a file, and people in it: each with a phone, a language and a time zone of their own.
 * Whatever the browser complains of, whatever fails to load, and whatever is asked of somebody else fails the test.
 * @module
 */
import assert from "node:assert/strict";
import { type Browser, type BrowserContext, chromium as engine, type Page } from "playwright-core";
import { watchFaults } from "./browser-faults.ts";
import { chromium, needs } from "./machine.ts";

/** What somebody's phone is like; everything has a default. */
export interface PhoneOptions {
  /** BCP 47, what the browser says it reads; `null`: it says nothing. English when absent. */
  readonly language?: string | null;
  /** Of the IANA list; New York when absent, which is not the machine's. */
  readonly timeZone?: string;
  /** Pixels; 360 when absent, and 320 is the least that must do. */
  readonly width?: number;
  /** True when absent. */
  readonly javaScript?: boolean;
  /** Complaints that belong to the test. */
  readonly expected?: readonly RegExp[];
}

/** Somebody with a browser of their own: nobody else's cookies. */
export interface Person {
  readonly context: BrowserContext;
  /** The first page that they have open. */
  readonly page: Page;
  /** Takes what the browser complained of so far; what nobody takes fails the test. */
  readonly takeFaults: () => string[];
}

/** The browser of a test: whom it lets in leaves with the test. */
export interface TestBrowser {
  readonly person: (phone?: PhoneOptions) => Promise<Person>;
}

const HEIGHT = 740;
/** For a busy machine with two cores; a test that waits so long has failed. */
const PATIENCE_MS = 20_000;

let shared: Browser | null = null;
let isWanted = false;

/** The browser is started before the first test that needs it and serves all of the file. */
function wantBrowser(): void {
  const executablePath = chromium.find();
  if (isWanted || executablePath === undefined) return;
  isWanted = true;
  Deno.test.beforeAll(async () => {
    shared = await engine.launch({
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
  });
  Deno.test.afterAll(async () => {
    await shared?.close();
    shared = null;
  });
}

/** Declares a test in which people use a browser. */
export function browserTest(name: string, body: (browser: TestBrowser) => Promise<void>): void {
  wantBrowser();
  Deno.test({
    name,
    // The browser is older than the test, and its driver removes folders without waiting; resources are still counted.
    sanitizeOps: false,
    ...needs(chromium, () => inBrowser(name, body)),
  });
}

async function inBrowser(name: string, body: (browser: TestBrowser) => Promise<void>): Promise<void> {
  const browser = shared ?? assert.fail("The browser is started before the tests");
  const people: Person[] = [];
  try {
    await body({
      async person(phone = {}) {
        const person = await arrive(browser, phone);
        people.push(person);
        return person;
      },
    });
    for (const { takeFaults } of people) assert.deepEqual(takeFaults(), []);
  } catch (error) {
    await keepLast(name, people);
    throw error;
  } finally {
    for (const { context } of people) await context.close();
  }
}

async function arrive(browser: Browser, phone: PhoneOptions): Promise<Person> {
  const { language = "en-US", timeZone = "America/New_York", width = 360, javaScript = true } = phone;
  const context = await browser.newContext({
    viewport: { width, height: HEIGHT },
    isMobile: true,
    hasTouch: true,
    // Some language the browser always has; an empty header says nothing.
    ...(language === null ? { extraHTTPHeaders: { "Accept-Language": "" } } : { locale: language }),
    timezoneId: timeZone,
    javaScriptEnabled: javaScript,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const faults = watchFaults(context, phone.expected ?? []);
  return { context, page: await context.newPage(), takeFaults: () => faults.splice(0) };
}

/** Shows what people saw when a test failed. */
async function keepLast(name: string, people: readonly Person[]): Promise<void> {
  const folder = `reports/screens/failed/${name.replaceAll(/\W+/g, "-").slice(0, 80)}`;
  const pages = people.flatMap(({ context }) => context.pages());
  for (const [index, page] of pages.entries()) {
    // The page may be the very thing that is broken.
    await page.screenshot({ path: `${folder}-${index + 1}.png`, fullPage: true }).catch(() => {});
  }
}
