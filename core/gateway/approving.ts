/**
 * Which payouts of this deployment wait for operators (M-27), by the services of the config.
 * @module
 */
import type { BankPaying } from "../bank/payouts.ts";
import type { RailOf } from "../bank/rails.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Database } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import { approvalOf, type Approving } from "../transfers/approvals.ts";
import type { TransferCustomers } from "../transfers/customer-desk.ts";
import { payoutPeople } from "../transfers/payout-people.ts";
import type { Transfer } from "../transfers/transfer.ts";

/** What payouts are judged with, and the judgement of one that is about to be stored. */
export type ApprovingRoom = Approving & Required<Pick<BankPaying, "approval">>;

/** Builds it. */
export function approvingRoom({ anchor, db, vault, desk, railOf }: {
  readonly anchor: Pick<Anchor, "services">;
  readonly db: Database;
  readonly vault: Vault;
  readonly railOf: RailOf;
  readonly desk: Pick<TransferCustomers, "beneficiaryOf">;
}): ApprovingRoom {
  const approving: Approving = {
    db,
    vault,
    ...payoutPeople({ db, vault, railOf, beneficiaryOf: desk.beneficiaryOf }),
    beneficiaryOf: desk.beneficiaryOf,
    rulesOf: (transfer) => servicesOf(anchor.services, transfer).flatMap(({ approvals = [] }) => approvals),
  };
  return { ...approving, approval: (transfer) => approvalOf(approving, transfer) };
}

/**
 * The services that may have opened a transfer; they may differ by country. One that is offered no more has left its
 * transfers behind: the rules of all of the kind hold for them, since nobody took theirs away.
 */
function servicesOf(services: Anchor["services"], transfer: Transfer): Anchor["services"] {
  const ofKind = services.filter(({ kind }) => kind === transfer.kind);
  const own = ofKind.filter(({ asset, method, rail }) =>
    asset.id === transfer.asset && method === transfer.method && rail === transfer.rail
  );
  return own.length > 0 ? own : ofKind;
}
