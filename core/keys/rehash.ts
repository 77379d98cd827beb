/**
 * Makes the hashes by which customers are found anew, with the first index key, out of the values that they belong to.
 *
 * As `reseal.ts` it needs no position: a hash begins with the id of its key. A customer's hashes of one name are replaced
 * together, and only while the value is the one that was opened; until then both keys' hashes find the customer. A hash
 * whose value is gone leads nowhere and is dropped.
 * @module
 */
import { sealedValue } from "../customers/customer.ts";
import { hashesOf } from "../customers/index-hashes.ts";
import { repeatable } from "../records/database.ts";
import type { Row, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { HEAD_BYTES, VaultError } from "../records/vault.ts";
import { pagesOf } from "./pages.ts";
import type { Walking } from "./reseal.ts";
import { valueHashes, walkOfHashes } from "./sealed-columns.ts";

/** The hashes of one value. */
interface Owner {
  readonly customerId: string;
  readonly name: string;
  /** How many of them are to be replaced. */
  readonly stale: number;
}

const indexes = rowsOfTable("customer_indexes");
const values = rowsOfTable("customer_values");

/** Values whose hashes are replaced in one write. */
const OWNERS_A_BATCH = 25;
/** How often a value is read again that changes under our hands; the next run meets it otherwise. */
const ROUNDS = 5;

/** Walks all hashes of values. */
export async function rehash(on: Walking): Promise<void> {
  const { table, column } = valueHashes;
  let looked = 0;
  let moved = 0;
  for await (const page of pagesOf(on.db, walkOfHashes)) {
    const owners = ownersOf(page.filter((row) => !on.vault.isCurrentIndex(indexes.text(row, "hash"))));
    for (let n = 0; n < owners.length; n += OWNERS_A_BATCH) {
      if (on.isStopped()) return;
      moved += await hashAnew(on, owners.slice(n, n + OWNERS_A_BATCH));
    }
    looked += page.length;
    if (on.isStopped()) return;
    on.progress({ table, column, looked, moved, isOver: false });
  }
  on.progress({ table, column, looked, moved, isOver: true });
}

function ownersOf(rows: readonly Row[]): Owner[] {
  const owners = new Map<string, Owner>();
  for (const row of rows) {
    const [customerId, name] = [indexes.text(row, "customer_id"), indexes.text(row, "name")];
    const stale = (owners.get(`${customerId}/${name}`)?.stale ?? 0) + 1;
    owners.set(`${customerId}/${name}`, { customerId, name, stale });
  }
  return [...owners.values()];
}

/** @returns how many hashes were replaced */
async function hashAnew(on: Walking, batch: readonly Owner[]): Promise<number> {
  let moved = 0;
  let owners = batch;
  for (let round = 0; round < ROUNDS && owners.length > 0; round++) {
    const read = await on.db.read(owners.map((owner) => valueOf(on, owner)));
    const changes = owners.flatMap((owner, n) => {
      const found = read[n]?.[0];
      if (found === undefined || values.count(found, "stale") === 0) {
        // Done after all, though no answer said so; or by another run at the same moment, which counts it too.
        if (round > 0) moved += owner.stale;
        return [];
      }
      const statements = statementsOf(on, owner, values.bytesOrNull(found, "value"));
      return statements === null ? [] : [{ owner, statements }];
    });
    if (changes.length === 0) break;
    const result = await on.db.write(changes.flatMap(({ statements }) => statements), repeatable);
    const rows = result.kind === "written" ? result.rows : [];
    let at = 0;
    const missed = changes.filter(({ statements }) => {
      at += statements.length;
      // The last statement of each takes the old hashes away, and tells of them.
      return (rows[at - 1]?.length ?? 0) === 0;
    }).map(({ owner }) => owner);
    moved += changes.filter(({ owner }) => !missed.includes(owner))
      .reduce((sum, { owner }) => sum + owner.stale, 0);
    owners = missed;
  }
  return moved;
}

const OWN = "customer_id = ? and name = ?";
const IS_OLD = "substr(hash, 1, 16) <> ?";

function valueOf({ vault }: Walking, { customerId, name }: Owner): Statement {
  const owner = [customerId, name];
  return {
    sql: `select (select count(*) from customer_indexes where ${OWN} and ${IS_OLD}) as stale,
      (select value from customer_values where ${OWN} and file_id is null) as value`,
    args: [...owner, vault.indexKeyIds[0] ?? "", ...owner],
  };
}

/** Null for a value that does not open. */
function statementsOf(
  { vault, unopened }: Walking,
  { customerId, name }: Owner,
  sealed: Uint8Array | null,
): Statement[] | null {
  const owner = [customerId, name];
  const current = vault.indexKeyIds[0] ?? "";
  if (sealed === null) {
    return [{
      sql: `delete from customer_indexes where ${OWN} and ${IS_OLD}
        and not exists (select 1 from customer_values where ${OWN} and file_id is null) returning 1`,
      args: [...owner, current, ...owner],
    }];
  }
  const place = sealedValue.place(customerId, name);
  try {
    const anew = hashesOf(vault, name, vault.openText(place, sealed));
    const unchanged = `exists (select 1 from customer_values where ${OWN}
      and substr(value, 1, ${HEAD_BYTES}) = ?)`;
    const same = [...owner, sealed.subarray(0, HEAD_BYTES)];
    return [
      ...anew.map(({ kind, hash }) => ({
        sql: `insert or ignore into customer_indexes (customer_id, name, kind, hash)
          select ?, ?, ?, ? where ${unchanged}`,
        args: [...owner, kind, hash, ...same],
      })),
      {
        sql: `delete from customer_indexes where ${OWN} and ${IS_OLD} and ${unchanged} returning 1`,
        args: [...owner, current, ...same],
      },
    ];
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    const { why, keyId } = error;
    unopened({
      ...valueHashes,
      row: place.row,
      why,
      ...(keyId === undefined ? {} : { keyId }),
    });
    return null;
  }
}
