/**
 * Requests for the pages of SEP-24: links, sessions and keys of one's own, of others and of nobody, and what is posted.
 * @module
 */
import fc from "fast-check";
import { bodyOf } from "./bodies.ts";
import { type Door, doorOf } from "./doors.ts";
import type { FilePart } from "./multipart.ts";
import { at, by, formDoor, pageDoor, site, visitor } from "./page-forms.ts";
import { drawParams, one, type Part } from "./params.ts";
import { NOBODY_LISTENS, type Place } from "./place.ts";
import { PERSON } from "./sep12-doors.ts";
import { NO_AMOUNTS, NO_URLS } from "./values.ts";

/** What a form of 16 kilobytes can carry twice, in every encoding. */
const SHORT = NO_URLS.filter((url) => url.length < 1_000 && !url.includes("\u0000"));

const callback = (name: string): Part =>
  one(name, fc.constantFrom("postMessage", `https://${NOBODY_LISTENS}/told`, ...SHORT));

/** What a wallet appends to a link, or anybody else: none of it is a reason to refuse (R-24-46, R-24-83). */
const appended: readonly Part[] = [
  callback("callback"),
  callback("on_change_callback"),
  one("jwt", fc.constantFrom("1", "<b>", "__proto__")),
  one("framed", fc.constantFrom("1", "")),
];

/** Half of the time a link that opens. */
const opening = ({ hosted: { openings } }: Place) =>
  fc.oneof(
    fc.constantFrom(...openings.filter(({ opens }) => opens)),
    fc.constantFrom(...openings.filter(({ opens }) => !opens)),
  );

/** A link's first page, by whoever has it. */
const looked: Door = (place) =>
  fc.tuple(opening(place), visitor(place)).chain(([{ transfer, token }, who]) =>
    doorOf({
      door: "GET /interactive/:id",
      closed: false,
      paths: () => fc.constant({ path: at(transfer, ""), wrong: null }),
      query: () => [one("token", fc.constant(token), { needed: true }), ...appended],
    })(place).map((shot) => ({
      ...by(shot, { ...who, isIn: false }),
      // Looking opens nothing, whatever the link is worth.
      looks: true,
      wrong: null,
      fine: false,
    }))
  );

const open: Door = (place) =>
  fc.tuple(opening(place), site).chain(([link, [headers, elsewhere]]) => {
    const { name, transfer, opens } = link;
    return doorOf({
      door: "POST /interactive/:id/open",
      closed: false,
      paths: () => fc.constant({ path: at(transfer, "/open"), wrong: opens ? null : name }),
      body: () =>
        bodyOf({
          drawn: drawParams([
            one("token", fc.constant(link.token), { needed: true }),
            one("session_id", fc.constant(link.sessionId), { needed: true }),
            ...appended,
          ]),
          field: "token",
          encodings: ["form", "multipart"],
        }),
    })(place).map((shot) => ({
      ...by(shot, { name, transfer, cookie: null, formToken: null, isIn: opens }, headers),
      wrong: shot.wrong ?? elsewhere,
      fine: shot.fine && elsewhere === null,
    }));
  });

/** The status page, by its key. */
const status: Door = (place) =>
  fc.tuple(fc.constantFrom(...place.hosted.keys), visitor(place)).chain((
    [{ name, transfer, key, opens }, who],
  ) =>
    doorOf({
      door: "GET /interactive/:id/status",
      closed: false,
      paths: () => fc.constant({ path: at(transfer, "/status"), wrong: opens ? null : name }),
      query: () => [one("key", fc.constant(key), { needed: true })],
    })(place).map((shot) => ({
      ...by(shot, { ...who, name, isIn: opens }),
      looks: opens,
      // The same key twice, or something beside it, opens as well.
      wrong: opens ? null : shot.wrong,
    }))
  );

/** What a frame shows in its end says nothing, to anybody. */
const leave: Door = (place) =>
  pageDoor("GET /interactive/:id/identity/back", "/identity/back")(place).map((shot) => ({
    ...shot,
    wrong: null,
    looks: true,
  }));

const nothing: Door = (place) =>
  fc.tuple(pageDoor("ALL /interactive/:id/*", "/nothing")(place), fc.constantFrom("GET", "POST", "DELETE"))
    .map(([shot, method]) => ({ ...shot, method, wrong: "no such page", fine: false }));

const languages = fc.constantFrom("en", "es", "pt-BR", "ar", "xx", "__proto__", "e".repeat(5_000));

const PICTURE = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);
const file = (name: string, bytes: Uint8Array, fileName: string | null = "id.png"): FilePart => ({
  name,
  fileName,
  type: "image/png",
  bytes,
});
const text = (value: string) => new TextEncoder().encode(value);

/** Documents that nobody asked for, or that are none. */
const FILES: readonly FilePart[] = [
  file("photo_id_front", PICTURE),
  file("photo_id_back", text("<script>alert(1)</script>"), "../../../etc/passwd"),
  file("photo_proof_residence", new Uint8Array()),
  file("first_name", PICTURE),
  file("form_token", text("x")),
  file("__proto__", PICTURE),
];

/** What the form of a customer may hold, beside what nobody asked. */
const CUSTOMER: readonly Part[] = [
  ...PERSON,
  one("bank_account_number", fc.constantFrom("5544332211", "00 11", "<b>")),
  one("photo_id_front_file_id", fc.constantFrom("a".repeat(26), "__proto__")),
  one("mobile_number_verification", fc.constantFrom("123456", "x".repeat(5_000))),
  one("send_code", fc.constantFrom("mobile_number", "__proto__", "first_name")),
];

/** What the form of an amount holds; what is right depends on the transfer. */
const CHOICE: readonly Part[] = [
  one("amount", fc.oneof(fc.integer({ min: 2, max: 30 }).map(String), fc.constantFrom(...NO_AMOUNTS))),
  one("method", fc.constantFrom("bank_account", "cash", "__proto__")),
  one("country", fc.constantFrom("USA", "BRA", "", "usa", "__proto__")),
  one("action", fc.constantFrom("choose", "estimate", "country", "ask_country", "__proto__")),
];

/** What the script asks for while somebody types. */
const estimate: Door = (place) =>
  pageDoor("GET /interactive/:id/estimate", "/estimate", CHOICE)(place).map((shot) => ({
    ...shot,
    answersJson: true,
  }));

/** By route. */
export const pageDoors: Readonly<Record<string, Door>> = {
  "GET /interactive/:id": (place) => fc.oneof(pageDoor("GET /interactive/:id", "")(place), looked(place)),
  "POST /interactive/:id/open": open,
  "POST /interactive/:id/language": formDoor("POST /interactive/:id/language", "/language", {
    parts: [one("lang", languages)],
  }),
  "GET /interactive/:id/amount": pageDoor("GET /interactive/:id/amount", "/amount"),
  "POST /interactive/:id/amount": formDoor("POST /interactive/:id/amount", "/amount", {
    parts: CHOICE,
    depends: true,
  }),
  "GET /interactive/:id/estimate": estimate,
  "GET /interactive/:id/customer": pageDoor("GET /interactive/:id/customer", "/customer"),
  "POST /interactive/:id/customer": formDoor("POST /interactive/:id/customer", "/customer", {
    parts: CUSTOMER,
    depends: true,
    files: FILES,
  }),
  "GET /interactive/:id/identity": pageDoor("GET /interactive/:id/identity", "/identity"),
  "POST /interactive/:id/identity": formDoor("POST /interactive/:id/identity", "/identity", { parts: [] }),
  "GET /interactive/:id/identity/return": pageDoor(
    "GET /interactive/:id/identity/return",
    "/identity/return",
  ),
  "GET /interactive/:id/identity/back": leave,
  "GET /interactive/:id/status": status,
  "ALL /interactive/:id/*": nothing,
};
