import { compactVerify, importJWK } from "jose";
import assert from "node:assert/strict";
import { importSeed } from "../../../core/auth/ed25519.ts";
import { encodeSeed } from "../../../core/auth/seeds.ts";
import { accountKey } from "../../../core/auth/strkey.ts";
import { RESERVE_TYPE, signStatement } from "../../../core/reserve/signature.ts";

const signerOf = (byte: number) => importSeed(encodeSeed(new Uint8Array(32).fill(byte)));
const STATEMENT = '{"iss":"https://anchor.example","iat":1800000000,"notice":"ñ"}';

/** What anybody can do who has read SIGNING_KEY in stellar.toml. */
async function verify(jws: string, account: string) {
  const x = accountKey(account)?.toBase64({ alphabet: "base64url", omitPadding: true });
  const key = await importJWK({ kty: "OKP", crv: "Ed25519", x: x ?? "" }, "EdDSA");
  return await compactVerify(jws, key, { algorithms: ["EdDSA"] });
}

Deno.test("M-26 the statement is signed by SIGNING_KEY, byte for byte, and has a type of its own", async () => {
  const signer = signerOf(9);
  const { payload, protectedHeader } = await verify(signStatement(signer, STATEMENT), signer.account);
  assert.equal(new TextDecoder().decode(payload), STATEMENT);
  assert.deepEqual(protectedHeader, { alg: "EdDSA", typ: RESERVE_TYPE, kid: signer.account });
});

Deno.test("M-26 a forged statement is none: another key, another text, another header, no signature", async () => {
  const signer = signerOf(9);
  const jws = signStatement(signer, STATEMENT);
  const [header = "", payload = "", signature = ""] = jws.split(".");
  const other = signStatement(signer, STATEMENT.replace("1800000000", "1900000000")).split(".")[1] ?? "";
  const none = new TextEncoder().encode('{"alg":"none"}').toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
  for (
    const forged of [
      signStatement(signerOf(8), STATEMENT),
      `${header}.${other}.${signature}`,
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}.${"A".repeat(86)}`,
    ]
  ) await assert.rejects(verify(forged, signer.account), forged);
  await assert.rejects(verify(jws, signerOf(8).account));
});
