/**
 * Leases with fencing tokens: who does a job now. A lease only saves work; no rule of money rests on it (M-30).
 *
 * Table `leases(name text primary key, holder text not null, token integer not null, until_ms integer not null)`. The
 * token of a name only grows, and each taking and each release moves it.
 * @module
 */
import { NOW_MS } from "./clock.ts";
import { repeatable } from "./database.ts";
import type { Database, Statement } from "./database.ts";
import { compareAndSet, expect } from "./expect-changed.ts";
import { rowsOfTable } from "./rows.ts";

/** A lease that was taken; what proves it is the token. */
export interface Lease {
  readonly name: string;
  /** Grows with every taking of this name. */
  readonly token: bigint;
}

const leases = rowsOfTable("leases");

/**
 * Takes the lease when nobody holds it or the last holder's time has run out by the database's clock.
 * @param holder who asks, for a person who reads the table
 * @param ttlMs how long it is held without {@link renew}
 * @returns the lease, or null while another (or this very holder, in another run) has it
 */
export async function acquire(
  db: Database,
  name: string,
  holder: string,
  ttlMs: number,
): Promise<Lease | null> {
  // Made before the first try: after a lost answer it tells our own taking from anybody else's.
  const run = `${holder} ${crypto.randomUUID()}`;
  const taken: Statement = {
    sql: "select token from leases where name = :name and holder = :run",
    args: { name, run },
  };
  const result = await db.write([{
    sql: `insert into leases (name, holder, token, until_ms) values (:name, :run, 1, ${NOW_MS} + :ttl)
      on conflict (name) do update
        set holder = excluded.holder, token = leases.token + 1, until_ms = excluded.until_ms
        where leases.until_ms <= ${NOW_MS}
      returning token`,
    args: { name, run, ttl: ttlMs },
  }], { committed: taken });
  if (result.kind !== "written") return null;
  const [row] = result.rows[0] ?? await db.query(taken);
  return row === undefined ? null : { name, token: leases.integer(row, "token") };
}

/** Holds the lease for `ttlMs` more from now; false when it is another's by now, true else. */
export async function renew(db: Database, lease: Lease, ttlMs: number): Promise<boolean> {
  const { name, token } = lease;
  const result = await db.write(
    compareAndSet({
      sql: `update leases set until_ms = ${NOW_MS} + :ttl where name = :name and token = :token`,
      args: { name, token, ttl: ttlMs },
    }),
    repeatable,
  );
  return result.kind === "written";
}

/** Gives the lease back; what was prepared under it and is written later comes out stale. */
export async function release(db: Database, lease: Lease): Promise<void> {
  const { name, token } = lease;
  await db.write([{
    sql:
      "update leases set holder = '', token = token + 1, until_ms = 0 where name = :name and token = :token",
    args: { name, token },
  }], repeatable);
}

/** What a write batch under a lease begins with: it makes the batch stale when the token is no longer ours. */
export function fenced(lease: Lease): Statement[] {
  const { name, token } = lease;
  return [expect("exists (select 1 from leases where name = :name and token = :token)", { name, token })];
}
