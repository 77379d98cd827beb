/**
 * SEP-24, to be mounted at `/sep24`: deposits and withdrawals by pages of ours. The pages have a room of their own.
 * @module
 */
import { Hono } from "hono";
import { sep24AssetName, servesSep24Fee } from "../../core/seps/sep24-info.ts";
import { authenticate, cors, type HttpEnv, readableQuery, refuseWith403Type, uncached } from "../http/mod.ts";
import { assetNamed } from "../transfers/asset.ts";
import { getFee } from "../transfers/fee.ts";
import { getTransaction } from "../transfers/transactions.ts";
import { getInfo } from "./info.ts";
import { postDeposit, postWithdraw } from "./interactive.ts";
import type { Sep24Options } from "./options.ts";
import { getTransactions } from "./transactions.ts";

export type { Sep24Options } from "./options.ts";

/** The routes. `/info` is public; everything else needs a token (R-24-8, R-24-9). */
export function sep24Routes(options: Sep24Options): Hono<HttpEnv> {
  const { services, feeFor } = options;
  const app = new Hono<HttpEnv>();
  app.use(cors());
  app.use(options.languages.middleware);
  app.use(readableQuery);
  app.get("/info", getInfo(options));
  const closed = authenticate({ verify: options.verify, refuse: refuseWith403Type });
  app.use("/*", uncached);
  app.post("/transactions/deposit/interactive", closed, postDeposit(options));
  app.post("/transactions/withdraw/interactive", closed, postWithdraw(options));
  app.get("/transactions", closed, getTransactions(options));
  app.get("/transaction", closed, getTransaction({ ...options, protocol: "sep24" }));
  if (servesSep24Fee(services)) {
    const codeOf = (name: string) => assetNamed(services, name, sep24AssetName).code;
    app.get("/fee", closed, getFee({ feeFor, codeOf }));
  }
  return app;
}
