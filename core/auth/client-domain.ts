/**
 * The key that a wallet's own domain publishes (sep-10.md, 4.4).
 * @module
 */
import { parse } from "smol-toml";
import type { GuardedFetch } from "../outgoing/mod.ts";
import { Refusal } from "../refusal.ts";
import { type ClientDomain, MAX_DATA_BYTES } from "./challenge.ts";
import { importAccount } from "./ed25519.ts";

/** Longest stellar.toml that is read, in bytes (R-10-40): `maxBytes` of the guarded fetch handed in. */
export const MAX_STELLAR_TOML_BYTES = 100 * 1024;

/** Which client domains are served (R-10-41). Names in lower case. */
export type ClientDomainPolicy = {
  /** Every login must come from a client domain. */
  readonly required?: boolean;
  /** Only these are verified; others are ignored (R-10-37), or refused where `required`. Absent: all. */
  readonly allow?: readonly string[];
  /** These are refused. */
  readonly deny?: readonly string[];
};

/** Verifies client domains; see {@link createClientDomains}. */
export type ClientDomains = {
  /**
   * The domain with the account that its stellar.toml names now (R-10-39); null when this domain, or none, is to
   * be ignored.
   * @param domain the parameter as it came; null when it did not
   * @throws {Refusal} 400 `sep10.client_domain_required`, `sep10.client_domain_invalid`,
   *   `sep10.client_domain_key`; 403 `sep10.client_domain_refused`
   */
  verify(domain: string | null): Promise<ClientDomain | null>;
};

/**
 * Builds the verifier.
 * @param options.outgoing guarded, capped at {@link MAX_STELLAR_TOML_BYTES} and a few seconds
 * @param options.serverAccount our own `SIGNING_KEY`; a domain that publishes it proves nothing by it
 * @param options.plainHttp `host:port` exceptions for tests whose file is read by plain HTTP
 */
export function createClientDomains(
  options: {
    outgoing: Pick<GuardedFetch, "fetch">;
    serverAccount: string;
    policy?: ClientDomainPolicy;
    plainHttp?: readonly string[];
  },
): ClientDomains {
  const { outgoing, serverAccount, policy = {}, plainHttp = [] } = options;

  return {
    async verify(given) {
      if (given === null) {
        if (policy.required) throw new Refusal("sep10.client_domain_required");
        return null;
      }
      const domain = normalizeDomain(given);
      if (!domain) throw new Refusal("sep10.client_domain_invalid");
      if (policy.deny?.includes(domain)) throw new Refusal("sep10.client_domain_refused");
      if (policy.allow && !policy.allow.includes(domain)) {
        if (policy.required) throw new Refusal("sep10.client_domain_refused");
        return null;
      }
      const scheme = plainHttp.includes(domain) ? "http" : "https";
      const account = await readSigningKey(outgoing, `${scheme}://${domain}/.well-known/stellar.toml`);
      if (account === serverAccount) throw unusableKey("the key is the server's own");
      return { domain, account };
    },
  };
}

/** A host name with an optional port, in lower case; null for anything else, or what does not fit the challenge. */
function normalizeDomain(text: string): string | null {
  const domain = text.toLowerCase();
  const host = URL.parse(`https://${domain}/`)?.host;
  if (host === undefined || host.length > MAX_DATA_BYTES) return null;
  return domain === host || domain === `${host}:443` ? host : null;
}

async function readSigningKey(outgoing: Pick<GuardedFetch, "fetch">, url: string): Promise<string> {
  const answer = await outgoing.fetch(url).catch((error: unknown) => {
    throw unusableKey(error instanceof Error ? error.message : "no answer");
  });
  if (answer.status !== 200) throw unusableKey(`status ${answer.status}`);
  const key = parseToml(answer.body).SIGNING_KEY;
  if (typeof key !== "string" || !importAccount(key)) throw unusableKey("no SIGNING_KEY with an account");
  return key;
}

function parseToml(body: Uint8Array): Record<string, unknown> {
  try {
    return parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    // The parser's message quotes the file.
    throw unusableKey("the file is not TOML");
  }
}

/** One answer for every cause (R-10-38), so that nobody learns from it what answers inside of our network. */
function unusableKey(reason: string): Refusal {
  return new Refusal("sep10.client_domain_key", {}, `Cannot verify the client domain: ${reason}`);
}
