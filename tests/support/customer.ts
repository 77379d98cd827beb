/**
 * A customer with a wallet (the public SDK): arrives, logs in, gives data, deposits and withdraws, and reads every balance
 * from Horizon and from the bank, not from Kedge.
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { parseUnits } from "../../plugins/money.ts";
import { type LogIn, openWallet, type Wallet, type WalletTransaction } from "../../sandbox/wallet/mod.ts";
import type { BankTransfer, World } from "./world.ts";

/** What a customer is like. */
export interface CustomerOptions extends LogIn {
  readonly lastName?: string;
  readonly language?: string;
  readonly secret?: string;
  readonly muxedId?: string;
  /** Home domain, where it is not the host of the gateway's address. */
  readonly homeDomain?: string;
  /** Whether the account exists and holds the asset; true when absent. */
  readonly funded?: boolean;
  readonly trusts?: boolean;
}

/** A customer who has logged in. */
export type Customer = Awaited<ReturnType<typeof arrive>>;

const instructionLines = z.record(z.string(), z.object({ value: z.string(), description: z.string() }));

/** What a bank account that nothing is wrong with looks like. */
export const BENEFICIARY: Readonly<Record<string, string>> = {
  bank_account_number: "5544332211",
  clabe_number: "032180000118359719",
  mobile_money_number: "+254712345678",
};

/** A new customer with an account of their own, logged in. */
export async function arrive(world: World, options: CustomerOptions = {}) {
  const { lastName = "Lovelace", funded = true, trusts = true, ...rest } = options;
  const home = new URL(world.publicUrl);
  const wallet = openWallet({
    homeDomain: rest.homeDomain ?? home.host,
    plainHttp: home.protocol === "http:",
    horizonUrl: world.horizonUrl,
    passphrase: world.passphrase,
    ...(rest.language === undefined ? {} : { language: rest.language }),
    ...(rest.secret === undefined ? {} : { secret: rest.secret }),
    ...(rest.muxedId === undefined ? {} : { muxedId: rest.muxedId }),
  });
  if (funded && rest.secret === undefined) await world.fund(wallet.account);
  if (funded && trusts && rest.secret === undefined) await wallet.trust(world.code, world.issuer);
  const token = await wallet.logIn({
    ...(rest.memoId === undefined ? {} : { memoId: rest.memoId }),
    ...(rest.client === undefined ? {} : { client: rest.client }),
  });
  return { wallet, token, ...steps(world, wallet, lastName) };
}

function steps(world: World, wallet: Wallet, lastName: string) {
  const person: Readonly<Record<string, string>> = {
    first_name: "Ada",
    last_name: lastName,
    email_address: "ada@example.com",
  };

  /** Waits for one of these statuses. */
  async function until(id: string, ...wanted: string[]): Promise<WalletTransaction> {
    let last = "";
    const reached = await world.until(`${id} to be ${wanted.join(" or ")}`, async () => {
      const transaction = await wallet.transaction(id);
      last = transaction.status;
      return wanted.includes(last) ? transaction : null;
    }).catch((error: unknown) => {
      throw new Error(`${id} is ${last}, not ${wanted.join(" or ")}`, { cause: error });
    });
    return reached;
  }

  /** Gives data when it is asked for. @returns the id once the transfer can be paid */
  async function payable(id: string, more: Readonly<Record<string, string>>): Promise<string> {
    const { status } = await until(id, "pending_customer_info_update", "pending_user_transfer_start");
    if (status === "pending_customer_info_update") await wallet.give({ ...person, ...more }, id);
    await until(id, "pending_user_transfer_start");
    return id;
  }

  async function openDeposit(
    amount: string | undefined,
    more: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const opened = await wallet.deposit({
      asset_code: world.code,
      type: "bank_account",
      ...(amount === undefined ? {} : { amount }),
      ...more,
    });
    return idOf(opened);
  }

  return {
    person,
    until,
    /** Asks to deposit and gives nothing yet. @returns the id */
    openDeposit,
    /** Asks to deposit and gives data when asked. @returns the id, with instructions to be read */
    async askDeposit(
      amount: string | undefined,
      more: Readonly<Record<string, string>> = {},
      data: Readonly<Record<string, string>> = {},
    ): Promise<string> {
      return await payable(await openDeposit(amount, more), data);
    },
    /** Pays what the instructions say, once they are there. */
    async payIn(
      id: string,
      amount: string,
      how: { readonly currency?: string; readonly state?: "pending" | "booked" } = {},
    ): Promise<BankTransfer> {
      return await world.bank.payIn({
        reference: await world.until(`${id} to say where to pay`, () => addressIfTold(wallet, id)),
        amount,
        payer: { name: `Ada ${lastName}`, account: "GB33BUKB20201555555555" },
        ...how,
      });
    },
    /** A whole deposit. @returns the completed transaction */
    async deposit(amount: string, more: Readonly<Record<string, string>> = {}): Promise<WalletTransaction> {
      const id = await this.askDeposit(amount, more);
      await this.payIn(id, amount);
      return await until(id, "completed");
    },
    /** Asks to withdraw and gives data when asked. */
    async askWithdrawal(
      amount: string | undefined,
      more: Readonly<Record<string, string>> = {},
      data: Readonly<Record<string, string>> = BENEFICIARY,
    ): Promise<string> {
      const opened = await wallet.withdraw({
        asset_code: world.code,
        type: "bank_account",
        ...(amount === undefined ? {} : { amount }),
        ...more,
      });
      return await payable(idOf(opened), data);
    },
    /** Sends the tokens of a withdrawal as it was told. @returns the hash */
    async send(id: string, amount: string): Promise<string> {
      const transaction = await wallet.transaction(id);
      return await wallet.pay({
        to: text(transaction, "withdraw_anchor_account"),
        memo: text(transaction, "withdraw_memo"),
        code: world.code,
        issuer: world.issuer,
        amount,
      });
    },
    /** A whole withdrawal. @returns the completed transaction */
    async withdraw(amount: string, more: Readonly<Record<string, string>> = {}): Promise<WalletTransaction> {
      const id = await this.askWithdrawal(amount, more);
      await this.send(id, amount);
      return await until(id, "completed");
    },
    /** Asserts what Horizon says the wallet holds. */
    async holds(amount: string, code: string = world.code): Promise<void> {
      const balance = await wallet.balance(code, world.issuer);
      assert.equal(parseUnits(balance ?? "none"), parseUnits(amount), `holds ${balance}, not ${amount}`);
    },
  };
}

/** What a payer writes so that the money is found: the reference, else the number to pay to. */
export async function addressOf(wallet: Wallet, id: string): Promise<string> {
  return await addressIfTold(wallet, id) ?? assert.fail(`${id} does not say where to pay`);
}

/** As {@link addressOf}; `null` while another process still asks the bank for it. */
async function addressIfTold(wallet: Wallet, id: string): Promise<string | null> {
  const { instructions } = await wallet.transaction(id);
  if (instructions === undefined) return null;
  const lines = Object.entries(instructionLines.parse(instructions));
  const line = lines.find(([name]) => name.endsWith("external_transfer_memo")) ??
    lines.find(([name]) => name.endsWith("account_number"));
  assert.ok(line, `no reference and no number among ${lines.map(([name]) => name).join(", ")}`);
  return line[1].value;
}

/** A text of a transaction; fails when it is not there. */
export function text(transaction: WalletTransaction, name: string): string {
  const value = transaction[name];
  assert.ok(typeof value === "string", `${name} of ${transaction.id} is ${String(value)}`);
  return value;
}

function idOf(opened: object): string {
  assert.ok("id" in opened && typeof opened.id === "string", "the transfer has an id");
  return opened.id;
}
