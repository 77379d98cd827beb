import assert from "node:assert/strict";
import fc from "fast-check";
import {
  Account,
  BASE_FEE,
  Keypair,
  Memo,
  Operation,
  Transaction,
  TransactionBuilder,
  xdr,
} from "@stellar/stellar-sdk";
import { buildChallenge, challengeRules, type ChallengeSubject } from "../../../core/auth/challenge.ts";
import { importSeed } from "../../../core/auth/ed25519.ts";
import { type AccountAddress, parseAccount } from "../../../core/auth/strkey.ts";
import { muxedAddress } from "../../routes/sep10/wallet.ts";

/** The challenge as the SDK builds and signs it, with a nonce that is given. */
function builtBySdk(
  server: Keypair,
  { subject, domains: [home, endpoint], now, passphrase, nonce }: {
    subject: ChallengeSubject;
    domains: readonly [string, string];
    now: number;
    passphrase: string;
    nonce: string;
  },
): string {
  const builder = new TransactionBuilder(new Account(server.publicKey(), "-1"), {
    fee: BASE_FEE,
    networkPassphrase: passphrase,
    timebounds: { minTime: now, maxTime: now + 900 },
  });
  const { client, clientDomain, memo } = subject;
  builder.addOperation(
    Operation.manageData({ name: `${home} auth`, value: nonce, source: client.address }),
  );
  builder.addOperation(
    Operation.manageData({ name: "web_auth_domain", value: endpoint, source: server.publicKey() }),
  );
  if (clientDomain) {
    const { domain, account } = clientDomain;
    builder.addOperation(Operation.manageData({ name: "client_domain", value: domain, source: account }));
  }
  if (memo !== null) builder.addMemo(Memo.id(memo));
  const transaction = builder.build();
  transaction.sign(server);
  return transaction.toEnvelope().toXdr("base64");
}

/** The nonce of a challenge, by the SDK. */
function nonceOf(challenge: string, passphrase: string): string {
  const envelope = xdr.TransactionEnvelope.fromXdr(Uint8Array.fromBase64(challenge));
  assert.equal(envelope.type, "envelopeTypeTx");
  const [first] = new Transaction(envelope, passphrase).operations;
  assert.ok(first?.type === "manageData" && first.value);
  return new TextDecoder().decode(first.value);
}

const keys = Array.from({ length: 8 }, () => Keypair.random());
const key = fc.constantFrom(...keys);
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
/** Of every length modulo four; the names that are put behind it have room. */
const domain = fc.stringMatching(/^[a-z0-9.:-]{1,59}$/);

const client: fc.Arbitrary<AccountAddress> = fc.tuple(key, fc.option(uint64)).map(([pair, id]) => {
  const address = id === null ? pair.publicKey() : muxedAddress(pair.publicKey(), id);
  const parsed = parseAccount(address);
  assert.ok(parsed);
  return parsed;
});

Deno.test("R-10-9 R-10-13 a challenge is, byte for byte, what the SDK would have built and signed", () => {
  fc.assert(
    fc.property(
      fc.record({
        server: key,
        client,
        memo: fc.option(uint64.map(String)),
        clientDomain: fc.option(
          fc.record({ domain, account: key.map((pair) => pair.publicKey()) }),
        ),
        home: domain,
        endpoint: domain,
        now: fc.nat({ max: 4_000_000_000 }),
        passphrase: fc.constantFrom("Test SDF Network ; September 2015", "ein anderes Netz, für Tests"),
      }),
      ({ server, client, memo, clientDomain, home, endpoint, now, passphrase }) => {
        const rules = challengeRules({
          signer: importSeed(server.secret()),
          networkPassphrase: passphrase,
          homeDomains: [home],
          webAuthEndpoint: "https://unused.example/auth",
          webAuthDomain: endpoint,
        });
        const subject = {
          client,
          memo: client.kind === "muxed" ? null : memo,
          homeDomain: home,
          clientDomain,
        };
        const ours = buildChallenge(rules, subject, now);
        const nonce = nonceOf(ours, passphrase);
        assert.match(nonce, /^[\w+/]{64}$/);
        const domains = [home, endpoint] as const;
        assert.equal(ours, builtBySdk(server, { subject, domains, now, passphrase, nonce }));
      },
    ),
    { numRuns: 150 },
  );
});
