/**
 * Approvals of payouts (M-27). Each names transfer, version, amount and destination; a payout that needs some is stored
 * only upon the version that they led to, for the same amount and account, so that a change of any of these voids them.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { sealedColumn } from "../records/sealed-column.ts";
import type { Vault } from "../records/vault.ts";
import { type ApprovalRule, neededApprovals } from "./approval-rules.ts";
import type { PayoutPeople } from "./payout-people.ts";
import { type Transfer, transferFrom } from "./transfer.ts";

/** Message of a transfer that waits for approval, below `transfer.message.` in the locales. */
export const APPROVAL = "approval";

/** The account that was to be paid when it was approved. */
export const sealedDestination = sealedColumn(
  "approvals",
  "destination",
  "transfer_id",
  "version",
  "operator",
);

/** What judging payouts needs. */
export interface Approving extends PayoutPeople {
  readonly db: Database;
  readonly vault: Pick<Vault, "openText">;
  /** The rules of the services that may have opened the transfer. */
  readonly rulesOf: (transfer: Transfer) => readonly ApprovalRule[];
  /** The account that a withdrawal pays, opened. */
  readonly beneficiaryOf: (transfer: Transfer) => Promise<Readonly<Record<string, string>>>;
}

/**
 * Whether a payout may be stored: with these statements in a batch upon the version that was judged, or not before so many
 * more have agreed.
 */
export type Approval =
  | { readonly kind: "free"; readonly statements: readonly Statement[] }
  | { readonly kind: "held"; readonly needed: number };

/** Nobody has to agree. */
export const FREE: Extract<Approval, { kind: "free" }> = { kind: "free", statements: [] };

const approvals = rowsOfTable("approvals");

/** The account that a payout goes to, as one text that is equal exactly when the account is. */
export async function destinationOf(on: Approving, transfer: Transfer): Promise<string> {
  if (transfer.kind === "deposit") {
    return canonical({ destination: transfer.destination ?? "", memo: transfer.memo?.value ?? "" });
  }
  return canonical(await on.beneficiaryOf(transfer));
}

/** How many have to agree to the payout as it stands. */
export async function neededFor(on: Approving, transfer: Transfer): Promise<0 | 1 | 2> {
  const rules = on.rulesOf(transfer);
  if (rules.length === 0) return 0;
  // Nothing is looked for that no rule asks.
  const isNewAccount = rules.some(({ newAccount }) => newAccount) &&
    await isPaidFirst(on, transfer, await destinationOf(on, transfer));
  const isNameDifferent = rules.some(({ nameMismatch }) => nameMismatch) &&
    await on.isNameDifferent(transfer);
  const hasRiskFlag = rules.some(({ riskFlag }) => riskFlag) && await on.hasRiskFlag(transfer);
  // What nobody knows yet is never small.
  const amount = transfer.amountOut ?? transfer.terms.max;
  return neededApprovals(rules, { amount, isNewAccount, isNameDifferent, hasRiskFlag });
}

/** Judges a payout that is about to be stored. */
export async function approvalOf(on: Approving, transfer: Transfer): Promise<Approval> {
  const needed = await neededFor(on, transfer);
  if (needed === 0) return FREE;
  const { id, version, amountOut } = transfer;
  const { by } = await standing(on, transfer, version - 1);
  if (amountOut === null || by.length < needed) return { kind: "held", needed };
  return {
    kind: "free",
    statements: [
      // Approved is this very version, by a decision that the approvals of the one before it led to.
      expect(
        `exists (select 1 from transfer_history where transfer_id = ? and version = ? and event = 'approved')
          and (select count(*) from approvals where transfer_id = ? and version = ? and amount = ?) >= ?`,
        [id, version, id, version - 1, amountOut, needed],
      ),
    ],
  };
}

/**
 * Who has approved this version, for the amount and account that the transfer has now.
 * @returns `rows`: how many have approved it, whatever it was
 */
export async function standing(
  on: Approving,
  transfer: Transfer,
  version: number,
): Promise<{ readonly by: readonly string[]; readonly rows: number }> {
  const { db, vault } = on;
  const rows = await db.query({
    sql: "select operator, amount, destination from approvals where transfer_id = ? and version = ? limit 10",
    args: [transfer.id, version],
  });
  if (rows.length === 0) return { by: [], rows: 0 };
  const destination = await destinationOf(on, transfer);
  const same = rows.filter((row) => {
    const place = sealedDestination.place(transfer.id, version, approvals.text(row, "operator"));
    return approvals.integer(row, "amount") === transfer.amountOut &&
      vault.openText(place, approvals.bytes(row, "destination")) === destination;
  });
  return { by: same.map((row) => approvals.text(row, "operator")), rows: rows.length };
}

/**
 * One operator's approval; stale when others have approved this version meanwhile. Whoever approved another amount or account
 * of it is asked anew, and what they said before is void.
 */
export function insertApproval(
  vault: Pick<Vault, "seal">,
  { transfer, operator, destination, others }: {
    readonly transfer: Transfer;
    readonly operator: string;
    readonly destination: string;
    readonly others: number;
  },
): Statement[] {
  const { id, version, amountOut } = transfer;
  return [
    expect("(select count(*) from approvals where transfer_id = ? and version = ?) = ?", [
      id,
      version,
      others,
    ]),
    {
      sql: `insert into approvals (transfer_id, version, operator, amount, destination, given_ms)
            values (?, ?, ?, ?, ?, ${NOW_MS})
            on conflict (transfer_id, version, operator) do update
              set amount = excluded.amount, destination = excluded.destination, given_ms = excluded.given_ms`,
      args: [
        id,
        version,
        operator,
        amountOut,
        vault.seal(sealedDestination.place(id, version, operator), destination),
      ],
    },
  ];
}

async function isPaidFirst(on: Approving, transfer: Transfer, destination: string): Promise<boolean> {
  const rows = await on.db.query({
    sql: `select * from transfers where customer_id = ? and state = 'completed' and kind = ? limit 200`,
    args: [transfer.customerId, transfer.kind],
  });
  for (const paid of rows.map(transferFrom)) {
    // What retention has erased is an account that nobody remembers.
    if (paid.kind === "withdrawal" && paid.beneficiary === null) continue;
    if (await destinationOf(on, paid) === destination) return false;
  }
  return true;
}

function canonical(account: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(account).toSorted(([a], [b]) => a < b ? -1 : 1));
}
