/**
 * What a login is made of, each part alone, in the gateway's process: microseconds of CPU each.
 * @module
 */
import { generateKeyPairSync, sign, verify } from "node:crypto";
import process from "node:process";
import { buildChallenge, challengeRules } from "../../core/auth/challenge.ts";
import { importSeed } from "../../core/auth/ed25519.ts";
import { readChallenge } from "../../core/auth/read-challenge.ts";
import { parseAccount } from "../../core/auth/strkey.ts";
import { createTokens, SEP10_TOKEN } from "../../core/auth/tokens.ts";
import type { Environment } from "../../core/config/environment.ts";
import type { Sessions } from "../../core/sessions/sessions.ts";

/** What is measured. */
export const PARTS = ["sign", "verify", "write", "read", "token", "check", "once", "count"] as const;

/** Name of a part → microseconds. */
export type Parts = Readonly<Record<typeof PARTS[number], number>>;

/** Does each part n times. */
export async function measureParts(
  { environment, sessions, n }: {
    readonly environment: Environment;
    readonly sessions: Pick<Sessions, "once" | "countEach">;
    readonly n: number;
  },
): Promise<Parts> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const message = crypto.getRandomValues(new Uint8Array(32));
  const signature = sign(null, message, privateKey);
  const signer = importSeed(environment.seeds.signing);
  const rules = challengeRules({
    signer,
    networkPassphrase: environment.passphrase,
    homeDomains: environment.homeDomains,
    webAuthEndpoint: `${environment.publicUrl}/auth`,
  });
  const client = parseAccount(signer.account);
  if (!client) throw new TypeError("Cannot measure: the signer has no account");
  const now = Math.floor(Date.now() / 1000);
  const subject = { client, memo: null, homeDomain: environment.homeDomains[0], clientDomain: null };
  const challenge = buildChallenge(rules, subject, now);
  const tokens = createTokens({
    secrets: environment.jwtSecrets,
    issuer: environment.publicUrl,
    now: () => now,
  });
  const claims = { sub: signer.account, jti: "a".repeat(64), home_domain: environment.homeDomains[0] };
  const token = await tokens.sign(SEP10_TOKEN, claims);
  const run = crypto.randomUUID();
  let key = 0;
  return {
    sign: await eachTime(n, () => sign(null, message, privateKey)),
    verify: await eachTime(n, () => verify(null, message, publicKey, signature)),
    write: await eachTime(n, () => buildChallenge(rules, subject, now)),
    read: await eachTime(n, () => readChallenge(rules, challenge, now)),
    token: await eachTime(n, () => tokens.sign(SEP10_TOKEN, claims)),
    check: await eachTime(n, () => tokens.verify(SEP10_TOKEN, token)),
    once: await eachTime(n, () => sessions.once(`bench:${run}:${key++}`, 60)),
    count: await eachTime(n, () => sessions.countEach([`bench:${run}:${key++}`, `bench:${run}:of-all`], 60)),
  };
}

async function eachTime(n: number, work: () => unknown): Promise<number> {
  const begun = process.cpuUsage();
  for (let i = 0; i < n; i++) await work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / n;
}
