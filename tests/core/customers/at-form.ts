/** What tests of forms share: a transfer, and its person at a page. */
import { deepEqual, ok } from "node:assert/strict";
import type { CustomerForm, FormTransfer, Submitted } from "../../../core/customers/mod.ts";
import type { AtWork } from "./at-work.ts";
import { holder } from "./people.ts";

/** A transfer as far as forms are concerned, of a customer that is there. */
export async function transferOf(
  at: AtWork,
  changes: Partial<FormTransfer> = {},
  who = holder(),
): Promise<FormTransfer> {
  return {
    customerId: await at.customers.ensure(who),
    customerOwner: who.sub,
    account: who.account,
    protocol: "sep24",
    kind: "deposit",
    country: null,
    tier: "light",
    rail: "bank",
    kyc: "bureau",
    ...changes,
  };
}

/** The form; fails once the customer was erased. */
export async function formOf(at: AtWork, transfer: FormTransfer): Promise<CustomerForm> {
  const form = await at.customers.form(transfer);
  ok(form);
  return form;
}

/** Posts the form, and performs what follows. */
export async function submit(
  at: AtWork,
  transfer: FormTransfer,
  fields: Readonly<Record<string, unknown>>,
  part: "all" | "payout" = "all",
): Promise<Submitted> {
  const submission = { entries: Object.entries(fields), language: "en", part };
  const submitted = await at.customers.submit(transfer, submission);
  if (submitted.kind !== "erased") await at.performNow(submitted.effects);
  return submitted;
}

/** Posts what is taken. */
export async function give(
  at: AtWork,
  transfer: FormTransfer,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const submitted = await submit(at, transfer, fields);
  deepEqual([submitted.kind, faultsOf(submitted)], ["stored", {}]);
}

/** Field → code of its fault. */
export function faultsOf(submitted: Submitted): Record<string, string> {
  if (submitted.kind !== "faults") return {};
  return Object.fromEntries([...submitted.faults].map(([name, { code }]) => [name, code]));
}

/** Names of what is asked: a bare name is required, `name?` may be left out. */
export function askedBy({ fields }: CustomerForm): string[] {
  return fields.map(({ name, required }) => required ? name : `${name}?`);
}
