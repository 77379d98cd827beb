/**
 * Deposits that could not be told apart: of one customer on one rail there is one at a time (M-17).
 * @module
 */
import type { RailOf } from "../bank/rails.ts";
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { Refusal } from "../refusal.ts";
import type { Transfer } from "./transfer.ts";

/** What a deposit is told from others by. */
export type Placed = Pick<Transfer, "id" | "kind" | "customerId" | "rail">;

const transfers = rowsOfTable("transfers");

/** Drafts are not among them: nothing was promised to anybody yet. */
const OPEN_DEPOSIT = `select id from transfers where customer_id = ? and rail = ? and kind = 'deposit'
  and state in ('kyc', 'instructing', 'waiting', 'arriving') and id <> ?`;

const argsOf = ({ customerId, rail, id }: Placed) => [customerId, rail, id];

/** Makes a batch stale while another deposit stands open that could not be told from this one. */
export function onlyOpen(railOf: RailOf, transfer: Placed): Statement[] {
  return isAlone(railOf, transfer) ? [expect(`not exists (${OPEN_DEPOSIT})`, argsOf(transfer))] : [];
}

/** @throws Refusal 400 that names the deposit which stands in the way of this one, if there is one */
export async function refuseSecond(
  { db, railOf }: { readonly db: Database; readonly railOf: RailOf },
  transfer: Placed,
): Promise<void> {
  if (!isAlone(railOf, transfer)) return;
  const [row] = await db.query({ sql: `${OPEN_DEPOSIT} limit 1`, args: argsOf(transfer) });
  if (row) throw new Refusal("transfer.deposit_open", { id: transfers.text(row, "id") });
}

function isAlone(railOf: RailOf, { kind, rail }: Placed): boolean {
  if (kind !== "deposit") return false;
  const { deposit } = railOf(rail).rail.declares;
  return deposit !== null && deposit.address !== "per_transaction" && deposit.reference === null;
}
