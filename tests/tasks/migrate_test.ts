import assert from "node:assert/strict";
import { migrations } from "../../core/records/migrations/mod.ts";
import { openDatabase } from "../../core/records/database.ts";
import { Account, Keypair, Operation, TransactionBuilder } from "@stellar/stellar-sdk";
import type { xdr } from "@stellar/stellar-sdk";
import { startGateway, type TestGateway, withGateway } from "../support/gateway.ts";
import { startProcess } from "../support/process.ts";

/** Runs the task on a folder. */
async function migrate(
  folder: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly said: string }> {
  const child = await startProcess({
    program: "tasks/migrate.ts",
    folder,
    variables: { DATA_DIR: folder, ...variables },
  });
  return { code: await child.ended, said: child.output().trim() };
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function stampOf(folder: string): Promise<unknown> {
  const db = await openDatabase({ url: `file:${folder}/kedge.db`, onDeploy: false });
  try {
    return await db.query({ sql: "select key, value from stamp order by key" });
  } finally {
    db.close();
  }
}

Deno.test("migrating makes a database, and again finds nothing to do; another environment's is refused", () =>
  inFolder(async (folder) => {
    const first = await migrate(folder);
    assert.equal(first.code, 0, first.said);
    assert.match(first.said, /^migrated: 0001-/);
    const stamped = await stampOf(folder);
    const second = await migrate(folder);
    assert.deepEqual(second, { code: 0, said: "the database is up to date" });
    assert.deepEqual(await stampOf(folder), stamped);
    const foreign = await migrate(folder, { KEDGE_ENV: "staging" });
    assert.equal(foreign.code, 1);
    assert.match(foreign.said, /^Cannot migrate this database/);
    assert.match(foreign.said, /environment: .*"sandbox".*"staging"; set it back, or use another database$/);
    assert.deepEqual(await stampOf(folder), stamped);
  }));

Deno.test("two that migrate a new database at once both succeed, and each step is done by one of them", () =>
  inFolder(async (folder) => {
    const both = await Promise.all([migrate(folder), migrate(folder)]);
    assert.deepEqual(both.map(({ code }) => code), [0, 0], both.map(({ said }) => said).join("\n"));
    const done = both.flatMap(({ said }) => said.match(/\d{4}-[\w-]+/g) ?? []);
    assert.deepEqual(done.toSorted(), migrations.map(({ id }) => id));
  }));

/** Sends operations of the sandbox's issuer. */
async function byIssuer(gateway: TestGateway, operation: xdr.Operation): Promise<void> {
  const { running, horizonUrl, passphrase } = gateway;
  const keys = Keypair.fromSecret(running.environment.seeds.sandboxIssuer ?? assert.fail());
  const answer = await fetch(`${horizonUrl}/accounts/${keys.publicKey()}`);
  const { sequence } = await answer.json();
  const account = new Account(keys.publicKey(), sequence);
  const transaction = new TransactionBuilder(account, { fee: "100", networkPassphrase: passphrase })
    .addOperation(operation).setTimeout(0).build();
  transaction.sign(keys);
  const sent = await fetch(`${horizonUrl}/transactions`, {
    method: "POST",
    body: new URLSearchParams({ tx: transaction.toXdr() }),
  });
  assert.equal(sent.status, 200, await sent.text());
}

Deno.test("M-8 an asset whose issuer demands authorization that we cannot give stops the deployment and the start", () =>
  withGateway({}, async (gateway) => {
    const { running: { environment }, dataDir, horizonUrl, code } = gateway;
    const variables = { HORIZON_URL: horizonUrl };
    assert.equal((await migrate(dataDir, variables)).code, 0);
    await byIssuer(gateway, Operation.setOptions({ setFlags: 3 }));
    const refused = await migrate(dataDir, variables);
    assert.equal(refused.code, 1);
    const authorizer = Keypair.fromSecret(environment.seeds.authorizer ?? assert.fail()).publicKey();
    assert.match(
      refused.said,
      new RegExp(`issuer of ${code}:G\\w+ demands authorization: make ${authorizer} a signer of it`),
    );
    await assert.rejects(
      startGateway({ dataDir, variables: { ...variables } }),
      /Cannot start:\n- the issuer of \w+:G\w+ demands authorization/,
    );
    const signer = { ed25519PublicKey: authorizer, weight: 1 };
    await byIssuer(gateway, Operation.setOptions({ signer }));
    assert.equal((await migrate(dataDir, variables)).code, 0);
  }));
