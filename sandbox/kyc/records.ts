/**
 * The sandbox KYC bureau's storage: bureaus, cases with their changes, codes and page links.
 * @module
 */
import type { InStatement } from "@libsql/client";
import * as z from "zod";
import type { Store } from "../store.ts";
import { caseSchema, type KycCase, type Shape, shapeSchema } from "./case.ts";

/** An account that somebody has at the bureau. */
export interface Bureau {
  readonly name: string;
  readonly token: string;
  readonly shape: Shape;
  readonly webhook: { readonly url: string; readonly secret: string } | null;
}

const codeSchema = z.object({
  ref: z.string(),
  bureau: z.string(),
  customer: z.string(),
  field: z.string(),
  value: z.string(),
  code: z.string(),
  expires: z.number(),
});

/** A code that was sent. */
export type Code = z.output<typeof codeSchema>;

const TABLES = [
  `create table if not exists kyc_bureaus (
     name text primary key, token text not null, shape text not null, webhook text) strict`,
  `create table if not exists kyc_cases (
     ref text primary key, bureau text not null, key text not null, customer text not null, wakes integer,
     body text not null, unique (bureau, key)) strict`,
  `create index if not exists kyc_cases_customer on kyc_cases (customer)`,
  `create index if not exists kyc_cases_wakes on kyc_cases (wakes)`,
  `create table if not exists kyc_changes (
     position integer primary key autoincrement, bureau text not null, ref text not null) strict`,
  `create index if not exists kyc_changes_bureau on kyc_changes (bureau, position)`,
  `create table if not exists kyc_codes (
     ref text primary key, bureau text not null, customer text not null, field text not null,
     value text not null, code text not null, expires integer not null) strict`,
  `create table if not exists kyc_pages (
     token text primary key, ref text not null, return_url text not null, expires integer not null) strict`,
];

/** The bureau's storage. */
export type Records = Awaited<ReturnType<typeof openRecords>>;

/** Opens the storage and makes its tables. */
export async function openRecords(store: Store) {
  await store.batch(TABLES);

  async function cases(where: string, args: (string | number)[]): Promise<KycCase[]> {
    const { rows } = await store.execute({ sql: `select body from kyc_cases where ${where}`, args });
    return z.array(z.object({ body: z.string() })).parse(rows)
      .map((row) => caseSchema.parse(JSON.parse(row.body)));
  }

  return {
    async bureau(name: string): Promise<Bureau | null> {
      const { rows } = await store.execute({ sql: `select * from kyc_bureaus where name = ?`, args: [name] });
      if (!rows[0]) return null;
      const row = z.object({
        name: z.string(),
        token: z.string(),
        shape: z.string(),
        webhook: z.string().nullable(),
      }).parse(rows[0]);
      const webhook = row.webhook === null
        ? null
        : z.object({ url: z.string(), secret: z.string() }).parse(JSON.parse(row.webhook));
      return { ...row, shape: shapeSchema.parse(JSON.parse(row.shape)), webhook };
    },
    keepBureau: ({ name, token, shape, webhook }: Bureau): InStatement => ({
      sql: `insert into kyc_bureaus (name, token, shape, webhook) values (?, ?, ?, ?)
            on conflict (name) do update set shape = excluded.shape, webhook = excluded.webhook`,
      args: [name, token, JSON.stringify(shape), webhook === null ? null : JSON.stringify(webhook)],
    }),

    caseByRef: async (ref: string): Promise<KycCase | null> => (await cases("ref = ?", [ref]))[0] ?? null,
    caseByKey: async (bureau: string, key: string): Promise<KycCase | null> =>
      (await cases("bureau = ? and key = ?", [bureau, key]))[0] ?? null,
    /** A customer's cases, newest first. */
    casesOf: (customer: string): Promise<KycCase[]> =>
      cases("customer = ? order by rowid desc limit 50", [customer]),
    /** Cases that time alone changes now. */
    dueCases: (now: number): Promise<KycCase[]> => cases("wakes <= ? order by wakes limit 50", [now]),
    keepCase: (kyc: KycCase): InStatement[] => [
      {
        sql: `insert into kyc_cases (ref, bureau, key, customer, wakes, body) values (?, ?, ?, ?, ?, ?)
              on conflict (ref) do update set wakes = excluded.wakes, body = excluded.body`,
        args: [
          kyc.ref,
          kyc.bureau,
          kyc.key,
          kyc.customer,
          (kyc.state === "processing" ? kyc.decidesAt : kyc.withdrawsAt) ?? null,
          JSON.stringify(kyc),
        ],
      },
      { sql: `insert into kyc_changes (bureau, ref) values (?, ?)`, args: [kyc.bureau, kyc.ref] },
    ],
    /** References that changed after a position, oldest first. */
    async changes(bureau: string, after: number, limit: number) {
      const { rows } = await store.execute({
        sql:
          `select position, ref from kyc_changes where bureau = ? and position > ? order by position limit ?`,
        args: [bureau, after, limit],
      });
      return z.array(z.object({ position: z.number(), ref: z.string() })).parse(rows);
    },
    /** Forgets a person: the case, its codes and links. */
    erase: (kyc: KycCase): InStatement[] => [
      { sql: `delete from kyc_cases where ref = ?`, args: [kyc.ref] },
      { sql: `delete from kyc_changes where ref = ?`, args: [kyc.ref] },
      { sql: `delete from kyc_pages where ref = ?`, args: [kyc.ref] },
      { sql: `delete from kyc_codes where customer = ? and bureau = ?`, args: [kyc.customer, kyc.bureau] },
    ],

    keepCode: (code: Code): InStatement => ({
      sql: `insert into kyc_codes (ref, bureau, customer, field, value, code, expires)
            values (?, ?, ?, ?, ?, ?, ?)`,
      args: [code.ref, code.bureau, code.customer, code.field, code.value, code.code, code.expires],
    }),
    async code(ref: string): Promise<Code | null> {
      const { rows } = await store.execute({ sql: `select * from kyc_codes where ref = ?`, args: [ref] });
      return rows[0] ? codeSchema.parse(rows[0]) : null;
    },
    /** Codes that were sent, newest first. */
    async codes(customer: string): Promise<Code[]> {
      const { rows } = await store.execute({
        sql: `select * from kyc_codes where ? = '' or customer = ? order by rowid desc limit 100`,
        args: [customer, customer],
      });
      return z.array(codeSchema).parse(rows);
    },

    keepPage: (page: { token: string; ref: string; returnUrl: string; expires: number }): InStatement => ({
      sql: `insert into kyc_pages (token, ref, return_url, expires) values (?, ?, ?, ?)`,
      args: [page.token, page.ref, page.returnUrl, page.expires],
    }),
    async page(token: string, now: number) {
      const { rows } = await store.execute({
        sql: `select ref, return_url from kyc_pages where token = ? and expires > ?`,
        args: [token, now],
      });
      return rows[0] ? z.object({ ref: z.string(), return_url: z.string() }).parse(rows[0]) : null;
    },
    dropPage: (token: string): InStatement => ({
      sql: `delete from kyc_pages where token = ?`,
      args: [token],
    }),

    /** Writes all or nothing. */
    write: async (statements: InStatement[]): Promise<void> => void await store.batch(statements),
  };
}
