/**
 * Records as operators are shown them: ids, codes, amounts as decimals, times in ISO 8601.
 * @module
 */
import type { UndecidedEnvelope } from "../../core/operators/decide-envelope.ts";
import type { Dossier, Movement } from "../../core/operators/dossier.ts";
import type { UnexplainedDebit } from "../../core/operators/debit-candidates.ts";
import type { OwedMoney, UnmatchedMoney } from "../../core/operators/lists.ts";
import type { OpenAlarm } from "../../core/records/alarms.ts";
import type { Clawback } from "../../core/transfers/clawbacks.ts";
import type { Transfer } from "../../core/transfers/transfer.ts";
import type { Return } from "../../core/unmatched/returns.ts";
import { formatUnits } from "../../plugins/money.ts";

const amount = (units: bigint | null) => units === null ? null : formatUnits(units);
const time = (ms: number | null) => ms === null ? null : new Date(ms).toISOString();

/** A transfer, as lists show it. */
export function shownTransfer(transfer: Transfer) {
  return {
    id: transfer.id,
    kind: transfer.kind,
    protocol: transfer.protocol,
    state: transfer.state,
    version: transfer.version,
    message: transfer.message,
    asset: transfer.asset,
    currency: transfer.currency,
    method: transfer.method,
    rail: transfer.rail,
    kyc: transfer.kyc,
    country: transfer.country,
    tier: transfer.tier,
    customer: transfer.customerId,
    amount_in: amount(transfer.amountIn),
    amount_fee: amount(transfer.amountFee),
    amount_out: amount(transfer.amountOut),
    received: formatUnits(transfer.received),
    refunded: formatUnits(transfer.refunded),
    stellar_transaction_id: transfer.stellarTransactionId,
    started_at: time(transfer.startedMs),
    state_since: time(transfer.statusMs),
    completed_at: time(transfer.completedMs),
    expires_at: time(transfer.expiresMs),
  };
}

/** A transfer with all that moved it. */
export function shownDossier({ transfer, payee, history, receipts, attempts, refunds }: Dossier) {
  return {
    ...shownTransfer(transfer),
    payee,
    history: history.map(({ atMs, ...line }) => ({ ...line, at: time(atMs) })),
    receipts: receipts.map(shownMovement),
    attempts: attempts.map(({ number, purpose, side, place, state, amount }) => ({
      number,
      purpose,
      side,
      place,
      state,
      amount: formatUnits(amount),
    })),
    refunds: refunds.map(shownMovement),
  };
}

/** Money that belongs to nobody yet. */
export function shownUnmatched(money: UnmatchedMoney) {
  return {
    id: money.id,
    side: money.side,
    place: money.place,
    asset: money.asset,
    amount: formatUnits(money.amount),
    reason: money.reason,
    likely_transfer: money.likelyTransferId,
    customer: money.customerId,
    at: time(money.atMs),
    can: [...money.noAssign === null ? ["assign"] : [], ...money.noReturn === null ? ["return"] : []],
    cannot: {
      ...(money.noAssign === null ? {} : { assign: money.noAssign }),
      ...(money.noReturn === null ? {} : { return: money.noReturn }),
    },
    return: money.return && shownReturn(money.return),
  };
}

/** The order to send unmatched money back, and what became of it. */
export function shownReturn({ receiptId, side, place, asset, amount, state, reason, orderedMs }: Return) {
  return {
    id: receiptId,
    side,
    place,
    asset,
    amount: formatUnits(amount),
    state,
    reason,
    ordered_at: time(orderedMs),
  };
}

/** Money that a bank took back from us, with the last order to claw tokens back for it. */
export function shownReceivable(receivable: OwedMoney) {
  return {
    id: receivable.id,
    transfer: receivable.transferId,
    customer: receivable.customerId,
    asset: receivable.asset,
    amount: formatUnits(receivable.amount),
    settled: formatUnits(receivable.settled),
    state: receivable.state,
    reason: receivable.reason,
    frozen: receivable.frozen,
    at: time(receivable.atMs),
    clawback: receivable.clawback && shownClawback(receivable.clawback),
  };
}

function shownClawback({ id, amount: units, state, reason, orderedMs }: Clawback) {
  return { id, amount: formatUnits(units), state, reason, ordered_at: time(orderedMs) };
}

/** An envelope that waits for an operator. */
export function shownEnvelope(
  { id, transferId, purpose, source, sequence, hash, atMs }: UndecidedEnvelope,
) {
  return { id, transfer: transferId, purpose, source, sequence: String(sequence), hash, at: time(atMs) };
}

/** What left without a stored attempt. */
export function shownDebit(debit: UnexplainedDebit) {
  return {
    id: debit.id,
    side: debit.side,
    place: debit.place,
    asset: debit.asset,
    amount: formatUnits(debit.amount),
    fee: formatUnits(debit.fee),
    payee: debit.payee,
    candidates: debit.candidates.map((one) =>
      one.as === "return"
        ? { unmatched: one.receiptId, as: one.as }
        : { transfer: one.transferId, as: one.as }
    ),
    at: time(debit.atMs),
  };
}

/** An open alarm. */
export function shownAlarm({ id, kind, subject, detail, raisedMs }: OpenAlarm) {
  return { id, kind, subject, detail, raised_at: time(raisedMs) };
}

function shownMovement({ id, side, place, state, amount, atMs }: Movement) {
  return { id, side, place, state, amount: formatUnits(amount), at: time(atMs) };
}
