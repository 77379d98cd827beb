/**
 * A wallet as a user of the anchor has it, made of the public wallet SDK without changes, with a key of its own. It plays
 * in the demo and in journeys; what it knows of the anchor it reads from stellar.toml.
 * @module
 */
import { Buffer } from "node:buffer";
import {
  Account,
  Asset,
  BASE_FEE,
  Horizon,
  Keypair,
  Memo,
  MuxedAccount,
  Operation,
  TransactionBuilder,
  type xdr,
} from "@stellar/stellar-sdk";
import Sdk from "@stellar/typescript-wallet-sdk";
import { hostedTransfers } from "./hosted.ts";
import { asTransaction, type WalletTransaction } from "./transaction.ts";

export type { WalletTransaction } from "./transaction.ts";

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
  /** Makes the wallet log in as a user of a shared account, under the `M…` of this id. */
  readonly muxedId?: string;
}

/** How to log in; memo and client domain exclude each other in the SDK. */
export interface LogIn {
  /** Names a user of a shared account. */
  readonly memoId?: string;
  /** The wallet's own domain, and the address at which its server signs with the key of that domain. */
  readonly client?: { readonly domain: string; readonly signer: string };
}

/** What a wallet pays on Stellar. */
export interface WalletPayment {
  /** `G…` or `M…`. */
  readonly to: string;
  readonly code: string;
  readonly issuer: string;
  readonly amount: string;
  /** An id, or a memo of any type. */
  readonly memo?: string | Memo;
}

/** A logged-in wallet. */
export type Wallet = Awaited<ReturnType<typeof openWallet>>;

/** Opens a wallet: reads nothing yet but what its methods need. */
export function openWallet(options: WalletOptions) {
  const { homeDomain, plainHttp, horizonUrl, passphrase, language = "en", muxedId } = options;
  const key = options.secret === undefined ? Keypair.random() : Keypair.fromSecret(options.secret);
  const name = muxedId === undefined
    ? key.publicKey()
    : new MuxedAccount(new Account(key.publicKey(), "0"), muxedId).accountId();
  const horizon = new Horizon.Server(horizonUrl, { allowHttp: horizonUrl.startsWith("http://") });
  // The SDK refuses a plain Horizon in its constructor; its server is a public field for such cases.
  const stellarConfiguration = new Sdk.StellarConfiguration({
    network: sdkNetwork(passphrase),
    horizonUrl: "https://unused.invalid",
  });
  const sdk = new Sdk.Wallet({ stellarConfiguration, language });
  const anchor = sdk.anchor({ homeDomain, allowHttp: plainHttp });
  const sdkKey = Sdk.SigningKeypair.fromSecret(key.secret());
  // The SDK asks the key for the name to log in under; it knows no muxed accounts of its own.
  sdkKey.keypair.publicKey = () => name;
  const transfers = anchor.sep6();
  let token: Awaited<ReturnType<Awaited<ReturnType<typeof anchor.sep10>>["authenticate"]>> | undefined;

  function session() {
    if (!token) throw new Error("Cannot go on: log in first");
    return token;
  }

  /** Time bounds follow the ledger's clock, which alone judges them. */
  async function submit(operations: readonly xdr.Operation[], memo: Memo): Promise<string> {
    const account = await horizon.loadAccount(key.publicKey());
    const { records: [last] } = await horizon.ledgers().order("desc").limit(1).call();
    const closedAt = Math.floor(Date.parse(last?.closed_at ?? "") / 1000);
    const builder = new TransactionBuilder(account, {
      fee: BASE_FEE,
      networkPassphrase: passphrase,
      memo,
      timebounds: { minTime: 0, maxTime: closedAt + 120 },
    });
    for (const operation of operations) builder.addOperation(operation);
    const transaction = builder.build();
    transaction.sign(key);
    const { hash } = await horizon.submitTransaction(transaction);
    return hash;
  }

  return {
    account: key.publicKey(),
    /** What it logs in under: the account, or its `M…`. */
    name,
    key,
    horizon,
    anchor,
    toml: () => anchor.sep1(),
    info: () => transfers.info(),
    /** SEP-10. @returns the token */
    async logIn({ memoId, client }: LogIn = {}): Promise<string> {
      const auth = await anchor.sep10();
      token = await auth.authenticate({
        accountKp: sdkKey,
        ...(memoId === undefined ? {} : { memoId }),
        ...(client === undefined
          ? {}
          : { clientDomain: client.domain, walletSigner: new Sdk.DomainSigner(client.signer, {}) }),
      });
      return session().token;
    },
    /** SEP-12: what the anchor still asks for a transaction. */
    async customer(transactionId?: string) {
      const customers = await anchor.sep12(session());
      return await customers.getCustomer({
        type: "sep6",
        // The SDK passes its language on in SEP-6, but not here.
        lang: language,
        ...(transactionId === undefined ? {} : { transactionId }),
      });
    },
    /** SEP-12: gives values, and files by their bytes. @returns the customer's id */
    async give(
      values: Readonly<Record<string, string>>,
      transactionId?: string,
      files: Readonly<Record<string, Uint8Array>> = {},
    ): Promise<string> {
      const customers = await anchor.sep12(session());
      const { id } = await customers.add({
        sep9Info: { ...values },
        sep9BinaryInfo: Object.fromEntries(
          Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)]),
        ),
        type: "sep6",
        ...(transactionId === undefined ? {} : { transactionId }),
      });
      return id;
    },
    /** SEP-12: has everything deleted that the anchor knows of this customer. */
    async forget(): Promise<void> {
      const customers = await anchor.sep12(session());
      await customers.delete();
    },
    /** SEP-6. @returns the anchor's answer */
    deposit: (
      params: {
        readonly asset_code: string;
        readonly amount?: string;
        readonly [name: string]: string | undefined;
      },
    ) => transfers.deposit({ authToken: session(), params: { account: key.publicKey(), ...params } }),
    withdraw: (
      params: {
        readonly asset_code: string;
        readonly type: string;
        readonly amount?: string;
        readonly [name: string]: string | undefined;
      },
    ) => transfers.withdraw({ authToken: session(), params }),
    /** SEP-24: what happens on the anchor's pages. */
    hosted: hostedTransfers(anchor, session),
    /** The transaction as it stands. */
    async transaction(id: string): Promise<WalletTransaction> {
      const transaction: unknown = await transfers.getTransactionBy({ authToken: session(), id });
      return asTransaction(transaction);
    },
    /** The user's transactions, newest first. */
    async transactions(
      assetCode: string,
      page: { readonly limit?: number; readonly kind?: string; readonly pagingId?: string } = {},
    ): Promise<WalletTransaction[]> {
      const list: unknown[] = await transfers.getTransactionsForAsset({
        authToken: session(),
        assetCode,
        ...page,
      });
      return list.map(asTransaction);
    },
    /** Lets the account hold an asset. */
    trust: (code: string, issuer: string) =>
      submit([Operation.changeTrust({ asset: new Asset(code, issuer) })], Memo.none()),
    /** Pays on Stellar. @returns the transaction's hash */
    pay: ({ to, code, issuer, amount, memo = Memo.none() }: WalletPayment) =>
      submit(
        [Operation.payment({ destination: to, asset: new Asset(code, issuer), amount })],
        typeof memo === "string" ? Memo.id(memo) : memo,
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

/** The SDK brings an enum of its own for passphrases. */
function sdkNetwork(
  passphrase: string,
): ConstructorParameters<typeof Sdk.StellarConfiguration>[0]["network"] {
  const known = Sdk.StellarConfiguration.TestNet().network;
  if (known === passphrase) return known;
  return Sdk.StellarConfiguration.MainNet().network;
}
