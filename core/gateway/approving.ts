/**
 * Which payouts of this deployment wait for operators (M-27), by the services of the config.
 * @module
 */
import type { BankPaying } from "../bank/payouts.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Database } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import { approvalOf, type Approving } from "../transfers/approvals.ts";
import type { TransferCustomers } from "../transfers/customer-desk.ts";

/** What payouts are judged with, and the judgement of one that is about to be stored. */
export type ApprovingRoom = Approving & Required<Pick<BankPaying, "approval">>;

/** Builds it; of services that differ by country alone the strictest rule holds. */
export function approvingRoom({ anchor, db, vault, desk }: {
  readonly anchor: Pick<Anchor, "services">;
  readonly db: Database;
  readonly vault: Vault;
  readonly desk: Pick<TransferCustomers, "beneficiaryOf">;
}): ApprovingRoom {
  const approving: Approving = {
    db,
    vault,
    beneficiaryOf: desk.beneficiaryOf,
    rulesOf: (transfer) =>
      anchor.services.filter(({ kind, asset, method, rail }) =>
        kind === transfer.kind && asset.id === transfer.asset && method === transfer.method &&
        rail === transfer.rail
      ).flatMap(({ approvals = [] }) => approvals),
  };
  return { ...approving, approval: (transfer) => approvalOf(approving, transfer) };
}
