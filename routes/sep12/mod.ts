/**
 * SEP-12: KYC through the wallet. Mounted at `/sep12`, the `KYC_SERVER` of stellar.toml.
 * @module
 */
import { Hono } from "hono";
import type { Customers } from "../../core/customers/mod.ts";
import { authenticate, cors, errorHandler, notFoundHandler, refuseWith401 } from "../http/mod.ts";
import type { AuthenticateOptions, HttpEnv, Languages, RefusalOptions } from "../http/mod.ts";
import { getCustomer } from "./get-customer.ts";
import { putCustomer } from "./put-customer.ts";

/** What the room needs. */
export interface Sep12Options extends Pick<RefusalOptions, "log" | "isUnavailable"> {
  readonly customers: Customers;
  readonly languages: Languages;
  /** The caller of a SEP-10 token, or null. */
  readonly verify: AuthenticateOptions["verify"];
  /**
   * Performs effects that this request decided, one try each and two seconds in all (DESIGN §3). It never throws for an
   * effect that did not work: that stays due.
   */
  readonly performNow: (effectIds: readonly string[]) => Promise<void>;
}

/** The room. */
export function sep12Routes(options: Sep12Options): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.onError(errorHandler(options));
  app.notFound(notFoundHandler(options));
  app.use(cors(["PUT", "DELETE"]));
  app.use(options.languages.middleware);
  app.use(authenticate({ verify: options.verify, refuse: refuseWith401 }));
  app.get("/customer", getCustomer(options));
  app.put("/customer", putCustomer(options));
  return app;
}
