/**
 * How the values of variables are spelled.
 * @module
 */
import ipaddr from "ipaddr.js";

const LABELS = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** A host name or IPv4 address, with a port or without: `example.com`, `localhost:8000`. */
export function isHost(text: string): boolean {
  const [, name = "", port] = /^([^:]*)(?::(\d+))?$/.exec(text) ?? [];
  return LABELS.test(name) && (port === undefined || isPort(port));
}

/** A host or address (`[…]` around IPv6) with its port, as in `OUTGOING_ALLOW`. */
export function isHostAndPort(text: string): boolean {
  const [, host = "", port = ""] = /^(.+):(\d+)$/.exec(text) ?? [];
  const inBrackets = /^\[(.+)\]$/.exec(host)?.[1];
  return isPort(port) && (inBrackets === undefined ? LABELS.test(host) : ipaddr.IPv6.isValid(inBrackets));
}

/** An address or a CIDR range. */
export function isAddressOrRange(text: string): boolean {
  if (text.includes("/")) return ipaddr.isValidCIDR(text);
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);
}

/** A port that can be listened on; 0 lets the system choose. */
export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65535;
}

/** An `http://` or `https://` address without user, query or fragment. */
export function readWebUrl(text: string): URL | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.username === "" && url.password === "" && url.search === "" && url.hash === "" ? url : null;
}

/** True for a name or address of this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || /^127(\.\d+){3}$/.test(hostname) || hostname === "[::1]";
}

/** An address without the slashes at its end, so that paths can be put behind it. */
export function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}
