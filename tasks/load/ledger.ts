/**
 * Payments on the sandbox's ledger: accounts with trust and tokens, made many at a time, and payments of withdrawals.
 * Sequence numbers are counted here, since nobody else uses these accounts.
 * @module
 */
import { Account, Asset, Keypair, Memo, Operation, TransactionBuilder, xdr } from "@stellar/stellar-sdk/base";
import { z } from "zod";
import { importSeed, type Signer } from "../../core/auth/mod.ts";

/** The ledger and who issues on it. */
export interface LedgerOptions {
  readonly horizonUrl: string;
  readonly friendbotUrl: string;
  readonly passphrase: string;
  readonly code: string;
  /** `S…` */
  readonly issuerSeed: string;
}

/** An account that pays. */
export interface Payer {
  readonly signer: Signer;
  /** The sequence number that it used last. */
  sequence: bigint;
}

/** A payment of the asset. */
export interface Payment {
  readonly to: string;
  readonly amount: string;
  /** A memo of type id. */
  readonly memo: string;
  /** Pays XLM instead: the wrong asset. */
  readonly isNative?: boolean;
}

/** Opens what pays. */
export type LoadLedger = ReturnType<typeof openLoadLedger>;

/** A transaction has twenty signatures at most: funder, issuer, and so many new accounts. */
const AT_ONCE = 18;
/** XLM that a new account gets: its reserve with a trustline, and fees. */
const STARTING_BALANCE = "5";
/** Stroops for an operation. */
const FEE = 1000;

/** AUTH_REVOCABLE and AUTH_CLAWBACK_ENABLED. */
const CLAWS = 10;

const account = z.object({ sequence: z.string() });

/** Opens the ledger; nothing is sent yet. */
export function openLoadLedger(options: LedgerOptions) {
  const { horizonUrl, friendbotUrl, passphrase, code, issuerSeed } = options;
  const issuer = importSeed(issuerSeed);
  const asset = new Asset(code, issuer.account);

  async function load(signer: Signer): Promise<Payer> {
    const answer = await fetch(`${horizonUrl}/accounts/${signer.account}`);
    if (!answer.ok) throw new Error(`Cannot load an account: Horizon answers ${answer.status}`);
    return { signer, sequence: BigInt(account.parse(await answer.json()).sequence) };
  }

  async function submit(
    payer: Payer,
    operations: readonly xdr.Operation[],
    memo: Memo,
    others: readonly Signer[] = [],
  ): Promise<void> {
    const builder = new TransactionBuilder(new Account(payer.signer.account, payer.sequence.toString()), {
      fee: String(FEE),
      networkPassphrase: passphrase,
      memo,
      timebounds: { minTime: 0, maxTime: 0 },
    });
    for (const operation of operations) builder.addOperation(operation);
    const transaction = builder.build();
    const hash = transaction.hash();
    for (const signer of [payer.signer, ...others]) {
      transaction.addDecoratedSignature(
        new xdr.DecoratedSignature({
          hint: Uint8Array.fromHex(signer.hint),
          signature: signer.sign(hash),
        }),
      );
    }
    payer.sequence += 1n;
    const answer = await fetch(`${horizonUrl}/transactions`, {
      method: "POST",
      body: new URLSearchParams({ tx: transaction.toXdr() }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Cannot submit: Horizon answers ${answer.status} ${codesOf(text)}`);
  }

  return {
    /** Makes an account that trusts nothing yet. */
    async make(signer: Signer): Promise<Payer> {
      const answer = await fetch(`${friendbotUrl}?addr=${signer.account}`);
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`Cannot make an account: friendbot answers ${answer.status}`);
      return await load(signer);
    },
    /** The issuer may claw back what is trusted from now on, with the signature of this account. */
    async allowClawbacks(signer: string): Promise<void> {
      const options = { setFlags: CLAWS, signer: { ed25519PublicKey: signer, weight: 1 } };
      await submit(await load(issuer), [Operation.setOptions(options)], Memo.none());
    },
    /** The account trusts the asset from now on. */
    trust: (payer: Payer) => submit(payer, [Operation.changeTrust({ asset })], Memo.none()),
    /** Makes accounts that trust the asset and hold some of it, one transaction for eighteen. */
    async prepare(signers: readonly Signer[], tokens: string): Promise<Payer[]> {
      const funder = importSeed(Keypair.random().secret());
      const funded = await fetch(`${friendbotUrl}?addr=${funder.account}`);
      await funded.body?.cancel();
      if (!funded.ok) throw new Error(`Cannot fund accounts: friendbot answers ${funded.status}`);
      const payer = await load(funder);
      for (let start = 0; start < signers.length; start += AT_ONCE) {
        const part = signers.slice(start, start + AT_ONCE);
        const operations = part.flatMap(({ account: source }) => [
          Operation.createAccount({ destination: source, startingBalance: STARTING_BALANCE }),
          Operation.changeTrust({ asset, source }),
          Operation.payment({ destination: source, asset, amount: tokens, source: issuer.account }),
        ]);
        await submit(payer, operations, Memo.none(), [issuer, ...part]);
      }
      return await Promise.all(signers.map(load));
    },
    /** Pays. One payment of an account at a time: the next one waits until this one's promise is fulfilled. */
    pay: ({ to, amount, memo, isNative = false }: Payment, payer: Payer) =>
      submit(
        payer,
        [Operation.payment({ destination: to, asset: isNative ? Asset.native() : asset, amount })],
        Memo.id(memo),
      ),
  };
}

const problem = z.object({ extras: z.object({ result_codes: z.unknown() }) });

function codesOf(text: string): string {
  try {
    const read = problem.safeParse(JSON.parse(text));
    return read.success ? JSON.stringify(read.data.extras.result_codes) : "";
  } catch {
    return "";
  }
}
