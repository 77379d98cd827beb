import assert from "node:assert/strict";
import { Keypair, Transaction, WebAuth } from "@stellar/stellar-sdk";
import { parse } from "smol-toml";
import { noLog } from "../../core/log.ts";
import { run, type Running } from "../../main.ts";
import { inspectRoutes } from "hono/dev";
import config from "../../anchor.config.ts";
import { createApp } from "../../routes/app.ts";
import { findOpenRoutes, PUBLIC_ROUTES } from "../../routes/public-routes.ts";

/** The default config with what it leaves out: a fee that only `/fee` can say. */
const everythingOn: typeof config = async (inputs) => {
  const given = await config(inputs);
  const fee = { fixed: "0.50", percent: "0.5", minimum: "0.6", maximum: "400" };
  return { ...given, services: given.services.map((service) => ({ ...service, fee })) };
};

/** The gateway with its sandbox, on a port of its own, in a folder that goes away. */
async function whileRunning(
  variables: Record<string, string>,
  work: (running: Running) => Promise<void>,
): Promise<void> {
  const dataDir = await Deno.makeTempDir();
  const running = await run({
    variables: { ...variables, DATA_DIR: dataDir, PORT: "0" },
    mode: "dev",
    log: noLog,
    closeEvery: "on submit",
    jobs: false,
    config: everythingOn,
  });
  try {
    await work(running);
  } finally {
    await running.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
}

Deno.test("P18 every route of the gateway is listed as public or closed without a token or key", () =>
  whileRunning(
    { JOBS_SECRET: "a-secret-for-jobs-0123456789-ABCDEFGH" },
    async ({ gateway, environment, anchor, sandbox }) => {
      assert.ok(sandbox);
      // As on testnet, where operators enter it with a key.
      const door = {
        handle: (request: Request) => sandbox.app.fetch(request),
        keys: ["the-key-of-an-operator-0123456789"],
      };
      const { app } = await createApp({ gateway, environment, anchor, log: noLog, sandbox: door });
      assert.deepEqual(await findOpenRoutes(app), []);
      const routes = inspectRoutes(app).filter(({ isMiddleware }) => !isMiddleware);
      for (const path of ["/sep6/fee", "/sep24/fee", "/sep12/customer/files", "/jobs/run", "/sandbox/*"]) {
        assert.ok(routes.some((route) => route.path === path), `${path} is switched on`);
      }
      // A method that nobody has listed opens nothing either.
      for (const path of new Set(routes.map(({ path }) => path))) {
        for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"]) {
          const listed = method === "HEAD" ? "GET" : method;
          if (PUBLIC_ROUTES.some((one) => one.path === path && one.method === listed)) continue;
          const { status, body } = await app.request(path.replaceAll(/:\w+/g, "1").replaceAll("*", "x"), {
            method,
          });
          await body?.cancel();
          assert.ok(status >= 400 && status < 500, `${method} ${path} answers ${status}`);
        }
      }
      const ready = await app.request("/health/ready");
      assert.deepEqual((await ready.json()).checks, {
        database: "ok",
        sessions: "ok",
        horizon: "ok",
        jobs: "ok",
      });
    },
  ));

Deno.test("R-24-1 the file of a running gateway names the interactive server, and no server of quotes", () =>
  whileRunning({}, async ({ url, environment }) => {
    const file = parse(await (await fetch(`${url}/.well-known/stellar.toml`)).text());
    assert.equal(file["TRANSFER_SERVER_SEP0024"], `${environment.publicUrl}/sep24`);
    assert.equal(file["ANCHOR_QUOTE_SERVER"], undefined);
    const info = await fetch(`${url}/sep24/info`);
    await info.body?.cancel();
    assert.equal(info.status, 200);
  }));

Deno.test("R-01-14 R-01-15 R-01-17 what the file of a running gateway names is there", () =>
  whileRunning({}, async ({ url, environment }) => {
    const { publicUrl, passphrase } = environment;
    const response = await fetch(`${url}/.well-known/stellar.toml`);
    const file = parse(await response.text());
    /** The address under a key, at the port that was given to this test. */
    const server = (key: string) => {
      const address = file[key];
      assert.ok(typeof address === "string" && address.startsWith(`${publicUrl}/`), key);
      return address.replace(publicUrl, url);
    };
    const info = await fetch(`${server("TRANSFER_SERVER")}/info`);
    assert.equal(info.status, 200);
    await info.body?.cancel();

    const customer = await fetch(`${server("KYC_SERVER")}/customer`);
    assert.equal(customer.status, 401);
    await customer.body?.cancel();

    const client = Keypair.random().publicKey();
    const challenge = await (await fetch(`${server("WEB_AUTH_ENDPOINT")}?account=${client}`)).json();
    const signingKey = file["SIGNING_KEY"];
    assert.ok(typeof signingKey === "string");
    const transaction = new Transaction(challenge.transaction, passphrase);
    assert.equal(transaction.source, signingKey);
    assert.deepEqual(WebAuth.gatherTxSigners(transaction, [signingKey]), [signingKey]);
    assert.equal(file["NETWORK_PASSPHRASE"], challenge.network_passphrase);
  }));
