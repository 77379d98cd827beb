/**
 * The sandbox bank's storage: accounts, instructions, transfers, the list of changes that statements are read from, and
 * a double-entry book. Everything that one event changes is written in one batch.
 * @module
 */
import type { InStatement } from "@libsql/client";
import * as z from "zod";
import type { Store } from "../store.ts";
import { type Shape, shapeSchema } from "./shape.ts";
import { effectOf, readTransfer, type Transfer, writeTransfer } from "./transfer.ts";

/** An account that somebody has at the bank. */
export interface Account {
  readonly name: string;
  /** The number that the world pays to. */
  readonly number: string;
  /** The bearer of the first request; every later one has to show the same. */
  readonly token: string;
  readonly shape: Shape;
  readonly webhook: { readonly url: string; readonly secret: string } | null;
}

const instructionSchema = z.object({
  id: z.string(),
  account: z.string(),
  /** The owner's idempotency key. */
  key: z.string(),
  /** What was asked with the key. */
  request: z.string(),
  customer: z.string(),
  /** The number to pay to: its own, or the account's where it is shared. */
  address: z.string(),
  reference: z.string().optional(),
  amount: z.string().optional(),
  expiresAt: z.string().optional(),
  payerName: z.string().optional(),
  cancelled: z.boolean().default(false),
});

/** What the owner asked a payer to do. */
export type Instruction = z.output<typeof instructionSchema>;

const TABLES = [
  `create table if not exists bank_accounts (
     name text primary key, number text not null unique, token text not null, shape text not null,
     webhook text) strict`,
  `create table if not exists bank_instructions (
     id text primary key, account text not null, key text not null, address text not null, reference text,
     body text not null, unique (account, key)) strict`,
  `create index if not exists bank_instructions_address on bank_instructions (address)`,
  `create index if not exists bank_instructions_reference on bank_instructions (reference)`,
  `create table if not exists bank_transfers (
     id text primary key, account text not null, direction text not null, key text, completes integer,
     body text not null, position integer not null, unique (account, key)) strict`,
  `create index if not exists bank_transfers_position on bank_transfers (direction, position)`,
  `create index if not exists bank_transfers_completes on bank_transfers (completes)`,
  `create table if not exists bank_changes (
     position integer primary key autoincrement, account text not null, transfer text not null) strict`,
  `create index if not exists bank_changes_account on bank_changes (account, position)`,
  `create table if not exists bank_book (
     id integer primary key autoincrement, transfer text not null, book text not null, currency text not null,
     units integer not null) strict`,
  `create index if not exists bank_book_book on bank_book (book)`,
];

/** The bank's storage. */
export type Records = Awaited<ReturnType<typeof openRecords>>;

/** Opens the storage and makes its tables. */
export async function openRecords(store: Store) {
  await store.batch(TABLES);
  const bodies = z.array(z.object({ body: z.string() }));

  async function transfers(where: string, args: (string | number)[]): Promise<Transfer[]> {
    const { rows } = await store.execute({ sql: `select body from bank_transfers where ${where}`, args });
    return bodies.parse(rows).map((row) => readTransfer(row.body));
  }

  async function instructions(where: string, args: (string | number)[]): Promise<Instruction[]> {
    const { rows } = await store.execute({ sql: `select body from bank_instructions where ${where}`, args });
    return bodies.parse(rows).map((row) => instructionSchema.parse(JSON.parse(row.body)));
  }

  async function accounts(where: string, args: string[]): Promise<Account[]> {
    const { rows } = await store.execute({
      sql: `select * from bank_accounts where ${where} order by name`,
      args,
    });
    return rows.map((raw) => {
      const row = z.object({
        name: z.string(),
        number: z.string(),
        token: z.string(),
        shape: z.string(),
        webhook: z.string().nullable(),
      }).parse(raw);
      const webhook = row.webhook === null
        ? null
        : z.object({ url: z.string(), secret: z.string() }).parse(JSON.parse(row.webhook));
      return { ...row, shape: shapeSchema.parse(JSON.parse(row.shape)), webhook };
    });
  }

  return {
    account: async (name: string): Promise<Account | null> => (await accounts("name = ?", [name]))[0] ?? null,
    accounts: (): Promise<Account[]> => accounts("true", []),

    /** Statements that write an account; its opening balance comes from outside, once. */
    keepAccount({ name, number, token, shape, webhook }: Account, opening: bigint): InStatement[] {
      const entry = `insert into bank_book (transfer, book, currency, units)
        select 'opening', ?, ?, ? where not exists (select 1 from bank_accounts where name = ?)`;
      return [
        { sql: entry, args: [`account:${name}`, shape.currency, opening, name] },
        { sql: entry, args: ["outside", shape.currency, -opening, name] },
        {
          sql: `insert into bank_accounts (name, number, token, shape, webhook) values (?, ?, ?, ?, ?)
                on conflict (name) do update set shape = excluded.shape, webhook = excluded.webhook`,
          args: [
            name,
            number,
            token,
            JSON.stringify(shape),
            webhook === null ? null : JSON.stringify(webhook),
          ],
        },
      ];
    },

    instructionByKey: async (account: string, key: string): Promise<Instruction | null> =>
      (await instructions("account = ? and key = ?", [account, key]))[0] ?? null,
    instruction: async (id: string): Promise<Instruction | null> =>
      (await instructions("id = ?", [id]))[0] ?? null,
    /** Instructions that a payer may mean with an address or a reference, newest first. */
    instructionsOf: (text: string): Promise<Instruction[]> =>
      instructions(
        `(address = ? or reference = ?) order by rowid desc limit 20`,
        [text, text],
      ),
    keepInstruction(instruction: Instruction): InStatement {
      return {
        sql: `insert into bank_instructions (id, account, key, address, reference, body)
              values (?, ?, ?, ?, ?, ?) on conflict (id) do update set body = excluded.body`,
        args: [
          instruction.id,
          instruction.account,
          instruction.key,
          instruction.address,
          instruction.reference ?? null,
          JSON.stringify(instruction),
        ],
      };
    },

    transfer: async (id: string): Promise<Transfer | null> => (await transfers("id = ?", [id]))[0] ?? null,
    transferByKey: async (account: string, key: string): Promise<Transfer | null> =>
      (await transfers("account = ? and key = ?", [account, key]))[0] ?? null,
    /** Payouts whose time to complete has come. */
    dueTransfers: (now: number): Promise<Transfer[]> =>
      transfers("completes <= ? order by completes limit 50", [now]),
    /** What everybody may see: newest first. */
    statement: (
      filter: { direction: string | null; account: string | null; before: number; limit: number },
    ): Promise<Transfer[]> =>
      transfers(
        `(? = '' or direction = ?) and (? = '' or account = ?) and position < ? order by position desc limit ?`,
        [
          filter.direction ?? "",
          filter.direction ?? "",
          filter.account ?? "",
          filter.account ?? "",
          filter.before,
          filter.limit,
        ],
      ),

    /** Transfers of an account that changed after a position, oldest change first, each as it stands now. */
    async changes(account: string, after: number, limit: number) {
      const { rows } = await store.execute({
        sql: `select c.position, t.body from bank_changes c join bank_transfers t on t.id = c.transfer
              where c.account = ? and c.position > ? order by c.position limit ?`,
        args: [account, after, limit],
      });
      return z.array(z.object({ position: z.number(), body: z.string() })).parse(rows)
        .map(({ position, body }) => ({ position, transfer: readTransfer(body) }));
    },

    /**
     * Statements that write a transfer, its change and its entries. The entries are the difference between what the
     * transfer meant before and what it means now, so they sum to zero whatever path its states take.
     */
    keepTransfer(next: Transfer, before: Transfer | null): InStatement[] {
      const was = before === null ? { account: 0n, fees: 0n } : effectOf(before);
      const is = effectOf(next);
      const entries: [string, bigint][] = [
        [`account:${next.account}`, is.account - was.account],
        [`fees:${next.account}`, is.fees - was.fees],
        ["outside", was.account - is.account + was.fees - is.fees],
      ];
      return [
        {
          sql: `insert into bank_transfers (id, account, direction, key, completes, body, position)
                values (?, ?, ?, ?, ?, ?, (select coalesce(max(position), 0) + 1 from bank_transfers))
                on conflict (id) do update set body = excluded.body, completes = excluded.completes`,
          args: [
            next.id,
            next.account,
            next.direction,
            next.key ?? null,
            next.state === "accepted" ? next.completesAt ?? null : null,
            writeTransfer(next),
          ],
        },
        {
          sql: `insert into bank_changes (account, transfer) values (?, ?)`,
          args: [next.account, next.id],
        },
        ...entries.filter(([, units]) => units !== 0n).map(([book, units]) => ({
          sql: `insert into bank_book (transfer, book, currency, units) values (?, ?, ?, ?)`,
          args: [next.id, book, next.currency, units],
        })),
      ];
    },

    /** The sum of a book, in units. */
    async balance(book: string): Promise<bigint> {
      const { rows } = await store.execute({
        sql: `select cast(coalesce(sum(units), 0) as text) as units from bank_book where book = ?`,
        args: [book],
      });
      return BigInt(z.object({ units: z.string() }).parse(rows[0]).units);
    },

    /** Writes all or nothing. */
    write: async (statements: InStatement[]): Promise<void> => void await store.batch(statements),
  };
}
