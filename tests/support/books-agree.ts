/**
 * The books against the world: what they say of the bank against the bank's own balance, what they say is outstanding
 * against what Horizon counts in others' hands (M-23), with every batch in balance.
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
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
  const sums = await db.query({
    sql: `select asset, account, sum(amount) as total from postings group by asset, account`,
  });
  const total = (asset: string, name: string) =>
    sums.filter((row) => row.asset === asset && row.account === name).reduce(
      (sum, row) => sum + BigInt(String(row.total)),
      0n,
    );
  for (const { id } of assets) {
    const all = sums.filter((row) => row.asset === id).reduce(
      (sum, row) => sum + BigInt(String(row.total)),
      0n,
    );
    assert.equal(all, 0n, `the books of ${id} are out of balance`);
  }
  const unbalanced = await db.query({
    sql: "select batch from postings group by batch, asset having sum(amount) <> 0",
  });
  assert.deepEqual(unbalanced, [], "a batch is out of balance");

  for (const { name, balance } of await world.bank.accounts()) {
    const booked = assets.reduce((sum, { id }) => sum + total(id, `bank:${name}`), 0n);
    assert.equal(booked, parseUnits(balance), `the bank account ${name} holds ${balance}`);
  }
  for (const { id, code, issuer } of assets) {
    const outside = await supply(world, code, issuer) - await held(world, distribution, code, issuer);
    assert.equal(-total(id, "outstanding"), outside, `what is outstanding of ${code}`);
  }

  const [row] = await db.query({
    sql: `select coalesce(sum(received - refunded), 0) as held from transfers
          where state in ('funded', 'trusting', 'paying', 'refunding', 'on_hold')`,
  });
  const inFlight = assets.reduce((sum, { id }) => sum - total(id, "in_flight"), 0n);
  assert.equal(inFlight, BigInt(String(row?.held ?? 0)), "in flight is not what the open transfers say");
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
