/**
 * Ledgers, transactions and operations as Horizon shows them: the kept records with the links of this request.
 * @module
 */
import { formatAmount } from "../amount.ts";
import { LEDGER_CAPACITY, PROTOCOL, TOTAL_COINS } from "../header.ts";
import type { LedgerSummary } from "../history.ts";
import { historyToken, isoTime, type JsonRecord } from "../records.ts";
import { BASE_FEE, BASE_RESERVE } from "../reserve.ts";
import { xdr } from "@stellar/stellar-sdk";
import { z } from "zod";
import { link, pagedLink, pagedLinks } from "./links.ts";

const signed = z.object({ hash: z.string(), signatures: z.array(z.string()) });

/**
 * A transaction. Asked for by the hash of what a fee bump carries inside, it shows that hash and those signatures.
 */
export function transactionResource(record: JsonRecord, base: string, asked?: string): JsonRecord {
  const inner = signed.safeParse(record.inner_transaction).data;
  const byInner = asked !== undefined && inner?.hash === asked && asked !== record.hash;
  const shown = byInner
    ? { ...record, id: inner.hash, hash: inner.hash, signatures: inner.signatures }
    : record;
  const self = `/transactions/${shown.id}`;
  return {
    ...shown,
    _links: {
      self: link(base, self),
      account: link(base, `/accounts/${record.source_account}`),
      ledger: link(base, `/ledgers/${record.ledger}`),
      ...pagedLinks(base, self, ["operations", "effects"]),
      precedes: link(base, `/transactions?order=asc&cursor=${record.paging_token}`),
      succeeds: link(base, `/transactions?order=desc&cursor=${record.paging_token}`),
      transaction: link(base, self),
    },
  };
}

/** An operation, with its whole transaction if that was asked for. */
export function operationResource(
  { operation, transaction }: { operation: JsonRecord; transaction: JsonRecord },
  base: string,
  joined: boolean,
): JsonRecord {
  const self = `/operations/${operation.id}`;
  return {
    _links: {
      self: link(base, self),
      transaction: link(base, `/transactions/${operation.transaction_hash}`),
      effects: link(base, `${self}/effects`),
      succeeds: link(base, `/effects?order=desc&cursor=${operation.id}`),
      precedes: link(base, `/effects?order=asc&cursor=${operation.id}`),
    },
    ...operation,
    ...(joined ? { transaction: transactionResource(transaction, base) } : {}),
  };
}

/** A ledger. */
export function ledgerResource(summary: LedgerSummary, base: string): JsonRecord {
  const { header } = summary;
  const self = `/ledgers/${header.sequence}`;
  return {
    _links: {
      self: link(base, self),
      ...Object.fromEntries(
        ["transactions", "operations", "payments", "effects"].map((
          name,
        ) => [name, pagedLink(base, `${self}/${name}`)]),
      ),
    },
    id: header.hash,
    paging_token: historyToken(header.sequence).toString(),
    hash: header.hash,
    ...(header.sequence === 1 ? {} : { prev_hash: header.previousHash }),
    sequence: header.sequence,
    successful_transaction_count: summary.succeeded,
    failed_transaction_count: summary.failed,
    operation_count: summary.operations,
    tx_set_operation_count: summary.setOperations,
    closed_at: isoTime(header.closeTime),
    total_coins: formatAmount(TOTAL_COINS),
    fee_pool: formatAmount(header.feePool),
    base_fee_in_stroops: Number(BASE_FEE),
    base_reserve_in_stroops: Number(BASE_RESERVE),
    max_tx_set_size: LEDGER_CAPACITY,
    protocol_version: PROTOCOL,
    header_xdr: xdr.encodeBytes(header.bytes, "base64"),
  };
}
