import assert from "node:assert/strict";
import { Keypair, Networks, WebAuth } from "@stellar/stellar-sdk";
import { z } from "zod";
import { test } from "../support/layouts.ts";
import { freePort } from "../support/ports.ts";
import { CODE, openNetwork, ran, withTestnetGateway } from "../support/testnet-gateway.ts";

/** A test network of somebody's own. */
const PASSPHRASE = Networks.STANDALONE;

const [challengeAnswer, tokenAnswer, openedAnswer, transactionAnswer] = [
  z.object({ transaction: z.string(), network_passphrase: z.string() }),
  z.object({ token: z.string() }),
  z.object({ id: z.string() }),
  z.object({
    transaction: z.looseObject({
      status: z.string(),
      instructions: z.record(z.string(), z.object({ value: z.string() })).optional(),
    }),
  }),
];

test.inEveryStorage("P1 P3 R-10-17 on testnet with another's Horizon, behind proxies that end TLS, a deposit passes", (place) =>
  withTestnetGateway(
    place,
    { publicPort: freePort(), passphrase: PASSPHRASE },
    async ({ publicUrl, operator, network, fronts, ask, run, output }) => {
      const host = new URL(publicUrl).host;
      const differing = await run("tasks/serve.ts", { DISTRIBUTION_SECRET: Keypair.random().secret() });
      assert.equal(differing.code, 1);
      assert.match(differing.output, /distribution/i);

      for (const open of fronts) {
        const front = open();
        try {
          const toml = await (await ask("/.well-known/stellar.toml")).text();
          for (const endpoint of ["WEB_AUTH_ENDPOINT", "TRANSFER_SERVER", "KYC_SERVER"]) {
            assert.match(toml, new RegExp(`^${endpoint} ?= ?"${publicUrl}/`, "m"));
          }
          assert.doesNotMatch(toml, /http:\/\//);
          const signingKey = /SIGNING_KEY = "(G\w+)"/.exec(toml)?.[1] ?? "";
          assert.ok(toml.includes(`NETWORK_PASSPHRASE = "${PASSPHRASE}"`));

          const client = Keypair.random();
          const funded = await fetch(`${network.url}/friendbot?addr=${client.publicKey()}`);
          assert.equal(funded.status, 200);
          await funded.body?.cancel();
          const challenge = challengeAnswer.parse(
            await (await ask(`/auth?account=${client.publicKey()}`)).json(),
          );
          const { tx } = WebAuth.readChallengeTx(
            challenge.transaction,
            signingKey,
            challenge.network_passphrase,
            host,
            host,
          );
          tx.sign(client);
          const json = (method: string, body: unknown, token?: string) => ({
            method,
            headers: {
              "content-type": "application/json",
              ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            },
            body: JSON.stringify(body),
          });
          const login = await ask("/auth", json("POST", { transaction: tx.toXDR() }));
          const { token } = tokenAnswer.parse(await login.json());
          const asCustomer = { headers: { authorization: `Bearer ${token}` } };
          const account = client.publicKey();
          const query =
            `asset_code=${CODE}&account=${account}&type=bank_account&amount=100&claimable_balance_supported=true`;
          const { id } = openedAnswer.parse(await (await ask(`/sep6/deposit?${query}`, asCustomer)).json());
          const person = {
            transaction_id: id,
            type: "sep6",
            first_name: "Ada",
            last_name: "Lovelace",
            email_address: "ada@example.com",
          };
          const given = await ask("/sep12/customer", json("PUT", person, token));
          assert.equal(given.status, 202, await given.text());

          const shown = async () =>
            transactionAnswer.parse(await (await ask(`/sep6/transaction?id=${id}`, asCustomer)).json())
              .transaction;
          const until = async (wanted: string) => {
            for (let round = 0; round < 200; round++) {
              const transaction = await shown();
              if (transaction.status === wanted) return transaction;
              await new Promise((resolve) => setTimeout(resolve, 100));
            }
            assert.fail(`${id} is not ${wanted}\n${output()}`);
          };
          const { instructions = {} } = await until("pending_user_transfer_start");
          const reference = Object.entries(instructions).find(([name]) =>
            name.endsWith("external_transfer_memo")
          );
          const payment = {
            reference: reference?.[1].value,
            amount: "100",
            currency: "USD",
            payer: { name: "Ada Lovelace", account: "GB33BUKB20201555555555" },
          };
          const unpaid = await ask("/sandbox/bank/transfers", json("POST", payment));
          const paid = await ask("/sandbox/bank/transfers", json("POST", payment, operator));
          assert.deepEqual([unpaid.status, paid.status], [404, 201], "the bank wants an operator's key here");
          for (const answer of [unpaid, paid]) await answer.body?.cancel();
          const done = await until("completed");
          assert.doesNotMatch(JSON.stringify(done), /http:\/\//);

          const ledger = await ask("/sandbox/horizon/", { headers: { authorization: `Bearer ${operator}` } });
          assert.equal(ledger.status, 404, "the ledger is not ours");
          await ledger.body?.cancel();
        } finally {
          await front.stop();
        }
      }
    },
  ));

/** The port that an address without one means: wallets want such an address, since SDK and SEP-10 agree on no other. */
const HTTPS_PORT = 443;

test.inEveryStorage(
  "P2 W7 P20 on testnet under an address without a port, the whole journey of an unmodified wallet passes",
  (place) =>
    withTestnetGateway(
      place,
      { publicPort: HTTPS_PORT },
      async ({ operator, network, fronts, run, output }) => {
        for (const open of fronts) {
          const front = open();
          try {
            const { code, output: said } = await run("tasks/demo.ts", {
              FRIENDBOT_URL: `${network.url}/friendbot`,
              OPERATOR_API_KEYS: `judge:admin:${operator}`,
            });
            assert.equal(code, 0, `${said}\n${output()}`);
          } finally {
            await front.stop();
          }
        }
      },
    ),
  !mayListen(HTTPS_PORT),
);

/** Some machines keep low ports to themselves, or have something there. */
function mayListen(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch {
    Deno.stderr.writeSync(
      new TextEncoder().encode(`skipped: port ${port} is not to be had on this machine\n`),
    );
    return false;
  }
}

test.inEveryStorage("P2 P18 start lists every secret that is missing, weak or equal, and public refuses the sandbox's modules", async ({ dataDir: folder, variables: storage }) => {
  const { network, variables } = await openNetwork(folder);
  const good = { ...variables, ...await storage(), PUBLIC_URL: "https://anchor.example" };
  const refused = async (more: Readonly<Record<string, string>>) => {
    const { code, output } = await ran({
      program: "tasks/serve.ts",
      folder,
      variables: { ...good, ...more },
    });
    assert.equal(code, 1, output);
    for (const value of Object.values(more)) {
      if (value.length > 20) assert.ok(!output.includes(value), "a secret is never printed");
    }
    return output;
  };
  try {
    const needed = [
      "SIGNING_SECRET",
      "DISTRIBUTION_SECRET",
      "JWT_SECRET",
      "DATA_KEY",
      "INDEX_KEY",
      "WEBHOOK_SECRET",
      "OPERATOR_API_KEYS",
    ];
    const [missing, weak, equal, sandboxMode, publicNetwork] = await Promise.all([
      refused(Object.fromEntries([...needed, "ASSET_ISSUER"].map((name) => [name, ""]))),
      refused({
        JWT_SECRET: "short",
        DATA_KEY: "c2hvcnQ=",
        WEBHOOK_SECRET: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        PUBLIC_URL: "http://anchor.example",
      }),
      refused({ JWT_SECRET: variables["WEBHOOK_SECRET"] ?? "", INDEX_KEY: variables["DATA_KEY"] ?? "" }),
      refused({ STELLAR_NETWORK: "sandbox" }),
      refused({
        STELLAR_NETWORK: "public",
        NETWORK_PASSPHRASE: Networks.PUBLIC,
        HORIZON_URL: "https://horizon.stellar.org",
      }),
    ]);
    for (const name of [...needed, "ASSET_ISSUER"]) assert.match(missing, new RegExp(name));
    for (const name of ["JWT_SECRET", "DATA_KEY", "WEBHOOK_SECRET", "PUBLIC_URL"]) {
      assert.match(weak, new RegExp(name));
    }
    for (const name of ["JWT_SECRET", "WEBHOOK_SECRET", "INDEX_KEY", "DATA_KEY"]) {
      assert.match(equal, new RegExp(name));
    }
    assert.match(sandboxMode, /sandbox/);
    assert.match(publicNetwork, /sandbox/);
  } finally {
    await network.close();
  }
});
