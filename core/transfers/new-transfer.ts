/**
 * The row of a new transfer, and the batch that writes it.
 * @module
 */
import { amountsFor, feeItemsToJson } from "../money/fees.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Statement } from "../records/database.ts";
import { newId } from "./id.ts";
import type { OpenRequest } from "./open-request.ts";
import type { CustomerOf, Opening } from "./opening.ts";
import { historyStatement } from "./record.ts";
import type { Service } from "./services.ts";
import type { State } from "./states.ts";
import { type Terms, termsToJson } from "./terms.ts";
import { sealedCallback } from "./transfer.ts";

/** What a transfer begins with. */
export interface NewTransfer {
  readonly id: string;
  readonly request: OpenRequest;
  readonly state: State;
  readonly service: Service;
  readonly terms: Terms;
  readonly customer: CustomerOf;
  readonly tier: string;
  /** What it is for; `null` while that is open, or more than one service could be meant. */
  readonly amount: bigint | null;
  readonly receiveMemo: bigint | null;
  readonly reference: string | null;
  readonly beneficiary: Uint8Array | null;
  /** How long from now until it ends by itself, by the database's clock (M-29). */
  readonly endsWithinMs: number;
}

/**
 * Writes it with its history and its first effect.
 * @param besides what has to hold in the batch, and rows of its own
 */
export async function writeNew(
  { db, outbox, vault }: Pick<Opening, "db" | "outbox" | "vault">,
  transfer: NewTransfer,
  besides: readonly Statement[],
): Promise<"written" | "duplicate" | "stale"> {
  const { id, request, state } = transfer;
  const writeId = newId();
  const callback = request.callback === undefined
    ? null
    : vault.seal(sealedCallback.place(id), request.callback);
  const statements: Statement[] = [
    ...besides,
    insertTransfer(transfer, callback),
    historyStatement(writeId, id, 1, "opened", null, state),
    ...(state === "instructing"
      ? [outbox.insert({
        id: `deposit_instructions:${id}:1`,
        kind: "deposit_instructions",
        subject: id,
        delivery: "at_least_once",
        body: undefined,
      })]
      : []),
  ];
  const result = await db.write(statements, {
    committed: { sql: "select 1 from transfer_history where id = ?", args: [writeId] },
  });
  return result.kind;
}

function insertTransfer(transfer: NewTransfer, callback: Uint8Array | null): Statement {
  const { id, request, state, service, terms, customer, tier, amount } = transfer;
  const amounts = amount === null ? null : amountsFor(amount, terms.fee, terms.step);
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
    paying_account: request.source ?? null,
    receive_memo: transfer.receiveMemo,
    refund_memo_type: request.refundMemo?.type ?? null,
    refund_memo: request.refundMemo?.value ?? null,
    reference: transfer.reference,
    beneficiary: transfer.beneficiary,
    callback,
  };
  const columns = Object.keys(values);
  return {
    sql: `insert into transfers (${columns.join(", ")}, version, started_ms, status_ms, expires_ms)
          values (${
      columns.map((name) => `:${name}`).join(", ")
    }, 1, ${NOW_MS}, ${NOW_MS}, ${NOW_MS} + :ends_within)`,
    args: { ...values, ends_within: transfer.endsWithinMs },
  };
}
