/**
 * Multipart bodies, whole and broken.
 * @module
 */
import fc from "fast-check";
import type { Pairs } from "./params.ts";

/** A file among the fields. */
export interface FilePart {
  readonly name: string;
  readonly fileName: string | null;
  readonly type: string | null;
  readonly bytes: Uint8Array;
}

/** A body with its media type; `wrong` where no reader can make sense of it. */
export interface Encoded {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string | null;
  readonly wrong: string | null;
}

const BOUNDARY = "----kedge-7MA4YWxkTrZu0gW";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** A whole body of fields and files. */
export function multipartOf(
  pairs: Pairs,
  files: readonly FilePart[],
  boundary = BOUNDARY,
): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  for (const [name, value] of pairs) {
    const text = typeof value === "string" ? value : value.raw;
    parts.push(
      utf8(`--${boundary}\r\ncontent-disposition: form-data; name="${safe(name)}"\r\n\r\n${text}\r\n`),
    );
  }
  for (const { name, fileName, type, bytes } of files) {
    const named = fileName === null ? "" : `; filename="${fileName}"`;
    const typed = type === null ? "" : `content-type: ${type}\r\n`;
    parts.push(
      utf8(`--${boundary}\r\ncontent-disposition: form-data; name="${safe(name)}"${named}\r\n${typed}\r\n`),
      bytes,
      utf8("\r\n"),
    );
  }
  parts.push(utf8(`--${boundary}--\r\n`));
  return joined(parts);
}

/** Bytes one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const typeOf = (boundary: string) => `multipart/form-data; boundary=${boundary}`;

const GOOD = multipartOf([["first_name", "Ada"], ["last_name", "Lovelace"]], []);

function text(body: string, type: string = typeOf("b"), wrong: string | null = "broken multipart"): Encoded {
  return { bytes: utf8(body), type, wrong };
}

const part = (name: string, value: string) =>
  `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

/** Bodies that are broken, or odd. */
const BROKEN: readonly (() => Encoded)[] = [
  () => text(part("first_name", "Ada")),
  () => text(`${part("first_name", "Ada")}--b`),
  () => text(`${part("first_name", "Ada")}--c--\r\n`),
  () => ({ bytes: GOOD, type: typeOf("other"), wrong: "another boundary" }),
  () => ({ bytes: GOOD, type: "multipart/form-data", wrong: "no boundary" }),
  () => ({ bytes: GOOD, type: "multipart/form-data; boundary=", wrong: "an empty boundary" }),
  () => ({ bytes: GOOD, type: `multipart/form-data; boundary="${BOUNDARY}`, wrong: null }),
  () => ({ bytes: GOOD, type: typeOf("x".repeat(5_000)), wrong: "a long boundary" }),
  () => ({ bytes: GOOD, type: `multipart/mixed; boundary=${BOUNDARY}`, wrong: "another type" }),
  () => ({ bytes: GOOD.subarray(0, GOOD.length - 20), type: typeOf(BOUNDARY), wrong: "no end" }),
  () => text("--b--\r\n", typeOf("b"), null),
  () => text(""),
  () => text("--b\r\n\r\nAda\r\n--b--\r\n", typeOf("b"), null),
  () => text("--b\r\ncontent-disposition: form-data\r\n\r\nAda\r\n--b--\r\n", typeOf("b"), null),
  () =>
    text(
      '--b\r\ncontent-disposition: attachment; name="first_name"\r\n\r\nAda\r\n--b--\r\n',
      typeOf("b"),
      null,
    ),
  () => text('--b\ncontent-disposition: form-data; name="first_name"\n\nAda\n--b--\n', typeOf("b"), null),
  () => text(`--b\r\nx: ${"y".repeat(200_000)}\r\n\r\nAda\r\n--b--\r\n`, typeOf("b"), null),
  () =>
    text(
      `${Array.from({ length: 5_000 }, (_, n) => part(`f${n}`, "x")).join("")}--b--\r\n`,
      typeOf("b"),
      null,
    ),
  () => text(`${part("first_name", "Ada").repeat(2)}--b--\r\n`, typeOf("b"), "one field twice"),
  () => text(`${part("__proto__", "Ada")}${part("constructor", "x")}--b--\r\n`, typeOf("b"), null),
  () => text(`${part("first_name", `--c\r\n${part("x", "y")}--c--`)}--b--\r\n`, typeOf("b"), null),
  () =>
    text(
      '--b\r\ncontent-disposition: form-data; name="first_name"; filename="../../../etc/passwd"\r\n' +
        "content-type: text/html\r\n\r\n<script>\r\n--b--\r\n",
      typeOf("b"),
      "a file for a text",
    ),
  () =>
    text(
      '--b\r\ncontent-disposition: form-data; name="photo_id_front"; filename="a.png"\r\n' +
        "content-type: image/png\r\n\r\nno picture\r\n--b--\r\n",
      typeOf("b"),
      "a file that is none",
    ),
  () => ({
    bytes: joined([
      utf8('--b\r\ncontent-disposition: form-data; name="first_name"\r\n\r\n'),
      new Uint8Array([0xff, 0xfe, 0x80]),
      utf8("\r\n--b--\r\n"),
    ]),
    type: typeOf("b"),
    wrong: "no UTF-8",
  }),
];

/** Draws one of them. */
export const brokenMultipart: fc.Arbitrary<Encoded> = fc.constantFrom(...BROKEN).map((make) => make());

/** A multipart body of fields and files. */
export function asMultipart(pairs: Pairs, files: readonly FilePart[] = []): Encoded {
  return { bytes: multipartOf(pairs, files), type: typeOf(BOUNDARY), wrong: null };
}

/** Header values cannot hold these. */
function safe(name: string): string {
  return name.replaceAll(/[\r\n"]/g, "_");
}
