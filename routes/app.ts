/**
 * The HTTP application: one room per SEP and what they share.
 * @module
 */
import { Hono } from "hono";
import type { Anchor } from "../core/config/anchor-runtime.ts";
import type { Environment } from "../core/config/environment.ts";
import type { Gateway } from "../core/gateway.ts";
import { REQUEST_BUDGET_MS } from "../core/gateway.ts";
import type { Log } from "../core/log.ts";
import { isWebhookSecret } from "../core/outgoing/webhook-address.ts";
import { findOwn, listOwn } from "../core/transfers/find.ts";
import { newId } from "../core/transfers/id.ts";
import {
  clientAddresses,
  createLanguages,
  errorHandler,
  type HttpEnv,
  networkOf,
  notFoundHandler,
  requestLog,
} from "./http/mod.ts";
import { gatewayChecks, healthRoutes, SPARED } from "./health/mod.ts";
import { jobRoutes } from "./jobs/mod.ts";
import { logoRoutes } from "./logo/mod.ts";
import { operatorRoutes } from "./operator/mod.ts";
import { type SandboxDoor, sandboxRoutes } from "./sandbox/mod.ts";
import { reserveRoutes } from "./reserve/mod.ts";
import { sep10Routes } from "./sep10/mod.ts";
import { sep12Routes } from "./sep12/mod.ts";
import { checkStellarToml, sep1Routes, type TomlFault, writeStellarToml } from "./sep1/mod.ts";
import { interactiveRoutes } from "./interactive/mod.ts";
import { sep24Routes } from "./sep24/mod.ts";
import { sep6Routes } from "./sep6/mod.ts";
import { webhookRoutes } from "./webhooks/mod.ts";

/** What the application is made of. */
export interface AppOptions {
  readonly gateway: Gateway;
  readonly environment: Environment;
  readonly anchor: Anchor;
  readonly log: Log;
  /** Absent where there is no sandbox. */
  readonly sandbox?: SandboxDoor;
}

/** The application, and what stellar.toml breaks of SEP-1: a fault of level `must` is a reason not to start. */
export interface App {
  readonly app: Hono<HttpEnv>;
  readonly tomlFaults: readonly TomlFault[];
}

/** Builds the application. */
export async function createApp({ gateway, environment, anchor, log, sandbox }: AppOptions): Promise<App> {
  const languages = createLanguages(gateway.texts);
  const addressOf = clientAddresses(environment.trustedProxies);
  const refusals = { languages, log };
  const app = new Hono<HttpEnv>();
  app.onError(errorHandler(refusals));
  app.notFound(notFoundHandler(refusals));
  app.use(requestLog(log));

  const tomlFacts = {
    network: environment.network,
    passphrase: environment.passphrase,
    publicUrl: environment.publicUrl,
    homeDomains: environment.homeDomains,
    signingKey: gateway.signingKey,
    accounts: [gateway.ownAccounts.distribution],
    mounted: ["sep10", "sep6", "sep12", "sep24"] as const,
  };
  const toml = writeStellarToml(anchor, tomlFacts);
  app.route("/.well-known", await sep1Routes(toml));
  app.route("/", logoRoutes());
  app.route("/", reserveRoutes({ published: gateway.publishedReserve }));
  app.route("/auth", sep10Routes({ webAuth: gateway.webAuth, network: (c) => networkOf(addressOf(c)) }));
  app.route(
    "/sep12",
    sep12Routes({
      ...refusals,
      customers: gateway.customers,
      checkCallback: gateway.checkCallback,
      verify: gateway.caller,
      performNow: (ids) => gateway.effects.performNow(ids, REQUEST_BUDGET_MS),
    }),
  );
  app.route(
    "/sep6",
    sep6Routes({
      languages,
      services: anchor.services,
      features: featuresOf(anchor),
      receivingAccount: gateway.ownAccounts.distribution,
      view: gateway.sep6,
      verify: gateway.caller,
      feeFor: gateway.feeFor,
      checkCallback: gateway.checkCallback,
      open: gateway.open,
      performed: gateway.performed,
      find: (owner, by) => findOwn(gateway.db, owner, by),
      list: (owner, query) => listOwn(gateway.db, owner, query),
    }),
  );
  app.route(
    "/sep24",
    sep24Routes({
      languages,
      services: anchor.services,
      features: featuresOf(anchor),
      view: gateway.sep24,
      verify: gateway.caller,
      feeFor: gateway.feeFor,
      draft: gateway.draft,
      linkFor: gateway.pages.linkFor,
      keepValues: gateway.pages.values.keep,
      find: (owner, by) => findOwn(gateway.db, owner, by),
      list: (owner, query) => listOwn(gateway.db, owner, query),
    }),
  );
  app.route("/interactive", interactiveRoutes({ ...refusals, gateway, anchor }));
  app.route(
    "/operator",
    operatorRoutes({
      languages,
      desk: gateway.operators,
      sessions: gateway.sessions,
      network: (c) => networkOf(addressOf(c)),
    }),
  );
  app.route(
    "/webhooks",
    webhookRoutes({
      instanceOf: (name, secret) =>
        isWebhookSecret(environment.webhookSecret, name, secret) ? gateway.contractOf(name) : null,
      put: (instance, contract, request) =>
        gateway.inbox.putRaw({ id: newId(), contract, instance, request }),
      decide: (instance, contract, request) => gateway.decide(instance, contract, request),
      readNow: async () => {
        const end = performance.now() + REQUEST_BUDGET_MS;
        await gateway.readInbox.due(5, () => performance.now() >= end);
      },
    }),
  );
  app.route(
    "/health",
    healthRoutes({ checks: gatewayChecks(gateway), spared: SPARED }),
  );
  const { deploy } = environment.storage;
  const jobsSecret = deploy?.runsJobs === false ? null : environment.jobsSecret;
  app.route("/jobs", jobRoutes({ work: gateway.runner.work, secret: jobsSecret }));
  if (sandbox) app.route("/sandbox", sandboxRoutes(sandbox));

  const tomlFaults = checkStellarToml(toml, {
    ...tomlFacts,
    assets: anchor.assets,
    now: Date.now(),
  });
  return { app, tomlFaults };
}

function featuresOf(anchor: Anchor): { accountCreation: boolean; claimableBalances: boolean } {
  return {
    accountCreation: anchor.assets.some(({ destination }) => destination?.startingBalance !== undefined),
    claimableBalances: anchor.assets.some(({ destination }) => destination?.claimableBalances === true),
  };
}
