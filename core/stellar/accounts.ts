/**
 * Our own accounts (M-13): what they send each other is an internal movement, and no customer is paid at one of them.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { repeatable } from "../records/database.ts";
import { parseAccount } from "../auth/strkey.ts";

/** Every account of ours, as `G…`. */
export interface OwnAccounts {
  /** Pays out and receives. */
  readonly distribution: string;
  readonly issuers: readonly string[];
  /** Pays fee bumps and starting balances; the distribution account where none is set. */
  readonly fee: string;
  /** Sources of transactions only (M-5). */
  readonly channels: readonly string[];
  /** What they send is no customer's. */
  readonly treasury: readonly string[];
}

/** Each of our accounts once. */
export function accountsOf(own: OwnAccounts): readonly string[] {
  return [
    ...new Set([own.distribution, own.fee, ...own.channels, ...own.issuers, ...own.treasury]),
  ];
}

/**
 * A test of membership for `G…` and `M…`; the base account counts.
 * @example const isOurs = ownership(own); isOurs(transfer.account)
 */
export function ownership(own: OwnAccounts): (account: string) => boolean {
  const all = new Set(accountsOf(own));
  return (account) => all.has(account) || all.has(parseAccount(account)?.account ?? "");
}

/**
 * The accounts whose operations are read (M-9): those that hold or send customers' value. The issuer's stream is the
 * supply of the asset and not our movements; what an issuer does to us appears in our own streams.
 */
export function watchedAccounts(own: OwnAccounts): readonly string[] {
  return [...new Set([...payingAccounts(own), ...own.channels])];
}

/**
 * Those of them whose operations move customers' value, so that a payout waits until they have been read (M-14). A
 * channel lends its sequence alone: what it signed for stands in the payer's stream.
 */
export function payingAccounts(own: OwnAccounts): readonly string[] {
  return [...new Set([own.distribution, own.fee, ...own.treasury])];
}

/** Reads that each find a row once {@link registerSources} has been done. */
export function sourceRows(own: OwnAccounts): readonly Statement[] {
  return [own.distribution, ...own.channels].map((account) => ({
    sql: "select 1 from stellar_sources where account = ?",
    args: [account],
  }));
}

/** Lists the accounts that may be the source of an envelope in `stellar_sources`; safe to repeat. */
export async function registerSources(db: Database, own: OwnAccounts): Promise<void> {
  const rows: (readonly [string, "distribution" | "channel"])[] = [
    [own.distribution, "distribution"],
    ...own.channels.map((account) => [account, "channel"] as const),
  ];
  const statements = rows.map(([account, role]): Statement => ({
    sql:
      "insert into stellar_sources (account, role, attempt_id, version) values (?, ?, null, 0) on conflict do nothing",
    args: [account, role],
  }));
  await db.write(statements, repeatable);
}
