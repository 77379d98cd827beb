import assert from "node:assert/strict";
import { Keypair, type Transaction, TransactionBuilder } from "@stellar/stellar-sdk";
import { withGateway } from "../support/gateway.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";

/** Runs the task beside a gateway, on its folder. */
async function homeDomain(
  dataDir: string,
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly said: string }> {
  const child = await startProcess({
    program: "tasks/home-domain.ts",
    folder: dataDir,
    variables: { DATA_DIR: dataDir, ...variables },
  });
  return { code: await child.ended, said: child.output() };
}

Deno.test("W6 the task says that the issuer points here, or gives the transaction that makes it so", async () => {
  const port = freePort();
  await withGateway({ port }, async ({ dataDir, issuer, passphrase, running, horizonUrl }) => {
    const here = { PORT: String(port) };
    const elsewhere = { ...here, HOME_DOMAIN: "anchor.example" };
    const [right, wrong, unheard] = await Promise.all([
      homeDomain(dataDir, here),
      homeDomain(dataDir, elsewhere),
      homeDomain(dataDir, { ...here, HORIZON_URL: `http://127.0.0.1:${freePort()}` }),
    ]);
    assert.deepEqual([right.code, wrong.code, unheard.code], [0, 1, 1], right.said);
    assert.match(right.said, new RegExp(`The issuer ${issuer} points here.*localhost:${port}`));
    assert.match(unheard.said, /Horizon gives no answer/);
    assert.match(wrong.said, /anchor\.example/);

    // What it says to send is what mends it.
    const xdr = wrong.said.trim().split("\n").at(-1) ?? "";
    const transaction = TransactionBuilder.fromXdr(xdr, passphrase);
    const seed = running.environment.seeds.sandboxIssuer ?? assert.fail();
    transaction.sign(Keypair.fromSecret(seed));
    await submit(horizonUrl, transaction);
    const mended = await homeDomain(dataDir, elsewhere);
    assert.equal(mended.code, 0, mended.said);
    assert.match(mended.said, /points here.*anchor\.example/);
  });
});

async function submit(horizonUrl: string, transaction: { toXdr: Transaction["toXdr"] }): Promise<void> {
  const answer = await fetch(`${horizonUrl}/transactions`, {
    method: "POST",
    body: new URLSearchParams({ tx: transaction.toXdr() }),
  });
  assert.equal(answer.status, 200, await answer.text());
}
