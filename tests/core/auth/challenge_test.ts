import assert from "node:assert/strict";
import { Keypair, Networks } from "@stellar/stellar-sdk/base";
import { buildChallenge, challengeRules } from "../../../core/auth/challenge.ts";
import { importSeed } from "../../../core/auth/ed25519.ts";
import { readChallenge } from "../../../core/auth/read-challenge.ts";
import { parseAccount } from "../../../core/auth/strkey.ts";

const signer = importSeed(Keypair.random().secret());

function rulesOf(homeDomains: string[], webAuthEndpoint = "https://anchor.example/auth") {
  return challengeRules({ signer, networkPassphrase: Networks.TESTNET, homeDomains, webAuthEndpoint });
}

Deno.test("a home domain or an endpoint's host that does not fit is refused at start (trap 16)", () => {
  assert.throws(() => rulesOf([]), TypeError);
  assert.throws(() => rulesOf(["anchor.example", `${"a".repeat(52)}.example`]), TypeError);
  assert.throws(() => rulesOf(["anchor.example"], `https://${"a".repeat(57)}.example/auth`), TypeError);
  assert.ok(rulesOf([`${"a".repeat(51)}.example`], `https://${"a".repeat(56)}.example/auth`));
});

Deno.test("R-10-17 the endpoint's host is named with its port, if the URL has one", () => {
  assert.equal(rulesOf(["a.example"], "https://auth.example/x/auth").webAuthDomain, "auth.example");
  assert.equal(rulesOf(["a.example"], "https://auth.example:443/auth").webAuthDomain, "auth.example");
  assert.equal(rulesOf(["a.example"], "http://localhost:8000/auth").webAuthDomain, "localhost:8000");
});

Deno.test("what was built is read back the same", () => {
  const rules = rulesOf(["localhost:8000", "second.example"]);
  const client = parseAccount(Keypair.random().publicKey());
  assert.ok(client);
  const clientDomain = { domain: "wallet.example", account: Keypair.random().publicKey() };
  const subjects = [
    { client, memo: null, homeDomain: "localhost:8000", clientDomain: null },
    { client, memo: "18446744073709551615", homeDomain: "second.example", clientDomain },
  ];
  for (const subject of subjects) {
    const { client, memo, homeDomain, clientDomain, signatures, expiresAt } = readChallenge(
      rules,
      buildChallenge(rules, subject, 1_800_000_000),
      1_800_000_000,
    );
    assert.deepEqual({ client, memo, homeDomain, clientDomain }, subject);
    assert.deepEqual([signatures.length, expiresAt], [0, 1_800_000_900]);
  }
});
