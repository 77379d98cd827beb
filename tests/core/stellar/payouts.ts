/**
 * Payouts as far as the ledger side goes: a transfer's row, a source taken, an envelope stored.
 * @module
 */
import type { Keypair } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import type { Database, WriteResult } from "../../../core/records/database.ts";
import { buildEnvelope } from "../../../core/stellar/build.ts";
import type { Envelope, Order } from "../../../core/stellar/build.ts";
import { findFreeSource, takeSource } from "../../../core/stellar/envelopes.ts";
import type { FreeSource } from "../../../core/stellar/envelopes.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import type { Horizon } from "../../../core/stellar/horizon.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";

/** What the checks of the table ask for; every other column that must be filled gets anything. */
const WORDS: Readonly<Record<string, string>> = { kind: "deposit", protocol: "sep6", state: "paying" };

/** Inserts a transfer of this id (26 characters), as far as attempts need one. */
export async function insertTransfer(db: Database, id: string): Promise<void> {
  const columns = await db.query({
    sql: `select name, type from pragma_table_info('transfers') where "notnull" = 1 and dflt_value is null`,
  });
  const values = columns.map(({ name, type }): [string, string | number] => {
    const column = String(name);
    return [column, column === "id" ? id : WORDS[column] ?? (type === "INTEGER" ? 1 : "{}")];
  });
  const entries = [["id", id] as const, ...values.filter(([column]) => column !== "id")];
  await db.write([{
    sql: `insert into transfers (${entries.map(([column]) => column).join(", ")})
      values (${entries.map(() => "?").join(", ")})`,
    args: entries.map(([, value]) => value),
  }], { committed: { sql: "select 1 from transfers where id = ?", args: [id] } });
}

/** A transfer id made of one letter. */
export const transferId = (letter: string): string => letter.repeat(26);

/** A source that must be free. */
export async function freeSource(db: Database, horizon: Horizon, keys: Keypair): Promise<FreeSource> {
  const source = await findFreeSource(db, horizon, [keys.publicKey()]);
  assert.ok(source !== null, "no source is free");
  return source;
}

/** Builds the envelope of an order on a source; five minutes from the last ledger. */
export async function envelopeOn(
  horizon: Horizon,
  source: FreeSource,
  keys: Keypair,
  order: Order,
): Promise<Envelope> {
  const signer = localSigner(keys.secret());
  const { closedAt } = await horizon.latestLedger();
  return await buildEnvelope({
    order,
    memo: null,
    payer: signer,
    source: signer,
    ledgerSequence: source.sequence,
    fee: 200n,
    validUntil: closedAt + 300,
    passphrase: PASSPHRASE,
  });
}

/** Stores it as attempt `id` of the transfer. */
export function storeEnvelope(
  db: Database,
  source: FreeSource,
  envelope: Envelope,
  { id, transfer, number = 1 }: { readonly id: string; readonly transfer: string; readonly number?: number },
): Promise<WriteResult> {
  const attempt = {
    id,
    transferId: transfer,
    number,
    purpose: "payout",
    asset: "USDX",
    amount: 10_000_000n,
  } as const;
  return db.write(takeSource(source, attempt, envelope), {
    committed: { sql: "select 1 from attempts where id = ?", args: [id] },
  });
}
