/**
 * Deposits that were paid out in tokens which their issuer may claw back, and whose money their bank took back.
 * @module
 */
import { type Keypair, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import type { Performance } from "../../../core/effects.ts";
import { type ClawbackOrdered, orderClawback } from "../../../core/operators/order-clawback.ts";
import { clawBackOnLedger, type ClawingBack } from "../../../core/stellar/clawbacks.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import { findClawback } from "../../../core/transfers/clawbacks.ts";
import { findReceivable, type Receivable } from "../../../core/transfers/receivables.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { HUNDRED, onlyDebt, taken } from "../bank/debts.ts";
import { keysOf } from "./horizon-records.ts";
import { type LedgerWorld, ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { payment } from "./withdrawals.ts";

/** Signs for the issuer. */
export const authorizer = localSigner(keysOf("authorizer").secret());

/** AUTH_REVOCABLE and AUTH_CLAWBACK_ENABLED. */
const CLAWS = 10;

/** Lets the issuer claw back what is trusted from now on, and take the authorizer's signature with this weight. */
export async function allowClawbacks(world: LedgerWorld, weight = 1): Promise<void> {
  const signer = { ed25519PublicKey: authorizer.account, weight };
  await world.put(world.issuer, [Operation.setOptions({ setFlags: CLAWS, signer })]);
}

/** A deposit that was paid out to this account, and what its bank took back then. */
export async function takenBack(work: MoneyWorld, user: Keypair): Promise<[Transfer, Receivable]> {
  const transfer = await work.fundedDeposit(user);
  await work.performAll(transfer);
  assert.equal((await work.now(transfer)).state, "completed");
  await work.pay(transfer, HUNDRED, undefined, taken);
  return [await work.now(transfer), await onlyDebt(work)];
}

/** A world in which tokens may be clawed back, and so much is owed for those of one account. */
export async function owedWorld() {
  const world = await ledgerWorld();
  await allowClawbacks(world);
  const work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const [, debt] = await takenBack(work, user);
  return {
    world,
    work,
    user,
    debt,
    async [Symbol.asyncDispose]() {
      work[Symbol.dispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** What clawing back needs in a world. */
export function clawingOf(work: MoneyWorld): ClawingBack {
  return { ...work.ledgerPaying, authorizer, unitOf: (asset) => ({ asset, currency: "USD" }) };
}

/** Orders as an operator. @param units all that is open when absent */
export function orderBack(
  work: MoneyWorld,
  { id }: Pick<Receivable, "id">,
  units: bigint | null = null,
  actor = "anna",
): Promise<ClawbackOrdered> {
  const { books, horizon } = work.ledgerPaying;
  return orderClawback({ books, actor, horizon, authorizer }, id, units);
}

/** Orders, and gives the order's id; fails the test when it is refused. */
export async function ordered(work: MoneyWorld, debt: Receivable, units: bigint | null = null) {
  const made = await orderBack(work, debt, units);
  return made.kind === "ordered" ? made.clawbackId : assert.fail(made.reason);
}

/** One step of it. */
export const clawBack = (work: MoneyWorld, id: string): Promise<Performance> =>
  clawBackOnLedger(clawingOf(work), id);

/** State and reason of an order. */
export async function clawbackStanding({ db }: Pick<MoneyWorld, "db">, id: string): Promise<unknown[]> {
  const one = await findClawback(db, id);
  return [one?.state, one?.reason];
}

/** State of what is owed, and what has come of it. */
export async function debtStanding(
  { db }: Pick<MoneyWorld, "db">,
  { id }: Pick<Receivable, "id">,
): Promise<unknown[]> {
  const debt = await findReceivable(db, id);
  return [debt?.state, debt?.settled];
}

/** Who was paid gives so much to the issuer. */
export const giveAway = (world: LedgerWorld, user: Keypair, amount: string) =>
  world.put(user, [payment(world, world.issuer.publicKey(), amount)]);

/** Kinds and details of open alarms. */
export async function openNow({ db }: Pick<MoneyWorld, "db">): Promise<string[]> {
  const rows = await db.query({
    sql: "select kind, detail from alarms where closed_ms is null order by rowid",
  });
  return rows.map(({ kind, detail }) => `${kind}:${detail}`);
}
