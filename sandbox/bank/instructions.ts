/**
 * Ways to pay into an account: an address for each transaction or customer, or the account's own number with a
 * reference.
 * @module
 */
import * as z from "zod";
import { amountFor, type Bank, newNumber } from "./bank.ts";
import { newId } from "../random-id.ts";
import { Problem } from "../http/problem.ts";
import type { Account, Instruction } from "./records.ts";

/** The body of `PUT …/instructions/{key}`. */
export const instructionRequest = z.strictObject({
  customer: z.string().min(1),
  reference: z.string().regex(/^[A-Za-z0-9-]{1,64}$/).optional(),
  amount: z.string().optional(),
  expires_at: z.iso.datetime({ offset: true }).optional(),
  /** Who may pay, where the account filters payers. */
  payer_name: z.string().min(1).optional(),
});

/** Opens an instruction; the same key and request answer the same instruction. */
export function openInstruction(
  bank: Bank,
  account: Account,
  key: string,
  request: z.output<typeof instructionRequest>,
): Promise<ReturnType<typeof instructionView>> {
  return bank.inTurn(async () => {
    const asked = JSON.stringify(request);
    const known = await bank.records.instructionByKey(account.name, key);
    if (known) {
      if (known.request !== asked) {
        throw new Problem(409, "key_reused", "Cannot open the instruction: its key was used for another one");
      }
      return instructionView(account, known);
    }
    const { shape } = account;
    if (shape.amount === "exact" && request.amount === undefined) {
      throw new Problem(422, "amount_needed", "Cannot open the instruction: this account needs an amount");
    }
    if (request.amount !== undefined) amountFor(account, request.amount);
    if (shape.address === "shared_with_reference" && request.reference === undefined) {
      throw new Problem(
        422,
        "reference_needed",
        "Cannot open the instruction: this account needs a reference",
      );
    }
    const instruction: Instruction = {
      id: newId("ins"),
      account: account.name,
      key,
      request: asked,
      customer: request.customer,
      address: shape.address === "shared_with_reference" ? account.number : newNumber("70", shape),
      cancelled: false,
      ...(request.reference !== undefined && { reference: request.reference }),
      ...(request.amount !== undefined && shape.amount !== "open" && { amount: request.amount }),
      ...(request.expires_at !== undefined && { expiresAt: request.expires_at }),
      ...(request.payer_name !== undefined && { payerName: request.payer_name }),
    };
    await bank.records.write([bank.records.keepInstruction(instruction)]);
    return instructionView(account, instruction);
  });
}

/** Ends an instruction. What is paid to it all the same still arrives. */
export function cancelInstruction(bank: Bank, account: Account, id: string): Promise<{ cancelled: true }> {
  return bank.inTurn(async () => {
    const known = await bank.records.instruction(id);
    if (known?.account !== account.name) {
      throw new Problem(404, "instruction_unknown", `Cannot cancel instruction ${id}: it does not exist`);
    }
    await bank.records.write([bank.records.keepInstruction({ ...known, cancelled: true })]);
    return { cancelled: true };
  });
}

/** An instruction as a payer is told of it. */
export function instructionView(account: Account, instruction: Instruction) {
  return {
    id: instruction.id,
    bank: "Sandbox Bank",
    holder: account.name,
    account_number: instruction.address,
    reference: instruction.reference,
    amount: instruction.amount,
    currency: account.shape.currency,
    expires_at: instruction.expiresAt,
    // Where a payer's bank would fetch the charge; nobody does.
    location: account.shape.numbers === "pix" ? `pix.sandbox.invalid/v2/${instruction.address}` : undefined,
  };
}
