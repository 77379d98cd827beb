/**
 * Users who withdraw: tokens, payments and memos.
 * @module
 */
import { Asset, Operation } from "@stellar/stellar-sdk";
import type { Keypair, xdr } from "@stellar/stellar-sdk";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { ONE } from "../transfers/money-at-work.ts";
import type { LedgerWorld, PutOptions } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";

/** A user who holds 1,000 tokens. */
export async function holder(world: LedgerWorld, name = "user"): Promise<Keypair> {
  const user = await world.account(name, { trusts: true });
  await world.put(world.distribution, [payment(world, user.publicKey(), "1000")]);
  return user;
}

/** A payment of the asset. */
export function payment(world: LedgerWorld, destination: string, amount: string): xdr.Operation {
  return Operation.payment({ destination, asset: new Asset("USDX", world.issuer.publicKey()), amount });
}

/** A withdrawal that waits for its payment. */
export async function withdrawal(work: MoneyWorld, amount: bigint | null = 100n * ONE): Promise<Transfer> {
  await work.setKyc("alice", "accepted");
  return await work.open({ kind: "withdrawal", amount });
}

/** The memo that its payment has to carry. */
export const memoOf = ({ receiveMemo }: Transfer): PutOptions => ({
  memo: { type: "id", value: String(receiveMemo) },
});

/** Opens a world with the user's tokens in it, and watches from then on. */
export async function setUp(world: LedgerWorld) {
  const user = await holder(world);
  const work = await moneyWorld(world);
  const ours = world.distribution.publicKey();
  return { user, work, ours, pay: (amount: string, to = ours) => payment(world, to, amount) };
}
