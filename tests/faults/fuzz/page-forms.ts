/**
 * How a page is looked at, and how a form of it is posted: by who is in, and by who is not.
 * @module
 */
import fc from "fast-check";
import { bodyOf, type Sent } from "./bodies.ts";
import { type Door, doorOf } from "./doors.ts";
import type { Visitor } from "./hosted.ts";
import { asMultipart, type FilePart } from "./multipart.ts";
import { drawParams, type Pairs, type Part } from "./params.ts";
import type { Place } from "./place.ts";
import type { Shot } from "./shot.ts";

/** From where a browser says that a request comes, and why it has to be refused. */
const SITES: readonly (readonly [Shot["headers"], string | null])[] = [
  [[["sec-fetch-site", "same-origin"]], null],
  [[["sec-fetch-site", "none"], ["sec-fetch-dest", "document"]], null],
  [[["sec-fetch-site", "same-origin"], ["sec-fetch-dest", "iframe"]], null],
  [[["sec-fetch-site", "cross-site"]], "a post of another site"],
  [[["sec-fetch-site", "same-site"]], "a post of a neighbouring site"],
  [[["sec-fetch-site", "__proto__"]], "a site that browsers do not know"],
];

/** Draws such a place; mostly a browser that says nothing. */
export const site = fc.oneof(
  { weight: 4, arbitrary: fc.constant<readonly [Shot["headers"], string | null]>([[], null]) },
  { weight: 2, arbitrary: fc.constantFrom(...SITES) },
);

/** Mostly people who are in. */
export const visitor = ({ hosted: { visitors: { good, bad } } }: Place): fc.Arbitrary<Visitor> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );

/** Path of a transfer's page. */
export const at = (id: string, tail: string) => `/interactive/${encodeURIComponent(id)}${tail}`;

/** Adds who comes, and from where. */
export function by(shot: Shot, { name, cookie, isIn }: Visitor, headers: Shot["headers"] = []): Shot {
  // A second cookie would make another visitor.
  const others = shot.headers.filter(([each]) => each !== "cookie");
  return {
    ...shot,
    headers: [...others, ...headers, ...(cookie === null ? [] : [["cookie", cookie] as const])],
    visitor: { name, isIn },
  };
}

/**
 * A page that is looked at.
 * @param tail what follows the transfer's own path
 * @param query parameters that may be anything
 */
export const pageDoor = (door: string, tail: string, query: readonly Part[] = []): Door => (place) =>
  visitor(place).chain((who) =>
    doorOf({
      door,
      closed: false,
      paths: () => fc.constant({ path: at(who.transfer, tail), wrong: who.isIn ? null : who.name }),
      query: () => query,
    })(place).map((shot) => ({ ...by(shot, who), wrong: who.isIn ? null : who.name }))
  );

/** What stands in a form beside its token. */
export interface FormShape {
  readonly parts: readonly Part[];
  /** What is right depends on the transfer; whoever has no session or token is refused all the same. */
  readonly depends?: boolean;
  /** Documents among the values. */
  readonly files?: readonly FilePart[];
}

/** A form that is posted. */
export const formDoor = (door: string, tail: string, shape: FormShape): Door => (place) =>
  fc.tuple(visitor(place), site, token(place)).chain(([who, [headers, elsewhere], [name, given]]) => {
    const formToken = given ?? who.formToken;
    const pairs: Pairs = formToken === null || name === null ? [] : [[name, formToken]];
    const isWhole = given === null && name === "form_token" && who.formToken !== null;
    return doorOf({
      door,
      closed: false,
      paths: () => fc.constant({ path: at(who.transfer, tail), wrong: who.isIn ? null : who.name }),
      body: () => formBody(shape, pairs, isWhole ? null : "no token of the form"),
    })(place).map((shot) => ({
      ...by(shot, who, headers),
      wrong: shot.wrong ?? elsewhere,
      fine: shot.fine && elsewhere === null,
    }));
  });

/** Name and value of a form's token; `null` as a value is the visitor's own. */
function token({ hosted: { visitors, foreign } }: Place) {
  const other = visitors.good[1]?.formToken ?? "";
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant<readonly [string | null, string | null]>(["form_token", null]) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<readonly [string | null, string | null]>(
        [null, null],
        ["Form_Token", null],
        ["form_token", `${other}x`],
        ["form_token", "x".repeat(3_000)],
        ["form_token", "__proto__"],
        ["form_token", foreign.secrets[0] ?? ""],
      ),
    },
  );
}

function formBody(
  { parts, depends = false, files }: FormShape,
  pairs: Pairs,
  wrong: string | null,
): fc.Arbitrary<Sent> {
  const drawn = (parts.length === 0 ? fc.constant({ pairs: [], wrong: null, fine: true }) : drawParams(parts))
    .map((one) => ({
      pairs: [...pairs, ...one.pairs],
      wrong: wrong ?? (depends ? null : one.wrong),
      fine: one.fine && wrong === null && !depends,
    }));
  const plain = bodyOf({ drawn, field: "lang", encodings: ["form", "multipart"] });
  if (files === undefined) return plain;
  const filed = fc.tuple(drawn, fc.subarray([...files], { minLength: 1, maxLength: 3 })).map((
    [one, chosen],
  ): Sent => ({
    ...asMultipart(one.pairs, chosen),
    wrong: one.wrong,
    fine: false,
    headers: [],
    chunked: false,
  }));
  return fc.oneof({ weight: 2, arbitrary: plain }, { weight: 1, arbitrary: filed });
}
