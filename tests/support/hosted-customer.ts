/**
 * A customer of SEP-24 whose choices are made without a page: for what happens before and after the pages, which a wallet
 * sees by the API alone. People on the pages themselves are tested in `tests/routes/interactive` and in Chromium.
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { findTransfer } from "../../core/transfers/find.ts";
import { parseUnits } from "../../plugins/money.ts";
import { arrive, BENEFICIARY, type CustomerOptions } from "./customer.ts";
import type { TestGateway } from "./gateway.ts";
import { type Sep24Transaction, sep24TransactionShape } from "./sep24-shapes.ts";

/** Fields of a request besides `asset_code`; JSON, so that a boolean is one. */
export type HostedFields = Readonly<Record<string, string | boolean>>;

/** The customer. */
export type HostedCustomer = Awaited<ReturnType<typeof arriveHosted>>;

const linked = z.object({ id: z.string(), url: z.url() });
const one = z.object({ transaction: sep24TransactionShape });

/** A new customer with an account of their own, logged in, of whom everything is known already. */
export async function arriveHosted(gateway: TestGateway, options: CustomerOptions = {}) {
  const { wallet, token, person, holds } = await arrive(gateway, options);
  await wallet.give({ ...person, ...BENEFICIARY });
  const { gateway: core } = gateway.running;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

  /** As the wallet reads it. */
  async function transaction(id: string): Promise<Sep24Transaction> {
    const answer = await gateway.ask(`/sep24/transaction?id=${id}`, { headers });
    return one.parse(await answer.json()).transaction;
  }

  async function until(id: string, ...wanted: string[]): Promise<Sep24Transaction> {
    let last = "";
    return await gateway.until(`${id} to be ${wanted.join(" or ")}`, async () => {
      const found = await transaction(id);
      last = found.status;
      return wanted.includes(last) ? found : null;
    }).catch((error: unknown) => {
      throw new Error(`${id} is ${last}, not ${wanted.join(" or ")}`, { cause: error });
    });
  }

  /** Asks for a link, and goes as far as the wallet does. */
  async function link(kind: "deposit" | "withdraw", fields: HostedFields = {}) {
    const answer = await gateway.ask(`/sep24/transactions/${kind}/interactive`, {
      method: "POST",
      headers,
      body: JSON.stringify({ asset_code: gateway.code, ...fields }),
    });
    const body: unknown = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(body));
    return linked.parse(body);
  }

  /** Chooses an amount for a draft, and waits until it can be paid. */
  async function choose(id: string, amount: string): Promise<Sep24Transaction> {
    const units = parseUnits(amount) ?? assert.fail(amount);
    const chosen = await core.choose(id, { amount: units, method: "bank_account" });
    assert.equal(chosen.kind, "chosen");
    return await until(id, "pending_user_transfer_start");
  }

  /** Asks, and chooses. @returns the id of what can be paid */
  async function ask(
    kind: "deposit" | "withdraw",
    amount: string,
    fields: HostedFields = {},
  ): Promise<string> {
    const { id } = await link(kind, fields);
    await choose(id, amount);
    return id;
  }

  /** Pays at the bank what a deposit waits for. */
  async function payIn(id: string, amount: string): Promise<void> {
    const transfer = await findTransfer(core.db, id);
    assert.ok(transfer?.reference, `${id} has a reference`);
    await gateway.bank.payIn({ reference: transfer.reference, amount });
  }

  /** Where the tokens of a withdrawal are to be sent, as the wallet is told. */
  async function payee(id: string): Promise<{ readonly to: string; readonly memo: string }> {
    const told = await transaction(id);
    assert.ok(told.kind === "withdrawal" && told.withdraw_anchor_account && told.withdraw_memo);
    assert.equal(told.withdraw_memo_type, "id");
    return { to: told.withdraw_anchor_account, memo: told.withdraw_memo };
  }

  /** Sends the tokens of a withdrawal as the wallet was told. @returns the hash */
  async function send(id: string, amount: string): Promise<string> {
    return await wallet.pay({ ...await payee(id), amount, code: gateway.code, issuer: gateway.issuer });
  }

  return {
    wallet,
    token,
    holds,
    transaction,
    until,
    link,
    choose,
    ask,
    payIn,
    payee,
    send,
    /** A whole deposit. */
    async deposit(amount: string, fields: HostedFields = {}) {
      const id = await ask("deposit", amount, fields);
      await payIn(id, amount);
      const done = await until(id, "completed");
      assert.ok(done.kind === "deposit");
      return done;
    },
    /** A whole withdrawal. */
    async withdraw(amount: string, fields: HostedFields = {}): Promise<Sep24Transaction> {
      const id = await ask("withdraw", amount, fields);
      await send(id, amount);
      return await until(id, "completed");
    },
  };
}
