/**
 * How a new network begins: one account owns nearly everything, and the accounts that friendbot pays from.
 * @module
 */
import { hash, Keypair } from "@stellar/stellar-sdk";
import { ONE } from "./amount.ts";
import { networkId } from "./envelope.ts";
import { type Header, makeHeader, TOTAL_COINS } from "./header.ts";
import { newAccount } from "./new-account.ts";
import { layerOver, type View } from "./view.ts";

/** What one new account gets from friendbot, in stroops. */
export const FRIENDBOT_AMOUNT = 10_000n * ONE;

/** How many accounts friendbot pays from. Each can send one transaction per ledger. */
const PAYERS = 64;

/** What each of them has at the beginning, in stroops. */
const PAYER_BALANCE = 1_000_000_000n * ONE;

/** The keys of the accounts that friendbot pays from; whoever knows the passphrase knows them. */
export function friendbotKeys(passphrase: string): Keypair[] {
  const id = networkId(passphrase);
  return Array.from({ length: PAYERS }, (_, index) => {
    const text = new TextEncoder().encode(`friendbot ${index}`);
    return Keypair.fromRawEd25519Seed(hash(new Uint8Array([...id, ...text])));
  });
}

/**
 * The first ledger of a network: its state and its header.
 *
 * @param resets how often the network has begun anew; no two of its beginnings have the same hash
 */
export function genesis(
  passphrase: string,
  closeTime: number,
  resets = 0,
): { state: View; header: Header } {
  const state = layerOver({ get: () => undefined }, 1);
  const payers = friendbotKeys(passphrase);
  const root = Keypair.fromRawEd25519Seed(networkId(passphrase)).publicKey();
  state.put(newAccount(root, TOTAL_COINS - PAYER_BALANCE * BigInt(payers.length), 0));
  for (const payer of payers) state.put(newAccount(payer.publicKey(), PAYER_BALANCE, 0));
  const header = makeHeader({
    sequence: 1,
    previousHash: "0".repeat(64),
    closeTime,
    feePool: 0n,
    transactionSetHash: resets === 0 ? new Uint8Array(32) : hash(new TextEncoder().encode(`reset ${resets}`)),
    resultsHash: new Uint8Array(32),
  });
  return { state, header };
}
