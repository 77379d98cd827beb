/**
 * Builds and signs envelopes. An envelope is built once; what is stored is what is sent, also the second time (M-1).
 * @module
 */
import {
  Account,
  Claimant,
  Operation,
  Transaction,
  TransactionBuilder,
  xdr,
} from "@stellar/stellar-sdk/base";
import { formatUnits } from "../../plugins/money.ts";
import { parseAccount } from "../auth/strkey.ts";
import { assetOf } from "./asset.ts";
import type { AssetId } from "./asset.ts";
import { memoOf } from "./memo.ts";
import type { LedgerMemo } from "./memo.ts";
import { signatureOf } from "./signatures.ts";
import type { Signer } from "./signer.ts";

/**
 * What an envelope is to do. Amounts in units of 10⁻⁷.
 * - `payment`: to a `G…` or `M…`
 * - `create_account`: makes the base account with a starting balance of XLM
 * - `claimable_balance`: which the base account may claim at any time
 * - `authorize`: lets the base account hold the asset, of which the payer is the issuer
 * - `clawback`: takes the asset from the base account, of which the payer is the issuer
 */
export type Order =
  | {
    readonly kind: "payment";
    readonly destination: string;
    readonly asset: AssetId;
    readonly amount: bigint;
  }
  | { readonly kind: "create_account"; readonly destination: string; readonly startingBalance: bigint }
  | {
    readonly kind: "claimable_balance";
    readonly destination: string;
    readonly asset: AssetId;
    readonly amount: bigint;
  }
  | { readonly kind: "authorize"; readonly destination: string; readonly asset: AssetId }
  | { readonly kind: "clawback"; readonly from: string; readonly asset: AssetId; readonly amount: bigint };

/** What an envelope is built of. */
export interface EnvelopePlan {
  readonly order: Order;
  readonly memo: LedgerMemo | null;
  /** Who pays (distribution). */
  readonly payer: Signer;
  /** Whose sequence is used: the payer, or a channel (M-5). */
  readonly source: Signer;
  /** The source's sequence as the ledger has it now; the envelope takes the next one. */
  readonly ledgerSequence: bigint;
  /** Stroops offered for each operation. */
  readonly fee: bigint;
  /** Upper time bound, in seconds: the last ledger's close time plus a duration (M-29). */
  readonly validUntil: number;
  readonly passphrase: string;
  /** How long each signer has, in milliseconds; see {@link signatureOf}. */
  readonly signTimeoutMs?: number;
}

/** A signed envelope, ready to be stored and then sent. */
export interface Envelope {
  /** Base64. */
  readonly xdr: string;
  /** The transaction's hash in lower-case hex. */
  readonly hash: string;
  /** The account whose sequence it takes. */
  readonly source: string;
  readonly sequence: bigint;
  /** Seconds. */
  readonly validUntil: number;
  /** Of the balance that it creates, in Horizon's form of 72 hex digits; null for other orders. */
  readonly claimableBalanceId: string | null;
}

/** Seconds that an envelope lives after the last ledger's close when config says nothing (M-29). */
export const DEFAULT_VALID_SECONDS = 300;

/**
 * Builds and signs an envelope of one operation.
 * @throws {RangeError} for an amount that is not positive or a time bound that is none
 * @throws {SignerUnavailable} when a signer gives no signature that is one
 * @throws {Error} for a destination or memo that is none
 */
export async function buildEnvelope(plan: EnvelopePlan): Promise<Envelope> {
  return await buildEnvelopeOf({ ...plan, orders: [plan.order] });
}

/** The same with several operations, all of them or none of them done by the ledger. */
export async function buildEnvelopeOf(
  plan: Omit<EnvelopePlan, "order"> & { readonly orders: readonly Order[] },
): Promise<Envelope> {
  const { source, payer, orders, validUntil, signTimeoutMs } = plan;
  if (!Number.isSafeInteger(validUntil) || validUntil <= 0) {
    throw new RangeError("Cannot build an envelope: it needs an upper time bound in whole seconds");
  }
  const builder = new TransactionBuilder(new Account(source.account, plan.ledgerSequence.toString()), {
    fee: plan.fee.toString(),
    networkPassphrase: plan.passphrase,
    timebounds: { minTime: 0, maxTime: validUntil },
    memo: memoOf(plan.memo),
  });
  for (const order of orders) builder.addOperation(operationOf(order, payer.account));
  const transaction = builder.build();
  const hash = transaction.hash();
  for (const signer of source.account === payer.account ? [payer] : [payer, source]) {
    const { hint, signature } = await signatureOf(signer, hash, signTimeoutMs);
    transaction.addDecoratedSignature(
      new xdr.DecoratedSignature({
        hint: new xdr.SignatureHint(hint),
        signature: new xdr.Signature(signature),
      }),
    );
  }
  return {
    xdr: transaction.toXdr(),
    hash: hash.toHex(),
    source: source.account,
    sequence: BigInt(transaction.sequence),
    validUntil,
    claimableBalanceId: orders[0]?.kind === "claimable_balance" ? transaction.getClaimableBalanceId(0) : null,
  };
}

/**
 * The id of the balance that an envelope creates, as {@link Envelope} has it; null for other orders.
 * @param index of the operation, from 0
 */
export function claimableBalanceIdOf(envelope: string, passphrase: string, index = 0): string | null {
  const sent = TransactionBuilder.fromXdr(envelope, passphrase);
  const transaction = sent instanceof Transaction ? sent : sent.innerTransaction;
  const isCreated = transaction.operations[index]?.type === "createClaimableBalance";
  return isCreated ? transaction.getClaimableBalanceId(index) : null;
}

function operationOf(order: Order, payer: string): xdr.Operation {
  const base = parseAccount(order.kind === "clawback" ? order.from : order.destination)?.account;
  if (base === undefined) {
    throw new Error("Cannot build an envelope: it names what is neither an account nor a muxed account");
  }
  switch (order.kind) {
    case "payment":
      return Operation.payment({
        source: payer,
        destination: order.destination,
        asset: assetOf(order.asset),
        amount: decimal(order.amount),
      });
    case "create_account":
      return Operation.createAccount({
        source: payer,
        destination: base,
        startingBalance: decimal(order.startingBalance),
      });
    case "claimable_balance":
      return Operation.createClaimableBalance({
        source: payer,
        asset: assetOf(order.asset),
        amount: decimal(order.amount),
        claimants: [new Claimant(base)],
      });
    case "authorize":
      return Operation.setTrustLineFlags({
        source: payer,
        trustor: base,
        asset: assetOf(order.asset),
        flags: { authorized: true },
      });
    case "clawback":
      return Operation.clawback({
        source: payer,
        from: base,
        asset: assetOf(order.asset),
        amount: decimal(order.amount),
      });
  }
}

function decimal(units: bigint): string {
  if (units <= 0n) throw new RangeError("Cannot build an envelope: the amount is not above zero");
  return formatUnits(units);
}
