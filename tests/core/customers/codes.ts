/** What tests of verification codes share. */
import { ok } from "node:assert/strict";
import { Refusal } from "../../../core/refusal.ts";
import { type AtWork, type AtWorkOptions, working } from "./at-work.ts";
import { holder } from "./people.ts";

export const NUMBER = "+14155550123";

/** A country where nobody is served without a number. */
export const NUMBER_NEEDED = {
  "*": {
    tiers: [{
      name: "light",
      fields: ["first_name", "last_name", "email_address", "mobile_number"],
      levels: { bureau: "basic" },
    }],
  },
} satisfies AtWorkOptions["countries"];

/** Customers of whom a mobile number is asked. */
export function verifying(work: (at: AtWork) => Promise<void>, options: AtWorkOptions = {}): Promise<void> {
  return working(work, { countries: NUMBER_NEEDED, ...options });
}

/** How the customer stands. */
export async function standingOf(at: AtWork, who = holder(), request: Record<string, string> = {}) {
  return (await at.customers.read(who, request)).standing;
}

/** What is shown of the mobile number. */
export async function fieldOf(at: AtWork, who = holder()) {
  return (await standingOf(at, who)).provided["mobile_number"]?.status;
}

/** Whether this is the refusal, with these parameters. */
export function refused(code: string, params: Record<string, unknown> = {}) {
  return (error: unknown) =>
    error instanceof Refusal && error.code === code &&
    Object.entries(params).every(([name, value]) => error.params[name] === value);
}

/** Sends a code back. */
export function answer(at: AtWork, code: string, more: Record<string, unknown> = {}): Promise<string> {
  return at.put(holder(), { mobile_number_verification: code, ...more });
}

/** The code that was sent last. */
export async function lastCode(at: AtWork): Promise<string> {
  const [code] = await at.codes();
  ok(code);
  return code.code;
}

/** Another code than this one, of the same length. */
export function wrongFor(code: string): string {
  return code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
}
