/**
 * What a bank keeps of what it sent back for us in vain.
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import { move, postingStatements } from "../money/postings.ts";
import type { Statement } from "../records/database.ts";
import { newId } from "../transfers/id.ts";

/** Books the fee of a refund or return that came back: its amount does, its fee never. For the batch that notes it, once. */
export function lostFee(
  { asset, place }: { readonly asset: string; readonly place: string },
  { state, fee }: Pick<PayoutState, "state" | "fee">,
): Statement[] {
  return state === "returned"
    ? postingStatements(newId(), move(asset, fee.units, "costs", `bank:${place}`))
    : [];
}
