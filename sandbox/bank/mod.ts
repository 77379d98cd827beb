/**
 * The sandbox bank: an outside bank in a box, with accounts of many shapes, mounted at `/sandbox/bank`. State lies in
 * the sandbox's storage and survives a restart.
 *
 * Open to everybody: `POST /transfers` plays a customer who pays in, `GET /transfers` is the statement of all accounts,
 * `GET /instructions?key=` what a payer was told, by the key of whoever asked for it, `POST /transfers/{id}/state` plays
 * what the world does later, `POST /debits` a debit of the bank's own, `POST /faults` what goes wrong next (`DELETE`
 * forgets it), `GET /accounts` the accounts with their balances. Under `/accounts/{name}` is the API for an account's
 * owner, with a bearer.
 * @module
 */
import { Hono } from "hono";
import * as z from "zod";
import { readJson } from "../http/requests.ts";
import { oneAtATime } from "../in-turn.ts";
import { type Faults, faultSchema, openFaults } from "../faults/mod.ts";
import type { PartOptions, SandboxPart } from "../part.ts";
import { openWebhooks } from "../webhooks/mod.ts";
import { writeAmount } from "./amount.ts";
import { changeState, completeDue, debit, debitRequest, stateRequest } from "./control.ts";
import type { Bank } from "./bank.ts";
import { instructionView } from "./instructions.ts";
import { ownerRoutes } from "./owner-routes.ts";
import { payIn, payInRequest } from "./pay-in.ts";
import { answerProblem, Problem } from "../http/problem.ts";
import { openRecords } from "./records.ts";
import { publicView } from "./views.ts";

/** How often, in milliseconds, a running bank looks for payouts whose time has come. */
const COMPLETE_EVERY = 1000;

/** Opens the bank on its storage. */
export async function openBank(options: PartOptions): Promise<SandboxPart> {
  const now = options.now ?? Date.now;
  const closing = new AbortController();
  const faults = await openFaults(options.store, "bank");
  const send = options.fetch ?? fetch;
  const webhooks = await openWebhooks({
    store: options.store,
    part: "bank",
    now,
    fetch: send,
    faults,
    closed: closing.signal,
  });
  const bank: Bank = {
    records: await openRecords(options.store),
    webhooks,
    now,
    key: options.key ?? null,
    fetch: send,
    closed: closing.signal,
    inTurn: oneAtATime(),
  };
  async function work(): Promise<void> {
    if (closing.signal.aborted) return;
    await completeDue(bank);
    await webhooks.flush();
  }
  const timer = setInterval(() => void work(), COMPLETE_EVERY);
  Deno.unrefTimer(timer);
  return {
    routes: bankRoutes(bank, faults),
    work,
    settled: webhooks.settled,
    async close() {
      clearInterval(timer);
      closing.abort();
      await webhooks.settled();
      // The last event in turn may still be writing.
      await bank.inTurn(() => Promise.resolve());
    },
  };
}

function bankRoutes(bank: Bank, faults: Faults): Hono {
  const listQuery = z.object({
    direction: z.enum(["in", "out"]).optional(),
    account: z.string().optional(),
    before: z.coerce.number().int().optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(200),
  });
  const app = new Hono()
    .get("/instructions", async (c) => {
      const accounts = await bank.records.accounts();
      const found = await Promise.all(accounts.map(async (account) => {
        const told = await bank.records.instructionByKey(account.name, c.req.query("key") ?? "");
        return told === null ? [] : [instructionView(account, told)];
      }));
      return c.json({ instructions: found.flat() });
    })
    .post("/transfers", async (c) => c.json(await payIn(bank, await readJson(c, payInRequest)), 201))
    .get("/transfers", async (c) => {
      const query = listQuery.safeParse(c.req.query());
      if (!query.success) throw new Problem(400, "invalid_request", z.prettifyError(query.error));
      await completeDue(bank);
      const { direction, account, before, limit } = query.data;
      const decimals = new Map((await bank.records.accounts()).map((a) => [a.name, a.shape.decimals]));
      const transfers = await bank.records.statement({
        direction: direction ?? null,
        account: account ?? null,
        before: before ?? Number.MAX_SAFE_INTEGER,
        limit,
      });
      return c.json({ transfers: transfers.map((t) => publicView(t, decimals.get(t.account) ?? 2)) });
    })
    .post(
      "/transfers/:id/state",
      async (c) => c.json(await changeState(bank, c.req.param("id"), await readJson(c, stateRequest))),
    )
    .post("/debits", async (c) => c.json(await debit(bank, await readJson(c, debitRequest)), 201))
    .post("/faults", async (c) => {
      const fault = await readJson(c, faultSchema);
      await faults.add(fault);
      return c.json(fault, 201);
    })
    .delete("/faults", async (c) => {
      await faults.clear();
      return c.body(null, 204);
    })
    .get("/accounts", async (c) => {
      const accounts = await bank.records.accounts();
      return c.json({
        accounts: await Promise.all(accounts.map(async ({ name, number, shape }) => ({
          name,
          account_number: number,
          currency: shape.currency,
          balance: writeAmount(await bank.records.balance(`account:${name}`), shape.decimals),
        }))),
      });
    });
  app.route("/accounts", ownerRoutes(bank, faults));
  app.onError(answerProblem);
  return app;
}
