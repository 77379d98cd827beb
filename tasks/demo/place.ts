/**
 * The gateway that the demo plays against: one that runs, or one of its own.
 * @module
 */
import { freePort } from "../free-port.ts";
import { noLog } from "../../core/log.ts";
import { Broken, say } from "./say.ts";
import { trustLocalAuthority } from "./trust.ts";

/** Where everything is, and how to end what was started. */
export interface Place {
  readonly publicUrl: string;
  readonly horizonUrl: string;
  readonly friendbotUrl: string;
  readonly passphrase: string;
  /** Opens the sandbox bank where it is closed, on testnet; null where it is open. */
  readonly operatorKey: string | null;
  /** Whether the gateway was started for the demo, and ends with it. */
  readonly isOwn: boolean;
  readonly stop: () => Promise<void>;
}

const DEFAULT_URL = "http://localhost:8000";

/**
 * The place that the environment names (`PUBLIC_URL`; `HORIZON_URL`, `FRIENDBOT_URL`, `NETWORK_PASSPHRASE` and
 * `OPERATOR_API_KEYS` where the gateway is on testnet), or a gateway for this demo alone.
 * @throws Broken when `PUBLIC_URL` is set and nothing answers there
 */
export async function findPlace(): Promise<Place> {
  const given = Deno.env.get("PUBLIC_URL");
  const publicUrl = new URL(given ?? DEFAULT_URL).origin;
  if (publicUrl.startsWith("https://localhost")) {
    await trustLocalAuthority(Deno.env.get("DATA_DIR") ?? "./data");
  }
  if (await answers(publicUrl)) return placeAt(publicUrl, false, () => Promise.resolve());
  if (given !== undefined) throw new Broken(`nothing answers at ${publicUrl}`);
  say(`nothing answers at ${publicUrl}: starting a gateway for this demo alone`);
  return await startPlace();
}

async function answers(publicUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(`${publicUrl}/.well-known/stellar.toml`);
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}

function placeAt(publicUrl: string, isOwn: boolean, stop: () => Promise<void>): Place {
  const { env } = Deno;
  const [key] = (env.get("OPERATOR_API_KEYS") ?? "").split(",");
  return {
    publicUrl,
    horizonUrl: env.get("HORIZON_URL") ?? `${publicUrl}/sandbox/horizon`,
    friendbotUrl: env.get("FRIENDBOT_URL") ?? `${publicUrl}/sandbox/friendbot`,
    passphrase: env.get("NETWORK_PASSPHRASE") ?? "Test SDF Network ; September 2015",
    operatorKey: key?.split(":").slice(2).join(":") || null,
    isOwn,
    stop,
  };
}

async function startPlace(): Promise<Place> {
  const dataDir = await Deno.makeTempDir({ prefix: "kedge-demo-" });
  const { run } = await import("../../main.ts");
  const running = await run({
    variables: { DATA_DIR: dataDir, PORT: String(freePort()) },
    mode: "dev",
    log: noLog,
  });
  return placeAt(running.environment.publicUrl, true, async () => {
    await running.stop();
    await Deno.remove(dataDir, { recursive: true });
  });
}
