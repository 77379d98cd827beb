/**
 * The secrets that the sandbox makes for what is unset, kept in `DATA_DIR/secrets.json` so that what was sealed, signed
 * and owned before a restart still is after it. The file is readable by its owner alone; every secret carries the mark.
 * @module
 */
import { z } from "zod";
import { importSeed } from "../../auth/ed25519.ts";
import { encodeSeed } from "../../auth/seeds.ts";
import { markedBytes } from "./sandbox-mark.ts";

/** What was made. */
export interface SandboxSecrets {
  /** Values for variables that are unset. */
  readonly variables: Readonly<Record<string, string>>;
  /** Account that issues the sandbox's asset, `G…`, and its seed. */
  readonly issuer: string;
  readonly issuerSeed: string;
}

/** The file: variable → value, and the issuer's seed. */
const StoredSecrets = z.strictObject({
  SIGNING_SECRET: z.string(),
  DISTRIBUTION_SECRET: z.string(),
  AUTHORIZER_SECRET: z.string(),
  JWT_SECRET: z.string(),
  DATA_KEY: z.string(),
  INDEX_KEY: z.string(),
  WEBHOOK_SECRET: z.string(),
  OPERATOR_API_KEYS: z.string(),
  ISSUER_SECRET: z.string(),
});

type StoredSecrets = z.infer<typeof StoredSecrets>;

const FILE = "secrets.json";

/**
 * The sandbox's secrets: those of the folder, or new ones that are kept there. Two processes that start at once end up
 * with the same ones.
 * @throws Error when the file is there and is not what it was written as
 */
export async function keepSandboxSecrets(dataDir: string): Promise<SandboxSecrets> {
  const file = `${dataDir}/${FILE}`;
  const stored = await readStored(file) ?? await writeNew(dataDir, file);
  const { ISSUER_SECRET, ...variables } = stored;
  const issuer = importSeed(ISSUER_SECRET).account;
  return {
    variables: { ...variables, ASSET_CODE: "USDX", ASSET_ISSUER: issuer },
    issuer,
    issuerSeed: ISSUER_SECRET,
  };
}

async function readStored(file: string): Promise<StoredSecrets | null> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const stored = StoredSecrets.safeParse(jsonOf(text));
  // The parsers' messages would quote secrets.
  if (!stored.success) {
    throw new Error(`Cannot use ${file}: it is not the sandbox's list of secrets; move it away`);
  }
  return stored.data;
}

async function writeNew(dataDir: string, file: string): Promise<StoredSecrets> {
  await Deno.mkdir(dataDir, { recursive: true });
  const draft = `${file}.${crypto.randomUUID()}`;
  const made = makeSecrets();
  await Deno.writeTextFile(draft, JSON.stringify(made, null, 2) + "\n", { mode: 0o600, createNew: true });
  try {
    // A link is made only where no file is, and shows the whole file at once: the first process wins.
    await Deno.link(draft, file);
    return made;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const stored = await readStored(file);
    if (!stored) throw error;
    return stored;
  } finally {
    await Deno.remove(draft);
  }
}

function makeSecrets(): StoredSecrets {
  const seed = () => encodeSeed(markedBytes());
  const key = () => markedBytes().toBase64();
  const text = () => markedBytes().toBase64({ alphabet: "base64url", omitPadding: true });
  return {
    SIGNING_SECRET: seed(),
    DISTRIBUTION_SECRET: seed(),
    AUTHORIZER_SECRET: seed(),
    JWT_SECRET: text(),
    DATA_KEY: key(),
    INDEX_KEY: key(),
    WEBHOOK_SECRET: text(),
    OPERATOR_API_KEYS: `sandbox:admin:${text()}`,
    ISSUER_SECRET: seed(),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
