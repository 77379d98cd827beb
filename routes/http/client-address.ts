/**
 * From which address a request comes, for rate limits and nothing else.
 * @module
 */
import type { Context } from "hono";
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Builds the reader of client addresses.
 *
 * `X-Forwarded-For` counts only as far as proxies that we trust have written it: it is read from its end, each entry by
 * the word of the one after it. The first that is no trusted proxy is the client.
 * @param trustedProxies addresses and CIDR ranges (`TRUSTED_PROXIES`)
 * @returns the address as text, `unknown` where the server gives no peer
 */
export function clientAddresses(trustedProxies: readonly string[]): (c: Context) => string {
  const trusted = trustedProxies.map(range);
  const isTrusted = (address: Address) =>
    trusted.some(([base, bits]) => address.kind() === base.kind() && address.match(base, bits));

  return (c) => {
    const peer = peerOf(c);
    if (peer === null) return "unknown";
    let client = peer;
    if (trusted.length === 0) return client.toString();
    const forwarded = (c.req.header("x-forwarded-for") ?? "").split(",").reverse();
    for (const entry of forwarded) {
      if (!isTrusted(client)) break;
      const next = parse(entry.trim());
      if (next === null) break;
      client = next;
    }
    return client.toString();
  };
}

/** The key under which an address is counted: one host may own a whole IPv6 /64. */
export function networkOf(address: string): string {
  const parsed = parse(address);
  if (parsed === null || parsed.kind() === "ipv4") return address;
  const groups = parsed.toByteArray().slice(0, 8).map((byte) => byte.toString(16).padStart(2, "0"));
  return `${groups.join("")}/64`;
}

function range(text: string): readonly [Address, number] {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/** The other end of the connection, as `Deno.serve` hands it to the app. */
function peerOf(c: Context): Address | null {
  const environment: unknown = c.env;
  const remote = property(environment, "remoteAddr");
  const hostname = property(remote, "hostname");
  return typeof hostname === "string" ? parse(hostname) : null;
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** An address, IPv4-mapped ones as IPv4; a port or brackets around it are dropped. */
function parse(text: string): Address | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text;
  return ipaddr.isValid(bare) && !/^\d+$/.test(bare) ? ipaddr.process(bare) : null;
}
