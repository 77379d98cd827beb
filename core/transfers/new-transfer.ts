/**
 * The row of a new transfer.
 * @module
 */
import { amountsFor, feeItemsToJson } from "../money/fees.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Statement } from "../records/database.ts";
import type { OpenRequest } from "./open-request.ts";
import type { Service } from "./services.ts";
import type { State } from "./states.ts";
import { type Terms, termsToJson } from "./terms.ts";

/** What a transfer begins with. */
export interface NewTransfer {
  readonly id: string;
  readonly request: OpenRequest;
  readonly service: Service;
  readonly terms: Terms;
  readonly customer: { readonly id: string; readonly owner: string };
  readonly tier: string;
  readonly beneficiary: Uint8Array | null;
  /** The address for callbacks, sealed. */
  readonly callback: Uint8Array | null;
}

/** Inserts it; its deadline runs from now by the database's clock (M-29). */
export function insertTransfer(
  { id, request, service, terms, customer, tier, beneficiary, callback }: NewTransfer,
  state: State,
  receiveMemo: bigint | null,
  reference: string | null,
): Statement {
  const amounts = request.amount === null ? null : amountsFor(request.amount, terms.fee, terms.step);
  const values = {
    id,
    kind: request.kind,
    protocol: request.protocol,
    state,
    owner: request.owner.sub,
    account: request.owner.account,
    customer_id: customer.id,
    customer_owner: customer.owner,
    client_domain: request.owner.clientDomain,
    asset: service.asset.id,
    currency: service.asset.currency,
    method: service.method,
    country: request.country ?? null,
    rail: service.rail,
    kyc: service.kyc,
    tier,
    terms: termsToJson(terms),
    language: request.language,
    amount_requested: request.amount,
    amount_in: amounts?.in ?? null,
    amount_fee: amounts?.fee ?? null,
    amount_out: amounts?.out ?? null,
    fee_details: amounts ? feeItemsToJson(amounts.items) : null,
    destination: request.destination ?? null,
    memo_type: request.memo?.type ?? null,
    memo: request.memo?.value ?? null,
    claimable: request.claimable ? 1 : 0,
    receive_memo: receiveMemo,
    refund_memo_type: request.refundMemo?.type ?? null,
    refund_memo: request.refundMemo?.value ?? null,
    reference,
    beneficiary,
    callback,
  };
  const columns = Object.keys(values);
  return {
    sql: `insert into transfers (${columns.join(", ")}, version, started_ms, status_ms, expires_ms)
          values (${
      columns.map((name) => `:${name}`).join(", ")
    }, 1, ${NOW_MS}, ${NOW_MS}, ${NOW_MS} + :pay_within)`,
    args: { ...values, pay_within: service.payWithin * 1000 },
  };
}
