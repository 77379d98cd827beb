/**
 * Addresses of a host name, by DNS.
 * @module
 */
import { GuardedFetchError } from "./guarded-fetch-error.ts";

/** Looks up every address of a host name; ends early when the signal is aborted. */
export type Resolve = (hostname: string, signal: AbortSignal) => Promise<string[]>;

/**
 * The A and AAAA records of a name, IPv4 first. One of the two may be missing or fail.
 * @throws {GuardedFetchError} `unresolved` when neither gives an address
 */
export const resolveByDns: Resolve = async (hostname, signal) => {
  const lookups = await Promise.allSettled([
    Deno.resolveDns(hostname, "A", { signal }),
    Deno.resolveDns(hostname, "AAAA", { signal }),
  ]);
  const addresses = lookups.flatMap((lookup) => lookup.status === "fulfilled" ? lookup.value : []);
  if (addresses.length === 0) throw new GuardedFetchError("unresolved", false, lookups[0]);
  return addresses;
};
