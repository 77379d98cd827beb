/**
 * Which addresses the gateway may dial when somebody else named the host (DESIGN §4.7).
 *
 * The rule is a list of what is allowed, not of what is forbidden: a range that the registry of addresses gains
 * later is refused until somebody has looked at it.
 * @module
 */
import ipaddr from "ipaddr.js";

/** All of today's global unicast; what is outside of it (`::/96`, `fec0::/10` …) is nobody's public address. */
const GLOBAL_UNICAST = ipaddr.IPv6.parse("2000::");

/** RFC 6052: the well-known NAT64 prefix. The local-use prefix of RFC 8215 stays refused. */
const NAT64 = ipaddr.IPv6.parse("64:ff9b::");

/**
 * True for an address of the public internet, given as text: four-part decimal IPv4 or IPv6.
 *
 * Private, loopback, link-local, CGNAT, unique-local, multicast, unspecified, reserved and documentation ranges are
 * refused, and so are IPv4-mapped and NAT64 forms of such. Text that is no plain address (a name, `127.1`, a zone
 * id, an octal octet) is refused as well.
 */
export function isPublicAddress(address: string): boolean {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return isPublicIPv4(ipaddr.IPv4.parse(address));
  if (!ipaddr.IPv6.isValid(address)) return false;
  // The URL parser spells it in hex and knows no zone ids; ipaddr.js would read `::8.8.8.8` as IPv4-mapped.
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  if (canonical === undefined) return false;
  const parsed = ipaddr.IPv6.parse(canonical);
  const range = parsed.range();
  if (range === "ipv4Mapped" || (range === "rfc6052" && parsed.match(NAT64, 96))) {
    return isPublicIPv4(new ipaddr.IPv4(parsed.toByteArray().slice(12)));
  }
  return range === "unicast" && parsed.match(GLOBAL_UNICAST, 3);
}

function isPublicIPv4(address: ipaddr.IPv4): boolean {
  return address.range() === "unicast";
}

/** Names that mean the own machine or the own network wherever they are asked (RFC 6761, RFC 6762, ICANN's `internal`). */
const LOCAL_NAMES = new Set(["localhost", "local", "internal"]);

/** True for a host name of the own machine or network, as the URL parser spells it: no resolver is asked about it. */
export function isLocalName(hostname: string): boolean {
  return LOCAL_NAMES.has(hostname.replace(/\.$/, "").split(".").at(-1) ?? "");
}
