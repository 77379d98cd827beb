/**
 * One generator for each route. A route without one makes the run fail, so that none is forgotten.
 * @module
 */
import fc from "fast-check";
import { bodyOf, type BodyShape, type Sent } from "./bodies.ts";
import { type Drawn, drawParams, type Pairs, type Part, queryOf } from "./params.ts";
import type { Place } from "./place.ts";
import type { Shot, TokenShown } from "./shot.ts";
import { type Speech, speech } from "./speech.ts";
import { NO_TOKEN } from "./tokens.ts";
import { isReadable } from "./values.ts";

/** Draws requests for one route. */
export type Door = (place: Place) => fc.Arbitrary<Shot>;

/** Headers that nobody should mind. */
const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ["origin", "https://wallet.example"],
  ["origin", "null"],
  ["x-forwarded-for", "10.0.0.1, 127.0.0.1, ::1, garbage"],
  ["x-forwarded-for", ",".repeat(500)],
  ["x-forwarded-host", "evil.example"],
  ["host", "evil.example"],
  ["forwarded", "for=127.0.0.1;host=evil.example"],
  ["cookie", "session=1; session=2"],
  ["accept", "text/html"],
  ["range", "bytes=0-1"],
  ["if-none-match", '"x"'],
  ["if-modified-since", "yesterday"],
  ["x-http-method-override", "DELETE"],
  ["x-request-id", "<b>hostile</b>"],
  ["expect", "100-continue"],
  ["transfer-encoding", "chunked"],
  ["content-type", "\u00ff/\u00fe"],
  ["user-agent", "x".repeat(5_000)],
  ["traceparent", "00-00000000000000000000000000000000-0000000000000000-00"],
];

/** An address of its own for each, so that nobody uses up another's rate. */
const client = fc.oneof(
  fc.tuple(fc.integer({ min: 11, max: 200 }), fc.nat(255), fc.nat(255), fc.nat(255)).map((bytes) =>
    bytes.join(".")
  ),
  fc.tuple(fc.nat(65_535), fc.nat(65_535)).map(([a, b]) => `2001:db8:${a.toString(16)}:${b.toString(16)}::1`),
);

/** What a route's requests are made of. */
export interface DoorOptions {
  readonly door: string;
  /** Paths; the template itself when absent. `wrong` paths have to be refused. */
  readonly paths?: (place: Place) => fc.Arbitrary<{ readonly path: string; readonly wrong: string | null }>;
  readonly query?: (place: Place) => readonly Part[];
  readonly body?: (place: Place) => fc.Arbitrary<Sent>;
  /** Whether it has to be closed without a good token. */
  readonly closed: boolean;
  /** Whose requests are served, where it is not the good token. */
  readonly by?: (place: Place) => TokenShown;
  /** Whether the body may name the language. */
  readonly speaksInBody?: boolean;
  /** Whether a query that is no percent-encoded UTF-8 has to be refused. */
  readonly readsQuery?: boolean;
}

const NO_BODY: Sent = {
  bytes: new Uint8Array(0),
  type: null,
  wrong: null,
  fine: true,
  headers: [],
  chunked: false,
};

const NO_PARAMS: Drawn = { pairs: [], wrong: null, fine: true };

/** Builds a generator. */
export function doorOf(options: DoorOptions): Door {
  const [method = "GET", template = "/"] = options.door.split(" ");
  return (place) => {
    const parts = options.query?.(place) ?? [];
    return fc.record({
      where: options.paths?.(place) ?? fc.constant({ path: template, wrong: null }),
      query: parts.length > 0 ? drawParams(parts) : fc.constant(NO_PARAMS),
      body: options.body?.(place) ?? fc.constant(null),
      token: options.closed
        ? tokenOf(options, place)
        : fc.constantFrom(NO_TOKEN, NO_TOKEN, place.tokens.good),
      speech,
      odd: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, {
        weight: 1,
        arbitrary: fc.constantFrom(...ODD_HEADERS),
      }),
      from: client,
    }).map(({ where, query, body, token, speech, odd, from }) =>
      shotOf(options, method, {
        where,
        query,
        body: body ?? NO_BODY,
        token,
        isMain: !options.closed || token === (options.by?.(place) ?? place.tokens.good),
        speech,
        odd,
        from,
      })
    );
  };
}

/** Mostly the one who is served. */
function tokenOf({ by }: DoorOptions, { tokens, ...place }: Place): fc.Arbitrary<TokenShown> {
  if (!by) return tokens.any;
  return fc.oneof({ weight: 12, arbitrary: fc.constant(by({ tokens, ...place })) }, {
    weight: 3,
    arbitrary: fc.constantFrom(...tokens.users),
  }, { weight: 3, arbitrary: fc.constantFrom(...tokens.bad) });
}

interface Drawing {
  readonly where: { readonly path: string; readonly wrong: string | null };
  readonly query: Drawn;
  readonly body: Sent;
  readonly token: TokenShown;
  /** Whether the token is that of who is served. */
  readonly isMain: boolean;
  readonly speech: Speech;
  readonly odd: readonly [string, string] | null;
  readonly from: string;
}

function shotOf(options: DoorOptions, method: string, drawing: Drawing): Shot {
  const { where, query, body, token, isMain, speech, odd, from } = drawing;
  const lang: Pairs = speech.lang === null ? [] : [["lang", speech.lang]];
  const search = queryOf([...query.pairs, ...lang]);
  const hasBody = options.body !== undefined && body !== NO_BODY;
  const headers: (readonly [string, string])[] = [
    ...(speech.accept === null ? [] : [["accept-language", speech.accept] as const]),
    ...(hasBody && body.type !== null && body.type !== "" ? [["content-type", body.type] as const] : []),
    ...body.headers,
    // A second type or language would make it another request.
    ...(odd === null || (hasBody && odd[0] === "content-type") ? [] : [odd]),
  ];
  const unreadable = options.readsQuery === true && !isReadable(search) ? "a query that is no UTF-8" : null;
  return {
    door: options.door,
    method,
    target: `${where.path}${search}`,
    headers,
    body: hasBody ? body.bytes : null,
    chunked: hasBody && body.chunked,
    token,
    languages: options.speaksInBody === true
      ? [speech.language, speech.withoutLang, "en", "es", "pt-BR"]
      : [speech.language],
    wrong: where.wrong ?? unreadable ?? query.wrong ?? body.wrong,
    fine: isMain && where.wrong === null && query.fine && body.fine && unreadable === null,
    from,
  };
}

/** A body of parameters in the encodings that a route takes. */
export function paramsBody(
  parts: readonly Part[],
  shape: Omit<BodyShape, "drawn">,
): fc.Arbitrary<Sent> {
  return bodyOf({ ...shape, drawn: drawParams(parts) });
}

/** Ids that are nobody's, and others that are somebody's: none may be told from the other. */
export function idsOf(own: readonly string[], foreign: readonly string[]) {
  return {
    valid: fc.constantFrom(...own),
    wrong: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...foreign) },
      fc.constantFrom(
        "aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "0",
        "-1",
        "*",
        "%",
        "null",
        "__proto__",
        "' or '1'='1",
        "x".repeat(10_000),
        "7e285e7d-d984-412c-97bc-909d0e399fbf",
      ),
      fc.stringMatching(/^[a-z2-7]{26}$/),
    ),
  };
}
