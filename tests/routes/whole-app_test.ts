import assert from "node:assert/strict";
import { Keypair, Transaction, WebAuth } from "@stellar/stellar-sdk";
import { parse } from "smol-toml";
import { noLog } from "../../core/log.ts";
import { run, type Running } from "../../main.ts";
import { createApp } from "../../routes/app.ts";
import { findOpenRoutes } from "../../routes/public-routes.ts";

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
    async ({ gateway, environment, anchor }) => {
      const { app } = await createApp({ gateway, environment, anchor, log: noLog });
      assert.deepEqual(await findOpenRoutes(app), []);
      const ready = await app.request("/health/ready");
      assert.deepEqual((await ready.json()).checks, {
        database: "ok",
        sessions: "ok",
        horizon: "ok",
        jobs: "ok",
      });
    },
  ));

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
