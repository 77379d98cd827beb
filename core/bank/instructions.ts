/**
 * Asks a rail where a deposit is to be paid, and keeps the answer with the transfer.
 * @module
 */
import type { DepositInstructions } from "../../plugins/bank-rail.ts";
import type { Performance } from "../effects.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Statement } from "../records/database.ts";
import { sealedColumn } from "../records/sealed-column.ts";
import type { Vault } from "../records/vault.ts";
import { findTransfer } from "../transfers/find.ts";
import { apply, type Books } from "../transfers/record.ts";
import { sealedInstructions, type Transfer } from "../transfers/transfer.ts";
import type { RailOf } from "./rails.ts";
import { storedInstructions } from "./stored-instructions.ts";

/** What instructing needs. */
export interface Instructing {
  readonly books: Books;
  readonly vault: Vault;
  readonly railOf: RailOf;
  /** SEP-9 values of the customer, for rails that refuse other payers. */
  readonly payerOf: (customerId: string) => Promise<Readonly<Record<string, string>>>;
}

/** Performs the effect `deposit_instructions`: idempotent by transfer or customer, as the rail declares. */
export async function instruct(on: Instructing, transferId: string): Promise<Performance> {
  const transfer = await findTransfer(on.books.db, transferId);
  if (!transfer || transfer.state !== "instructing") return { kind: "done" };
  const { name, rail, ports } = on.railOf(transfer.rail);
  const { declares } = rail;
  if (!rail.depositInstructions || !declares.deposit) {
    return { kind: "park", error: "rail_takes_no_deposits" };
  }
  const fixed = declares.deposit.amount !== "open" && transfer.amountIn !== null;
  const outcome = await rail.depositInstructions({
    transferKey: transfer.id,
    customerKey: transfer.customerId,
    ...(transfer.reference === null ? {} : { reference: transfer.reference }),
    ...(fixed && transfer.amountIn !== null
      ? { amount: { units: transfer.amountIn, currency: transfer.currency } }
      : {}),
    ...(transfer.expiresMs === null ? {} : { expiresAt: Math.floor(transfer.expiresMs / 1000) }),
    ...(declares.deposit.payerFilter ? { payer: await on.payerOf(transfer.customerId) } : {}),
  }, ports);
  if (!outcome.ok) {
    const { kind, retryAfterMs } = outcome.error;
    const refused = kind === "invalid_input" || kind === "limit_exceeded" || kind === "not_supported" ||
      kind === "rejected_by_bank";
    if (!refused) {
      return { kind: "retry", error: kind, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) };
    }
    await apply(on.books, transfer.id, { type: "instructions_refused" });
    return { kind: "done" };
  }
  const instructions = outcome.value;
  const { validUntil } = instructions;
  const applied = await apply(
    on.books,
    transfer.id,
    {
      type: "instructions_given",
      instructions: on.vault.sealJson(
        sealedInstructions.place(transfer.id),
        storedInstructions(instructions),
      ),
      ...(instructions.reference === undefined ? {} : { reference: instructions.reference }),
      ...(validUntil === undefined ? {} : { validUntilMs: validUntil * 1000 }),
    },
    (current) => [
      address(on.vault, current, name, declares.deposit?.address === "per_transaction", instructions),
    ],
  );
  if (applied.kind !== "duplicate") return { kind: "done" };
  // Another process may have kept them; if not, the rail gave a reference that another transfer has.
  const now = await findTransfer(on.books.db, transfer.id);
  return now?.state === "instructing" ? { kind: "retry", error: "reference_taken" } : { kind: "done" };
}

/** What a person was shown of an address; empty once nobody needs it. */
export const sealedAddress = sealedColumn(
  "bank_addresses",
  "instructions",
  "rail",
  "instruction_id",
  "customer_id",
);

/** The address that was given, by which money is matched later on. */
function address(
  vault: Vault,
  transfer: Transfer,
  rail: string,
  perTransaction: boolean,
  instructions: DepositInstructions,
): Statement {
  return {
    sql:
      `insert into bank_addresses (rail, instruction_id, customer_id, transfer_id, reference, instructions, given_ms)
        values (?, ?, ?, ?, ?, ?, ${NOW_MS}) on conflict (rail, instruction_id, customer_id) do nothing`,
    args: [
      rail,
      instructions.id,
      transfer.customerId,
      perTransaction ? transfer.id : null,
      instructions.reference ?? null,
      vault.sealJson(
        sealedAddress.place(rail, instructions.id, transfer.customerId),
        storedInstructions(instructions),
      ),
    ],
  };
}
