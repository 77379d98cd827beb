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
  /** The sandbox's own storage; null where none runs in this process: on Deno Deploy, or when it runs elsewhere. */
  readonly sandboxDatabaseUrl: string | null;
  /** Where a sandbox answers that runs elsewhere (`…/sandbox`, without a slash at its end); null: in this process. */
  readonly sandboxUrl: string | null;
  /** Upstash Redis for sessions; null: sessions in the database of the records. */
  readonly upstash: { readonly url: string; readonly token: string } | null;
  /** Set on Deno Deploy. `runsJobs` is true on its production timeline alone. */
  readonly deploy: { readonly runsJobs: boolean } | null;
}

const NO_DISK = "write the address of a libSQL server: the disk does not last on Deno Deploy";

/** Whether this is Deno Deploy: its value differs between descriptions of the platform, that it is set counts. */
export function isOnDeploy(variables: Pick<Variables, "text">): boolean {
  return variables.text("DENO_DEPLOY") !== null;
}

/** Reads `DATA_DIR`, the addresses of databases and sessions, and what Deno Deploy says of itself. */
export function readStorage(variables: Variables): Storage {
  const onDeploy = isOnDeploy(variables);
  const dataDir = withoutSlash(variables.text("DATA_DIR") ?? "./data") || "/";
  const embedded = (file: string) => onDeploy ? null : `file:${dataDir}/${file}`;
  const url = readDatabaseUrl(variables, "LIBSQL_URL", onDeploy) ?? embedded("kedge.db");
  if (url === null) variables.wrong("LIBSQL_URL", NO_DISK);
  const sandboxUrl = readSandboxUrl(variables);
  return {
    dataDir,
    database: { url: url ?? "", authToken: variables.text("LIBSQL_AUTH_TOKEN") },
    sandboxDatabaseUrl: readSandboxDatabase(variables, onDeploy, sandboxUrl) ??
      (sandboxUrl === null ? embedded("sandbox.db") : null),
    sandboxUrl,
    upstash: readUpstash(variables),
    deploy: onDeploy ? { runsJobs: variables.text("DENO_TIMELINE") === "production" } : null,
  };
}

function readDatabaseUrl(variables: Variables, name: string, onDeploy: boolean): string | null {
  const url = variables.text(name);
  if (url === null) return null;
  if (url.startsWith("file:") && url.length > 5) {
    if (onDeploy) variables.wrong(name, NO_DISK);
    return url;
  }
  const address = url.replace(/^libsql:\/\//, "https://");
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
    variables.wrong(name, "write file:…, https://… or libsql://…");
  } else if (onDeploy && !isPrivate(address)) {
    variables.wrong(name, "write https://… or libsql://…: records pass through the open network there");
  }
  return url;
}

/**
 * The sandbox never runs on Deno Deploy: its timers would end with the instance, and the platform gives the first server
 * that a process starts the public address.
 */
function readSandboxDatabase(
  variables: Variables,
  onDeploy: boolean,
  elsewhere: string | null,
): string | null {
  const name = "SANDBOX_LIBSQL_URL";
  if (onDeploy && variables.text(name) !== null) {
    variables.wrong(
      name,
      "leave it out: the sandbox does not run on Deno Deploy; SANDBOX_URL names one elsewhere",
    );
    return null;
  }
  return elsewhere === null ? readDatabaseUrl(variables, name, onDeploy) : null;
}

function readSandboxUrl(variables: Variables): string | null {
  const url = variables.text("SANDBOX_URL");
  if (url === null) return null;
  if (!isPrivate(url)) {
    variables.wrong("SANDBOX_URL", "write the https://…/sandbox address of a running sandbox");
  }
  return withoutSlash(url);
}

/** Whether nobody on the way can read along: HTTPS, or this very machine. */
function isPrivate(url: string): boolean {
  const address = readWebUrl(url);
  return address !== null && (address.protocol === "https:" || isLoopback(address.hostname));
}

function readUpstash(variables: Variables): Storage["upstash"] {
  const url = variables.text("UPSTASH_REDIS_REST_URL");
  const token = variables.text("UPSTASH_REDIS_REST_TOKEN");
  if (url === null && token === null) return null;
  if (url === null) variables.wrong("UPSTASH_REDIS_REST_URL", "write the REST address, or leave both out");
  if (token === null) variables.wrong("UPSTASH_REDIS_REST_TOKEN", "write the REST token, or leave both out");
  if (url === null || token === null) return null;
  if (!isPrivate(url)) variables.wrong("UPSTASH_REDIS_REST_URL", "write an https:// address");
  return { url: withoutSlash(url), token };
}
