/**
 * The books by themselves (M-23, M-25) and against the world: what they say of the bank against the bank's own balance,
 * what they say is outstanding against what Horizon counts in others' hands.
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { checkBooks, readBooks } from "../../core/money/equation.ts";
import type { Database } from "../../core/records/database.ts";
import { parseUnits } from "../../plugins/money.ts";
import type { World } from "./world.ts";

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

/** Fails when books, bank and ledger do not agree to the last unit. */
export async function booksAgree(
  world: World,
  db: Database,
  distribution: string,
  assets: readonly { readonly id: string; readonly code: string; readonly issuer: string }[],
): Promise<void> {
  const books = await readBooks(db);
  const total = (asset: string, name: string) => books[asset]?.[name] ?? 0n;
  assert.deepEqual(await checkBooks(db), []);

  for (const { name, balance } of await world.bank.accounts()) {
    const booked = assets.reduce((sum, { id }) => sum + total(id, `bank:${name}`), 0n);
    assert.equal(booked, parseUnits(balance), `the bank account ${name} holds ${balance}`);
  }
  for (const { id, code, issuer } of assets) {
    const outside = await supply(world, code, issuer) - await held(world, distribution, code, issuer);
    assert.equal(-total(id, "outstanding"), outside, `what is outstanding of ${code}`);
  }
}

async function supply(world: World, code: string, issuer: string): Promise<bigint> {
  const page = assetPage.parse(
    await read(`${world.horizonUrl}/assets?asset_code=${code}&asset_issuer=${issuer}`),
  );
  return page._embedded.records.flatMap((record) => [
    record.claimable_balances_amount,
    ...Object.values(record.balances),
  ]).reduce((sum, text) => sum + (parseUnits(text) ?? 0n), 0n);
}

async function held(world: World, owner: string, code: string, issuer: string): Promise<bigint> {
  const { balances } = account.parse(await read(`${world.horizonUrl}/accounts/${owner}`));
  const line = balances.find((one) => one.asset_code === code && one.asset_issuer === issuer);
  return parseUnits(line?.balance ?? "0") ?? 0n;
}

async function read(url: string): Promise<unknown> {
  const answer = await fetch(url);
  assert.equal(answer.status, 200, url);
  const json: unknown = await answer.json();
  return json;
}
