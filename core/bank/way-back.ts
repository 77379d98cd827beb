/**
 * How money that came in at a bank can go back (M-19): by the rail's own refund of it, else to the account that paid, where
 * that is known in full and the bank vouches for it.
 * @module
 */
import { z } from "zod";
import type { BankRail, Beneficiary } from "../../plugins/bank-rail.ts";
import type { Vault } from "../records/vault.ts";
import type { RefundableReceipt } from "../transfers/refunds.ts";
import { sealedPayer } from "./receipts.ts";

/** One of the ways; `none` waits for an operator. */
export type WayBack =
  | { readonly kind: "refund" }
  | { readonly kind: "payout"; readonly beneficiary: Beneficiary }
  | { readonly kind: "none" };

const payerSchema = z.object({
  account: z.object({ value: z.string().min(1), kind: z.literal("full"), trusted: z.literal(true) }),
});

/** Whether a rail may send back what comes in; whether it can, may depend on who paid. */
export function sendsBack({ deposit, payout, news }: BankRail["declares"]): boolean {
  if (deposit === null) return false;
  // Payouts in files are written from attempts, of which a refund has none.
  return deposit.refund !== "none" || (payout?.payerField !== undefined && !news.files);
}

/**
 * The way for one receipt.
 * @param isWhole whether all of it goes back at once: some rails refund nothing else, and pay a part out
 */
export function wayBack(
  { declares }: Pick<BankRail, "declares">,
  vault: Vault,
  { id, payer }: Pick<RefundableReceipt, "id" | "payer">,
  isWhole: boolean,
): WayBack {
  const { deposit, payout, news } = declares;
  if (!sendsBack(declares)) return { kind: "none" };
  if (deposit?.refund === "partial" || (deposit?.refund === "full" && isWhole)) return { kind: "refund" };
  const field = news.files ? undefined : payout?.payerField;
  const opened = payer && vault.openJson(sealedPayer.place(id), payer);
  const { data } = payerSchema.safeParse(opened);
  return data && field !== undefined
    ? { kind: "payout", beneficiary: { [field]: data.account.value } }
    : { kind: "none" };
}
