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
import { createState, type State } from "./state.ts";

const settingRow = z.object({ value: z.string() });
const entryRow = z.object({ entry: z.string() });
const headerRow = z.object({ header: z.instanceof(ArrayBuffer) });
const pendingRow = z.object({ envelope: z.string(), not_before: z.number().nullable() });

/** The network that a store holds; a new store begins one. */
export async function openNetwork(
  store: Store,
  passphrase: string,
  now: number,
): Promise<{ state: State; header: Header; clockOffset: number }> {
  const setting = async (name: string): Promise<string | undefined> => {
    const { rows } = await store.execute({
      sql: "select value from ledger_settings where name = ?",
      args: [name],
    });
    return rows.map((row) => settingRow.parse(row).value)[0];
  };
  const known = await setting("passphrase");
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
  const [headers, entries] = await store.batch([
    "select header from ledger_headers order by sequence desc limit 1",
    "select entry from ledger_entries",
  ], "read");
  const last = headers?.rows.map((row) => new Uint8Array(headerRow.parse(row).header))[0];
  if (last === undefined) throw new Error("Cannot open the sandbox's ledger: it has no ledger");
  const all: Entry[] = (entries?.rows ?? []).map((row) => decodeEntry(entryRow.parse(row).entry));
  const clockOffset = Number(await setting("clock_offset") ?? "0");
  return { state: createState(all), header: readHeader(last), clockOffset };
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
