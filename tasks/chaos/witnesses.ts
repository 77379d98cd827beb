/**
 * What bank and ledger of a campaign say themselves, payment by payment.
 * @module
 */
import { z } from "zod";
import { parseUnits } from "../../plugins/money.ts";
import type { Witnesses } from "../load/agreement.ts";

/** A payment at the bank, as it stands. */
export interface BankPayment {
  readonly id: string;
  /** Which of our accounts. */
  readonly account: string;
  readonly direction: "in" | "out";
  readonly state: string;
  readonly amount: bigint;
  /** By which we told the bank to pay. */
  readonly key: string | null;
  /** Whom it went to. */
  readonly to: string;
}

/** A payment on the ledger that our account made or got. */
export interface LedgerPayment {
  /** Of the operation. */
  readonly id: string;
  /** Of the payment's own envelope, whoever paid for it. */
  readonly hash: string;
  /** Of the outer envelope, where it was bumped. */
  readonly bump: string | null;
  readonly direction: "in" | "out";
  readonly isNative: boolean;
  readonly amount: bigint;
  /** `G…`, the other side. */
  readonly other: string;
}

/** Tokens that the issuer took back from somebody. */
export type Clawback = Pick<LedgerPayment, "hash" | "bump" | "amount">;

const units = z.string().transform((text) => parseUnits(text) ?? -1n);
const bankPage = z.object({
  transfers: z.array(z.object({
    id: z.string(),
    account: z.string(),
    direction: z.enum(["in", "out"]),
    state: z.string(),
    amount: units,
    key: z.string().nullish().transform((key) => key ?? null),
    beneficiary: z.record(z.string(), z.string()).nullish(),
  })),
});
const operation = z.object({
  id: z.string(),
  paging_token: z.string(),
  type: z.string(),
  transaction_hash: z.string(),
  source_account: z.string(),
  amount: units.optional(),
  asset_type: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  transaction: z.object({ inner_transaction: z.object({ hash: z.string() }).optional() }),
  claimants: z.array(z.object({ destination: z.string() })).optional(),
});
const operationPage = z.object({ _embedded: z.object({ records: z.array(operation) }) });

const BANK_PAGE = 1000;
const LEDGER_PAGE = 200;

/** Every payment that the bank knows, the oldest first. */
export async function bankPayments({ sandboxUrl }: Pick<Witnesses, "sandboxUrl">): Promise<BankPayment[]> {
  const all: BankPayment[] = [];
  // Positions are counted from 1 without a gap.
  for (let before = BANK_PAGE + 1;; before += BANK_PAGE) {
    const page = bankPage.parse(
      await readJson(`${sandboxUrl}/bank/transfers?before=${before}&limit=${BANK_PAGE}`),
    );
    all.push(
      ...page.transfers.toReversed().map(({ beneficiary, ...payment }) => ({
        ...payment,
        to: beneficiary?.["bank_account_number"] ?? "",
      })),
    );
    if (page.transfers.length < BANK_PAGE) return all;
  }
}

/** Every payment on the ledger between our account and anybody but the issuer, the oldest first. */
export async function ledgerPayments(
  witnesses: Pick<Witnesses, "horizonUrl">,
  ours: string,
  issuer: string,
): Promise<LedgerPayment[]> {
  const records = await operationsOf(witnesses, ours);
  return records.flatMap((record) => paymentOf(record, ours) ?? []).filter(({ other }) => other !== issuer);
}

/** What the issuer has clawed back. */
export async function clawbacksBy(
  witnesses: Pick<Witnesses, "horizonUrl">,
  issuer: string,
): Promise<Clawback[]> {
  const records = await operationsOf(witnesses, issuer);
  return records.filter(({ type }) => type === "clawback").map((record) => ({
    ...hashesOf(record),
    amount: record.amount ?? 0n,
  }));
}

/** Where an account's last operation stands in the ledger's history; 0 before the first. */
export async function lastPosition(
  { horizonUrl }: Pick<Witnesses, "horizonUrl">,
  account: string,
): Promise<bigint> {
  const page = operationPage.parse(
    await readJson(`${horizonUrl}/accounts/${account}/operations?order=desc&limit=1&join=transactions`),
  );
  return BigInt(page._embedded.records[0]?.paging_token ?? 0);
}

/** Every operation of an account, the oldest first. */
async function operationsOf(
  { horizonUrl }: Pick<Witnesses, "horizonUrl">,
  account: string,
): Promise<z.output<typeof operation>[]> {
  const all: z.output<typeof operation>[] = [];
  for (let cursor = "";;) {
    const page = operationPage.parse(
      await readJson(
        `${horizonUrl}/accounts/${account}/operations?order=asc&limit=${LEDGER_PAGE}&cursor=${cursor}&join=transactions`,
      ),
    )._embedded.records;
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < LEDGER_PAGE) return all;
    cursor = last.paging_token;
  }
}

function paymentOf(record: z.output<typeof operation>, ours: string): LedgerPayment | null {
  const { id, amount, from, to, source_account: source, claimants } = record;
  const { hash, bump } = hashesOf(record);
  if (amount === undefined) return null;
  const isNative = record.asset_type === "native";
  if (record.type === "create_claimable_balance" && source === ours) {
    const other = claimants?.[0]?.destination ?? "";
    return { id, hash, bump, amount, isNative: false, direction: "out", other };
  }
  if (record.type !== "payment") return null;
  if (from === ours) return { id, hash, bump, amount, isNative, direction: "out", other: to ?? "" };
  return to === ours ? { id, hash, bump, amount, isNative, direction: "in", other: from ?? "" } : null;
}

function hashesOf(
  { transaction_hash: outer, transaction }: z.output<typeof operation>,
): Pick<LedgerPayment, "hash" | "bump"> {
  const inner = transaction.inner_transaction?.hash;
  return { hash: inner ?? outer, bump: inner === undefined ? null : outer };
}

/** Reads what answers JSON. */
export async function readJson(url: string): Promise<unknown> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return JSON.parse(text);
}
