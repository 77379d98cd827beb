/**
 * Whether the books agree with the world: what they say of the bank with the bank's own balance, what they say is
 * outstanding with what Horizon counts in others' hands (M-23).
 * @module
 */
import { z } from "zod";
import { checkBooks, readBooks } from "../../core/money/equation.ts";
import type { Database } from "../../core/records/database.ts";
import { formatUnits, parseUnits } from "../../plugins/money.ts";

/** Where bank and ledger answer. */
export interface Witnesses {
  /** `…/sandbox` */
  readonly sandboxUrl: string;
  readonly horizonUrl: string;
}

/** An asset of the books. */
export interface BookedAsset {
  readonly id: string;
  readonly code: string;
  readonly issuer: string;
}

/** What is compared. */
export interface Comparison {
  readonly db: Database;
  /** `G…` of our account. */
  readonly distribution: string;
  readonly assets: readonly BookedAsset[];
  /** What was in others' hands before the books began, by asset id; nothing when absent. */
  readonly before?: ReadonlyMap<string, bigint>;
}

const assetPage = z.object({
  _embedded: z.object({
    records: z.array(z.object({
      balances: z.record(z.string(), z.string()),
      claimable_balances_amount: z.string(),
    })),
  }),
});

const account = z.object({
  balances: z.array(z.object({
    balance: z.string(),
    asset_code: z.string().optional(),
    asset_issuer: z.string().optional(),
  })),
});

const accounts = z.object({ accounts: z.array(z.object({ name: z.string(), balance: z.string() })) });

/** What is wrong, a line each; empty when books, bank and ledger agree to the last unit. */
export async function disagreements(
  witnesses: Witnesses,
  { db, distribution, assets, before }: Comparison,
): Promise<string[]> {
  const faults = await checkBooks(db);
  const books = await readBooks(db);
  const total = (asset: string, name: string) => books[asset]?.[name] ?? 0n;
  const compare = (what: string, booked: bigint, found: bigint) => {
    if (booked === found) return;
    faults.push(`${what}: ${formatUnits(found)}, and the books say ${formatUnits(booked)}`);
  };
  const bank = accounts.parse(await read(`${witnesses.sandboxUrl}/bank/accounts`));
  for (const { name, balance } of bank.accounts) {
    const booked = assets.reduce((sum, { id }) => sum + total(id, `bank:${name}`), 0n);
    compare(`the bank account ${name} holds`, booked, parseUnits(balance) ?? 0n);
  }
  for (const asset of assets) {
    const outside = await inOthersHands(witnesses, distribution, asset) - (before?.get(asset.id) ?? 0n);
    compare(`what is outstanding of ${asset.code}`, -total(asset.id, "outstanding"), outside);
  }
  return faults;
}

/** What others than our account hold of an asset, on the ledger. */
export async function inOthersHands(
  { horizonUrl }: Pick<Witnesses, "horizonUrl">,
  distribution: string,
  { code, issuer }: BookedAsset,
): Promise<bigint> {
  const page = assetPage.parse(
    await read(`${horizonUrl}/assets?asset_code=${code}&asset_issuer=${issuer}`),
  );
  const supply = page._embedded.records.flatMap((record) => [
    record.claimable_balances_amount,
    ...Object.values(record.balances),
  ]).reduce((sum, text) => sum + (parseUnits(text) ?? 0n), 0n);
  const { balances } = account.parse(await read(`${horizonUrl}/accounts/${distribution}`));
  const line = balances.find((one) => one.asset_code === code && one.asset_issuer === issuer);
  return supply - (parseUnits(line?.balance ?? "0") ?? 0n);
}

async function read(url: string): Promise<unknown> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`);
  return JSON.parse(text);
}
