/**
 * The sandbox's own user: one wallet, kept across restarts, which a newcomer clicks through the anchor's pages with. It
 * asks the gateway over HTTP, as any wallet would; its account is made, funded and trusting when it is first looked at.
 * @module
 */
import { Keypair } from "@stellar/stellar-sdk";
import * as z from "zod";
import { Problem } from "../http/problem.ts";
import { oneAtATime } from "../in-turn.ts";
import type { Store } from "../store.ts";
import type { Hosted } from "./hosted.ts";
import type { Wallet } from "./mod.ts";

/** Where the wallet lives. */
export interface KeeperOptions {
  readonly store: Store;
  /** The gateway, as wallets reach it; its host is the home domain. */
  readonly anchorUrl: string;
  /** `…/sandbox`, with the ledger. */
  readonly sandboxUrl: string;
  readonly passphrase: string;
}

const hosted = z.object({
  id: z.string(),
  kind: z.enum(["deposit", "withdrawal"]),
  status: z.string(),
  amount_in: z.string().nullish(),
  amount_out: z.string().nullish(),
  message: z.string().nullish(),
  more_info_url: z.string(),
  withdraw_anchor_account: z.string().nullish(),
  withdraw_memo: z.string().nullish(),
});

/** What a wallet shows: what it holds, and its transactions, newest first. */
export interface Standing {
  /** `G…`. */
  readonly account: string;
  readonly code: string;
  /** A decimal. */
  readonly balance: string;
  readonly transactions: readonly z.output<typeof hosted>[];
}

/** What is asked of the wallet with a click. */
export interface Begin {
  readonly kind: "deposit" | "withdraw";
  /** BCP 47; empty: the anchor has to ask. */
  readonly lang: string;
}

/** The wallet as its page uses it. What the anchor refuses, or does not answer, is a {@link Problem}. */
export interface DemoWallet {
  standing(): Promise<Standing>;
  begin(request: Begin): Promise<Hosted>;
  /** Sends a withdrawal's payment. @returns the Stellar transaction's hash */
  pay(id: string): Promise<string>;
}

/** A token is good for longer; one that was refused is renewed by waiting. */
const TOKEN_MS = 300_000;

interface Opened {
  readonly wallet: Wallet;
  readonly code: string;
  readonly issuer: string;
}

/** Keeps the wallet; nothing is made or asked before its first use. */
export function keepWallet({ store, anchorUrl, sandboxUrl, passphrase }: KeeperOptions): DemoWallet {
  const inTurn = oneAtATime();
  let opened: Opened | null = null;
  let tokenUntil = 0;

  async function open(): Promise<Opened> {
    const secret = await keptSecret(store);
    // Whoever never looks at the page does not load a wallet's SDK.
    const { openWallet } = await import("./mod.ts");
    const { host, protocol } = new URL(anchorUrl);
    const wallet = openWallet({
      homeDomain: host,
      plainHttp: protocol === "http:",
      horizonUrl: `${sandboxUrl}/horizon`,
      passphrase,
      secret,
    });
    const { currencies = [] } = await wallet.toml();
    const [{ code, issuer } = {}] = currencies;
    if (!code || !issuer) throw new Problem(502, "no_asset", "Cannot go on: the anchor names no asset");
    const funded = await fetch(`${sandboxUrl}/friendbot?addr=${wallet.account}`);
    await funded.body?.cancel();
    if (await wallet.balance(code, issuer) === null) await wallet.trust(code, issuer);
    return { wallet, code, issuer };
  }

  /** One visitor after the other: payments of one account must not be made at the same time. */
  function withWallet<Result>(work: (opened: Opened) => Promise<Result>): Promise<Result> {
    return inTurn(async () => {
      try {
        opened ??= await open();
        if (Date.now() > tokenUntil) {
          await opened.wallet.logIn();
          tokenUntil = Date.now() + TOKEN_MS;
        }
        return await work(opened);
      } catch (error) {
        if (error instanceof Problem) throw error;
        tokenUntil = 0;
        const why = error instanceof Error ? error.message : String(error);
        throw new Problem(502, "anchor", `Cannot go on: ${why}`);
      }
    });
  }

  return {
    standing: () =>
      withWallet(async ({ wallet, code, issuer }) => ({
        account: wallet.account,
        code,
        balance: await wallet.balance(code, issuer) ?? "0",
        transactions: z.array(hosted).parse(await wallet.hosted.transactions(code)),
      })),
    begin: ({ kind, lang }) =>
      withWallet(({ wallet, code }) => wallet.hosted[kind]({ assetCode: code, fields: { lang } })),
    pay: (id) =>
      withWallet(async ({ wallet, code, issuer }) => {
        const transaction = hosted.parse(await wallet.hosted.transaction(id));
        const { withdraw_anchor_account: to, withdraw_memo: memo, amount_in: amount } = transaction;
        if (transaction.status !== "pending_user_transfer_start" || !to || !memo || !amount) {
          throw new Problem(409, "not_payable", `Cannot pay ${id}: it is ${transaction.status}`);
        }
        return await wallet.pay({ to, memo, amount, code, issuer });
      }),
  };
}

/** The key of the wallet, made at the first time; whoever else makes one at the same moment gets the same. */
async function keptSecret(store: Store): Promise<string> {
  const [, , { rows } = { rows: [] }] = await store.batch([
    "create table if not exists wallet_key (one integer primary key check (one = 1), secret text not null) strict",
    {
      sql: "insert into wallet_key (one, secret) values (1, ?) on conflict do nothing",
      args: [Keypair.random().secret()],
    },
    "select secret from wallet_key",
  ]);
  return z.tuple([z.object({ secret: z.string() })]).parse(rows)[0].secret;
}
