/**
 * The operators' desk: what people who run the anchor look at and decide. Every decision is in the audit log, in its own
 * batch; so is who looked at one transfer.
 * @module
 */
import type { RailOf } from "../bank/rails.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import type { Effects } from "../effects.ts";
import { type Approved, approvePayout, type Seen } from "../operators/approve-payout.ts";
import { type Assigned, assignReceipt } from "../operators/assign-receipt.ts";
import {
  type Decided,
  decideEnvelope,
  type UndecidedEnvelope,
  undecidedEnvelopes,
} from "../operators/decide-envelope.ts";
import { type UnexplainedDebit, unexplainedDebits } from "../operators/debit-candidates.ts";
import { type Dossier, readDossier } from "../operators/dossier.ts";
import { type Ended, endUnpaid } from "../operators/end-unpaid.ts";
import { type DebitExplained, type DebitSaid, explainDebit } from "../operators/explain-debit.ts";
import {
  type ListPage,
  type OwedMoney,
  owedMoney,
  receivables,
  transfersInState,
  type UnmatchedMoney,
  unmatchedMoney,
} from "../operators/lists.ts";
import { type ClawbackOrdered, orderClawback, type OrderingClawbacks } from "../operators/order-clawback.ts";
import { createOperators, type OperatorOf } from "../operators/operators.ts";
import { orderPartBy } from "../operators/order-part.ts";
import { orderPayoutBy } from "../operators/order-payout.ts";
import { orderRefundBy } from "../operators/order-refund.ts";
import { returnReceipt } from "../operators/return-receipt.ts";
import { releaseAsset, type Released } from "../operators/release-asset.ts";
import { settleAlarm, type Settled } from "../operators/settle-alarm.ts";
import {
  liftReceivable,
  type SettledDebt,
  type Settlement,
  settleReceivable,
} from "../operators/settle-receivable.ts";
import { type OpenAlarm, openAlarms } from "../records/alarms.ts";
import { type Chain, enter, entriesAfter, type Entry, entryFrom } from "../records/audit.ts";
import type { Vault } from "../records/vault.ts";
import type { Approving } from "../transfers/approvals.ts";
import type { Settling } from "../stellar/settlement.ts";
import type { TransferCustomers } from "../transfers/customer-desk.ts";
import type { PartOrdered, WantedPart } from "../transfers/order-part.ts";
import type { PayOrdered } from "../transfers/order-payout.ts";
import type { Ordered } from "../transfers/order-refund.ts";
import { findReceivable } from "../transfers/receivables.ts";
import type { Books } from "../transfers/record.ts";
import type { State } from "../transfers/states.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Ordered as GivenBack, Ordering } from "../unmatched/order-return.ts";
import { findReturn } from "../unmatched/returns.ts";

/** What is owed as it stands when a clawback was ordered, or why none was. */
export type ClawedBack =
  | { readonly kind: "ordered"; readonly receivable: OwedMoney }
  | Extract<ClawbackOrdered, { kind: "refused" }>;

/** The desk. `actor` is the operator's name. */
export interface OperatorsDesk {
  readonly operatorOf: OperatorOf;
  /** `null`: no row of the id to go on from. */
  readonly transfers: (state: State, page: ListPage) => Promise<Transfer[] | null>;
  /** Enters the view, too. `null`: there is no such transfer. */
  readonly dossier: (actor: string, transferId: string) => Promise<Dossier | null>;
  readonly unmatched: (page: ListPage) => Promise<UnmatchedMoney[] | null>;
  readonly receivables: (page: ListPage) => Promise<OwedMoney[] | null>;
  readonly settle: (actor: string, receivableId: string, how: Settlement) => Promise<SettledDebt>;
  /** @param units of 10⁻⁷; `null`: all that is open */
  readonly clawBack: (actor: string, receivableId: string, units: bigint | null) => Promise<ClawedBack>;
  /** False: it freezes nobody. */
  readonly lift: (actor: string, receivableId: string) => Promise<boolean>;
  readonly alarms: (limit: number) => Promise<OpenAlarm[]>;
  /** A page of the audit log, the earliest first. @param page.after a sequence */
  readonly audit: (
    chain: Chain,
    page: { readonly after: number; readonly limit: number },
  ) => Promise<Entry[]>;
  readonly approve: (actor: string, transferId: string, seen: Seen) => Promise<Approved>;
  /** @param liftsLimits an admin's: what is above the customer's limits is paid all the same */
  readonly pay: (actor: string, transferId: string, seen: Seen, liftsLimits: boolean) => Promise<PayOrdered>;
  readonly refund: (actor: string, transferId: string) => Promise<Ordered>;
  /** @param liftsLimits an admin's, as for `pay` */
  readonly refundPart: (
    actor: string,
    transferId: string,
    wanted: WantedPart,
    liftsLimits: boolean,
  ) => Promise<PartOrdered>;
  readonly end: (actor: string, transferId: string) => Promise<Ended>;
  readonly giveBack: (actor: string, receiptId: string) => Promise<GivenBack>;
  readonly assign: (actor: string, receiptId: string, transferId: string) => Promise<Assigned>;
  readonly undecided: () => Promise<UndecidedEnvelope[]>;
  /** @param named hash of a transaction that may say what became of the envelope, `null` for none */
  readonly decide: (actor: string, id: string, named: string | null) => Promise<Decided>;
  readonly closeAlarm: (actor: string, id: string, note: string) => Promise<Settled>;
  /** What left without a stored attempt, and which transfers it may have been. `null`: no row of the id to go on from. */
  readonly debits: (page: ListPage) => Promise<UnexplainedDebit[] | null>;
  readonly explainDebit: (actor: string, debitId: string, said: DebitSaid) => Promise<DebitExplained>;
  /** `null`: there is no such asset. */
  readonly release: (actor: string, assetCode: string) => Promise<Released | null>;
}

/** Builds the desk. @param budgetMs how long a request performs what it decided */
export function operatorsDesk(
  {
    environment,
    anchor,
    books,
    vault,
    desk,
    railOf,
    approving,
    returning,
    effects,
    budgetMs,
    settling,
    clawing,
  }: {
    readonly environment: Pick<Environment, "operatorKeys" | "passphrase">;
    readonly anchor: Pick<Anchor, "assets">;
    readonly books: Books;
    readonly vault: Vault;
    readonly desk: Pick<TransferCustomers, "judge" | "beneficiaryOf" | "accepted" | "isAccepted">;
    readonly approving: Approving;
    readonly railOf: RailOf;
    readonly returning: Ordering;
    readonly effects: Pick<Effects, "performOf" | "performOfEach">;
    readonly budgetMs: number;
    /** The room of the ledger's envelopes. */
    readonly settling: Settling;
    readonly clawing: Pick<OrderingClawbacks, "horizon" | "authorizer">;
  },
): OperatorsDesk {
  const { db } = books;
  return {
    operatorOf: createOperators(environment.operatorKeys),
    transfers: (state, page) => transfersInState(db, state, page),
    async dossier(actor, transferId) {
      const dossier = await readDossier(db, desk.beneficiaryOf, transferId);
      if (dossier === null) return null;
      await enter(db, "views", { actor, action: "transfer.view", subject: dossier.transfer.id });
      return dossier;
    },
    unmatched: (page) => unmatchedMoney(returning, page),
    receivables: (page) => receivables(db, page),
    settle: (actor, receivableId, how) => settleReceivable({ books, vault, actor }, receivableId, how),
    async clawBack(actor, receivableId, units) {
      const ordered = await orderClawback({ ...clawing, books, actor }, receivableId, units);
      if (ordered.kind === "refused") return ordered;
      await effects.performOf(ordered.clawbackId, budgetMs);
      const receivable = await findReceivable(db, receivableId);
      return receivable
        ? { kind: "ordered", receivable: await owedMoney(db, receivable) }
        : { kind: "refused", reason: "unknown" };
    },
    async lift(actor, receivableId) {
      const moved = await liftReceivable({ books, actor }, receivableId);
      if (moved !== null) await effects.performOfEach(moved, budgetMs);
      return moved !== null;
    },
    alarms: (limit) => openAlarms(db, limit),
    audit: async (chain, page) => (await db.query(entriesAfter(chain, page))).map(entryFrom),
    async approve(actor, transferId, seen) {
      const approved = await approvePayout({ books, vault, actor, approving }, transferId, seen);
      if (approved.kind === "approved") await effects.performOf(transferId, budgetMs);
      return approved;
    },
    async pay(actor, transferId, seen, liftsLimits) {
      const ordered = await orderPayoutBy({ ...desk, books, actor, liftsLimits }, transferId, seen);
      if (ordered.kind === "ordered") await effects.performOf(transferId, budgetMs);
      return ordered;
    },
    async refund(actor, transferId) {
      const ordered = await orderRefundBy({ books, actor }, transferId);
      if (ordered.kind === "ordered") await effects.performOf(transferId, budgetMs);
      return ordered;
    },
    async refundPart(actor, transferId, wanted, liftsLimits) {
      const ordered = await orderPartBy(
        { ...desk, books, vault, railOf, actor, liftsLimits },
        transferId,
        wanted,
      );
      if (ordered.kind === "ordered") await effects.performOf(transferId, budgetMs);
      return ordered;
    },
    end: (actor, transferId) => endUnpaid({ books, actor }, transferId),
    async assign(actor, receiptId, transferId) {
      const assigned = await assignReceipt({ books, vault, judge: desk.judge, actor }, receiptId, transferId);
      if (assigned.kind === "assigned") await effects.performOf(transferId, budgetMs);
      return assigned;
    },
    async giveBack(actor, receiptId) {
      const ordered = await returnReceipt(returning, actor, receiptId);
      if (ordered.kind === "ordered") await effects.performOf(receiptId, budgetMs);
      return ordered.kind === "refused"
        ? ordered
        : { kind: "ordered", return: await findReturn(db, receiptId) ?? ordered.return };
    },
    undecided: () => undecidedEnvelopes(db),
    async decide(actor, id, named) {
      const decided = await decideEnvelope({ settling, actor }, id, named);
      if (decided.kind === "decided" && decided.transferId !== null) {
        await effects.performOf(decided.transferId, budgetMs);
      }
      return decided;
    },
    closeAlarm: (actor, id, note) => settleAlarm({ db, vault, actor }, id, note),
    debits: (page) => unexplainedDebits({ db, vault, railOf }, page),
    async explainDebit(actor, debitId, said) {
      const assetOf = (currency: string) =>
        anchor.assets.find((asset) => asset.currency === currency)?.id ?? null;
      const { passphrase } = environment;
      const on = { books, vault, actor, railOf, passphrase, assetOf };
      const explained = await explainDebit(on, debitId, said);
      const { transfer } = explained.kind === "explained" ? explained : { transfer: null };
      if (transfer !== null) await effects.performOf(transfer.id, budgetMs);
      return explained;
    },
    async release(actor, assetCode) {
      const asset = anchor.assets.find(({ code }) => code === assetCode);
      return asset
        ? await releaseAsset({ books, actor }, { asset: asset.id, currency: asset.currency })
        : null;
    },
  };
}
