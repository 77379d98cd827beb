/**
 * `deno task dev`: the gateway with its sandbox, offline; `--tls` serves HTTPS with a certificate authority of its own.
 * @module
 */
import { createLog } from "../core/log.ts";
import { run, StartRefused } from "../main.ts";
import { print } from "./gate/print.ts";
import { localCertificates } from "./local-certificates.ts";
import { untilStopped } from "./until-stopped.ts";

const variables = { ...Deno.env.toObject() };
const dataDir = variables["DATA_DIR"] ?? "./data";
await Deno.mkdir(dataDir, { recursive: true });
let authority: string | null = null;
if (Deno.args.includes("--tls")) {
  const files = await localCertificates(dataDir);
  Object.assign(variables, { TLS_CERT: files.cert, TLS_KEY: files.key });
  authority = files.authority;
  // The sandbox's own wallet reaches the gateway as any other does; its HTTP client is Node's.
  Deno.env.set("NODE_EXTRA_CA_CERTS", files.authority);
}

// What happens goes to a file, so that the last lines on the screen stay what a newcomer needs; trouble is shown.
const file = await Deno.open(`${dataDir}/kedge.log`, { create: true, append: true });
const encoder = new TextEncoder();
const toFile = createLog({ write: (line) => void file.writeSync(encoder.encode(line)) });
const toScreen = createLog({ write: (line) => void Deno.stderr.writeSync(encoder.encode(line)) });

try {
  const running = await run({
    variables,
    mode: "dev",
    log: (level, event, fields) => {
      toFile(level, event, fields);
      if (level === "error" || level === "alarm") toScreen(level, event, fields);
    },
  });
  const { environment, anchor } = running;
  const { publicUrl } = environment;
  const [asset] = anchor.assets;
  const sandboxUrl = environment.storage.sandboxUrl ?? `${publicUrl}/sandbox`;
  print("");
  print(
    `Kedge serves ${publicUrl} (${environment.network}); what happens is written to ${dataDir}/kedge.log`,
  );
  print("");
  print(`  stellar.toml  ${publicUrl}/.well-known/stellar.toml`);
  print(`  asset         ${asset?.code} of ${asset?.issuer}`);
  if (running.sandbox?.ledger) {
    print(`  Horizon       ${sandboxUrl}/horizon`);
    print(`  friendbot     ${sandboxUrl}/friendbot?addr=G...`);
    print(`  demo wallet   ${publicUrl}/sandbox/wallet`);
  }
  if (authority) print(`  authority     ${authority} (trust it: NODE_EXTRA_CA_CERTS, curl --cacert)`);
  const [operator] = environment.operatorKeys;
  if (operator && environment.network === "sandbox") {
    print(`  operator key  ${operator.secret} (${operator.role})`);
  }
  print("");
  const settings = [
    ...(publicUrl === "http://localhost:8000" ? [] : [`PUBLIC_URL=${publicUrl}`]),
    ...(authority && dataDir !== "./data" ? [`DATA_DIR=${dataDir}`] : []),
  ];
  print(`Next, from another terminal: a wallet deposits and withdraws here:`);
  print(`  ${[...settings, "deno task demo"].join(" ")}`);
  await untilStopped(running);
} catch (error) {
  if (!(error instanceof StartRefused)) throw error;
  Deno.stderr.writeSync(encoder.encode(`${error.message}\n`));
  Deno.exit(1);
}
