import assert from "node:assert/strict";
import { Keypair, Operation, Transaction } from "@stellar/stellar-sdk";
import {
  type ClientDomainPolicy,
  createClientDomains,
  MAX_STELLAR_TOML_BYTES,
} from "../../../core/auth/mod.ts";
import { createGuardedFetch } from "../../../core/outgoing/mod.ts";
import {
  assertRefused,
  deploy,
  ledgerAccount,
  PASSPHRASE,
  readAsWallet,
  sign,
  signer,
} from "./deployment.ts";
import { forge, goodOperations, muxedAddress } from "./wallet.ts";

const client = Keypair.random();
const account = client.publicKey();
const wallet = Keypair.random();
const server = Keypair.random();
const GOOD = `VERSION="2.7.0"\nSIGNING_KEY="${wallet.publicKey()}"\n`;

type Deployment = ReturnType<typeof deploy>;

/** A wallet's own server with this file, and a gateway that reaches it. */
async function withWallet(
  file: string | ((request: Request) => Response | Promise<Response>),
  run: (gateway: Deployment, domain: string) => Promise<void>,
  options: { policy?: ClientDomainPolicy; allow?: boolean; timeoutMs?: number } = {},
) {
  const paths: string[] = [];
  const walletServer = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    paths.push(new URL(request.url).pathname);
    return typeof file === "string" ? new Response(file) : file(request);
  });
  const domain = `127.0.0.1:${walletServer.addr.port}`;
  const allow = options.allow === false ? [] : [domain];
  const { timeoutMs = 5000 } = options;
  const outgoing = createGuardedFetch({ allow, maxBytes: MAX_STELLAR_TOML_BYTES, timeoutMs });
  const clientDomains = createClientDomains({
    outgoing,
    serverAccount: server.publicKey(),
    plainHttp: allow,
    ...(options.policy && { policy: options.policy }),
  });
  try {
    await run(deploy({ server, clientDomains }), domain);
    assert.ok(paths.every((path) => path === "/.well-known/stellar.toml"));
  } finally {
    await outgoing.close();
    await walletServer.shutdown();
  }
}

Deno.test("R-10-36 R-10-39 the challenge names the client domain and the key of its own file", async () => {
  await withWallet(GOOD, async (gateway, client_domain) => {
    const transaction = await gateway.challenge({ account, client_domain });
    readAsWallet(transaction, gateway.server.publicKey());
    const operation = new Transaction(transaction, PASSPHRASE).operations.find((each) =>
      each.type === "manageData" && each.name === "client_domain"
    );
    assert.ok(operation?.type === "manageData");
    assert.equal(operation.source, wallet.publicKey());
    assert.equal(new TextDecoder().decode(operation.value), client_domain);
  });
});

Deno.test("R-10-39 the key is read anew for each challenge", async () => {
  let reads = 0;
  const changed = () => {
    reads++;
    return new Response(reads === 1 ? GOOD : `SIGNING_KEY="${client.publicKey()}"`);
  };
  await withWallet(changed, async (gateway, client_domain) => {
    const sources: (string | undefined)[] = [];
    for (let i = 0; i < 2; i++) {
      const transaction = await gateway.challenge({ account, client_domain });
      sources.push(new Transaction(transaction, PASSPHRASE).operations[2]?.source);
    }
    assert.deepEqual(sources, [wallet.publicKey(), client.publicKey()]);
  });
});

Deno.test("R-10-85 R-10-93 the token names the client domain when its key signed, and only then", async () => {
  await withWallet(GOOD, async (gateway, client_domain) => {
    const claims = await gateway.claims({ account, client_domain }, client, wallet);
    assert.equal(claims.client_domain, client_domain);
    assert.ok(!("client_domain" in await gateway.claims({ account }, client)));
    const missing = await gateway.signIn({ account, client_domain }, client);
    assertRefused(missing, 400, "sep10.client_domain_signature");
    const other = await gateway.signIn({ account, client_domain }, client, Keypair.random());
    assertRefused(other, 400, "sep10.client_domain_signature");
    // A signature that was not asked for is one too many.
    assertRefused(await gateway.signIn({ account }, client, wallet), 400, "sep10.signature_unknown");
  });
});

Deno.test("R-10-81 a missing account with a client domain needs exactly three signatures", async () => {
  await withWallet(GOOD, async (gateway, client_domain) => {
    assert.equal((await gateway.signIn({ account, client_domain }, client, wallet)).status, 200);
    assert.equal((await gateway.signIn({ account, client_domain }, wallet, client)).status, 200);
    assertRefused(await gateway.signIn({ account, client_domain }, wallet), 400, "sep10.signature_missing");
    const four = await gateway.signIn({ account, client_domain }, client, wallet, Keypair.random());
    assertRefused(four, 400, "sep10.signature_unknown");
    const twice = await gateway.signIn({ account, client_domain }, client, wallet, wallet);
    assertRefused(twice, 400, "sep10.signature_unknown");
  });
});

Deno.test("R-10-77 the client domain's signature adds no weight to the account's", async () => {
  await withWallet(GOOD, async (gateway, client_domain) => {
    gateway.ledger.set(account, ledgerAccount(account, { med: 1 }));
    assertRefused(await gateway.signIn({ account, client_domain }, wallet), 400, "sep10.signature_missing");
    gateway.ledger.set(account, ledgerAccount(account, { med: 2, signers: [signer(wallet.publicKey(), 1)] }));
    assertRefused(
      await gateway.signIn({ account, client_domain }, client, wallet),
      400,
      "sep10.signature_weight",
    );
    const twice = await gateway.signIn({ account, client_domain }, client, wallet, wallet);
    assertRefused(twice, 400, "sep10.signature_unknown");
    // As an ordinary signer, without the client domain, the same key counts.
    assert.equal((await gateway.signIn({ account }, client, wallet)).status, 200);
  });
});

Deno.test("R-10-37 without support for client domains the parameter is ignored", async () => {
  const gateway = deploy();
  for (const client_domain of ["wallet.example", "", "not a domain"]) {
    const transaction = await gateway.challenge({ account, client_domain });
    assert.equal(new Transaction(transaction, PASSPHRASE).operations.length, 2);
  }
});

const BROKEN: Record<string, string | ((request: Request) => Response | Promise<Response>)> = {
  "no key": 'VERSION="2.7.0"',
  "an empty file": "",
  "a malformed key": 'SIGNING_KEY="GABC"',
  "a seed as key": `SIGNING_KEY="${wallet.secret()}"`,
  "a muxed key": `SIGNING_KEY="${muxedAddress(wallet.publicKey(), 1n)}"`,
  "a key that is no text": "SIGNING_KEY=1",
  "a key inside a table": `[DOCUMENTATION]\nSIGNING_KEY="${wallet.publicKey()}"`,
  "no TOML": "<html>404</html>",
  "bytes that are no UTF-8": () => new Response(Uint8Array.of(0x53, 0xff, 0xfe)),
  "not found": () => new Response(GOOD, { status: 404 }),
  "a server error": () => new Response(GOOD, { status: 500 }),
  "the anchor's own key": `SIGNING_KEY="${server.publicKey()}"`,
  "a key under which anybody can sign":
    'SIGNING_KEY="GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAWHF"',
};

for (const [fault, file] of Object.entries(BROKEN)) {
  Deno.test(`R-10-38 a client domain without a usable key is refused: ${fault}`, async () => {
    await withWallet(file, async (gateway, client_domain) => {
      assertRefused(await gateway.get({ account, client_domain }), 400, "sep10.client_domain_key");
    });
  });
}

Deno.test("R-10-38 R-10-40 a client domain that cannot be reached is refused", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const client_domain = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  const outgoing = createGuardedFetch({ allow: [client_domain], maxBytes: 100, timeoutMs: 2000 });
  const clientDomains = createClientDomains({ outgoing, serverAccount: server.publicKey() });
  const gateway = deploy({ server, clientDomains });
  assertRefused(await gateway.get({ account, client_domain }), 400, "sep10.client_domain_key");
  await outgoing.close();
});

Deno.test("R-10-40 a file above 100 KB is not read to its end, one of 100 KB is", async () => {
  const filler = (bytes: number) => `${GOOD}#${"x".repeat(bytes - GOOD.length - 1)}`;
  await withWallet(filler(102_400), async (gateway, client_domain) => {
    assert.equal((await gateway.get({ account, client_domain })).status, 200);
  });
  await withWallet(filler(102_401), async (gateway, client_domain) => {
    assertRefused(await gateway.get({ account, client_domain }), 400, "sep10.client_domain_key");
  });
});

Deno.test("R-10-40 a redirect to a good file is not followed", async () => {
  const elsewhere = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response(GOOD));
  const location = `http://127.0.0.1:${elsewhere.addr.port}/.well-known/stellar.toml`;
  await withWallet(
    () => new Response(null, { status: 302, headers: { location } }),
    async (gateway, client_domain) => {
      assertRefused(await gateway.get({ account, client_domain }), 400, "sep10.client_domain_key");
    },
  );
  await elsewhere.shutdown();
});

Deno.test("R-10-40 a wallet's server that hangs is left in time", async () => {
  const release = Promise.withResolvers<Response>();
  await withWallet(() => release.promise, async (gateway, client_domain) => {
    assertRefused(await gateway.get({ account, client_domain }), 400, "sep10.client_domain_key");
    release.resolve(new Response(""));
  }, { timeoutMs: 100 });
});

Deno.test("R-10-40 a loopback or private client domain is refused with the same words as any other", async () => {
  await withWallet(GOOD, async (gateway, loopback) => {
    const texts = new Set<unknown>();
    for (const client_domain of [loopback, "10.0.0.1", "[::1]", "169.254.169.254", "127.0.0.1:22"]) {
      const answer = await gateway.get({ account, client_domain });
      assertRefused(answer, 400, "sep10.client_domain_key");
      texts.add(answer.body.error);
    }
    assert.equal(texts.size, 1);
  }, { allow: false });
});

Deno.test("a client domain that is no host name is refused before anything is fetched", async () => {
  const outgoing = { fetch: () => assert.fail("nothing may be fetched") };
  const gateway = deploy({
    clientDomains: createClientDomains({ outgoing, serverAccount: server.publicKey() }),
  });
  const wrong = [
    "",
    " ",
    "https://wallet.example",
    "wallet.example/path",
    "user@wallet.example",
    "wallet.example?x",
    "wallet.example#x",
    "wallet .example",
    "wallet.example:99999",
    `${"a".repeat(60)}.example`,
    "wället.example",
    "\\\\host",
    "2130706433",
  ];
  for (const client_domain of wrong) {
    assertRefused(await gateway.get({ account, client_domain }), 400, "sep10.client_domain_invalid");
  }
});

Deno.test("R-10-41 a deny list, an allow list, and a demand", async () => {
  await withWallet(GOOD, async (gateway, client_domain) => {
    assertRefused(
      await gateway.get({ account, client_domain: "bad.example" }),
      403,
      "sep10.client_domain_refused",
    );
    assertRefused(
      await gateway.get({ account, client_domain: "BAD.example" }),
      403,
      "sep10.client_domain_refused",
    );
    assert.equal((await gateway.get({ account, client_domain })).status, 200);
  }, { policy: { deny: ["bad.example"] } });
  await withWallet(GOOD, async (gateway, client_domain) => {
    const ignored = await gateway.challenge({ account, client_domain });
    assert.equal(new Transaction(ignored, PASSPHRASE).operations.length, 2);
  }, { policy: { allow: ["good.example"] } });
  await withWallet(GOOD, async (gateway, client_domain) => {
    assertRefused(await gateway.get({ account }), 400, "sep10.client_domain_required");
    assertRefused(await gateway.get({ account, client_domain }), 403, "sep10.client_domain_refused");
  }, { policy: { allow: ["good.example"], required: true } });
});

Deno.test("R-10-85 a client domain that the server's key signs for, or two of them, are refused on POST", async () => {
  const gateway = deploy({ server });
  const named = (source: string, value: string | null = "wallet.example") =>
    Operation.manageData({ name: "client_domain", value, source });
  const wrong = [
    [named(server.publicKey())],
    [named(muxedAddress(wallet.publicKey(), 1n))],
    [named(wallet.publicKey()), named(wallet.publicKey())],
    [named(wallet.publicKey(), null)],
  ];
  for (const operations of [...wrong, [named(wallet.publicKey())]]) {
    const transaction = forge({
      server,
      client: account,
      now: gateway.clock.now,
      operations: [...goodOperations(server.publicKey(), account), ...operations],
      signers: [server, client, wallet],
    });
    const answer = await gateway.post(transaction.toXdr());
    if (wrong.includes(operations)) assertRefused(answer, 400, "sep10.challenge_foreign");
    else assert.equal(answer.status, 200);
  }
});

Deno.test("a signature of the client domain alone, by its server, is not the account's", async () => {
  // The account is the wallet's own: its server signs whatever names its domain, so that this must not be enough.
  await withWallet(GOOD, async (gateway, client_domain) => {
    const own = wallet.publicKey();
    for (const exists of [false, true]) {
      if (exists) gateway.ledger.set(own, ledgerAccount(own, {}));
      const transaction = await gateway.challenge({ account: own, client_domain });
      assertRefused(await gateway.post(sign(transaction, wallet)), 400, "sep10.signature_missing");
    }
  });
});

Deno.test("R-10-40 the file of a client domain is fetched by HTTPS, at the port that was named", async () => {
  const urls: string[] = [];
  const outgoing = {
    fetch(url: string | URL) {
      urls.push(String(url));
      return Promise.resolve({ status: 200, headers: new Headers(), body: new TextEncoder().encode(GOOD) });
    },
  };
  const clientDomains = createClientDomains({ outgoing, serverAccount: server.publicKey() });
  for (const domain of ["wallet.example", "Wallet.Example:443", "wallet.example:8443"]) {
    await clientDomains.verify(domain);
  }
  assert.deepEqual(urls, [
    "https://wallet.example/.well-known/stellar.toml",
    "https://wallet.example/.well-known/stellar.toml",
    "https://wallet.example:8443/.well-known/stellar.toml",
  ]);
});
