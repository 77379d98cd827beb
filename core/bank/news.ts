/**
 * News of money at a bank, and the rows that keep it.
 * @module
 */
import type { InboundTransfer } from "../../plugins/bank-rail.ts";
import { repeatable, type Statement } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import { newId } from "../transfers/id.ts";
import type { Funding } from "../transfers/funding.ts";
import type { Match, Matching } from "./match.ts";
import type { RailInstance } from "./rails.ts";
import { type Belonging, insertReceipt, type NewReceipt, type Receipt, updateReceipt } from "./receipts.ts";

/** What taking in money needs. */
export interface Receiving extends Funding {
  readonly matching: Matching;
  readonly vault: Vault;
  /** The asset (`CODE:ISSUER`) that is anchored in a currency: what belongs to no transfer is booked in it. */
  readonly assetOf: (currency: string) => string | null;
}

/** What became of it; `transferId` when a transfer moved. */
export interface Taken {
  readonly kind: "booked" | "unmatched" | "announced" | "known" | "set_aside";
  readonly transferId?: string;
}

/** News of money that can be booked, with what is known of it. */
export interface News {
  readonly instance: RailInstance;
  readonly inbound: InboundTransfer;
  readonly asset: string;
  readonly known: Receipt | null;
}

/** Writes a receipt's change without a transfer's; `null` when another process was faster. */
export async function change(
  on: Pick<Receiving, "books">,
  known: Receipt | null,
  statements: readonly Statement[],
  committed: Statement = repeatable.committed,
): Promise<Taken | null> {
  const result = await on.books.db.write(statements, { committed });
  if (result.kind !== "written") return null;
  return known ? knownAs(known) : { kind: "known" };
}

/** The row of a receipt, new or moved on. @param asset the transfer's, where it belongs to one */
export function receiptRows(
  vault: Vault,
  { instance, inbound, known, ...news }: News,
  state: NewReceipt["state"],
  belongs: Belonging,
  asset: string = news.asset,
): Statement[] {
  const { revision, payer } = inbound;
  const amounts = { gross: inbound.gross.units, fee: inbound.fee.units, net: inbound.net.units };
  if (known) return updateReceipt(known, { state, revision, amounts, belongs });
  return [insertReceipt(vault, {
    id: newId(),
    side: "bank",
    place: instance.name,
    externalId: inbound.id,
    state,
    asset,
    ...amounts,
    ...belongs,
    payer,
    revision,
  })];
}

/** A match as a receipt keeps it. */
export function belongingOf(match: Match): Belonging {
  if (match.kind === "transfer") return { transferId: match.transferId, customerId: match.customerId };
  return {
    reason: match.reason,
    ...(match.customerId === undefined ? {} : { customerId: match.customerId }),
    ...(match.likely === undefined ? {} : { likelyTransferId: match.likely }),
  };
}

/** What is known of money that was told before. */
export function knownAs(receipt: Receipt): Taken {
  return { kind: "known", ...(receipt.transferId === null ? {} : { transferId: receipt.transferId }) };
}
