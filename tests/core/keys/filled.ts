/**
 * Records in which every sealed column and every column of hashes holds something, and what they say in the clear.
 * @module
 */
import assert from "node:assert/strict";
import { createFiles } from "../../../core/customers/files.ts";
import { sealedValue } from "../../../core/customers/customer.ts";
import { hashesOf } from "../../../core/customers/index-hashes.ts";
import { sealedAnswer } from "../../../core/customers/kyc-case.ts";
import { sealedUrl } from "../../../core/customers/registration.ts";
import { sealedCodeRef } from "../../../core/customers/verifications.ts";
import { sealedAddress } from "../../../core/bank/instructions.ts";
import { sealedPayer } from "../../../core/bank/receipts.ts";
import { sealedColumns } from "../../../core/keys/sealed-columns.ts";
import { createModuleStore } from "../../../core/outgoing/module-store.ts";
import type { Database, Row, Statement } from "../../../core/records/database.ts";
import { sealedNote } from "../../../core/records/alarms.ts";
import { createInbox } from "../../../core/records/inbox.ts";
import { createOutbox } from "../../../core/records/outbox.ts";
import { createVault } from "../../../core/records/vault.ts";
import type { Vault } from "../../../core/records/vault.ts";
import { sealedDestination } from "../../../core/transfers/approvals.ts";
import {
  sealedBeneficiary,
  sealedCallback,
  sealedEndCallback,
  sealedInstructions,
} from "../../../core/transfers/transfer.ts";
import { key } from "../records/memory.ts";

/** A vault with these keys for both purposes, each given as one byte. */
export const vaultOf = (...bytes: number[]): Vault =>
  createVault({ dataKeys: bytes.map(key), indexKeys: bytes.map((byte) => key(byte + 100)) });

/** Values of a customer in the clear, by SEP-9 name. */
const GIVEN = { first_name: "João", last_name: "da Silva", mobile_number: "+5511999998888" } as const;

/** What one customer leaves behind, in every table. */
export async function fill(db: Database, vault: Vault, n: number): Promise<void> {
  const id = String(n).padStart(26, "a");
  const row = (table: string, values: Readonly<Record<string, Row[string]>>): Statement => ({
    sql: `insert into ${table} (${Object.keys(values).join(", ")}) values (${
      Object.keys(values).map((name) => `:${name}`).join(", ")
    })`,
    args: values,
  });
  const names = Object.entries(GIVEN);
  const outbox = createOutbox({ db, vault });
  const written = await db.write([
    row("customers", {
      id,
      owner: `owner ${n}`,
      account: `owner ${n}`,
      version: 1,
      write_id: id,
      created_ms: 1,
    }),
    ...names.map(([name, value]) =>
      row("customer_values", {
        customer_id: id,
        name,
        value: vault.seal(sealedValue.place(id, name), value),
        given_version: 1,
        given_ms: 1,
      })
    ),
    ...names.flatMap(([name, value]) =>
      hashesOf(vault, name, value).map((hash) => row("customer_indexes", { customer_id: id, name, ...hash }))
    ),
    row("kyc_cases", {
      id: `case ${n}`,
      customer_id: id,
      type: "sep6",
      attempt: 1,
      level: "basic",
      instance: "bureau",
      state: "accepted",
      revision: 3,
      values_version: 1,
      answer: vault.sealJson(sealedAnswer.place(`case ${n}`), { n }),
      version: 2,
      write_id: id,
      changed_ms: 1,
    }),
    row("customer_callbacks", {
      customer_id: id,
      id: `callback ${n}`,
      url: vault.seal(sealedUrl.place(id), `https://wallet.example/${n}`),
      type: "sep6",
      status: "ACCEPTED",
      ended: 0,
      version: 4,
      write_id: id,
      set_ms: 1,
    }),
    row("customer_verifications", {
      customer_id: id,
      name: "mobile_number",
      given_version: 1,
      instance: "bureau",
      state: "sent",
      send_id: `send ${n}`,
      code_ref: vault.seal(sealedCodeRef.place(id, "mobile_number"), `code ${n}`),
      tries: 0,
      write_id: id,
    }),
    row("transfers", {
      id,
      kind: "withdrawal",
      protocol: "sep6",
      state: "waiting",
      version: 5,
      owner: `owner ${n}`,
      account: `owner ${n}`,
      customer_id: id,
      asset: "USDX",
      currency: "USD",
      method: "bank_account",
      rail: "bank",
      kyc: "bureau",
      tier: "light",
      terms: "{}",
      language: "en",
      instructions: vault.sealJson(sealedInstructions.place(id), { n }),
      beneficiary: vault.sealJson(sealedBeneficiary.place(id), { n }),
      callback: vault.seal(sealedCallback.place(id), `https://wallet.example/t/${n}`),
      end_callback: vault.seal(sealedEndCallback.place(id), `https://wallet.example/end/${n}`),
      started_ms: 1,
      status_ms: 1,
    }),
    row("bank_addresses", {
      rail: "bank",
      instruction_id: `account/${n}`,
      customer_id: id,
      instructions: vault.sealJson(sealedAddress.place("bank", `account/${n}`, id), { n }),
      given_ms: 1,
    }),
    row("receipts", {
      id: `receipt ${n}`,
      side: "bank",
      place: "bank",
      external_id: `external ${n}`,
      state: "unmatched",
      asset: "USDX",
      gross: 1,
      fee: 0,
      net: 1,
      payer: vault.sealJson(sealedPayer.place(`receipt ${n}`), { name: "João" }),
      revision: 1,
      version: 1,
      at_ms: 1,
    }),
    row("approvals", {
      transfer_id: id,
      version: 5,
      operator: "olga",
      amount: 1,
      destination: vault.seal(sealedDestination.place(id, 5, "olga"), `account ${n}`),
      given_ms: 1,
    }),
    row("alarms", {
      id: `alarm ${n}`,
      kind: "effect_parked",
      subject: "x",
      detail: "y",
      raised_ms: 1,
      closed_ms: 2,
      note: vault.sealJson(sealedNote.place(`alarm ${n}`), { salt: "s", note: `note ${n}` }),
    }),
    outbox.insert({
      id: `effect ${n}`,
      kind: "transfer_callback",
      subject: id,
      delivery: "at_least_once",
      body: { n },
    }),
    // What was erased stays empty.
    row("inbox", {
      id: `read ${n}`,
      contract: "kyc",
      instance: "bureau",
      request: new Uint8Array(0),
      state: "done",
      due_ms: 1,
      received_ms: 1,
    }),
    row("receipts", {
      id: `nobody ${n}`,
      side: "ledger",
      place: "us",
      external_id: `operation ${n}`,
      state: "internal",
      asset: "USDX",
      gross: 1,
      fee: 0,
      net: 1,
      revision: 1,
      version: 1,
      at_ms: 1,
    }),
  ], { committed: { sql: "select 1 from customers where id = ?", args: [id] } });
  assert.equal(written.kind, "written");
  await createFiles({ db, vault }).store(id, {
    bytes: new TextEncoder().encode(`a photo of ${n}`),
    mediaType: "image/png",
    sha256: "00",
  });
  await createInbox({ db, vault }).putRaw({
    id: `webhook ${n}`,
    contract: "rail",
    instance: "bank",
    request: { method: "POST", path: "", query: "", headers: [], body: Uint8Array.of(n) },
  });
  await createModuleStore({ db, vault, instance: "bank", holder: "p" }).swap(
    `token ${n}`,
    null,
    `secret ${n}`,
  );
}

/** Everything sealed, opened: `table.column:row` → text. Fails where one does not open. */
export async function openAll(db: Database, vault: Vault): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const column of sealedColumns) {
    const { table, key: [first, ...others] } = column;
    const rows = await db.query({ sql: `select * from ${table}` });
    for (const row of rows) {
      const sealed = row[column.column];
      if (!(sealed instanceof Uint8Array) || sealed.length === 0) continue;
      const place = column.place(String(row[first]), ...others.map((name) => String(row[name])));
      all.set(`${table}.${column.column}:${place.row}`, new TextDecoder().decode(vault.open(place, sealed)));
    }
  }
  return all;
}

/** Every row of every table but for what is sealed or hashed: what no change of keys may change. */
export async function allElse(db: Database): Promise<unknown> {
  const tables = await db.query({
    sql: "select name from sqlite_schema where type = 'table' and name not in ('vault_keys') order by name",
  });
  const rest: Record<string, unknown> = {};
  for (const { name } of tables) {
    const rows = await db.query({ sql: `select * from "${name}"` });
    rest[String(name)] = rows.map((row) =>
      JSON.stringify(
        Object.entries(row).filter(([column, value]) => !(value instanceof Uint8Array) && column !== "hash"),
        (_, value) => typeof value === "bigint" ? `${value}` : value,
      )
    ).sort();
  }
  return rest;
}

/** All hashes of values, sorted. */
export async function hashesIn(db: Database): Promise<string[]> {
  const rows = await db.query({ sql: "select customer_id, name, kind, hash from customer_indexes" });
  return rows.map(({ customer_id, name, kind, hash }) => `${customer_id} ${name} ${kind} ${hash}`).sort();
}

/** The hashes that {@link fill} gives a customer. */
export function hashesFor(vault: Vault, n: number): string[] {
  const id = String(n).padStart(26, "a");
  return Object.entries(GIVEN).flatMap(([name, value]) =>
    hashesOf(vault, name, value).map(({ kind, hash }) => `${id} ${name} ${kind} ${hash}`)
  );
}
