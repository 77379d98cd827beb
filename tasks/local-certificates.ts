/**
 * A certificate authority and a certificate for localhost in the data folder, for `deno task dev --tls`.
 * @module
 */
import { generate } from "selfsigned";

/** Paths of PEM files. */
export interface LocalCertificates {
  readonly cert: string;
  readonly key: string;
  /** What a client has to trust. */
  readonly authority: string;
}

/** Some systems refuse longer ones, whoever signed them. */
const YEARS = 2;

/** Makes them once; later starts use the same ones, so that what trusts them goes on doing so. */
export async function localCertificates(dataDir: string): Promise<LocalCertificates> {
  const files = {
    cert: `${dataDir}/localhost.pem`,
    key: `${dataDir}/localhost-key.pem`,
    authority: `${dataDir}/localhost-authority.pem`,
  };
  if (await isThere(files.cert) && await isThere(files.key) && await isThere(files.authority)) return files;
  const notAfterDate = new Date(Date.now() + YEARS * 365 * 86_400_000);
  const authority = await generate([{ name: "commonName", value: "Kedge local authority" }], {
    keyType: "ec",
    // The package's default is SHA-1, which no client takes.
    algorithm: "sha256",
    notAfterDate,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    // The package's default is SHA-1, which no client takes.
    algorithm: "sha256",
    notAfterDate,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      {
        name: "subjectAltName",
        altNames: [{ type: 2, value: "localhost" }, { type: 7, ip: "127.0.0.1" }],
      },
    ],
  });
  await Deno.mkdir(dataDir, { recursive: true });
  await Deno.writeTextFile(files.key, leaf.private, { mode: 0o600 });
  await Deno.writeTextFile(files.cert, `${leaf.cert}\n${authority.cert}`);
  await Deno.writeTextFile(files.authority, authority.cert);
  return files;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
