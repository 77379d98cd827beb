/**
 * Friendbot: gives a new account its first native money.
 * @module
 */
import { Account, Asset, type Keypair, Operation, StrKey, TransactionBuilder } from "@stellar/stellar-sdk";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { formatAmount } from "../amount.ts";
import { FRIENDBOT_AMOUNT, friendbotKeys } from "../genesis.ts";
import type { Ledger } from "../ledger.ts";
import { BASE_FEE } from "../reserve.ts";
import type { Submission } from "../submit.ts";
import { accountIn } from "../view.ts";
import type { HorizonEnv } from "./env.ts";
import { transactionResource } from "./history-resources.ts";
import { sendResource } from "./page.ts";
import { badRequest, type Problem, sendProblem } from "./problem.ts";

const FUNDED: Problem = {
  type: "bad_request",
  title: "Bad Request",
  status: 400,
  detail: "account already funded to starting balance",
};

const NOT_FUNDED: Problem = {
  type: "timeout",
  title: "Timeout",
  status: 504,
  detail: "Friendbot's transaction is not in a ledger yet.",
};

/**
 * `GET` and `POST /?addr=G…`: creates the account with 10,000 XLM, or fills up one that has less.
 *
 * @param horizonAt the address of the ledger's own routes for a request's URL, for links
 */
export function friendbotRoutes(ledger: Ledger, horizonAt: (request: URL) => string): Hono<HorizonEnv> {
  const app = new Hono<HorizonEnv>();
  // Each payer may have one transaction in a ledger; whoever finds none free waits for one.
  const free = friendbotKeys(ledger.passphrase);
  const waiting: ((payer: Keypair) => void)[] = [];

  async function withPayer<T>(work: (payer: Keypair) => Promise<T>): Promise<T> {
    const payer = free.pop() ?? await new Promise<Keypair>((resolve) => waiting.push(resolve));
    try {
      return await work(payer);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free.push(payer);
      else next(payer);
    }
  }

  app.use(cors({ origin: "*" }));
  app.on(["GET", "POST"], "/", async (c) => {
    const posted = c.req.method === "POST"
      ? (await c.req.parseBody().catch((): Record<string, undefined> => ({}))).addr
      : undefined;
    const address = c.req.query("addr") ?? (typeof posted === "string" ? posted : "");
    if (!StrKey.isValidEd25519PublicKey(address)) {
      return sendProblem(c, badRequest("addr", "invalid address"));
    }
    const submission = await withPayer((payer) => fund(ledger, payer, address));
    if (submission === "funded") return sendProblem(c, FUNDED);
    if (submission.kind === "included") {
      return sendResource(c, transactionResource(submission.record, horizonAt(new URL(c.req.url))));
    }
    // Whoever asked twice at once finds the account made by the other request.
    const made = submission.kind === "failed" && accountIn(ledger.snapshot().state, address) !== undefined;
    return sendProblem(c, made ? FUNDED : NOT_FUNDED);
  });
  return app;
}

/** Sends an account what it lacks, out of the account of a payer who has nothing else under way. */
async function fund(ledger: Ledger, payer: Keypair, address: string): Promise<Submission | "funded"> {
  const { state } = ledger.snapshot();
  const known = accountIn(state, address);
  if (known !== undefined && known.balance >= FRIENDBOT_AMOUNT) return "funded";
  const sequence = accountIn(state, payer.publicKey())?.sequence ?? 0n;
  const operation = known === undefined
    ? Operation.createAccount({ destination: address, startingBalance: formatAmount(FRIENDBOT_AMOUNT) })
    : Operation.payment({
      destination: address,
      asset: Asset.native(),
      amount: formatAmount(FRIENDBOT_AMOUNT - known.balance),
    });
  const transaction = new TransactionBuilder(new Account(payer.publicKey(), sequence.toString()), {
    fee: (ledger.surge()?.fee ?? BASE_FEE).toString(),
    networkPassphrase: ledger.passphrase,
  }).addOperation(operation).setTimeout(0).build();
  transaction.sign(payer);
  return await ledger.submit(transaction.toXdr());
}
