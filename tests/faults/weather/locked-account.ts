/**
 * An account whose own key has no weight any more: whoever brings that key alone is a stranger, whatever Horizon fails to say
 * of the account (M-3).
 * @module
 */
import { Account, Keypair, Operation, TransactionBuilder } from "@stellar/stellar-sdk";
import { z } from "zod";
import type { ChaosOutside } from "../../../tasks/chaos/outside.ts";

const account = z.object({ sequence: z.string() });

/** Makes one. @returns the seed of its own key */
export async function lockAccount({ horizonUrl, sandboxUrl, environment }: ChaosOutside): Promise<string> {
  const [own, other] = [Keypair.random(), Keypair.random()];
  const address = own.publicKey();
  await ask(`${sandboxUrl}/friendbot?addr=${address}`);
  const { sequence } = account.parse(await ask(`${horizonUrl}/accounts/${address}`));
  const signer = { ed25519PublicKey: other.publicKey(), weight: 1 };
  const transaction = new TransactionBuilder(new Account(address, sequence), {
    fee: "1000",
    networkPassphrase: environment.passphrase,
    timebounds: { minTime: 0, maxTime: 0 },
  }).addOperation(Operation.setOptions({ signer })).addOperation(Operation.setOptions({ masterWeight: 0 }))
    .build();
  transaction.sign(own);
  await ask(`${horizonUrl}/transactions`, {
    method: "POST",
    body: new URLSearchParams({ tx: transaction.toXdr() }),
  });
  return own.secret();
}

async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answers ${answer.status} ${text}`);
  return JSON.parse(text);
}
