/**
 * The environment (DESIGN §6): what decides where the same code runs. All mistakes are found at once, each with the name
 * of its variable and what to write.
 * @module
 */
import { parseAccount } from "../auth/strkey.ts";
import { type Listening, readHomeDomains, readListening, readPublicUrl } from "./environment/listening.ts";
import { type NetworkChoice, readNetwork, readNetworkName } from "./environment/network.ts";
import { type OperatorKey, readOperatorKeys } from "./environment/operators.ts";
import { keepSandboxSecrets, type SandboxSecrets } from "./environment/sandbox-secrets.ts";
import { createSecretReader, type SecretReader } from "./environment/secrets.ts";
import { isAddressOrRange, isHostAndPort } from "./environment/spellings.ts";
import { readStorage, type Storage } from "./environment/storage.ts";
import { createVariables, type VariableRecord, type Variables } from "./environment/variables.ts";
import type { Checked } from "./mistakes.ts";

/** Stellar seeds (`S…`) and what is derived from one. */
export interface Seeds {
  readonly signing: string;
  readonly distribution: string;
  /** Pays fee bumps and starting balances; the distribution account's where none is set. */
  readonly fee: string;
  readonly authorizer: string | null;
  /** 32 bytes from which channel keys are derived, and how many (M-5); null: no channels. */
  readonly channels: { readonly seed: Uint8Array; readonly count: number } | null;
  /** The issuer that the sandbox made; null elsewhere, and where the sandbox is given another issuer. */
  readonly sandboxIssuer: string | null;
}

/** Everything that the environment says, checked. It holds secrets: never log it. */
export interface Environment extends NetworkChoice {
  /** All variables by name, with those that the sandbox made; for `loadAnchor`. */
  readonly variables: VariableRecord;
  /** `KEDGE_ENV`, stamped into the database. */
  readonly name: string;
  readonly listening: Listening;
  /** Address that wallets use, without a path or a slash at its end. */
  readonly publicUrl: string;
  /** Host, with a port where it has one; the first is the default (SEP-10). */
  readonly homeDomains: readonly [string, ...string[]];
  /** Addresses and CIDR ranges. */
  readonly trustedProxies: readonly string[];
  /** `host:port` exceptions to DESIGN §4.7; always empty on the public network. */
  readonly outgoingAllow: readonly string[];
  readonly seeds: Seeds;
  /** Asset of the default config. */
  readonly asset: { readonly code: string; readonly issuer: string };
  /** The first signs, all verify. */
  readonly jwtSecrets: readonly string[];
  /** 32 bytes each; the first is used for what is new. */
  readonly dataKeys: readonly Uint8Array[];
  readonly indexKeys: readonly Uint8Array[];
  readonly webhookSecret: string;
  readonly operatorKeys: readonly OperatorKey[];
  /** Null: `POST /jobs/run` answers 404. */
  readonly jobsSecret: string | null;
  readonly storage: Storage;
}

/**
 * Reads the environment; on the sandbox network, what is unset is made and kept in the data folder. On Deno Deploy
 * nothing is made, since nothing that is kept there lasts.
 * @param record variables, for example `Deno.env.toObject()`
 */
export async function loadEnvironment(record: VariableRecord): Promise<Checked<Environment>> {
  const variables = createVariables(record);
  const { dataDir, deploy } = readStorage(variables);
  const makes = readNetworkName(variables.text("STELLAR_NETWORK")) === "sandbox" && deploy === null;
  return readEnvironment(record, makes ? await keepSandboxSecrets(dataDir) : null);
}

/**
 * Reads the environment without touching anything.
 * @param made what the sandbox has made for variables that are unset; it counts on the sandbox network alone
 */
export function readEnvironment(record: VariableRecord, made: SandboxSecrets | null): Checked<Environment> {
  const network = readNetworkName(createVariables(record).text("STELLAR_NETWORK"));
  const onSandbox = network === "sandbox";
  const whole = { ...(onSandbox ? made?.variables : {}), ...onlySet(record) };
  const variables = createVariables(whole);
  if (network === null) variables.wrong("STELLAR_NETWORK", 'write "sandbox", "testnet" or "public"');

  const choice = readNetwork(variables, network ?? "testnet");
  const storage = readStorage(variables);
  const onDeploy = storage.deploy !== null;
  if (onSandbox && onDeploy) {
    variables.wrong(
      "STELLAR_NETWORK",
      'write "testnet" or "public": the sandbox does not run on Deno Deploy',
    );
  }
  const listening = readListening(variables, onDeploy);
  const publicUrl = readPublicUrl(variables, { listening, onSandbox, onDeploy });
  const asset = readAsset(variables);
  const outgoingAllow = readEach(
    variables,
    "OUTGOING_ALLOW",
    isHostAndPort,
    "host:port, such as 127.0.0.1:8443",
  );
  if (network === "public" && outgoingAllow.length > 0) {
    variables.wrong("OUTGOING_ALLOW", "leave it out: the public network has no exceptions");
  }

  const secrets = createSecretReader(variables, onSandbox);
  const seeds = readSeeds(variables, secrets);
  const jwtSecrets = secrets.texts("JWT_SECRET", "needed");
  const dataKeys = secrets.keys("DATA_KEY", "needed");
  const indexKeys = secrets.keys("INDEX_KEY", "needed");
  const webhookSecret = secrets.text("WEBHOOK_SECRET", "needed");
  const jobsSecret = secrets.bearer("JOBS_SECRET", "optional");
  const operatorKeys = readOperatorKeys(variables, secrets);
  secrets.compare();

  const environment = {
    ...choice,
    variables: whole,
    name: variables.read(
      "KEDGE_ENV",
      isName,
      "write 1 to 40 letters, digits, dots or dashes",
      choice.network,
    ),
    listening,
    publicUrl,
    homeDomains: readHomeDomains(variables, publicUrl),
    trustedProxies: readEach(
      variables,
      "TRUSTED_PROXIES",
      isAddressOrRange,
      "addresses or ranges, such as 10.0.0.0/8",
    ),
    outgoingAllow,
    asset,
    jwtSecrets,
    dataKeys,
    indexKeys,
    operatorKeys,
    jobsSecret,
    storage,
  };
  // What is missing has been noted above; the other conditions only say so to the compiler.
  if (variables.mistakes.length > 0 || seeds === null || webhookSecret === null) {
    return { ok: false, mistakes: variables.mistakes };
  }
  const sandboxIssuer = onSandbox && made?.issuer === asset.issuer ? made.issuerSeed : null;
  return { ok: true, value: { ...environment, webhookSecret, seeds: { ...seeds, sandboxIssuer } } };
}

function readSeeds(variables: Variables, secrets: SecretReader): Omit<Seeds, "sandboxIssuer"> | null {
  const signing = secrets.seed("SIGNING_SECRET", "needed");
  const distribution = secrets.seed("DISTRIBUTION_SECRET", "needed");
  const fee = secrets.seed("FEE_SECRET", "optional");
  const authorizer = secrets.seed("AUTHORIZER_SECRET", "optional");
  const channels = readChannels(variables, secrets);
  if (signing === null || distribution === null) return null;
  return { signing, distribution, fee: fee ?? distribution, authorizer, channels };
}

/** Channels of a process that begins, and the most: each is one more account that is watched. */
const CHANNELS = { usual: 10, most: 100 } as const;

function readChannels(variables: Variables, secrets: SecretReader): Seeds["channels"] {
  const [seed = null, ...others] = secrets.keys("CHANNEL_SEED", "optional");
  if (others.length > 0) variables.wrong("CHANNEL_SEED", "write one key: channels do not rotate");
  const count = variables.read(
    "CHANNEL_COUNT",
    (text) => /^[1-9]\d{0,2}$/.test(text) && Number(text) <= CHANNELS.most ? Number(text) : null,
    `write a whole number from 1 to ${CHANNELS.most}`,
    CHANNELS.usual,
  );
  if (seed === null && variables.text("CHANNEL_COUNT") !== null && variables.text("CHANNEL_SEED") === null) {
    variables.wrong("CHANNEL_COUNT", "leave it out, or set CHANNEL_SEED: channels are made from it");
  }
  return seed && { seed, count };
}

function readAsset(variables: Variables): Environment["asset"] {
  const code = variables.text("ASSET_CODE") ?? "";
  const issuer = variables.text("ASSET_ISSUER") ?? "";
  if (!/^[a-zA-Z0-9]{1,12}$/.test(code)) variables.wrong("ASSET_CODE", "write 1 to 12 letters and digits");
  if (parseAccount(issuer)?.kind !== "account") {
    variables.wrong("ASSET_ISSUER", 'write the issuing account ("G…")');
  }
  return { code, issuer };
}

function readEach(
  variables: Variables,
  name: string,
  isRight: (text: string) => boolean,
  what: string,
): readonly string[] {
  const given = variables.list(name);
  if (!given.every(isRight)) variables.wrong(name, `write ${what}, comma-separated`);
  return given;
}

function isName(text: string): string | null {
  return /^[\w.-]{1,40}$/.test(text) ? text : null;
}

/** A variable that is set to nothing does not hide what the sandbox made. */
function onlySet(record: VariableRecord): VariableRecord {
  return Object.fromEntries(
    Object.entries(record).filter(([, text]) => text !== undefined && text.trim() !== ""),
  );
}
