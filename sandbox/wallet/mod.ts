/**
 * A wallet as a user of the anchor has it, made of the public wallet SDK without changes, with a key of its own. It plays
 * in the demo and in journeys; what it knows of the anchor it reads from stellar.toml.
 * @module
 */
import {
  Asset,
  BASE_FEE,
  Horizon,
  Keypair,
  Memo,
  Operation,
  TransactionBuilder,
  type xdr,
} from "@stellar/stellar-sdk";
import Sdk from "@stellar/typescript-wallet-sdk";

/** Where the wallet looks. */
export interface WalletOptions {
  /** Home domain of the anchor: host, with a port where it has one. */
  readonly homeDomain: string;
  /** Whether the home domain is read over plain HTTP; test networks alone. */
  readonly plainHttp: boolean;
  readonly horizonUrl: string;
  readonly passphrase: string;
  /** BCP 47. */
  readonly language?: string;
  /** `S…`; a new one when absent. */
  readonly secret?: string;
}

/** A transaction of SEP-6 as the anchor's JSON has it. */
export type WalletTransaction = Readonly<Record<string, unknown>> & {
  readonly id: string;
  readonly status: string;
};

/** A logged-in wallet. */
export type Wallet = Awaited<ReturnType<typeof openWallet>>;

/** Opens a wallet: reads nothing yet but what its methods need. */
export function openWallet(options: WalletOptions) {
  const { homeDomain, plainHttp, horizonUrl, passphrase, language = "en" } = options;
  const key = options.secret === undefined ? Keypair.random() : Keypair.fromSecret(options.secret);
  const horizon = new Horizon.Server(horizonUrl, { allowHttp: horizonUrl.startsWith("http://") });
  // The SDK refuses a plain Horizon in its constructor; its server is a public field for such cases.
  const stellarConfiguration = new Sdk.StellarConfiguration({
    network: sdkNetwork(passphrase),
    horizonUrl: "https://unused.invalid",
  });
  const sdk = new Sdk.Wallet({ stellarConfiguration, language });
  const anchor = sdk.anchor({ homeDomain, allowHttp: plainHttp });
  const sdkKey = Sdk.SigningKeypair.fromSecret(key.secret());
  const transfers = anchor.sep6();
  let token: Awaited<ReturnType<Awaited<ReturnType<typeof anchor.sep10>>["authenticate"]>> | undefined;

  function session() {
    if (!token) throw new Error("Cannot go on: log in first");
    return token;
  }

  async function submit(operations: readonly xdr.Operation[], memo: Memo): Promise<string> {
    const account = await horizon.loadAccount(key.publicKey());
    const builder = new TransactionBuilder(account, { fee: BASE_FEE, networkPassphrase: passphrase, memo });
    for (const operation of operations) builder.addOperation(operation);
    const transaction = builder.setTimeout(120).build();
    transaction.sign(key);
    const { hash } = await horizon.submitTransaction(transaction);
    return hash;
  }

  return {
    account: key.publicKey(),
    key,
    horizon,
    anchor,
    toml: () => anchor.sep1(),
    info: () => transfers.info(),
    /** SEP-10. @param memoId names a user of a shared account */
    async logIn(memoId?: string): Promise<string> {
      const auth = await anchor.sep10();
      token = await auth.authenticate({ accountKp: sdkKey, ...(memoId === undefined ? {} : { memoId }) });
      return session().token;
    },
    /** SEP-12: what the anchor still asks for a transaction. */
    async customer(transactionId?: string) {
      const customers = await anchor.sep12(session());
      return await customers.getCustomer({
        type: "sep6",
        ...(transactionId === undefined ? {} : { transactionId }),
      });
    },
    /** SEP-12: gives values; files by their bytes. @returns the customer's id */
    async give(values: Readonly<Record<string, string>>, transactionId?: string): Promise<string> {
      const customers = await anchor.sep12(session());
      const { id } = await customers.add({
        sep9Info: { ...values },
        type: "sep6",
        ...(transactionId === undefined ? {} : { transactionId }),
      });
      return id;
    },
    /** SEP-6. @returns the anchor's answer */
    deposit: (
      params: {
        readonly asset_code: string;
        readonly amount?: string;
        readonly [name: string]: string | undefined;
      },
    ) => transfers.deposit({ authToken: session(), params: { account: key.publicKey(), ...params } }),
    withdraw: (params: { readonly asset_code: string; readonly type: string; readonly amount?: string }) =>
      transfers.withdraw({ authToken: session(), params }),
    /** The transaction as it stands. */
    async transaction(id: string): Promise<WalletTransaction> {
      const transaction: unknown = await transfers.getTransactionBy({ authToken: session(), id });
      return asTransaction(transaction);
    },
    async transactions(assetCode: string): Promise<WalletTransaction[]> {
      const list: unknown[] = await transfers.getTransactionsForAsset({ authToken: session(), assetCode });
      return list.map(asTransaction);
    },
    /** Lets the account hold an asset. */
    trust: (code: string, issuer: string) =>
      submit([Operation.changeTrust({ asset: new Asset(code, issuer) })], Memo.none()),
    /** Pays on Stellar. @returns the transaction's hash */
    pay: (
      payment: {
        readonly to: string;
        readonly code: string;
        readonly issuer: string;
        readonly amount: string;
        readonly memo?: string;
      },
    ) =>
      submit(
        [Operation.payment({
          destination: payment.to,
          asset: new Asset(payment.code, payment.issuer),
          amount: payment.amount,
        })],
        payment.memo === undefined ? Memo.none() : Memo.id(payment.memo),
      ),
    submit,
    /** What the account holds, as Horizon says; `null` without a trustline. */
    async balance(code: string, issuer: string): Promise<string | null> {
      const account = await horizon.loadAccount(key.publicKey());
      const line = account.balances.find((balance) =>
        "asset_code" in balance && balance.asset_code === code && balance.asset_issuer === issuer
      );
      return line?.balance ?? null;
    },
  };
}

function asTransaction(value: unknown): WalletTransaction {
  if (typeof value !== "object" || value === null || !("id" in value) || !("status" in value)) {
    throw new Error("Cannot read the transaction: the anchor's answer has no id or status");
  }
  const { id, status } = value;
  if (typeof id !== "string" || typeof status !== "string") {
    throw new Error("Cannot read the transaction: id or status is no text");
  }
  return { ...value, id, status };
}

/** The SDK brings an enum of its own for passphrases. */
function sdkNetwork(
  passphrase: string,
): ConstructorParameters<typeof Sdk.StellarConfiguration>[0]["network"] {
  const known = Sdk.StellarConfiguration.TestNet().network;
  if (known === passphrase) return known;
  return Sdk.StellarConfiguration.MainNet().network;
}
