/**
 * Where the gateway listens, and under which address wallets reach it.
 * @module
 */
import { isHost, isPort, readWebUrl, withoutSlash } from "./spellings.ts";
import type { Variables } from "./variables.ts";

/** Where to listen. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Names of PEM files: HTTPS is served directly. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
}

/** Reads `HOST`, `PORT`, `TLS_CERT` and `TLS_KEY`. On Deno Deploy the platform ends TLS, and comes from outside. */
export function readListening(variables: Variables, onDeploy: boolean): Listening {
  const port = variables.read(
    "PORT",
    (text) => isPort(text) ? Number(text) : null,
    "write a port from 0 to 65535",
    8000,
  );
  const certFile = variables.text("TLS_CERT");
  const keyFile = variables.text("TLS_KEY");
  if ((certFile === null) !== (keyFile === null)) {
    variables.wrong(
      certFile === null ? "TLS_CERT" : "TLS_KEY",
      "write the name of its PEM file, or leave both out",
    );
  }
  if (onDeploy) {
    for (const [name, file] of [["TLS_CERT", certFile], ["TLS_KEY", keyFile]] as const) {
      if (file !== null) variables.wrong(name, "leave it out: Deno Deploy ends TLS by itself");
    }
  }
  return {
    host: variables.text("HOST") ?? (onDeploy ? "0.0.0.0" : "127.0.0.1"),
    port,
    tls: certFile === null || keyFile === null ? null : { certFile, keyFile },
  };
}

/** Reads `PUBLIC_URL`: an address without a path, `https` everywhere but on the sandbox network. */
export function readPublicUrl(
  variables: Variables,
  place: { readonly listening: Listening; readonly onSandbox: boolean; readonly onDeploy: boolean },
): string {
  const { listening, onSandbox, onDeploy } = place;
  const write = onSandbox
    ? "write an address without a path, such as http://localhost:8000"
    : "write the https:// address that wallets use, without a path";
  const given = variables.text("PUBLIC_URL");
  const publicUrl = withoutSlash(
    given ?? `${listening.tls ? "https" : "http"}://localhost:${listening.port}`,
  );
  const url = readWebUrl(publicUrl);
  const isRight = url !== null && url.pathname === "/" && (onSandbox || url.protocol === "https:");
  if (!isRight || (onDeploy && given === null)) variables.wrong("PUBLIC_URL", write);
  // Written as browsers write it: lower case, without a port that goes without saying.
  return url?.origin ?? publicUrl;
}

/** Reads `HOME_DOMAIN`; the host of the public address when it is unset. */
export function readHomeDomains(variables: Variables, publicUrl: string): readonly [string, ...string[]] {
  const given = variables.list("HOME_DOMAIN").map((domain) => domain.toLowerCase());
  if (!given.every(isHost) || new Set(given).size < given.length) {
    variables.wrong("HOME_DOMAIN", "write hosts such as example.com, without https://, each once");
  }
  const [first = URL.canParse(publicUrl) ? new URL(publicUrl).host : "localhost", ...others] = given;
  return [first, ...others];
}
