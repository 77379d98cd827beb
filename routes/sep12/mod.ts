/**
 * SEP-12: KYC through the wallet. Mounted at `/sep12`, the `KYC_SERVER` of stellar.toml.
 * @module
 */
import { Hono } from "hono";
import {
  authenticate,
  cors,
  errorHandler,
  notFoundHandler,
  readableQuery,
  refuseWith401,
  uncached,
} from "../http/mod.ts";
import type { HttpEnv } from "../http/mod.ts";
import { deleteCustomer } from "./delete-customer.ts";
import { getCustomer } from "./get-customer.ts";
import { getFiles } from "./get-files.ts";
import type { Sep12Options } from "./options.ts";
import { postFile } from "./post-file.ts";
import { putCallback } from "./put-callback.ts";
import { putCustomer } from "./put-customer.ts";
import { putVerification } from "./put-verification.ts";

/** The room. */
export function sep12Routes(options: Sep12Options): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.onError(errorHandler(options));
  app.notFound(notFoundHandler(options));
  app.use(cors(["PUT", "DELETE"]));
  app.use(options.languages.middleware);
  app.use(uncached);
  app.use(readableQuery);
  app.use(authenticate({ verify: options.verify, refuse: refuseWith401 }));
  app.get("/customer", getCustomer(options));
  app.put("/customer", putCustomer(options));
  app.put("/customer/callback", putCallback(options));
  app.post("/customer/files", postFile(options));
  app.get("/customer/files", getFiles(options));
  app.delete("/customer/:account", deleteCustomer(options));
  app.put("/customer/verification", putVerification(options));
  return app;
}
