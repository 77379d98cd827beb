/**
 * The account that a withdrawal pays, as its owner is shown it.
 * @module
 */
import { z } from "zod";
import type { Vault } from "../records/vault.ts";
import { sealedBeneficiary, type Transfer } from "../transfers/transfer.ts";
import { maskedAccount } from "./masked-account.ts";

const storedBeneficiary = z.record(z.string(), z.string());

/**
 * The account as it stood when the withdrawal was accepted, which is what the payout goes to; masked. Null until then.
 * @throws {VaultError} when somebody changed it
 */
export function payoutAccountOf(
  vault: Vault,
  { id, beneficiary }: Pick<Transfer, "id" | "beneficiary">,
): string | null {
  if (beneficiary === null) return null;
  return maskedAccount(storedBeneficiary.parse(vault.openJson(sealedBeneficiary.place(id), beneficiary)));
}
