/**
 * What a person does on the pages, step by step, in whatever language they are: by the names of inputs and by what the main
 * button does, never by texts.
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Customer } from "./customer.ts";
import type { TestGateway } from "./gateway.ts";
import type { Sheet } from "./wallet-window.ts";

/** Values by SEP-9 name. */
export type Values = Readonly<Record<string, string>>;

/** A person whom the sandbox's bureau accepts at once. */
export const ADA: Values = {
  first_name: "Ada",
  last_name: "Lovelace",
  email_address: "ada@example.com",
};

/** A picture of one pixel. */
const PHOTO =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const told = z.object({
  instructions: z.array(z.object({ reference: z.string(), currency: z.string() })).length(1),
});

/** What is read of an element in the browser, whose types are not those of this runtime. */
interface Element {
  readonly id: string;
  readonly tagName: string;
  readonly name: string;
  readonly dataset: { readonly copy?: string };
}

/** What the page's form does: not the switch of languages, and no lesser button. */
const MAIN_BUTTON = "main form button[type=submit]:not(.quiet, .link, [aria-hidden])";

/** Fills in inputs and selects by name. */
export async function fill(sheet: Sheet, values: Values): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const input = sheet.locator(`main [name="${name}"]`).first();
    if (await input.evaluate(({ tagName }: Element) => tagName) === "SELECT") await input.selectOption(value);
    else await input.fill(value);
  }
}

/** Gives a photo, as a camera would. */
export async function givePhoto(sheet: Sheet, name: string): Promise<void> {
  await sheet.locator(`main input[type=file][name="${name}"]`).setInputFiles({
    name: "photo.png",
    mimeType: "image/png",
    buffer: Buffer.from(PHOTO, "base64"),
  });
}

/** Presses the main button, and waits for what comes. */
export async function goOn(sheet: Sheet): Promise<void> {
  await answered(sheet, () => sheet.locator(MAIN_BUTTON).first().click());
}

/** Does something that leads to another document, and waits for it. */
export async function answered(sheet: Sheet, act: () => Promise<unknown>): Promise<void> {
  const before = await documentOf(sheet);
  await act();
  for (let waited = 0; waited < 400; waited++) {
    // While one document follows another, there is none to be asked.
    const now = await documentOf(sheet).catch(() => before);
    if (now !== before) return await sheet.waitForLoadState();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`No other page comes after ${sheet.url()}`);
}

/** The amount, then the data that is asked, each with the main button. */
export async function give(sheet: Sheet, amount: string, values: Values = ADA): Promise<void> {
  await fill(sheet, { amount });
  await goOn(sheet);
  await fill(sheet, values);
  await goOn(sheet);
}

/** Waits until a wallet reads a status. @returns the transaction */
export function reached(gateway: TestGateway, { wallet }: Customer, id: string, status: string) {
  let last = "";
  return gateway.until(`${id} to be ${status}`, async () => {
    const transaction = await wallet.hosted.transaction(id);
    last = transaction.status;
    return last === status ? transaction : null;
  }).catch((error: unknown) => assert.fail(`${id} is ${last}, not ${status}: ${String(error)}`));
}

/** What the bank was told for a deposit, and so what its page has to say. */
export async function referenceOf({ send }: TestGateway, id: string): Promise<string> {
  const [instruction] = told.parse(await send(`/bank/instructions?key=${id}`)).instructions;
  return instruction?.reference ?? assert.fail(`${id} has a reference`);
}

/** Texts that the page's buttons copy. */
export function copied(sheet: Sheet): Promise<string[]> {
  return sheet.locator("[data-copy]").evaluateAll((all: Element[]) =>
    all.map(({ dataset }) => dataset.copy ?? "")
  );
}

/** Names of the inputs that the page's form shows. */
export function asked(sheet: Sheet): Promise<string[]> {
  return sheet.locator("main :is(input:not([type=hidden]), select, textarea)").evaluateAll((all: Element[]) =>
    all.map(({ name }) => name)
  );
}

/** Names of the inputs that are marked as wrong, each with the text beside it. */
export async function faulty(sheet: Sheet): Promise<Readonly<Record<string, string>>> {
  const faults = await sheet.locator("main [aria-invalid=true]").evaluateAll((all: Element[]) =>
    all.map(({ id, name }) => [id, name] as const)
  );
  const texts = await Promise.all(
    faults.map(async ([id, name]) => [name, await sheet.locator(`#${id}-error`).innerText()] as const),
  );
  return Object.fromEntries(texts);
}

/** A mark of the document that is shown: every one began at another moment. */
async function documentOf(sheet: Sheet): Promise<number> {
  return z.number().parse(await sheet.evaluate("performance.timeOrigin"));
}
