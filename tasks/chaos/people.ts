/**
 * What gateways know of a customer of chaos, and what the bureau makes of it.
 * @module
 */
import { z } from "zod";
import type { Person } from "../load/wallet.ts";
import { Refused } from "./ask.ts";
import { type Customer, untilIs } from "./customer.ts";
import type { Outside } from "./outside.ts";

const known = z.object({ id: z.string().optional(), status: z.string() });

async function knownOf({ wallet }: Customer): Promise<z.output<typeof known>> {
  return known.parse(JSON.parse(await wallet.customer()));
}

/** Gives data. */
export const register = ({ wallet }: Customer, person: Person): Promise<void> => wallet.register(person);

/** The id under which the customer is known. */
export async function customerId(customer: Customer): Promise<string> {
  const { id } = await knownOf(customer);
  if (id === undefined) throw new Error(`customer ${customer.number} is not known`);
  return id;
}

/** Waits until the customer has a status of SEP-12. */
export async function untilCustomer(customer: Customer, status: string): Promise<void> {
  await untilIs(`customer ${customer.number}`, [status], () => knownOf(customer));
}

/** A person at the bureau decides again. */
export async function decideAnew(
  customer: Customer,
  { bureau }: Outside,
  decision: string,
  fields: readonly string[] = [],
): Promise<void> {
  await untilCustomer(customer, "ACCEPTED");
  await bureau.decide(await customerId(customer), decision, fields);
}

/** Has everything erased; who is gone already is gone. */
export async function erase({ wallet }: Customer): Promise<void> {
  try {
    await wallet.own({ kind: "erase", path: `/sep12/customer/${wallet.account}`, method: "DELETE" });
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
  }
}
