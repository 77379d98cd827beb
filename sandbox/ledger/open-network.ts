/**
 * Opening what a store holds of a network, or beginning a new one in it.
 * @module
 */
import { z } from "zod";
import type { Store } from "../store.ts";
import { decodeEntry, type Entry } from "./entries.ts";
import { readEnvelope, type Submitted } from "./envelope.ts";
import { genesis } from "./genesis.ts";
import { type Header, readHeader } from "./header.ts";
import { keepEntries, keepHeader } from "./keep.ts";
import { historyToken } from "./records.ts";
import { storedToken } from "./schema.ts";
import { createState, type State } from "./state.ts";

/** What a network holds, in an order in which it may be deleted. */
const HELD = [
  "ledger_pending",
  "ledger_owners",
  "ledger_operations",
  "ledger_transactions",
  "ledger_headers",
  "ledger_entries",
];

const settingRow = z.object({ value: z.string() });
const elderRow = z.object({ elder: z.number() });
const entryRow = z.object({ entry: z.string() });
const headerRow = z.object({ header: z.instanceof(ArrayBuffer) });
const pendingRow = z.object({ envelope: z.string(), not_before: z.number().nullable() });

/** The network that a store holds; a new store begins one. */
export async function openNetwork(
  store: Store,
  passphrase: string,
  now: number,
): Promise<{ state: State; header: Header; elder: number; clockOffset: number }> {
  const known = await setting(store, "passphrase");
  if (known === undefined) {
    const first = genesis(passphrase, now);
    await store.batch([
      { sql: "insert into ledger_settings values ('passphrase', ?)", args: [passphrase] },
      ...keepHeader(first.header, []),
      ...keepEntries(first.state.changes()),
    ]);
  } else if (known !== passphrase) {
    throw new Error(`Cannot open the sandbox's ledger: it began with the passphrase "${known}"`);
  }
  const [headers, entries, oldest] = await store.batch([
    "select header from ledger_headers order by sequence desc limit 1",
    "select entry from ledger_entries",
    "select min(sequence) as elder from ledger_headers",
  ], "read");
  const last = headers?.rows.map((row) => new Uint8Array(headerRow.parse(row).header))[0];
  if (last === undefined) throw new Error("Cannot open the sandbox's ledger: it has no ledger");
  const all: Entry[] = (entries?.rows ?? []).map((row) => decodeEntry(entryRow.parse(row).entry));
  const elder = oldest?.rows.map((row) => elderRow.parse(row).elder)[0] ?? 1;
  const clockOffset = Number(await setting(store, "clock_offset") ?? "0");
  return { state: createState(all), header: readHeader(last), elder, clockOffset };
}

/** Begins the network of a store anew: all that it held is gone but its passphrase and its clock. */
export async function beginAnew(
  store: Store,
  passphrase: string,
  now: number,
): Promise<{ header: Header; entries: Entry[] }> {
  const resets = Number(await setting(store, "resets") ?? "0") + 1;
  const { header, state } = genesis(passphrase, now, resets);
  await store.batch([
    ...HELD.map((table) => `delete from ${table}`),
    { sql: "insert or replace into ledger_settings values ('resets', ?)", args: [String(resets)] },
    ...keepHeader(header, []),
    ...keepEntries(state.changes()),
  ]);
  return { header, entries: [...state.changes().values()].filter((entry) => entry !== null) };
}

/** Forgets what happened before a ledger. */
export async function forgetBefore(store: Store, ledger: number): Promise<void> {
  const token = storedToken(historyToken(ledger));
  const before = (table: string) => ({ sql: `delete from ${table} where token < ?`, args: [token] });
  await store.batch([
    before("ledger_owners"),
    before("ledger_operations"),
    before("ledger_transactions"),
    { sql: "delete from ledger_headers where sequence < ?", args: [ledger] },
  ]);
}

async function setting(store: Store, name: string): Promise<string | undefined> {
  const { rows } = await store.execute({
    sql: "select value from ledger_settings where name = ?",
    args: [name],
  });
  return rows.map((row) => settingRow.parse(row).value)[0];
}

/** What was told to wait before a restart. */
export async function waitingIn(
  store: Store,
  passphrase: string,
): Promise<{ submitted: Submitted; notBefore: number | null }[]> {
  const { rows } = await store.execute("select envelope, not_before from ledger_pending order by rowid");
  return rows.map((row) => {
    const { envelope, not_before } = pendingRow.parse(row);
    return { submitted: readEnvelope(envelope, passphrase), notBefore: not_before };
  });
}
