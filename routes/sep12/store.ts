/**
 * Stores what a request gives, and performs what follows from it before the answer: also where the answer is that a new
 * code is on its way.
 * @module
 */
import { type Customers, NewCodeSent } from "../../core/customers/mod.ts";
import type { Sep12Options } from "./options.ts";

/** Stores a submission. @returns the customer's id */
export async function store(
  { customers, performNow }: Pick<Sep12Options, "customers" | "performNow">,
  ...[holder, request]: Parameters<Customers["put"]>
): Promise<string> {
  try {
    const { id, effects } = await customers.put(holder, request);
    if (effects.length > 0) await performNow(effects);
    return id;
  } catch (error) {
    if (error instanceof NewCodeSent) await performNow(error.effects);
    throw error;
  }
}
