import assert from "node:assert/strict";
import { z } from "zod";
import { type LocalCertificates, localCertificates } from "../../tasks/local-certificates.ts";
import { trustLocalAuthority } from "../../tasks/demo/trust.ts";
import { arrive } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { freePort } from "../support/ports.ts";
import { startProcess } from "../support/process.ts";
import { openWalletDomain } from "../support/wallet-domain.ts";
import { openWorld } from "../support/world.ts";

const claims = z.object({ sub: z.string(), client_domain: z.string().optional() });

/** Files of the first place, by name: Node's client reads an authority once, so the next place has to have the same one. */
const made = new Map<string, string>();

async function sameCertificates(folder: string): Promise<LocalCertificates> {
  for (const [name, text] of made) await Deno.writeTextFile(`${folder}/${name}`, text);
  const files = await localCertificates(folder);
  for (const path of Object.values(files)) {
    made.set(path.slice(folder.length + 1), await Deno.readTextFile(path));
  }
  return files;
}

test.inEveryStorage("R-06-2 R-10-39 W4 over HTTPS of dev --tls, and over it alone, a wallet logs in, with its own domain too, and deposits", async ({ dataDir: folder, variables }) => {
  const files = await sameCertificates(folder);
  const [cert, key] = await Promise.all([Deno.readTextFile(files.cert), Deno.readTextFile(files.key)]);
  const domain = openWalletDomain({ cert, key });
  const port = freePort();
  const publicUrl = `https://localhost:${port}`;
  const gateway = await startProcess({
    program: "tasks/dev.ts",
    args: ["--tls"],
    folder,
    variables: { ...await variables(), PORT: String(port), OUTGOING_ALLOW: domain.domain },
    readyAt: publicUrl,
    trusts: files.authority,
  });
  const distrust = await trustLocalAuthority(folder);
  try {
    const toml = await (await fetch(`${publicUrl}/.well-known/stellar.toml`)).text();
    const issuer = /issuer = "(G[A-Z2-7]{55})"/.exec(toml)?.[1] ?? "";
    assert.match(toml, new RegExp(`WEB_AUTH_ENDPOINT = "${publicUrl}/auth"`));
    const world = openWorld({
      publicUrl,
      sandboxUrl: `${publicUrl}/sandbox`,
      horizonUrl: `${publicUrl}/sandbox/horizon`,
      passphrase: "Test SDF Network ; September 2015",
      code: "USDX",
      issuer,
      advance: () => new Promise((resolve) => setTimeout(resolve, 100)),
      rounds: 300,
      describe: () => Promise.resolve(gateway.output()),
    });
    const ada = await arrive(world, { client: { domain: domain.domain, signer: domain.signer } });
    const payload = claims.parse(
      JSON.parse(new TextDecoder().decode(
        Uint8Array.fromBase64(ada.token.split(".")[1] ?? "", { alphabet: "base64url" }),
      )),
    );
    assert.deepEqual(payload, { sub: ada.wallet.account, client_domain: domain.domain });
    await ada.deposit("100");
    await ada.holds("99");
    const demo = await fetch(`${publicUrl}/sandbox/wallet/standing`);
    assert.equal(demo.status, 200, `the sandbox's own wallet gets in as well: ${await demo.text()}`);
    await assert.rejects(fetch(`http://localhost:${port}/sep6/info`));
    assert.match(gateway.output(), new RegExp(`PUBLIC_URL=${publicUrl} DATA_DIR=${folder} deno task demo`));
  } finally {
    distrust?.();
    const code = await gateway.end("SIGTERM");
    await domain.stop();
    assert.equal(code, 0, gateway.output());
  }
});
