/**
 * All that an operator sees of one transfer: where it stands, how it came there, and each movement of its money. Accounts
 * are masked.
 * @module
 */
import type { Beneficiary } from "../../plugins/bank-rail.ts";
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { masked, maskedAccount } from "../seps/masked-account.ts";
import { type Attempt, attemptsOf } from "../transfers/attempts.ts";
import { findTransfer } from "../transfers/find.ts";
import type { Transfer } from "../transfers/transfer.ts";

/** One change of the transfer. */
export interface HistoryLine {
  readonly version: number;
  readonly event: string;
  readonly before: string | null;
  readonly after: string;
  readonly atMs: number;
}

/** Money that came, or went back. Amounts in units of 10⁻⁷. */
export interface Movement {
  readonly id: string;
  readonly side: string;
  readonly place: string;
  readonly state: string;
  readonly amount: bigint;
  readonly atMs: number;
}

/** The dossier. */
export interface Dossier {
  readonly transfer: Transfer;
  /** The account that it pays, all but its end hidden; `null` where none is known. */
  readonly payee: string | null;
  /** The latest first. */
  readonly history: readonly HistoryLine[];
  readonly receipts: readonly Movement[];
  readonly attempts: readonly Attempt[];
  readonly refunds: readonly Movement[];
}

const history = rowsOfTable("transfer_history");
const movements = rowsOfTable("movements");

/** The account that a transfer pays, all but its end hidden. @param beneficiaryOf that of a withdrawal, opened */
export async function payeeOf(
  transfer: Transfer,
  beneficiaryOf: (transfer: Transfer) => Promise<Beneficiary>,
): Promise<string | null> {
  if (transfer.kind === "withdrawal") return maskedAccount(await beneficiaryOf(transfer));
  return transfer.destination === null ? null : masked(transfer.destination);
}

/** Reads it. @param beneficiaryOf the account that a withdrawal pays, opened */
export async function readDossier(
  db: Database,
  beneficiaryOf: (transfer: Transfer) => Promise<Beneficiary>,
  transferId: string,
): Promise<Dossier | null> {
  const transfer = await findTransfer(db, transferId);
  if (transfer === null) return null;
  const args = [transferId];
  const [lines = [], came = [], back = []] = await db.read([
    {
      sql: `select version, event, state_before, state_after, at_ms from transfer_history
            where transfer_id = ? order by version desc limit 200`,
      args,
    },
    {
      sql:
        "select id, side, place, state, gross as amount, at_ms from receipts where transfer_id = ? limit 100",
      args,
    },
    {
      sql: "select id, side, place, state, amount, at_ms from refunds where transfer_id = ? limit 100",
      args,
    },
  ]);
  return {
    transfer,
    payee: await payeeOf(transfer, beneficiaryOf),
    history: lines.map((row) => ({
      version: history.count(row, "version"),
      event: history.text(row, "event"),
      before: history.textOrNull(row, "state_before"),
      after: history.text(row, "state_after"),
      atMs: history.count(row, "at_ms"),
    })),
    receipts: came.map(movementFrom),
    attempts: await attemptsOf(db, transferId),
    refunds: back.map(movementFrom),
  };
}

function movementFrom(row: Parameters<typeof movements.text>[0]): Movement {
  return {
    id: movements.text(row, "id"),
    side: movements.text(row, "side"),
    place: movements.text(row, "place"),
    state: movements.text(row, "state"),
    amount: movements.integer(row, "amount"),
    atMs: movements.count(row, "at_ms"),
  };
}
