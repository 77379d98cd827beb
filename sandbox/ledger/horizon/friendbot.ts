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
  const payers = friendbotKeys(ledger.passphrase);

  /** A payer with nothing under way: each may have one transaction in a ledger. */
  function freePayer(): Keypair | undefined {
    return payers.find((payer) => !ledger.isBusy(payer.publicKey()));
  }

  app.use(cors({ origin: "*" }));
  app.on(["GET", "POST"], "/", async (c) => {
    const posted = c.req.method === "POST" ? (await c.req.parseBody()).addr : undefined;
    const address = c.req.query("addr") ?? (typeof posted === "string" ? posted : "");
    if (!StrKey.isValidEd25519PublicKey(address)) {
      return sendProblem(c, badRequest("addr", "invalid address"));
    }
    const { state } = ledger.snapshot();
    const known = accountIn(state, address);
    if (known !== undefined && known.balance >= FRIENDBOT_AMOUNT) return sendProblem(c, FUNDED);
    const payer = freePayer();
    const source = payer === undefined ? undefined : accountIn(state, payer.publicKey());
    if (payer === undefined || source === undefined) return sendProblem(c, NOT_FUNDED);
    const operation = known === undefined
      ? Operation.createAccount({ destination: address, startingBalance: formatAmount(FRIENDBOT_AMOUNT) })
      : Operation.payment({
        destination: address,
        asset: Asset.native(),
        amount: formatAmount(FRIENDBOT_AMOUNT - known.balance),
      });
    const transaction = new TransactionBuilder(new Account(source.id, source.sequence.toString()), {
      fee: BASE_FEE.toString(),
      networkPassphrase: ledger.passphrase,
    }).addOperation(operation).setTimeout(0).build();
    transaction.sign(payer);
    const submission = await ledger.submit(transaction.toXdr());
    if (submission.kind === "included") {
      return sendResource(c, transactionResource(submission.record, horizonAt(new URL(c.req.url))));
    }
    // Whoever asked twice at once finds the account made by the other.
    return sendProblem(c, submission.kind === "failed" ? FUNDED : NOT_FUNDED);
  });
  return app;
}
