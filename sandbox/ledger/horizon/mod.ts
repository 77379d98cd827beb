/**
 * The ledger's HTTP, as Horizon speaks it.
 * @module
 */
import { StrKey } from "@stellar/stellar-sdk";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { basePath } from "hono/route";
import type { Filter, Page } from "../history.ts";
import type { Ledger } from "../ledger.ts";
import { historyToken, isoTime, type JsonRecord } from "../records.ts";
import { accountIn, balanceIn, dataIn } from "../view.ts";
import { accountResource } from "./account.ts";
import { sendAssets } from "./assets.ts";
import { balanceIdOf, sendBalance, sendBalances } from "./claimable-balance.ts";
import type { HorizonContext, HorizonEnv } from "./env.ts";
import { feeStats } from "./fee-stats.ts";
import { ledgerResource, operationResource, transactionResource } from "./history-resources.ts";
import { includesFailed, pageBody, pageOf, sendResource } from "./page.ts";
import {
  badRequest,
  BEFORE_HISTORY,
  NOT_FOUND,
  ProblemError,
  RATE_LIMITED,
  sendProblem,
  serverError,
} from "./problem.ts";
import { friendbotAt, rootResource } from "./root.ts";
import { sendStream, wantsStream } from "./stream.ts";
import { postTransaction } from "./transactions.ts";

/** Requests per hour that the headers of a 429 speak of. */
const RATE_LIMIT = "3600";

/** The routes, to be mounted anywhere; links in answers respect the place. */
export function horizonRoutes(ledger: Ledger): Hono<HorizonEnv> {
  const app = new Hono<HorizonEnv>();
  const timeOf = async (sequence: number): Promise<string | null> => {
    const summary = await ledger.history.ledger(sequence);
    return summary === undefined ? null : isoTime(summary.header.closeTime);
  };

  app.use(cors({ origin: "*", exposeHeaders: ["Latest-Ledger"] }));
  app.use(async (c, next) => {
    const path = new URL(c.req.url).pathname;
    const fits = (one: { account?: string | undefined; path?: string | undefined }): boolean =>
      (one.account === undefined || path.includes(one.account)) &&
      (one.path === undefined || path.slice(mountOf(c).length).startsWith(one.path));
    const reads = c.req.method === "GET";
    c.set("ledger", ledger);
    c.set("base", new URL(c.req.url).origin + mountOf(c));
    const limited = ledger.behaviours.take("rate_limit", fits);
    const lags = limited === undefined && reads && ledger.behaviours.take("lag", fits) !== undefined;
    c.set("snapshot", ledger.snapshot(lags));
    if (limited === undefined) await next();
    else {
      c.res = sendProblem(c, RATE_LIMITED);
      c.header("X-Ratelimit-Limit", RATE_LIMIT);
      c.header("X-Ratelimit-Remaining", "0");
      c.header("X-Ratelimit-Reset", "1");
    }
    const seen = lags ? c.var.snapshot : ledger.snapshot();
    c.header("Latest-Ledger", String(seen.header.sequence));
  });
  app.onError((error, c) =>
    sendProblem(c, error instanceof ProblemError ? error.problem : serverError(error))
  );
  app.get("/", (c) => sendResource(c, rootResource(c)));
  app.get(
    "/fee_stats",
    async (c) =>
      sendResource(c, await feeStats(ledger.history, c.var.snapshot.header.sequence, ledger.surge())),
  );
  app.post("/transactions", postTransaction);
  app.get("/friendbot", (c) => {
    const friendbot = friendbotAt(c.var.base);
    if (friendbot === undefined) throw new ProblemError(NOT_FOUND);
    return c.redirect(friendbot + new URL(c.req.url).search, 307);
  });
  app.get("/assets", (c) => sendAssets(c));

  app.get("/accounts/:id", async (c) => {
    const account = await accountResource(accountIdOf(c), c.var.snapshot.state, c.var.base, timeOf);
    if (account === undefined) throw new ProblemError(NOT_FOUND);
    return sendResource(c, account);
  });
  app.get("/accounts/:id/data/:key", (c) => {
    const data = dataIn(c.var.snapshot.state, accountIdOf(c), c.req.param("key"));
    if (data === undefined) throw new ProblemError(NOT_FOUND);
    return sendResource(c, { value: data.value });
  });
  app.get("/accounts/:id/transactions", async (c) => sendTransactions(c, { owner: await knownAccount(c) }));
  app.get("/accounts/:id/operations", async (c) => sendOperations(c, { owner: await knownAccount(c) }));
  app.get("/accounts/:id/payments", async (c) => {
    return sendOperations(c, { owner: await knownAccount(c), payments: true });
  });

  app.get("/transactions", (c) => sendTransactions(c, {}));
  app.get("/transactions/:hash", async (c) => {
    const hash = c.req.param("hash").toLowerCase();
    return sendResource(c, transactionResource(await transactionOf(c, hash), c.var.base, hash));
  });
  for (const [name, payments] of [["operations", false], ["payments", true]] as const) {
    app.get(`/${name}`, (c) => sendOperations(c, { payments }));
    app.get(`/transactions/:hash/${name}`, async (c) => {
      const record = await transactionOf(c, c.req.param("hash").toLowerCase());
      return sendOperations(c, { transaction: String(record.hash), payments, includeFailed: true });
    });
    app.get(`/ledgers/:sequence/${name}`, async (c) => {
      const { header } = await ledgerOf(c);
      return sendOperations(c, { ledger: header.sequence, payments });
    });
  }
  app.get("/operations/:id", async (c) => {
    const id = c.req.param("id");
    if (!/^\d{1,19}$/.test(id)) throw new ProblemError(badRequest("id", "id: invalid value"));
    if (BigInt(id) >> 32n < ledger.elder()) throw new ProblemError(BEFORE_HISTORY);
    const found = await ledger.history.operation(BigInt(id));
    if (found === undefined || !isVisible(c, BigInt(id))) throw new ProblemError(NOT_FOUND);
    return sendResource(c, operationResource(found, c.var.base, joinsTransactions(c)));
  });

  app.get("/ledgers", (c) => {
    const load = async (page: Page): Promise<JsonRecord[]> => {
      const found = await ledger.history.ledgers(page, upTo(c));
      return found.map((summary) => ledgerResource(summary, c.var.base));
    };
    return sendList(c, load);
  });
  app.get("/ledgers/:sequence", async (c) => sendResource(c, ledgerResource(await ledgerOf(c), c.var.base)));
  app.get("/ledgers/:sequence/transactions", async (c) => {
    const { header } = await ledgerOf(c);
    return sendTransactions(c, { ledger: header.sequence });
  });

  app.get("/claimable_balances", (c) => sendBalances(c, timeOf));
  app.get("/claimable_balances/:id", (c) => sendBalance(c, c.req.param("id"), timeOf));
  app.get(
    "/claimable_balances/:id/operations",
    async (c) => sendOperations(c, { owner: await knownBalance(c) }),
  );
  app.get(
    "/claimable_balances/:id/transactions",
    async (c) => sendTransactions(c, { owner: await knownBalance(c) }),
  );

  // Last, and not as a not-found handler, which would be lost where the routes are mounted.
  app.all("*", (c) => {
    const atRoot = new URL(c.req.url).pathname === `${mountOf(c)}/` && c.req.method === "GET";
    return atRoot ? sendResource(c, rootResource(c)) : sendProblem(c, NOT_FOUND);
  });
  return app;
}

/** Where the routes are mounted, without a slash at the end. */
function mountOf(c: HorizonContext): string {
  return basePath(c).replace(/\/(\*)?$/, "");
}

/** The last ledger that a request may see; a stream sees new ones as they close. */
function upTo(c: HorizonContext): number {
  return wantsStream(c) ? c.var.ledger.snapshot().header.sequence : c.var.snapshot.header.sequence;
}

function isVisible(c: HorizonContext, token: bigint): boolean {
  return token >> 32n <= BigInt(c.var.snapshot.header.sequence);
}

function joinsTransactions(c: HorizonContext): boolean {
  const join = c.req.query("join") ?? "";
  if (join !== "" && join !== "transactions") {
    throw new ProblemError(badRequest("join", "Accepted values: transactions"));
  }
  return join === "transactions";
}

async function sendList(c: HorizonContext, load: (page: Page) => Promise<JsonRecord[]>): Promise<Response> {
  if (wantsStream(c)) return sendStream(c, (cursor, limit) => load({ cursor, limit, order: "asc" }));
  const page = pageOf(c);
  // Only backwards. Forwards Horizon begins at the oldest ledger that it has, and says nothing of what is missing.
  const { cursor } = page;
  if (page.order === "desc" && cursor !== undefined && cursor <= historyToken(c.var.ledger.elder())) {
    throw new ProblemError(BEFORE_HISTORY);
  }
  return sendResource(c, pageBody(c, await load(page)));
}

function sendOperations(c: HorizonContext, filter: Omit<Filter, "upTo">): Promise<Response> {
  const joined = joinsTransactions(c);
  const includeFailed = filter.includeFailed === true || includesFailed(c);
  return sendList(c, async (page) => {
    const found = await c.var.ledger.history.operations({ ...filter, includeFailed, upTo: upTo(c) }, page);
    return found.map((pair) => operationResource(pair, c.var.base, joined));
  });
}

function sendTransactions(c: HorizonContext, filter: Omit<Filter, "upTo">): Promise<Response> {
  const includeFailed = includesFailed(c);
  return sendList(c, async (page) => {
    const found = await c.var.ledger.history.transactions({ ...filter, includeFailed, upTo: upTo(c) }, page);
    return found.map((record) => transactionResource(record, c.var.base));
  });
}

function accountIdOf(c: HorizonContext): string {
  const id = c.req.param("id") ?? "";
  if (StrKey.isValidEd25519PublicKey(id)) return id;
  const reason = "Account ID must start with `G` and contain 56 alphanum characters";
  throw new ProblemError(badRequest("account_id", reason));
}

/** An account that is there or ever was. */
async function knownAccount(c: HorizonContext): Promise<string> {
  const id = accountIdOf(c);
  const { ledger, snapshot: { state, header } } = c.var;
  if (accountIn(state, id) !== undefined || await ledger.history.knows(id, header.sequence)) return id;
  throw new ProblemError(NOT_FOUND);
}

/** A claimable balance that is there or ever was. */
async function knownBalance(c: HorizonContext): Promise<string> {
  const id = balanceIdOf(c.req.param("id") ?? "");
  const { ledger, snapshot: { state, header } } = c.var;
  if (balanceIn(state, id) !== undefined || await ledger.history.knows(id, header.sequence)) return id;
  throw new ProblemError(NOT_FOUND);
}

async function transactionOf(c: HorizonContext, hash: string): Promise<JsonRecord> {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new ProblemError(badRequest("tx_id", "invalid hash format"));
  const record = await c.var.ledger.history.transaction(hash);
  if (record === undefined || !isVisible(c, BigInt(String(record.paging_token)))) {
    throw new ProblemError(NOT_FOUND);
  }
  return record;
}

async function ledgerOf(c: HorizonContext) {
  const text = c.req.param("sequence") ?? "";
  if (!/^\d{1,10}$/.test(text)) throw new ProblemError(badRequest("ledger_id", "ledger_id: invalid value"));
  const sequence = Number(text);
  if (sequence < c.var.ledger.elder()) throw new ProblemError(BEFORE_HISTORY);
  const found = sequence <= c.var.snapshot.header.sequence
    ? await c.var.ledger.history.ledger(sequence)
    : undefined;
  if (found === undefined) throw new ProblemError(NOT_FOUND);
  return found;
}
