/**
 * Somebody out in the world pays into an account.
 * @module
 */
import * as z from "zod";
import { readAmount } from "./amount.ts";
import { accountNamed, amountFor, type Bank, commit } from "./bank.ts";
import { newId } from "../random-id.ts";
import { askBeforeBooking } from "./decision.ts";
import { Problem } from "../http/problem.ts";
import type { Account, Instruction } from "./records.ts";
import type { Transfer } from "./transfer.ts";
import { publicView } from "./views.ts";

/** The body of `POST /sandbox/bank/transfers`. */
export const payInRequest = z.strictObject({
  /** What the payer writes: a reference, perhaps inside other words, or the number to pay to. */
  reference: z.string().max(280).default(""),
  amount: z.string(),
  currency: z.string(),
  payer: z.strictObject({ name: z.string().min(1), account: z.string().min(1) }),
  /** The account paid to; needed only where the reference does not tell. */
  account: z.string().optional(),
  /** `pending`: told now, booked later. */
  state: z.enum(["pending", "booked"]).default("booked"),
});

/** Plays the payment; answers the transfer as everybody sees it. */
export async function payIn(bank: Bank, request: z.output<typeof payInRequest>) {
  const { account, instruction } = await destination(bank, request);
  const { shape } = account;
  const amount = amountFor(account, request.amount);
  if (request.currency !== shape.currency) {
    throw new Problem(422, "wrong_currency", `Cannot pay in: the account takes ${shape.currency}`);
  }
  if (instruction) refuseMisfits(account, instruction, amount, request.payer.name);
  const fee = readAmount(shape.inboundFee) ?? 0n;
  if (fee >= amount) throw new Problem(422, "invalid_amount", "Cannot pay in: the amount is below the fee");
  const at = new Date(bank.now()).toISOString();
  const told: Transfer = {
    id: newId("in"),
    account: account.name,
    direction: "in",
    kind: "payment",
    state: "pending",
    amount,
    fee,
    currency: shape.currency,
    at,
    remittance: request.reference,
    payer: request.payer,
    refunded: 0n,
    revision: 1,
    ...(instruction && shape.address !== "shared_with_reference" && {
      instruction: instruction.id,
      customer: instruction.customer,
    }),
    ...(instruction?.reference === request.reference && { reference: request.reference }),
  };
  const kept = request.state === "pending" || await askBeforeBooking(bank, account, told) === "keep";
  const state = request.state === "pending" ? "pending" : kept ? "booked" : "returned";
  const transfer: Transfer = { ...told, state, ...(state === "booked" && { bookedAt: at }) };
  await bank.inTurn(() => commit(bank, account, transfer, null));
  return publicView(transfer, shape.decimals);
}

/** The account and instruction that the payer means. */
async function destination(
  bank: Bank,
  request: z.output<typeof payInRequest>,
): Promise<{ account: Account; instruction: Instruction | undefined }> {
  const words = [request.reference, ...request.reference.split(/[^A-Za-z0-9-]+/)].filter((word) => word);
  for (const word of words) {
    for (const instruction of await bank.records.instructionsOf(word)) {
      if (request.account !== undefined && instruction.account !== request.account) continue;
      const account = await accountNamed(bank, instruction.account);
      // The number of a shared account names nobody: only a reference does.
      const meant = instruction.reference === word || instruction.address !== account.number;
      return { account, instruction: meant ? instruction : undefined };
    }
  }
  if (request.account !== undefined) {
    return { account: await accountNamed(bank, request.account), instruction: undefined };
  }
  const all = await bank.records.accounts();
  const numbered = all.find((account) => words.includes(account.number));
  const fitting = all.filter((account) => account.shape.currency === request.currency);
  const account = numbered ?? (fitting.length === 1 ? fitting[0] : undefined);
  if (!account) {
    throw new Problem(404, "account_unknown", "Cannot tell the account: no reference fits, give `account`");
  }
  return { account, instruction: undefined };
}

/** Some banks refuse at the door what their customer did not ask for. */
function refuseMisfits({ shape }: Account, instruction: Instruction, amount: bigint, payer: string): void {
  const wanted = instruction.amount === undefined ? null : readAmount(instruction.amount);
  if (shape.amount === "exact" && wanted !== amount) {
    throw new Problem(422, "wrong_amount", `Cannot pay in: this address takes exactly ${instruction.amount}`);
  }
  const named = instruction.payerName;
  if (shape.payerFilter && named !== undefined && named.toLowerCase() !== payer.toLowerCase()) {
    throw new Problem(422, "wrong_payer", "Cannot pay in: this address takes money of its customer only");
  }
}
