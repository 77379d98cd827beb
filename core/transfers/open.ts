/**
 * Opens transfers: everything that can be refused is refused here, before anything is written (R-06-54).
 * @module
 */
import type { RailOf } from "../bank/rails.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import type { Outbox } from "../records/outbox.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import { Refusal } from "../refusal.ts";
import { checkAmount, serviceOf, termsOf } from "./conditions.ts";
import { findTransfer } from "./find.ts";
import { newId, newMemo, newReference } from "./id.ts";
import { historyStatement } from "./record.ts";
import { insertTransfer, type NewTransfer } from "./new-transfer.ts";
import type { OpenRequest, Owner } from "./open-request.ts";
import type { Service } from "./services.ts";
import type { Kind, State } from "./states.ts";
import type { Terms } from "./terms.ts";
import type { Tiers } from "./tiers.ts";
import { sealedCallback, type Transfer } from "./transfer.ts";

/** A customer's part in opening, as `core/customers` knows it. */
export interface CustomerDesk {
  /**
   * The owner's customer, made when there is none; or the one that is named.
   * @throws Refusal 400 for one that the owner may not speak for
   */
  readonly customerOf: (
    owner: Owner,
    customerId: string | undefined,
  ) => Promise<{ readonly id: string; readonly owner: string }>;
  /** The tier that an amount needs; an open amount needs what the present tier of the customer allows. */
  readonly tierFor: Tiers["tierFor"];
  /** Whether the transfer may go on: accepted for its tier, with everything that its payout needs. */
  readonly readiness: (
    transfer: Pick<Transfer, "customerId" | "protocol" | "kind" | "tier" | "kyc" | "rail" | "country">,
  ) => Promise<"ready" | "needs_info" | "rejected">;
  /** The payout account as it stands now, sealed for the transfer; `null` for deposits. */
  readonly beneficiary: (
    transfer: Pick<Transfer, "id" | "kind" | "customerId" | "rail">,
  ) => Promise<Uint8Array | null>;
}

/** What opening needs. */
export interface Opening {
  readonly db: Database;
  readonly outbox: Outbox;
  readonly vault: Pick<Vault, "seal">;
  readonly services: readonly Service[];
  readonly railOf: RailOf;
  readonly customers: CustomerDesk;
  /** Refuses destinations that can never be paid (M-8, M-13, SEP-29); throws {@link Refusal}. */
  readonly checkDestination: (service: Service, request: OpenRequest) => Promise<void>;
  /** Draws memos; at random below 2⁵³ when absent (M-12). */
  readonly drawMemo?: () => bigint;
}

const transfers = rowsOfTable("transfers");

/**
 * How often it is tried: again when the memo or reference that was drawn had been given before, when the deposit that stood
 * in the way has ended meanwhile, and when the customer was erased meanwhile, who is then a new one.
 */
const TRIES = 5;

/**
 * Opens a transfer and records it with its first effect.
 * @throws Refusal with the SEP's 400 when the request cannot be served
 */
export async function openTransfer(on: Opening, request: OpenRequest): Promise<Transfer> {
  for (let tried = 0; tried < TRIES; tried++) {
    const opened = await openOnce(on, request);
    if (opened) return opened;
  }
  throw new Error("Cannot open a transfer: no free memo or reference was drawn");
}

async function openOnce(on: Opening, request: OpenRequest): Promise<Transfer | null> {
  const service = serviceOf(on.services, request);
  const terms = termsOf(service, on.railOf);
  checkAmount(service, terms, request, on.railOf);
  await on.checkDestination(service, request);
  const customer = await on.customers.customerOf(request.owner, request.customerId);
  const customerId = customer.id;
  const country = request.country ?? null;
  const { protocol, kind, amount } = request;
  const given = await on.customers.tierFor({ customer, protocol, service, country, amount });
  const { tier, upTo } = given;
  const place = { customerId, protocol, kind, tier, kyc: service.kyc, rail: service.rail, country };
  const readiness = await on.customers.readiness(place);
  if (readiness === "rejected") throw new Refusal("transfer.customer_rejected");
  const id = newId();
  const beneficiary = readiness === "ready" ? await on.customers.beneficiary({ id, ...place }) : null;
  const limited: Terms = upTo === null ? terms : { ...terms, upTo };
  const callback = request.callback === undefined
    ? null
    : on.vault.seal(sealedCallback.place(id), request.callback);
  const opened = await write(
    on,
    { id, request, service, terms: limited, customer, tier, beneficiary, callback },
    readiness,
    given.unchanged,
  );
  if (opened === "stale" && isAlone(kind, on.railOf(service.rail).rail.declares.deposit)) {
    const open = await openDeposit(on.db, service, customerId);
    if (open !== null) throw new Refusal("transfer.deposit_open", { id: open });
  }
  return opened === "opened" ? await findTransfer(on.db, id) : null;
}

async function write(
  on: Opening,
  transfer: NewTransfer,
  readiness: "ready" | "needs_info",
  unchanged: readonly Statement[],
): Promise<"opened" | "drawn_before" | "stale"> {
  const { id, request, service, customer } = transfer;
  const writeId = newId();
  const state = stateAt(request.kind, readiness);
  const memo = request.kind === "withdrawal" ? (on.drawMemo ?? newMemo)() : null;
  const deposit = on.railOf(service.rail).rail.declares.deposit;
  const reference = request.kind === "deposit" && deposit?.reference
    ? newReference(deposit.reference.alphabet, deposit.reference.length)
    : null;
  const statements: Statement[] = [
    notErased(customer.id),
    ...(isAlone(request.kind, deposit) ? [noOpenDeposit(customer.id, service.rail)] : []),
    ...unchanged,
    ...(memo === null ? [] : [{
      sql: `insert into memos (memo, transfer_id, given_ms) values (?, ?, ${NOW_MS})`,
      args: [memo, id],
    }]),
    insertTransfer(transfer, state, memo, reference),
    historyStatement(writeId, id, 1, "opened", null, state),
    ...(state === "instructing"
      ? [on.outbox.insert({
        id: `deposit_instructions:${id}:1`,
        kind: "deposit_instructions",
        subject: id,
        delivery: "at_least_once",
        body: undefined,
      })]
      : []),
  ];
  const result = await on.db.write(statements, {
    committed: { sql: "select 1 from transfer_history where id = ?", args: [writeId] },
  });
  if (result.kind === "written") return "opened";
  return result.kind === "duplicate" ? "drawn_before" : "stale";
}

function stateAt(kind: Kind, readiness: "ready" | "needs_info"): State {
  if (readiness === "needs_info") return "kyc";
  return kind === "deposit" ? "instructing" : "waiting";
}

/** Whoever erases the customer ends the transfers that are there; none may come after that. */
function notErased(customerId: string): Statement {
  return expect("not exists (select 1 from customers where id = ? and erased_ms is not null)", [customerId]);
}

/** A deposit that could not be told from another one of the same customer has to be alone (M-17). */
function isAlone(kind: Kind, deposit: ReturnType<RailOf>["rail"]["declares"]["deposit"]): boolean {
  return kind === "deposit" && deposit !== null && deposit.address !== "per_transaction" &&
    deposit.reference === null;
}

const OPEN_DEPOSIT = `select id from transfers where customer_id = ? and rail = ? and kind = 'deposit'
  and state in ('kyc', 'instructing', 'waiting', 'arriving')`;

function noOpenDeposit(customerId: string, rail: string): Statement {
  return expect(`not exists (${OPEN_DEPOSIT})`, [customerId, rail]);
}

async function openDeposit(db: Database, service: Service, customerId: string): Promise<string | null> {
  const [row] = await db.query({ sql: `${OPEN_DEPOSIT} limit 1`, args: [customerId, service.rail] });
  return row ? transfers.text(row, "id") : null;
}
