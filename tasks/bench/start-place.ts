/**
 * A migrated database and the settings of a gateway on testnet, whose provider and rail are elsewhere: what a process at the
 * edge starts with.
 * @module
 */
import { importSeed } from "../../core/auth/mod.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { newSeed } from "../load/challenge.ts";

/** Where a process starts. */
export interface StartPlace {
  readonly variables: Readonly<Record<string, string>> & { readonly DATA_DIR: string };
  readonly remove: () => Promise<void>;
}

const PASSPHRASE = "Test SDF Network ; September 2015";
const ROOT = new URL("../../", import.meta.url);

/** Makes one: an issuer and a distribution account on a ledger that is gone afterwards, since a start asks nobody. */
export async function makeStartPlace(): Promise<StartPlace> {
  const folder = await Deno.makeTempDir({ prefix: "kedge-bench-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  const network = await startSandbox({
    databaseUrl: ":memory:",
    ledger: { passphrase: PASSPHRASE, closeEvery: 100 },
    key: "not asked for",
  });
  try {
    const [issuer, distribution] = [newSeed(), newSeed()];
    await network.seed({
      issuerSecret: issuer,
      distributionSecret: distribution,
      code: "TUSD",
      homeDomain: "anchor.example",
    });
    const variables = {
      STELLAR_NETWORK: "testnet",
      HORIZON_URL: network.horizonUrl ?? "",
      SANDBOX_URL: "https://elsewhere.example/sandbox",
      PUBLIC_URL: "https://anchor.example",
      SIGNING_SECRET: newSeed(),
      DISTRIBUTION_SECRET: distribution,
      ASSET_CODE: "TUSD",
      ASSET_ISSUER: importSeed(issuer).account,
      JWT_SECRET: random(),
      DATA_KEY: random(),
      INDEX_KEY: random(),
      WEBHOOK_SECRET: random(),
      OPERATOR_API_KEYS: `bench:admin:${crypto.randomUUID()}${crypto.randomUUID()}`,
      DATA_DIR: folder,
    };
    await migrate(variables);
    return { variables, remove };
  } catch (error) {
    await remove();
    throw error;
  } finally {
    await network.close();
  }
}

async function migrate(variables: Readonly<Record<string, string>>): Promise<void> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "-P=dev", "tasks/migrate.ts"],
    cwd: ROOT,
    env: { ...variables },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(`Cannot migrate: ${new TextDecoder().decode(stderr)}`);
}

const random = () => crypto.getRandomValues(new Uint8Array(32)).toBase64();
