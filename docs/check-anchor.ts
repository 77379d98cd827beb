/**
 * Checks what an anchor states of its reserve, and its audit log, without the anchor's help and without any of its code:
 * nothing is imported, so that an auditor reads this one page. See `docs/audit.md`.
 *
 * `deno run --allow-net --allow-env docs/check-anchor.ts https://anchor.example [HASH...]`; with `OPERATOR_KEY`, a key of
 * the role admin, the audit log too. Behind the address: hashes of heads that were taken down earlier. Ends with 2 when
 * anything does not fit.
 * @module
 */
import { createHash } from "node:crypto";

const [anchor = "http://localhost:8000", ...taken] = Deno.args;
const operatorKey = Deno.env.get("OPERATOR_KEY");
const faults: string[] = [];
const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));

async function get(path: string, headers: Record<string, string> = {}): Promise<string> {
  const answer = await fetch(anchor + path, { headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${anchor}${path} answers ${answer.status}: ${text}`);
  return text;
}

/** The Ed25519 key in an account: base32 of a version, 32 bytes, and a checksum of two. */
function keyOf(account: string): Uint8Array<ArrayBuffer> {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...account].map((digit) => digits.indexOf(digit).toString(2).padStart(5, "0")).join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return new Uint8Array(bytes.map((byte) => parseInt(byte, 2))).slice(1, 33);
}

const bytesOf = (text: string) => Uint8Array.fromBase64(text, { alphabet: "base64url" });
const textOf = (text: string) => new TextDecoder().decode(bytesOf(text));

// 1. Who signs is who stellar.toml names.
const signer = /^SIGNING_KEY\s*=\s*"(G[A-Z2-7]{55})"/m.exec(await get("/.well-known/stellar.toml"))?.[1] ??
  "";

// 2. The statement is of its own type, under that key, and was not changed.
const jws = await get("/reserve.jws");
const [header = "", payload = "", signature = ""] = jws.split(".");
const { alg, typ, kid } = JSON.parse(textOf(header));
const key = await crypto.subtle.importKey("raw", keyOf(signer), "Ed25519", false, ["verify"]);
const signed = new TextEncoder().encode(`${header}.${payload}`);
const isSigned = alg === "EdDSA" && typ === "kedge-reserve+jws" && kid === signer &&
  await crypto.subtle.verify("Ed25519", key, bytesOf(signature), signed);
if (!isSigned) faults.push("the statement is not signed by SIGNING_KEY");
const statement = JSON.parse(textOf(payload));
print(
  `statement ${statement.number} of ${new Date(statement.iat * 1000).toISOString()}: ${statement.notice}`,
);

/** Decimals of seven places, as whole numbers. */
const units = (decimal: string) => BigInt(decimal.replace(".", ""));

for (const { code, books, outstanding, bank, unexplained } of statement.assets) {
  print(
    `${code}: ${outstanding.told} outstanding at ledger ${outstanding.ledger}, ${unexplained} unexplained`,
  );
  for (const { rail, told, as_of } of bank) print(`${code}: ${rail} tells ${told} as of ${as_of}`);
  // 3. What the anchor has is what it owes and what is its own.
  const sum = (...names: string[]) => names.reduce((total, name) => total + units(books[name]), 0n);
  const has = sum("bank", "receivable", "costs");
  const owes = sum("outstanding", "in_flight", "suspense", "fees", "rounding", "capital");
  if (has !== owes) faults.push(`the books of ${code} do not balance`);
  // 4. Supply and holdings stand at Horizon, under the ledger that is named.
  if (units(outstanding.supply) - units(outstanding.held_by_anchor) !== units(outstanding.told)) {
    faults.push(`what is outstanding of ${code} is not its supply less what the anchor holds`);
  }
}

// 5. Every entry is what its hash was made of and follows from the one before it, and every head that was told is there.
if (operatorKey === undefined) print("OPERATOR_KEY is not set: the audit log is not checked");
else {
  const told = new Set<string>(taken);
  for (const { sequence, hash } of statement.audit) if (sequence > 0) told.add(hash);
  for (const chain of ["actions", "views"]) {
    let [last, hash] = [0, "0".repeat(64)];
    for (;;) {
      const page = await get(`/operator/audit?chain=${chain}&after=${last}&limit=1000`, {
        authorization: `Bearer ${operatorKey}`,
      });
      const { entries } = JSON.parse(page);
      if (entries.length === 0) break;
      for (const entry of entries) {
        const { sequence, id, actor, action, subject, detail, at_ms, previous } = entry;
        const said = JSON.stringify([chain, sequence, id, actor, action, subject, detail, at_ms, previous]);
        const isNext = sequence === last + 1 && previous === hash;
        if (!isNext || createHash("sha256").update(said).digest("hex") !== entry.hash) {
          faults.push(`${chain} is broken at entry ${last + 1}`);
        }
        [last, hash] = [sequence, entry.hash];
        told.delete(hash);
      }
    }
    print(`${chain}: ${last} entries, head ${hash}`);
  }
  for (const lost of told) faults.push(`no entry has the hash ${lost}, which was told as a head`);
}

for (const fault of faults) print(`FAULT: ${fault}`);
print(faults.length === 0 ? "all of it fits" : "it does not fit");
Deno.exit(faults.length === 0 ? 0 : 2);
