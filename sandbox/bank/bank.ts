/**
 * What the sandbox bank's operations work with, and how a transfer is written with all that follows from it.
 * @module
 */
import type { InStatement } from "@libsql/client";
import type { InTurn } from "../in-turn.ts";
import type { Webhooks } from "../webhooks/mod.ts";
import { isWhole, readAmount } from "./amount.ts";
import { Problem } from "../http/problem.ts";
import type { Account, Records } from "./records.ts";
import type { Transfer } from "./transfer.ts";
import { inboundView, payoutView } from "./views.ts";

/** What an operation works with. */
export interface Bank {
  readonly records: Records;
  readonly webhooks: Webhooks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The bearer of every account; the first bearer that an account sees when absent. */
  readonly key: string | null;
  /** For the question before booking. */
  readonly fetch: typeof fetch;
  readonly closed: AbortSignal;
  /** Runs one event after the other: the bank reads, decides and writes without anybody in between. */
  readonly inTurn: InTurn;
}

/** A random account number of 16 digits that begins with `prefix`, within a German IBAN where the account has such. */
export function newNumber(prefix: string, { numbers }: Pick<Account["shape"], "numbers">): string {
  const digits = crypto.getRandomValues(new Uint8Array(16 - prefix.length)).map((byte) => byte % 10);
  const number = prefix + digits.join("");
  return numbers === "iban" ? ibanOf(number) : number;
}

/** ISO 13616: check digits with which all of it leaves 1 over 97, `DE` written as 1314. */
function ibanOf(number: string): string {
  const account = number.padStart(18, "0");
  const check = 98n - BigInt(`${account}131400`) % 97n;
  return `DE${check.toString().padStart(2, "0")}${account}`;
}

/** The account, which must exist. */
export async function accountNamed(bank: Bank, name: string): Promise<Account> {
  const account = await bank.records.account(name);
  if (!account) throw new Problem(404, "account_unknown", `Cannot find account ${name}: set it up first`);
  return account;
}

/** An amount above zero that the account can move. */
export function amountFor(account: Account, text: string): bigint {
  const units = readAmount(text);
  if (units === null || units <= 0n) {
    throw new Problem(422, "invalid_amount", "Cannot read the amount: write a decimal above zero");
  }
  if (!isWhole(units, account.shape.decimals)) {
    throw new Problem(
      422,
      "invalid_amount",
      `Cannot move the amount: at most ${account.shape.decimals} decimals`,
    );
  }
  return units;
}

/** Writes a transfer with its entries and its news, then lets the news go out. */
export async function commit(
  bank: Bank,
  account: Account,
  next: Transfer,
  before: Transfer | null,
  more: InStatement[] = [],
): Promise<void> {
  await bank.records.write([
    ...bank.records.keepTransfer(next, before),
    ...newsOf(bank, account, next),
    ...more,
  ]);
  void bank.webhooks.flush();
}

function newsOf(bank: Bank, account: Account, transfer: Transfer): InStatement[] {
  const { shape, webhook } = account;
  if (webhook === null || shape.webhook === "none" || transfer.kind === "debit") return [];
  const subscription = { ...webhook, kind: shape.webhook };
  const inbound = transfer.direction === "in";
  return [bank.webhooks.keep(account.name, subscription, {
    type: inbound ? "inbound" : "payout",
    id: inbound ? transfer.id : transfer.key ?? transfer.id,
    data: inbound ? inboundView(account, transfer) : payoutView(account, transfer),
  })];
}
