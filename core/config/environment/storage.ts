/**
 * Where records and sessions live.
 * @module
 */
import { isLoopback, readWebUrl, withoutSlash } from "./spellings.ts";
import type { Variables } from "./variables.ts";

/** Where records and sessions live. */
export interface Storage {
  /** Folder of embedded files, without a slash at its end. */
  readonly dataDir: string;
  /** `file:…`, `http(s)://…` or `libsql://…`. */
  readonly database: { readonly url: string; readonly authToken: string | null };
  /** The sandbox's own storage; null where there can be none (Deno Deploy without an address for it). */
  readonly sandboxDatabaseUrl: string | null;
  /** Upstash Redis for sessions; null: sessions in the database of the records. */
  readonly upstash: { readonly url: string; readonly token: string } | null;
  /** Set on Deno Deploy. `runsJobs` is true on its production timeline alone. */
  readonly deploy: { readonly timeline: string | null; readonly runsJobs: boolean } | null;
}

/** Reads `DATA_DIR`, the addresses of databases and sessions, and what Deno Deploy says of itself. */
export function readStorage(variables: Variables): Storage {
  // Its value differs between descriptions of the platform; that it is set is what counts.
  const onDeploy = variables.text("DENO_DEPLOY") !== null;
  const timeline = variables.text("DENO_TIMELINE");
  const dataDir = withoutSlash(variables.text("DATA_DIR") ?? "./data") || "/";
  const embedded = (file: string) => onDeploy ? null : `file:${dataDir}/${file}`;
  const url = readDatabaseUrl(variables, "LIBSQL_URL", onDeploy) ?? embedded("kedge.db");
  if (url === null) {
    variables.wrong(
      "LIBSQL_URL",
      "write the address of a libSQL server: the disk does not last on Deno Deploy",
    );
  }
  return {
    dataDir,
    database: { url: url ?? "", authToken: variables.text("LIBSQL_AUTH_TOKEN") },
    sandboxDatabaseUrl: readDatabaseUrl(variables, "SANDBOX_LIBSQL_URL", onDeploy) ?? embedded("sandbox.db"),
    upstash: readUpstash(variables),
    deploy: onDeploy ? { timeline, runsJobs: timeline === "production" } : null,
  };
}

function readDatabaseUrl(variables: Variables, name: string, onDeploy: boolean): string | null {
  const url = variables.text(name);
  if (url === null) return null;
  if (url.startsWith("file:") && url.length > 5) {
    if (onDeploy) {
      variables.wrong(name, "write the address of a libSQL server: the disk does not last on Deno Deploy");
    }
    return url;
  }
  const address = url.replace(/^libsql:\/\//, "https://");
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
    variables.wrong(name, "write file:…, https://… or libsql://…");
  }
  return url;
}

function readUpstash(variables: Variables): Storage["upstash"] {
  const url = variables.text("UPSTASH_REDIS_REST_URL");
  const token = variables.text("UPSTASH_REDIS_REST_TOKEN");
  if (url === null && token === null) return null;
  if (url === null) variables.wrong("UPSTASH_REDIS_REST_URL", "write the REST address, or leave both out");
  if (token === null) variables.wrong("UPSTASH_REDIS_REST_TOKEN", "write the REST token, or leave both out");
  if (url === null || token === null) return null;
  const address = readWebUrl(url);
  if (address === null || (address.protocol !== "https:" && !isLoopback(address.hostname))) {
    variables.wrong("UPSTASH_REDIS_REST_URL", "write an https:// address");
  }
  return { url: withoutSlash(url), token };
}
