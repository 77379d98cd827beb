/**
 * SEP-24's room over a whole gateway, and wallets that ask it by hand: raw answers with their status and headers, every
 * transaction read by the strict shape.
 */
import assert from "node:assert/strict";
import { Hono } from "hono";
import { z } from "zod";
import { findOwn, listOwn } from "../../../core/transfers/find.ts";
import {
  createLanguages,
  errorHandler,
  type HttpEnv,
  notFoundHandler,
  requestLog,
} from "../../../routes/http/mod.ts";
import { sep24Routes } from "../../../routes/sep24/mod.ts";
import type { Sep24Options } from "../../../routes/sep24/options.ts";
import { arrive, type Customer, type CustomerOptions } from "../../support/customer.ts";
import { keptLog, type TestGateway, withGateway } from "../../support/gateway.ts";
import { sep24TransactionShape } from "../../support/sep24-shapes.ts";

/** Text that a form says, or a document. */
export type Fields = Readonly<Record<string, string | File>>;
export type Query = Readonly<Record<string, string>>;
export type Kind = "deposit" | "withdraw";

export const KINDS: readonly Kind[] = ["deposit", "withdraw"];

/** What an answer may hold. */
const answerBody = z.looseObject({
  error: z.string().optional(),
  code: z.string().optional(),
  fields: z.record(z.string(), z.string()).optional(),
  type: z.string().optional(),
  url: z.string().optional(),
  id: z.string().optional(),
  transaction: sep24TransactionShape.optional(),
  transactions: z.array(sep24TransactionShape).optional(),
});

/** An answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: z.output<typeof answerBody>;
}

/** The room. */
export type Room = ReturnType<typeof roomOver>;

/** SEP-24 as an application mounts it. @param changes of what it is mounted with */
export function roomOver(gateway: TestGateway, changes: Partial<Sep24Options> = {}) {
  const { gateway: core, anchor } = gateway.running;
  const languages = createLanguages(core.texts);
  const { log, lines, faults } = keptLog();
  const app = new Hono<HttpEnv>();
  app.onError(errorHandler({ languages, log }));
  app.notFound(notFoundHandler({ languages }));
  app.use(requestLog(log));
  app.route(
    "/sep24",
    sep24Routes({
      languages,
      services: anchor.services,
      features: { accountCreation: true, claimableBalances: true },
      view: core.sep24,
      verify: core.caller,
      feeFor: core.feeFor,
      draft: core.draft,
      linkFor: core.pages.linkFor,
      keepValues: core.pages.values.keep,
      find: (owner, by) => findOwn(core.db, owner, by),
      list: (owner, query) => listOwn(core.db, owner, query),
      ...changes,
    }),
  );

  /** Asks with a token, or without one. */
  async function send(token: string | null, path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (token !== null) headers.set("authorization", `Bearer ${token}`);
    const answer = await app.request(`${gateway.publicUrl}/sep24${path}`, { ...init, headers });
    const json: unknown = await answer.json();
    return { status: answer.status, headers: answer.headers, body: answerBody.parse(json) };
  }

  return {
    app,
    gateway,
    /** What the room logged. */
    lines,
    faults,
    send,
    /** What stands in a table of the records. */
    rows: async (table: "transfers" | "customers") => await core.db.query({ sql: `select * from ${table}` }),
    /** A wallet with a token. */
    wallet: (token: string | null) => ({
      get: (path: string, query: Query = {}) => send(token, `${path}?${new URLSearchParams(query)}`),
      post: (kind: Kind, init: RequestInit) =>
        send(token, `/transactions/${kind}/interactive`, { method: "POST", ...init }),
    }),
  };
}

/** A body of each encoding. */
export const encoded = {
  json: (fields: object): RequestInit => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fields),
  }),
  form: (fields: Query): RequestInit => ({ body: new URLSearchParams(fields) }),
  multipart(fields: Fields): RequestInit {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    return { body };
  },
};

/** A wallet whose user has logged in. */
export type Visitor = Awaited<ReturnType<typeof visit>>;

/** A user who asks by hand; the account need not be there. */
export async function visit(room: Room, options: CustomerOptions = { funded: false }) {
  const ada: Customer = await arrive(room.gateway, options);
  const wallet = room.wallet(ada.token);
  const open = (kind: Kind, fields: object = {}) =>
    wallet.post(kind, encoded.json({ asset_code: room.gateway.code, ...fields }));
  return {
    ...wallet,
    ada,
    account: ada.wallet.account,
    token: ada.token,
    open,
    /** Opens what is to be served. @returns the id */
    async opened(kind: Kind, fields: object = {}): Promise<string> {
      const { status, body } = await open(kind, fields);
      assert.equal(status, 200, JSON.stringify(body));
      return body.id ?? "";
    },
    /** Its transaction, as the wallet reads it. */
    async transaction(id: string) {
      const { status, body } = await wallet.get("/transaction", { id });
      assert.equal(status, 200);
      assert.ok(body.transaction);
      return body.transaction;
    },
  };
}

/** A test's body with a user. */
export function staged(work: (ada: Visitor, room: Room, gateway: TestGateway) => Promise<void>) {
  return (): Promise<void> =>
    withGateway({}, async (gateway) => {
      const room = roomOver(gateway);
      await work(await visit(room), room, gateway);
    });
}

/** The row of a transfer. */
export async function rowOf(room: Room, id: string) {
  return (await room.rows("transfers")).find((row) => row["id"] === id) ?? assert.fail(`no row ${id}`);
}
