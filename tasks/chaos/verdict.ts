/**
 * What became of a campaign: every customer's money on the ledger and at the bank, as Horizon and the bank themselves say,
 * beside what the stories say it must be; the books beside both; and nothing left that is undecided.
 * @module
 */
import { z } from "zod";
import type { Database } from "../../core/records/database.ts";
import { readBooks } from "../../core/money/equation.ts";
import { formatUnits, parseUnits } from "../../plugins/money.ts";
import { type BookedAsset, disagreements, type Witnesses } from "../load/agreement.ts";
import { type Ending, whole } from "./stories.ts";
import { type Played, TOKENS } from "./workload.ts";

/** What is judged. */
export interface Case {
  readonly witnesses: Witnesses;
  readonly db: Database;
  readonly distribution: string;
  readonly asset: BookedAsset;
  readonly played: readonly Played[];
  /** All stories together. */
  readonly ending: Ending;
  /** What others held before, units of 10⁻⁷. */
  readonly before: bigint;
}

const page = z.object({
  transfers: z.array(z.object({
    state: z.string(),
    amount: z.string(),
    beneficiary: z.record(z.string(), z.string()).optional(),
  })),
});
const account = z.object({
  balances: z.array(z.object({ balance: z.string(), asset_code: z.string().optional() })),
});
const counted = z.object({ what: z.string(), count: z.bigint() });

/** Whose alarm nobody wants: the stories call for operators in other ways alone. */
const ALARMS = [
  "statement_debit",
  "statement_gap",
  "payout_undecidable",
  "payout_mismatch",
  "ledger_history",
  "effect_parked",
  "inbox_parked",
  "operation_set_aside",
  "receipt_changed",
  "receipt_reversed",
  "source_unfit",
];

/** Each row with a count above zero is something that is not at its end. */
const LEFT = `
  select 'transfers that hold money' as what, count(*) as count from transfers
    where state in ('asking', 'funded', 'trusting', 'paying', 'refunding', 'on_hold')
  union all select 'attempts that are undecided', count(*) from attempts where state in ('stored', 'sent', 'undecidable')
  union all select 'refunds that are undecided', count(*) from refunds where state in ('stored', 'sent')
  union all select 'errands that are undecided', count(*) from ledger_errands where state in ('stored', 'undecidable')
  union all select 'sources that are taken', count(*) from stellar_sources where attempt_id is not null
  union all select 'operations that nobody has read', count(*) from ledger_operations where state = 'new'
  union all select 'alarms of kind ' || kind || ' (' || detail || ')', count(*) from alarms
    where closed_ms is null and kind in (${
  ALARMS.map((kind) => `'${kind}'`).join(", ")
}) group by kind, detail`;

/** What is not at its end, a line each. */
export async function leftovers(db: Database): Promise<string[]> {
  const rows = (await db.query({ sql: LEFT })).map((row) => counted.parse(row));
  return rows.filter(({ count }) => count > 0n).map(({ what, count }) => `${what}: ${count}`);
}

/** What is kept apart in the books, as the stories count it. */
export async function keptApart(
  db: Database,
  { id }: BookedAsset,
): Promise<{ asset: bigint; native: bigint }> {
  const books = await readBooks(db);
  return { asset: -(books[id]?.["suspense"] ?? 0n), native: -(books["native"]?.["suspense"] ?? 0n) };
}

/** Everything that is wrong, a line each; empty when every unit is in exactly one place. */
export async function judgeCase(
  { witnesses, db, distribution, asset, played, ending, before }: Case,
): Promise<string[]> {
  const faults = played.flatMap(({ number, failure }) =>
    failure === null ? [] : [`customer ${number}: ${failure}`]
  );
  faults.push(...await leftovers(db));
  const apart = await keptApart(db, asset);
  const wantedApart = { asset: ending.apart.bank + ending.apart.tokens, native: ending.apart.native };
  for (const name of ["asset", "native"] as const) {
    if (apart[name] === wantedApart[name]) continue;
    faults.push(`kept apart (${name}): ${formatUnits(apart[name])}, not ${formatUnits(wantedApart[name])}`);
  }
  const paid = await paidByAccount(witnesses);
  for (const { number, account: holder, bankAccount, ending, failure } of played) {
    if (failure !== null) continue;
    const holds = await tokensOf(witnesses, holder, asset.code);
    const mustHold = whole(TOKENS) + ending.tokens;
    if (holds !== mustHold) {
      faults.push(`customer ${number} holds ${formatUnits(holds)}, not ${formatUnits(mustHold)}`);
    }
    const got = sorted(paid.get(bankAccount) ?? []);
    const mustGet = sorted(ending.paid);
    if (got !== mustGet) faults.push(`customer ${number} was paid [${got}] by the bank, not [${mustGet}]`);
  }
  return [
    ...faults,
    ...await disagreements(witnesses, {
      db,
      distribution,
      assets: [asset],
      before: new Map([[asset.id, before]]),
    }),
  ];
}

function sorted(amounts: readonly bigint[]): string {
  return [...amounts].sort((a, b) => a < b ? -1 : 1).map(formatUnits).join(", ");
}

async function tokensOf({ horizonUrl }: Witnesses, holder: string, code: string): Promise<bigint> {
  const { balances } = account.parse(await read(`${horizonUrl}/accounts/${holder}`));
  return parseUnits(balances.find(({ asset_code }) => asset_code === code)?.balance ?? "0") ?? 0n;
}

/** What the bank has paid out for good, by the account that got it. */
async function paidByAccount({ sandboxUrl }: Witnesses): Promise<Map<string, bigint[]>> {
  const { transfers } = page.parse(await read(`${sandboxUrl}/bank/transfers?direction=out&limit=1000`));
  const paid = new Map<string, bigint[]>();
  for (const { state, amount, beneficiary } of transfers) {
    if (state === "failed" || state === "returned") continue;
    const to = beneficiary?.["bank_account_number"] ?? "";
    paid.set(to, [...paid.get(to) ?? [], parseUnits(amount) ?? 0n]);
  }
  return paid;
}

async function read(url: string): Promise<unknown> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return JSON.parse(text);
}
