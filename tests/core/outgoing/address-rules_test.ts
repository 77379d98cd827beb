import assert from "node:assert/strict";
import fc from "fast-check";
import { isPublicAddress } from "../../../core/outgoing/address-rules.ts";

/** Range → addresses of it, the edges included. */
const REFUSED: Record<string, string[]> = {
  unspecified: ["0.0.0.0", "0.255.255.255", "::"],
  loopback: ["127.0.0.1", "127.255.255.254", "::1"],
  private: [
    "10.0.0.0",
    "10.255.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
  ],
  "link-local": ["169.254.0.0", "169.254.169.254", "169.254.255.255", "fe80::1", "febf::1"],
  CGNAT: ["100.64.0.0", "100.100.100.200", "100.127.255.255"],
  ULA: ["fc00::1", "fd00:ec2::254", "fdff:ffff::1"],
  multicast: ["224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"],
  broadcast: ["255.255.255.255"],
  reserved: ["240.0.0.1", "192.0.0.170", "192.88.99.1"],
  documentation: ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
  benchmarking: ["198.18.0.1", "198.19.255.255", "2001:2::1"],
  "IPv4-mapped": [
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "::ffff:0.0.0.0",
    "::ffff:100.64.0.1",
  ],
  "IPv4-compatible": ["::127.0.0.1", "::10.0.0.1", "::8.8.8.8"],
  "IPv4-translated": ["::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8"],
  NAT64: ["64:ff9b::127.0.0.1", "64:ff9b::a00:1", "64:ff9b::169.254.169.254", "64:ff9b::100.64.0.1"],
  "NAT64, local use": ["64:ff9b:1::8.8.8.8", "64:ff9b:1::1"],
  "6to4": ["2002:7f00:1::1", "2002:808:808::1"],
  Teredo: ["2001:0:1::1"],
  "site-local, deprecated": ["fec0::1"],
  "discard and others outside of 2000::/3": ["100::1", "4000::1", "5f00::1", "e000::1"],
  "not an address": [
    "",
    "localhost",
    "127.1",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "2130706433",
    "1.2.3.4.5",
    "08.8.8.8",
  ],
  "zone id": ["fe80::1%eth0", "2606:4700::1111%1"],
};

const ACCEPTED = [
  "8.8.8.8",
  "1.1.1.1",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "11.0.0.0",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001::8a",
  "::ffff:8.8.8.8",
  "64:ff9b::8.8.8.8",
];

for (const [range, addresses] of Object.entries(REFUSED)) {
  Deno.test(`R-10-40 an address is refused: ${range}`, () => {
    assert.deepEqual(addresses.filter(isPublicAddress), []);
  });
}

Deno.test("R-10-40 public addresses are accepted", () => {
  assert.deepEqual(ACCEPTED.filter((address) => !isPublicAddress(address)), []);
});

Deno.test("R-10-40 mapped and NAT64 forms are judged as the IPv4 address inside", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(fc.property(fc.tuple(octet, octet, octet, octet), (octets) => {
    const address = octets.join(".");
    const verdict = isPublicAddress(address);
    assert.equal(isPublicAddress(`::ffff:${address}`), verdict);
    assert.equal(isPublicAddress(`64:ff9b::${address}`), verdict);
  }));
});
