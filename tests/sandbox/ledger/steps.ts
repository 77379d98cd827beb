/**
 * Small steps that tests of the ledger share.
 * @module
 */
import { Asset, type Keypair, Operation, type Transaction, xdr } from "@stellar/stellar-sdk";
import { z } from "zod";
import { BEGINNING, type Network } from "./network.ts";

/** The network's own asset. */
export const NATIVE = Asset.native();

/** When the network of a test begins, in seconds. */
export const NOW = BEGINNING / 1000;

/** Any JSON object. */
export const record = z.record(z.string(), z.unknown());

/** A page of records with its links. */
export const listed = z.object({
  _links: z.object({
    self: z.object({ href: z.string() }),
    next: z.object({ href: z.string() }),
    prev: z.object({ href: z.string() }),
  }),
  _embedded: z.object({ records: z.array(z.looseObject({ id: z.string(), paging_token: z.string() })) }),
});

const balances = z.array(z.object({
  balance: z.string(),
  asset_type: z.string(),
  asset_code: z.string().optional(),
  asset_issuer: z.string().optional(),
}));

/** A payment of an asset. */
export function pay(destination: Keypair, asset: Asset, amount: string): xdr.Operation {
  return Operation.payment({ destination: destination.publicKey(), asset, amount });
}

/** A payment of native money. */
export function payNative(destination: Keypair, amount = "1"): xdr.Operation {
  return pay(destination, NATIVE, amount);
}

/** What an account holds of an asset, as Horizon says. */
export async function held(network: Network, account: Keypair, asset: Asset): Promise<string | undefined> {
  const { body } = await network.get(`/accounts/${account.publicKey()}`);
  return balances.parse(body.balances).find((one) =>
    asset.isNative()
      ? one.asset_type === "native"
      : one.asset_code === asset.getCode() && one.asset_issuer === asset.getIssuer()
  )?.balance;
}

/** What an account holds of native money. */
export async function balanceOf(network: Network, account: Keypair): Promise<string | undefined> {
  return await held(network, account, NATIVE);
}

/** The sequence number of an account. */
export async function sequenceOf(network: Network, account: Keypair): Promise<bigint> {
  const { body } = await network.get(`/accounts/${account.publicKey()}`);
  return BigInt(z.string().parse(body.sequence));
}

/** The hash of a transaction, in hexadecimal digits. */
export function transactionId(transaction: Transaction): string {
  return xdr.encodeBytes(transaction.hash(), "hex");
}

/** Where a transaction is found. */
export function pathOf(transaction: Transaction): string {
  return `/transactions/${transactionId(transaction)}`;
}
