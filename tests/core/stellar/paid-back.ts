/**
 * Withdrawals whose tokens go back: what was sent that does not fit, and what each sender holds afterwards.
 * @module
 */
import type { Keypair, xdr } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import type { Performance } from "../../../core/effects.ts";
import { refundOnLedger } from "../../../core/stellar/refunds.ts";
import type { OpenRequest } from "../../../core/transfers/open-request.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { ONE } from "../transfers/money-at-work.ts";
import type { LedgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld, type MoneyWorldOptions } from "./money-world.ts";
import { holder, memoOf, payment } from "./withdrawals.ts";

/** What comes in where 100 was announced. */
export const SIXTY = 60n * ONE;
/** What a {@link holder} begins with. */
export const THOUSAND = 1_000n * ONE;

/** A world whose services send back what does not fit, with a user and a friend who hold tokens. */
export async function refundingWorld(world: LedgerWorld, options: MoneyWorldOptions = {}) {
  const user = await holder(world);
  const friend = await holder(world, "friend");
  const work = await moneyWorld(world, {
    ...options,
    service: { amountRule: { kind: "refund" }, ...options.service },
  });
  return { user, friend, work };
}

/** A withdrawal of 100 for which 60 came, unless other operations are given. */
export async function underpaid(
  world: LedgerWorld,
  work: MoneyWorld,
  user: Keypair,
  { request = {}, operations, signers = [] }: {
    readonly request?: Partial<OpenRequest>;
    readonly operations?: readonly xdr.Operation[];
    readonly signers?: readonly Keypair[];
  } = {},
): Promise<Transfer> {
  await work.setKyc("alice", "accepted");
  const transfer = await work.open({ kind: "withdrawal", ...request });
  const ours = world.distribution.publicKey();
  await world.put(user, operations ?? [payment(world, ours, "60")], { ...memoOf(transfer), signers });
  assert.deepEqual(await work.watch(), [transfer.id]);
  return await work.now(transfer);
}

/** Steps until nothing is to follow at once; 10 at most. */
export async function refundAll(
  work: MoneyWorld,
  transfer: Pick<Transfer, "id">,
  refund: () => Promise<Performance> = () => work.refund(transfer),
): Promise<Performance> {
  let last = await refund();
  for (let step = 1; step < 10; step++) {
    if (last.kind !== "done" || (await work.now(transfer)).state !== "refunding") break;
    last = await refund();
  }
  return last;
}

/** A process that dies when it hands an envelope in. */
export function dyingRefund(work: MoneyWorld): (id: string) => Promise<unknown> {
  const horizon = { ...work.ledgerRefunding.horizon, submit: () => Promise.reject(new Error("died")) };
  return (id) => refundOnLedger({ ...work.ledgerRefunding, horizon }, id).catch(() => {});
}

/** State and message of a transfer. */
export async function standing(work: MoneyWorld, transfer: Pick<Transfer, "id">): Promise<unknown[]> {
  const { state, message } = await work.now(transfer);
  return [state, message];
}

/** The transactions that sent something back, by what they were: memo and destination. */
export async function sentBack(world: LedgerWorld, work: MoneyWorld): Promise<unknown[]> {
  const rows = await work.db.query({
    sql: "select external_id as hash from refunds where state = 'completed' order by rowid",
  });
  return await Promise.all(rows.map(async ({ hash }) => {
    const found = await world.horizon.transaction(String(hash));
    const page = JSON.stringify(await world.horizon.operationsOfTransaction(String(hash)));
    const to = /"to_muxed":"(M\w+)"/.exec(page) ?? /"to":"(G\w+)"/.exec(page) ??
      /"destination":"(G\w+)"/.exec(page);
    return [found.kind === "found" && found.memo, to?.[1]];
  }));
}

/** Fails unless all of it is back with the user, once, and the books say so. */
export async function assertBackOnce(
  work: MoneyWorld,
  transfer: Pick<Transfer, "id">,
  user: Keypair,
): Promise<void> {
  assert.deepEqual(await standing(work, transfer), ["refunded", "sent_back"]);
  assert.equal(await work.holds(user), THOUSAND);
  assert.deepEqual(await work.balances(), {});
  assert.deepEqual(await work.watch(), []);
  assert.deepEqual(await work.balances(), {});
}
