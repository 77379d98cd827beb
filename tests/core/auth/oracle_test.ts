import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Keypair, Memo, Networks, Operation, WebAuth, type xdr } from "@stellar/stellar-sdk";
import fc from "fast-check";
import { challengeRules } from "../../../core/auth/challenge.ts";
import { importSeed } from "../../../core/auth/ed25519.ts";
import { readChallenge } from "../../../core/auth/read-challenge.ts";
import { type LedgerAccount, verifySignatures } from "../../../core/auth/verify.ts";
import { Refusal } from "../../../core/refusal.ts";
import {
  ENDPOINT,
  HOME_DOMAIN,
  ledgerAccount,
  PASSPHRASE,
  SECOND_DOMAIN,
  signer,
  WEB_AUTH_DOMAIN,
} from "../../routes/sep10/deployment.ts";
import { forge, muxedAddress, nonce } from "../../routes/sep10/wallet.ts";

const keys = {
  server: Keypair.random(),
  client: Keypair.random(),
  alice: Keypair.random(),
  bob: Keypair.random(),
  domain: Keypair.random(),
  stranger: Keypair.random(),
};
const { server, client, alice, bob, domain } = keys;
const account = client.publicKey();
const now = Math.floor(Date.now() / 1000);
const rules = challengeRules({
  signer: importSeed(server.secret()),
  networkPassphrase: PASSPHRASE,
  homeDomains: [HOME_DOMAIN, SECOND_DOMAIN],
  webAuthEndpoint: ENDPOINT,
});

/** Mostly the good value, sometimes one of the others. */
function mostly<T>(good: T, ...others: T[]) {
  return fc.oneof({ weight: 12, arbitrary: fc.constant(good) }, {
    weight: 1,
    arbitrary: fc.constantFrom(...others),
  });
}

const further = {
  endpoint: Operation.manageData({
    name: "web_auth_domain",
    value: WEB_AUTH_DOMAIN,
    source: server.publicKey(),
  }),
  wrongEndpoint: Operation.manageData({
    name: "web_auth_domain",
    value: "other.example",
    source: server.publicKey(),
  }),
  foreignEndpoint: Operation.manageData({ name: "web_auth_domain", value: WEB_AUTH_DOMAIN, source: account }),
  ofServer: Operation.manageData({ name: "other", value: null, source: server.publicKey() }),
  ofClient: Operation.manageData({ name: "other", value: "x", source: account }),
  withoutSource: Operation.manageData({ name: "other", value: "x" }),
  clientDomain: Operation.manageData({
    name: "client_domain",
    value: "wallet.example",
    source: domain.publicKey(),
  }),
  bump: Operation.bumpSequence({ bumpTo: "1", source: server.publicKey() }),
} satisfies Record<string, xdr.Operation>;
type FurtherName = keyof typeof further;

const challenge = fc.record({
  source: mostly<"server" | "client">("server", "client"),
  sequence: mostly("-1", "0"),
  passphrase: mostly<string>(PASSPHRASE, Networks.PUBLIC),
  maxTime: mostly(now + 900, now - 1000, 0),
  memo: mostly<Memo | undefined>(undefined, Memo.id("0"), Memo.id("18446744073709551615"), Memo.text("0")),
  client: mostly(account, muxedAddress(account, 2n ** 64n - 1n)),
  firstSource: mostly(true, false),
  name: mostly(`${HOME_DOMAIN} auth`, `${SECOND_DOMAIN} auth`, "other.example auth", HOME_DOMAIN),
  value: mostly<string | null>(
    nonce(),
    null,
    "x",
    nonce().slice(4),
    `${nonce().slice(0, 62)}==`,
    "*".repeat(64),
  ),
  further: mostly<FurtherName[]>(
    ["endpoint"],
    ["clientDomain", "endpoint"],
    ["endpoint", "ofServer"],
    ["endpoint", "ofClient"],
    ["endpoint", "withoutSource"],
    ["endpoint", "bump"],
    ["endpoint", "wrongEndpoint"],
    ["foreignEndpoint", "endpoint"],
    ["endpoint", "clientDomain", "clientDomain"],
    ["wrongEndpoint"],
    [],
  ),
  signers: mostly<(keyof typeof keys)[]>(
    ["server", "client"],
    ["client", "server"],
    ["server", "client", "domain"],
    ["server", "client", "domain", "domain"],
    ["domain", "alice", "bob", "server"],
    ["server", "alice", "bob"],
    ["server", "alice", "alice"],
    ["server", "client", "stranger"],
    ["server", "server", "client"],
    ["server"],
    ["client"],
  ),
  flip: mostly<number | undefined>(undefined, ...Array.from({ length: 40 }, (_, i) => i / 40)),
});

const weight = fc.constantFrom(0, 1, 2);
const ledger = fc.option(
  fc.record({ master: weight, alice: weight, bob: weight, domain: weight, server: weight, med: fc.nat(4) }),
  { nil: undefined },
);

type Case = { parts: typeof challenge extends fc.Arbitrary<infer T> ? T : never };

function build({ parts }: Case): string {
  const first = Operation.manageData({
    name: parts.name,
    value: parts.value,
    ...(parts.firstSource && { source: parts.client }),
  });
  const envelope = forge({
    server,
    client: parts.client,
    now,
    source: keys[parts.source].publicKey(),
    sequence: parts.sequence,
    passphrase: parts.passphrase,
    timebounds: { minTime: now - 2000, maxTime: parts.maxTime },
    operations: [first, ...parts.further.map((name) => further[name])],
    signers: parts.signers.map((name) => keys[name]),
    ...(parts.memo && { memo: parts.memo }),
  });
  const bytes = Uint8Array.fromBase64(envelope.toXdr());
  if (parts.flip !== undefined) {
    const at = Math.floor(parts.flip * bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
  }
  return bytes.toBase64();
}

async function ours(text: string, found: LedgerAccount | undefined): Promise<Refusal | "accepted"> {
  const accounts = () =>
    Promise.resolve(found ? { kind: "found" as const, ...found } : { kind: "not_found" as const });
  try {
    const returned = readChallenge(rules, text, now);
    await verifySignatures({ accounts, serverAccount: server.publicKey(), threshold: "medium" }, returned);
    return "accepted";
  } catch (error) {
    // Anything else would be answered with a 500.
    assert.ok(error instanceof Refusal, String(error));
    return error;
  }
}

function sdk(text: string, found: LedgerAccount | undefined): "accepted" | string {
  const domains = [HOME_DOMAIN, SECOND_DOMAIN];
  const own = server.publicKey();
  const given: [string, string, string] = [text, own, PASSPHRASE];
  try {
    if (found) {
      const usable = found.signers.filter((each) => each.weight > 0);
      WebAuth.verifyChallengeTxThreshold(
        ...given,
        Math.max(1, found.thresholds.med),
        usable,
        domains,
        WEB_AUTH_DOMAIN,
      );
    } else {
      WebAuth.verifyChallengeTxSigners(...given, [account], domains, WEB_AUTH_DOMAIN);
    }
    return "accepted";
  } catch (error) {
    return String(error);
  }
}

/** A challenge of ours names its endpoint; the SDK also takes those of servers that do not (R-10-63). */
const namesEndpoint = ({ parts }: Case) => parts.further.includes("endpoint");

Deno.test("R-10-71 R-10-72 R-10-86 what is accepted here is what the SDK accepts", async () => {
  const seen = { accepted: 0, refused: 0 };
  const property = fc.asyncProperty(challenge, ledger, async (parts, weights) => {
    const text = build({ parts });
    const found = weights && ledgerAccount(account, {
      master: weights.master,
      med: weights.med,
      signers: [
        signer(alice.publicKey(), weights.alice),
        signer(bob.publicKey(), weights.bob),
        signer(domain.publicKey(), weights.domain),
        signer(server.publicKey(), weights.server),
      ],
    });
    const [here, there] = [await ours(text, found), sdk(text, found)];
    if (here === "accepted") assert.equal(there, "accepted");
    else if (namesEndpoint({ parts })) {
      assert.notEqual(there, "accepted", `refused here: ${here.code} ${here.message}`);
    }
    seen[here === "accepted" ? "accepted" : "refused"]++;
  });
  await fc.assert(property, { numRuns: Number(Deno.env.get("ORACLE_RUNS") ?? 400) });
  assert.ok(seen.accepted > 30 && seen.refused > 30, `one-sided cases: ${JSON.stringify(seen)}`);
});

Deno.test("R-10-54 no text whatever ends in anything but a refusal", async () => {
  const good = forge({ server, client: account, now, signers: [server, client] }).toXdr();
  const edited = fc.tuple(fc.nat(good.length), fc.nat(40), fc.base64String({ maxLength: 40 })).map((
    [at, cut, text],
  ) => good.slice(0, at) + text + good.slice(at + cut));
  const bytes = fc.uint8Array({ maxLength: 300 }).map((raw) => raw.toBase64());
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), bytes, edited), async (text) => {
    const isAccepted = await ours(text, undefined) === "accepted";
    // The SDK also decodes base64 without its padding or with stray bits at the end; here such a text is refused.
    const isStrict = Buffer.from(text, "base64").toString("base64") === text;
    assert.equal(isAccepted, isStrict && sdk(text, undefined) === "accepted");
  }));
});
