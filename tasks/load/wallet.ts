/**
 * A wallet for load: it says what the public SDK would say, without its cost, so that what is measured is the gateway.
 * @module
 */
import { z } from "zod";
import { importSeed, type Signer } from "../../core/auth/mod.ts";
import { networkIdOf, newSeed, signChallenge } from "./challenge.ts";
import type { Ask, Request } from "./ask.ts";

/** What a wallet is made of. */
export interface WalletOptions {
  readonly ask: Ask;
  readonly passphrase: string;
  /** Code of the asset that it deposits and withdraws. */
  readonly code: string;
  /** `S…`; a new one when absent. */
  readonly seed?: string;
  /** The address that it asks from, as a trusted proxy names it; absent: all wallets ask from one. */
  readonly from?: string;
}

/** Who the customer is; what the default config asks for. */
export type Person = Readonly<Record<string, string>>;

/** A transaction as `/sep6/transaction` answers it, as far as a wallet needs it here. */
export type Transaction = z.output<typeof transaction>;

/** A wallet that has logged in once it was asked to. */
export type LoadWallet = ReturnType<typeof openLoadWallet>;

const challenge = z.object({ transaction: z.string() });
const token = z.object({ token: z.string() });
const opened = z.object({ id: z.string() });
const instruction = z.object({ value: z.string() });
const transaction = z.object({
  id: z.string(),
  status: z.string(),
  instructions: z.record(z.string(), instruction).optional(),
  withdraw_anchor_account: z.string().optional(),
  withdraw_memo: z.string().optional(),
});
const one = z.object({ transaction });
const list = z.object({ transactions: z.array(z.object({ id: z.string() })) });

/** Opens a wallet; it asks nothing before it is told to. */
export function openLoadWallet(options: WalletOptions) {
  const { ask, passphrase, code, seed = newSeed(), from } = options;
  const signer: Signer = importSeed(seed);
  const networkId = networkIdOf(passphrase);
  const place = from === undefined ? {} : { from };
  let held: string | undefined;

  const read = async (kind: string, path: string) => await ask({ kind, path, ...place });
  const readOwn = async (kind: string, path: string) => await ask({ kind, path, token: session(), ...place });

  function session(): string {
    if (held === undefined) throw new Error("Cannot go on: log in first");
    return held;
  }

  return {
    account: signer.account,
    seed,
    signer,
    /** What it deposits and withdraws. */
    code,
    isLoggedIn: () => held !== undefined,
    /** SEP-10, first half. @returns the challenge, signed by the server alone */
    async challenge(): Promise<string> {
      return challenge.parse(JSON.parse(await read("challenge", `/auth?account=${signer.account}`)))
        .transaction;
    },
    /** SEP-10, second half. @returns the token, which is kept too */
    async answer(challenge: string): Promise<string> {
      const signed = signChallenge(challenge, signer, networkId);
      const body = { transaction: signed };
      held = token.parse(JSON.parse(
        await ask({ kind: "login", path: "/auth", method: "POST", body, ...place }),
      )).token;
      return held;
    },
    /** SEP-10 whole. */
    async logIn(): Promise<void> {
      await this.answer(await this.challenge());
    },
    toml: () => read("toml", "/.well-known/stellar.toml"),
    info: () => read("info", "/sep6/info"),
    /** SEP-12: what the anchor knows of the customer. */
    customer: () => readOwn("customer", "/sep12/customer?type=sep6"),
    /** SEP-12: gives the customer's data. */
    async register(person: Person): Promise<void> {
      const body = { type: "sep6", ...person };
      await ask({
        kind: "register",
        path: "/sep12/customer",
        method: "PUT",
        body,
        token: session(),
        expected: 202,
        ...place,
      });
    },
    /** Asks for what is its own, as whoever it is logged in as. @returns the answer's text */
    own: async (request: Omit<Request, "token" | "from">): Promise<string> =>
      await ask({ ...request, token: session(), ...place }),
    /** SEP-6. @param more parameters beside these, or in their place @returns the transfer's id */
    async deposit(
      amount: string,
      type = "bank_account",
      more: Readonly<Record<string, string>> = {},
    ): Promise<string> {
      const query = new URLSearchParams({ asset_code: code, account: signer.account, type, amount, ...more });
      return opened.parse(JSON.parse(await readOwn("deposit", `/sep6/deposit?${query}`))).id;
    },
    /** SEP-6. @returns the transfer's id */
    async withdraw(amount: string, type = "bank_account"): Promise<string> {
      const query = new URLSearchParams({ asset_code: code, type, amount });
      return opened.parse(JSON.parse(await readOwn("withdraw", `/sep6/withdraw?${query}`))).id;
    },
    /** The transfer as it stands. */
    async transaction(id: string): Promise<Transaction> {
      return one.parse(JSON.parse(await readOwn("poll", `/sep6/transaction?id=${id}`))).transaction;
    },
    /** The newest transfers. @returns their ids */
    async transactions(limit: number): Promise<string[]> {
      const text = await readOwn("list", `/sep6/transactions?asset_code=${code}&limit=${limit}`);
      return list.parse(JSON.parse(text)).transactions.map(({ id }) => id);
    },
  };
}
