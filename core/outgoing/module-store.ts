/**
 * The store that instances of a module share across processes: a growing nonce, a token, a provider's keys. Sealed.
 * @module
 */
import type { PortStore } from "../../plugins/ports.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { acquire, release } from "../records/leases.ts";
import { rowsOfTable } from "../records/rows.ts";
import { sealedColumn } from "../records/sealed-column.ts";
import type { Vault } from "../records/vault.ts";
import { newId } from "../transfers/id.ts";

const stored = rowsOfTable("module_store");

/** What an instance keeps under a key. */
export const sealedModuleValue = sealedColumn("module_store", "value", "instance", "key");

/** The store of one instance. */
export function createModuleStore(
  { db, vault, instance, holder }: {
    readonly db: Database;
    readonly vault: Vault;
    readonly instance: string;
    /** Names this process in leases. */
    readonly holder: string;
  },
): PortStore {
  const place = (key: string) => sealedModuleValue.place(instance, key);
  return {
    async get(key) {
      const [row] = await db.query({
        sql: `select value, version from module_store
              where instance = ? and key = ? and (expires_ms is null or expires_ms > ${NOW_MS})`,
        args: [instance, key],
      });
      if (!row) return null;
      return {
        value: vault.openText(place(key), stored.bytes(row, "value")),
        version: stored.count(row, "version"),
      };
    },
    async swap(key, version, value, ttlSeconds) {
      const sealed = vault.seal(place(key), value);
      const ttl = ttlSeconds === undefined ? null : ttlSeconds * 1000;
      // Not the bytes: they may have been sealed anew, by another key, before it is read back.
      const writeId = newId();
      const committed = {
        sql: "select 1 from module_store where instance = ? and key = ? and write_id = ?",
        args: [instance, key, writeId],
      };
      const statements = version === null
        // Versions of a key only grow, also over what has expired: who read the old value must not swap the new one.
        ? compareAndSet({
          sql: `insert into module_store (instance, key, value, version, write_id, expires_ms)
                values (?, ?, ?, 1, ?, ${NOW_MS} + ?)
                on conflict (instance, key) do update set value = excluded.value, version = module_store.version + 1,
                  write_id = excluded.write_id, expires_ms = excluded.expires_ms
                where module_store.expires_ms <= ${NOW_MS}`,
          args: [instance, key, sealed, writeId, ttl],
        })
        : compareAndSet({
          sql:
            `update module_store set value = ?, version = version + 1, write_id = ?, expires_ms = ${NOW_MS} + ?
                where instance = ? and key = ? and version = ?`,
          args: [sealed, writeId, ttl, instance, key, version],
        });
      const result = await db.write(statements, { committed });
      return result.kind === "written";
    },
    async once(name, ttlSeconds, work) {
      const lease = await acquire(db, `module:${instance}:${name}`, holder, ttlSeconds * 1000);
      if (!lease) return null;
      try {
        return await work();
      } finally {
        await release(db, lease);
      }
    },
  };
}
