/**
 * Bodies in three encodings, and such as no route can read.
 * @module
 */
import fc from "fast-check";
import { asMultipart, brokenMultipart, type Encoded } from "./multipart.ts";
import { type Drawn, formOf } from "./params.ts";
import { oddJson } from "./values.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const MEGABYTE = 1024 * 1024;

/** Shared, since nobody changes it and it is large. */
const MANY_BYTES = new Uint8Array(24 * MEGABYTE).fill(0x61);

const json = (body: string, wrong: string | null = "no JSON object", type: string = JSON_TYPE): Encoded => ({
  bytes: utf8(body),
  type,
  wrong,
});

/** Bodies that nobody can read, whatever the route; `field` is a name that the route knows. */
function unreadable(field: string): readonly (() => Encoded)[] {
  return [
    () => json(""),
    () => json(`{"${field}": "Ada"`),
    () => json(`{"${field}": "Ada"}}`),
    () => json(`{'${field}': 'Ada'}`),
    () => json(`{"${field}": "Ada",}`),
    () => json(`\u{feff}\u{feff}{"${field}": "Ada"}`),
    () => json("null"),
    () => json("[]"),
    () => json("[[1]]"),
    () => json('"text"'),
    () => json("1e999"),
    () => json("NaN"),
    () => json("[".repeat(100_000)),
    () => json(`${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`, null),
    () => json(`{"${field}":${"[".repeat(20_000)}${"]".repeat(20_000)}}`),
    () => ({ bytes: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), type: JSON_TYPE, wrong: "no UTF-8" }),
    () => ({
      bytes: new Uint8Array([...utf8(`{"${field}":"`), 0xed, 0xa0, 0x80, ...utf8('"}')]),
      type: JSON_TYPE,
      wrong: "no UTF-8",
    }),
    () => json(`{"${field}": "\\ud800"}`, "half a surrogate pair"),
    () => json(`{"${field}": "a\\u0000b"}`, "U+0000"),
    () => json(`{"${field}": "Ada"}`, "UTF-16", "application/json; charset=utf-16"),
    () => json(`{"${field}": "Ada"}`, "another type", "text/plain"),
    () => json(`{"${field}": "Ada"}`, "another type", "application/json, text/plain"),
    () => json(`{"${field}": "Ada"}`, "another type", "application/jsonp"),
    () => json("<a/>", "another type", "application/xml"),
    () => json("x".repeat(300), "no type at all", ""),
    () => json("%%%=%zz&&==", "no form", FORM_TYPE),
    () => json(`${field}=%FF%FE`, "no UTF-8", FORM_TYPE),
    () => json(`${field}=a&${field}=b`, "one field twice", FORM_TYPE),
    () => ({ bytes: new Uint8Array([...utf8(`${field}=`), 0xff]), type: FORM_TYPE, wrong: "no UTF-8" }),
    () => json(`${"a=1&".repeat(20_000)}${field}=Ada`, "one field twice", FORM_TYPE),
  ];
}

/** Bodies above what any route takes. */
const HUGE: readonly (() => Encoded)[] = [
  () => ({ bytes: MANY_BYTES, type: JSON_TYPE, wrong: "24 megabytes" }),
  () => ({ bytes: MANY_BYTES, type: FORM_TYPE, wrong: "24 megabytes" }),
  () => ({ bytes: MANY_BYTES, type: "multipart/form-data; boundary=b", wrong: "24 megabytes" }),
  () => ({
    bytes: MANY_BYTES.subarray(0, 10 * MEGABYTE + 1),
    type: JSON_TYPE,
    wrong: "10 megabytes of no JSON",
  }),
];

/** How a body is sent. */
export interface Sent extends Encoded {
  readonly fine: boolean;
  readonly headers: readonly (readonly [string, string])[];
  readonly chunked: boolean;
}

/** What a route's body is made of. */
export interface BodyShape {
  readonly drawn: fc.Arbitrary<Drawn>;
  /** A text that the route reads, for bodies that are broken around it. */
  readonly field: string;
  readonly encodings: readonly ("json" | "form" | "multipart")[];
}

/** Draws a body. */
export function bodyOf({ drawn, field, encodings }: BodyShape): fc.Arbitrary<Sent> {
  const plain = (body: Encoded, fine = false): Sent => ({ ...body, fine, headers: [], chunked: false });
  const whole = fc.tuple(
    drawn,
    fc.constantFrom(...encodings),
    fc.option(oddJson, { freq: 6, nil: undefined }),
  )
    .map(([{ pairs, wrong, fine }, encoding, odd]): Sent => {
      if (encoding === "form") return plain({ ...json(formOf(pairs), wrong, FORM_TYPE) }, fine);
      if (encoding === "multipart") return plain({ ...asMultipart(pairs), wrong }, fine);
      const isOdd = odd !== undefined && pairs.length > 0;
      const members = pairs.map(([name, value], at) =>
        `${JSON.stringify(name)}:${
          JSON.stringify(isOdd && at === 0 ? odd : typeof value === "string" ? value : value.raw)
        }`
      );
      // Of one name twice, JSON takes the last; and what was odd may have been what was wrong.
      const names = pairs.map(([name]) => name);
      const isCertain = !isOdd && new Set(names).size === names.length;
      return plain(json(`{${members.join(",")}}`, isCertain ? wrong : null), fine && !isOdd);
    });
  const odd = fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...unreadable(field)).map((make) => plain(make())) },
    { weight: 8, arbitrary: brokenMultipart.map((body) => plain(body)) },
    { weight: 1, arbitrary: fc.constantFrom(...HUGE).map((make) => plain(make())) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("gzip", "deflate, gzip", "br", "compress", "x").map((coding): Sent => ({
        ...plain(json(`{"${field}":"Ada"}`, `Content-Encoding ${coding}`)),
        headers: [["content-encoding", coding]],
      })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom("99999999", "-1", "1e9", "abc", "0").map((length): Sent => ({
        ...plain(json(`{"${field}":"Ada"}`, null)),
        headers: [["content-length", length]],
      })),
    },
  );
  return fc.tuple(fc.oneof({ weight: 3, arbitrary: whole }, { weight: 1, arbitrary: odd }), fc.nat(3)).map((
    [body, way],
  ) => ({ ...body, chunked: way === 0 }));
}
