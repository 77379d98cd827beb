/**
 * Values that a client may send by mistake or on purpose.
 * @module
 */
import fc from "fast-check";

/** A value of a query or form: a text to be encoded, or what stands in the URL as it is. */
export type Value = string | { readonly raw: string };

/** Numbers in clothes that are none of ours, and numbers that are none. */
export const NO_AMOUNTS = [
  "1e500000000",
  "1E+5",
  "1e2",
  "0x10",
  "0b1",
  "١٢",
  "１２",
  "-0",
  "-1",
  "+1",
  "0",
  "0.0000000",
  "1.00000000",
  "0.00000001",
  "1.",
  ".5",
  "1,5",
  "1,000",
  "1 000",
  " 1",
  "1\n",
  "01",
  "Infinity",
  "-Infinity",
  "NaN",
  "null",
  "true",
  "ten",
  "9".repeat(10_240),
  `0.${"0".repeat(10_000)}1`,
  "922337203685.4775808",
  "9223372036854775808",
  "__proto__",
  "1\u0000",
  "1e-7",
] as const;

/** Addresses that nobody can be paid at. */
export const NO_ACCOUNTS = [
  "G",
  "GAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  `G${"A".repeat(55)}`,
  "gbrpywhqlcf4dxu5zbwpn7hqgnxmeu3omzyyrwfuskxzcrzkhjt2tsan",
  "SBAUZBDTUG77Q5IM57GUJ3PKLAX6VPSKWTDDIK4O4MBLXRKSZOUPAR7H",
  "CA3D5KRYM6CB7OWQ6TWYRR3Z4T7GNZLKERYNZGGA5SOAOPIFY6YQGAXE",
  "TAQCSRX2RIDJNHFIFHWD63X7D7D6TRT5Y2S6E3TEMXTG5W3OECHZ2OG4",
  "XDRPF6NZRR7EEVO7ESIWUDXHAOMM2QSKIQQBJK6I2FB7YKDZES5UCLWD",
  "alice*example.com",
  "0x52908400098527886E0F7030069857D2E4169EE7",
  "GBRPYWHQLCF4DXU5ZBWPN7HQGNXMEU3OMZYYRWFUSKXZCRZKHJT2TSAN\u0000",
  " GBRPYWHQLCF4DXU5ZBWPN7HQGNXMEU3OMZYYRWFUSKXZCRZKHJT2TSAN",
  "__proto__",
  "null",
  "G".repeat(10_000),
] as const;

/** Addresses to which nothing may be posted. */
export const NO_URLS = [
  "not a url",
  "/relative",
  "http://wallet.example/",
  "https://127.0.0.1/",
  "https://localhost/",
  "https://[::1]/",
  "https://[::ffff:10.0.0.1]/",
  "https://169.254.169.254/latest/meta-data/",
  "https://2130706433/",
  "https://0x7f.1/",
  "https://100.64.0.1/",
  "https://[64:ff9b::7f00:1]/",
  "https://wallet.example:22/",
  "https://user:pw@127.0.0.1:1/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "gopher://127.0.0.1:1/",
  `https://127.0.0.1:1/${"x".repeat(20_000)}`,
  "https://",
  "__proto__",
  "\u0000",
] as const;

/** Texts for places that have no use for them. */
const ODD_TEXTS = [
  " ",
  "null",
  "undefined",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "[object Object]",
  "{}",
  "[]",
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\u202eevil\u2066",
  "e\u0301".repeat(300),
  "<script>alert(document.domain)</script>",
  "'; drop table transfers; --",
  '" or 1=1 --',
  "../../../../etc/passwd",
  "..%2f..%2fetc",
  "${7*7}",
  "{{error}}{{request_id}}",
  "$t(errors.internal)",
  "\r\nSet-Cookie: hostile=1",
  "🙂".repeat(200),
  "x".repeat(5_000),
  "9".repeat(5_000),
  "18446744073709551616",
  "2026-02-30T00:00:00Z",
  "+275760-09-13T00:00:00.001Z",
  "http://127.0.0.1:1/",
  "https://169.254.169.254/latest/meta-data/",
  "file:///etc/passwd",
  "javascript:alert(1)",
  "7e285e7d-d984-412c-97bc-909d0e399fbf",
  "aaaaaaaaaaaaaaaaaaaaaaaaaa",
  "(a+)+$",
  "a".repeat(2_000) + "!",
  "=CMD|'/C calc'!A0",
] as const;

/** Pieces of a URL that are no percent-encoded UTF-8, and such that are and hide something. */
const RAW_PIECES = [
  "%",
  "%z",
  "%zz",
  "%FF%FE",
  "%ED%A0%80",
  "%C0%AF",
  "%F8%88%80%80%80",
  "a%",
  "%E4%BD",
  "%00",
  "%0d%0a",
  "+",
  "%2B",
  "a;b",
  "a[b]=c",
  "%u0041",
] as const;

/** Any text that does not fit. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...ODD_TEXTS) },
  { weight: 2, arbitrary: fc.constantFrom(...NO_AMOUNTS) },
  { weight: 2, arbitrary: fc.constantFrom(...NO_ACCOUNTS) },
  { weight: 3, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 300 }) },
);

/** Any value that does not fit. */
export const oddValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 5, arbitrary: oddText },
  { weight: 1, arbitrary: fc.constantFrom(...RAW_PIECES).map((raw) => ({ raw })) },
);

/** Values of JSON that are no text. */
export const oddJson: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -0,
    7,
    -1,
    1.5,
    1e21,
    Number.MAX_SAFE_INTEGER + 2,
    [],
    {},
    [""],
    ["a", "b"],
    [[[[[[]]]]]],
    { "": "" },
    { a: 1 },
    { toString: 1 },
    { length: 3 },
    [null],
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A value as it stands in a URL or a form. */
export function encoded(value: Value): string {
  return typeof value === "string" ? encodeURIComponent(value.toWellFormed()) : value.raw;
}

/** Whether a query is percent-encoded UTF-8. */
export function isReadable(query: string): boolean {
  try {
    decodeURIComponent(query.replaceAll("+", " "));
    return true;
  } catch {
    return false;
  }
}
