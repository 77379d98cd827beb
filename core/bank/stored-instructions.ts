/**
 * What a transfer keeps of its rail's instructions.
 * @module
 */
import { z } from "zod";
import type { DepositInstructions } from "../../plugins/bank-rail.ts";
import type { Vault } from "../records/vault.ts";
import { sealedInstructions, type Transfer } from "../transfers/transfer.ts";

/** What a person is shown, without integers that JSON cannot hold. */
export interface StoredInstructions {
  readonly lines: DepositInstructions["lines"];
  readonly qr: string | null;
}

const stored = z.object({
  lines: z.array(z.object({ name: z.string(), value: z.string(), text: z.string() })),
  qr: z.string().nullable(),
});

/** What is kept of a rail's answer. */
export function storedInstructions({ lines, qr }: DepositInstructions): StoredInstructions {
  return { lines, qr: qr ?? null };
}

/** Opens what is kept; null while there is nothing. @throws {VaultError} when somebody changed it */
export function openInstructions(
  vault: Vault,
  { id, instructions }: Pick<Transfer, "id" | "instructions">,
): StoredInstructions | null {
  return instructions && stored.parse(vault.openJson(sealedInstructions.place(id), instructions));
}
