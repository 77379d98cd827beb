/**
 * Setting an asset up on a test network: issuer, distribution account, trust, supply. Everything goes over HTTP, so
 * that it works on a real test network as it does here.
 * @module
 */
import {
  Asset,
  BASE_FEE,
  Horizon,
  type Keypair,
  Operation,
  TransactionBuilder,
  type xdr,
} from "@stellar/stellar-sdk";

/** What to set up. */
export interface SeedOptions {
  /** Horizon's address. */
  horizonUrl: string;
  /** Friendbot's address; below Horizon's neighbour `friendbot` by default. */
  friendbotUrl?: string;
  passphrase: string;
  issuer: Keypair;
  distribution: Keypair;
  /** Code of the asset. */
  code: string;
  /** How much of it the distribution account shall have, as a decimal. */
  amount: string;
  /** Home domain of the issuer. */
  homeDomain: string;
}

/**
 * Funds both accounts, sets the issuer's home domain, lets the distribution account trust the asset, and issues it.
 * What is done already is left as it is, so that it can run at each start.
 *
 * @throws Error when friendbot or the network refuses
 */
export async function seedAsset(options: SeedOptions): Promise<void> {
  const { horizonUrl, passphrase, issuer, distribution, code, amount, homeDomain } = options;
  const server = new Horizon.Server(horizonUrl, { allowHttp: horizonUrl.startsWith("http://") });
  const friendbotUrl = options.friendbotUrl ?? `${horizonUrl.replace(/\/[^/]*\/?$/, "")}/friendbot`;
  const asset = new Asset(code, issuer.publicKey());
  await Promise.all([issuer, distribution].map((owner) => fund(server, friendbotUrl, owner.publicKey())));

  const held = (await server.loadAccount(distribution.publicKey())).balances.some((balance) =>
    "asset_issuer" in balance && balance.asset_code === code && balance.asset_issuer === issuer.publicKey()
  );
  const known = await server.loadAccount(issuer.publicKey());
  const operations: xdr.Operation[] = [];
  if (known.home_domain !== homeDomain) {
    operations.push(Operation.setOptions({ homeDomain, source: issuer.publicKey() }));
  }
  if (!held) {
    // Trust and supply in one transaction: no start finds one without the other, and what the account paid out later
    // is not made good.
    operations.push(
      Operation.changeTrust({ asset }),
      Operation.payment({ destination: distribution.publicKey(), asset, amount, source: issuer.publicKey() }),
    );
  }
  if (operations.length === 0) return;
  const account = await server.loadAccount(distribution.publicKey());
  const builder = new TransactionBuilder(account, { fee: BASE_FEE, networkPassphrase: passphrase });
  for (const operation of operations) builder.addOperation(operation);
  // No time bounds: the network's clock may be far from this machine's.
  const transaction = builder.setTimeout(0).build();
  transaction.sign(distribution, issuer);
  await server.submitTransaction(transaction, { skipMemoRequiredCheck: true });
}

async function fund(server: Horizon.Server, friendbotUrl: string, account: string): Promise<void> {
  const known = await server.loadAccount(account).then(() => true, () => false);
  if (known) return;
  const answer = await fetch(`${friendbotUrl}?addr=${account}`);
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`Cannot fund ${account}: friendbot answered ${answer.status}`);
}
