/**
 * Requests for the pages of SEP-24: people with sessions of their own, of others and of nobody, and what they post.
 * @module
 */
import fc from "fast-check";
import { bodyOf, type Sent } from "./bodies.ts";
import { type Door, doorOf } from "./doors.ts";
import type { Visitor } from "./hosted.ts";
import { drawParams, one, type Pairs, type Part } from "./params.ts";
import { NOBODY_LISTENS, type Place } from "./place.ts";
import type { Shot } from "./shot.ts";
import { NO_URLS } from "./values.ts";

/** From where a browser says that a request comes, and why it has to be refused. */
const SITES: readonly (readonly [readonly (readonly [string, string])[], string | null])[] = [
  [[], null],
  [[["sec-fetch-site", "same-origin"]], null],
  [[["sec-fetch-site", "none"], ["sec-fetch-dest", "document"]], null],
  [[["sec-fetch-site", "same-origin"], ["sec-fetch-dest", "iframe"]], null],
  [[["sec-fetch-site", "cross-site"]], "a post of another site"],
  [[["sec-fetch-site", "same-site"]], "a post of a neighbouring site"],
  [[["sec-fetch-site", "__proto__"]], "a site that browsers do not know"],
];

const site = fc.oneof({ weight: 4, arbitrary: fc.constant(SITES[0] ?? [[], null] as const) }, {
  weight: 2,
  arbitrary: fc.constantFrom(...SITES),
});

/** Mostly people who are in. */
const visitor = ({ hosted: { visitors: { good, bad } } }: Place) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );

const at = (id: string, tail: string) => `/interactive/${encodeURIComponent(id)}${tail}`;

/** Adds who comes, and from where. */
function by(shot: Shot, { name, cookie, isIn }: Visitor, headers: Shot["headers"] = []): Shot {
  // A second cookie would make another visitor.
  const others = shot.headers.filter(([each]) => each !== "cookie");
  return {
    ...shot,
    headers: [...others, ...headers, ...(cookie === null ? [] : [["cookie", cookie] as const])],
    visitor: { name, isIn },
  };
}

/** A page that is looked at. @param tail what follows the transfer's own path */
export const pageDoor = (door: string, tail: string, query: readonly Part[] = []): Door => (place) =>
  visitor(place).chain((who) =>
    doorOf({
      door,
      closed: false,
      paths: () => fc.constant({ path: at(who.transfer, tail), wrong: who.isIn ? null : who.name }),
      query: () => query,
    })(place).map((shot) => by(shot, who))
  );

/**
 * A form that is posted.
 * @param parts of the form, beside its token
 */
export const formDoor =
  (door: string, tail: string, parts: readonly Part[], files?: FormFiles): Door => (place) =>
    fc.tuple(visitor(place), site, token(place)).chain(([who, [headers, elsewhere], [named, given]]) => {
      const formToken = given ?? who.formToken;
      const pairs: Pairs = formToken === null || named === null ? [] : [[named, formToken]];
      const isWhole = given === null && named === "form_token" && who.formToken !== null;
      return doorOf({
        door,
        closed: false,
        paths: () => fc.constant({ path: at(who.transfer, tail), wrong: who.isIn ? null : who.name }),
        body: () => form(parts, pairs, isWhole ? null : "no token of the form", files),
      })(place).map((shot) => ({
        ...by(shot, who, headers),
        wrong: shot.wrong ?? elsewhere,
        fine: shot.fine && elsewhere === null,
      }));
    });

/** Draws a file, or none, and what is wrong with it. */
export type FormFiles = fc.Arbitrary<(pairs: Pairs) => Sent>;

/** Name and value of a form's token; `null` as a value is the visitor's own. */
function token({ hosted: { visitors, foreign } }: Place) {
  const other = visitors.good[1]?.formToken ?? "";
  return fc.oneof(
    { weight: 5, arbitrary: fc.constant(["form_token", null] as const) },
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

function form(
  parts: readonly Part[],
  pairs: Pairs,
  wrong: string | null,
  files: FormFiles | undefined,
): fc.Arbitrary<Sent> {
  const drawn = (parts.length === 0 ? fc.constant({ pairs: [], wrong: null, fine: true }) : drawParams(parts))
    .map((one) => ({
      pairs: [...pairs, ...one.pairs],
      wrong: wrong ?? one.wrong,
      fine: one.fine && wrong === null,
    }));
  const plain = bodyOf({ drawn, field: parts.length === 0 ? "x" : "lang", encodings: ["form", "multipart"] });
  if (!files) return plain;
  const filed = fc.tuple(drawn, files).map(([one, write]): Sent => ({
    ...write(one.pairs),
    wrong: one.wrong,
    fine: false,
  }));
  return fc.oneof({ weight: 2, arbitrary: plain }, { weight: 1, arbitrary: filed });
}

const callback = (name: string): Part =>
  one(name, fc.constantFrom("postMessage", `https://${NOBODY_LISTENS}/told`, ...SHORT));

/** What a form of 16 kilobytes can carry twice, in every encoding. */
const SHORT = NO_URLS.filter((url) => url.length < 1_000 && !url.includes("\u0000"));

/** What a wallet appends to a link, or anybody else: none of it is a reason to refuse (R-24-46, R-24-83). */
const appended: readonly Part[] = [
  callback("callback"),
  callback("on_change_callback"),
  one("jwt", fc.constantFrom("1", "<b>", "__proto__")),
  one("framed", fc.constantFrom("1", "")),
];

/** A link's first page, by whoever has it. */
const link: Door = (place) =>
  fc.tuple(fc.constantFrom(...place.hosted.openings), visitor(place)).chain(([opening, who]) =>
    doorOf({
      door: "GET /interactive/:id",
      closed: false,
      paths: () => fc.constant({ path: at(opening.transfer, ""), wrong: null }),
      query: () => [one("token", fc.constant(opening.token), { needed: true }), ...appended],
    })(place).map((shot) => ({
      ...by(shot, { ...who, isIn: false }),
      // Looking opens nothing, whatever the link is worth.
      looks: true,
      wrong: null,
      fine: false,
    }))
  );

const open: Door = (place) =>
  fc.tuple(fc.constantFrom(...place.hosted.openings), site).chain(([opening, [headers, elsewhere]]) =>
    doorOf({
      door: "POST /interactive/:id/open",
      closed: false,
      paths: () =>
        fc.constant({ path: at(opening.transfer, "/open"), wrong: opening.opens ? null : opening.name }),
      body: () =>
        bodyOf({
          drawn: drawParams([
            one("token", fc.constant(opening.token), { needed: true }),
            one("session_id", fc.constant(opening.sessionId), { needed: true }),
            ...appended,
          ]),
          field: "token",
          encodings: ["form", "multipart"],
        }),
    })(place).map((shot) => ({
      ...by(shot, {
        name: opening.name,
        transfer: opening.transfer,
        cookie: null,
        formToken: null,
        isIn: opening.opens,
      }, headers),
      wrong: shot.wrong ?? elsewhere,
      fine: shot.fine && elsewhere === null,
    }))
  );

/** By route. */
export const pageDoors: Readonly<Record<string, Door>> = {
  "GET /interactive/:id": (place) => fc.oneof(pageDoor("GET /interactive/:id", "")(place), link(place)),
  "POST /interactive/:id/open": open,
  "ALL /interactive/:id/*": (place) =>
    fc.tuple(pageDoor("ALL /interactive/:id/*", "/nothing")(place), fc.constantFrom("GET", "POST", "DELETE"))
      .map(([shot, method]) => ({ ...shot, method, wrong: "no such page", fine: false })),
  "POST /interactive/:id/language": formDoor("POST /interactive/:id/language", "/language", [
    one("lang", fc.constantFrom("en", "es", "pt-BR", "ar", "xx", "__proto__", "e".repeat(5_000))),
  ]),
};
