import { deepEqual, equal, match } from "node:assert/strict";
import { MUXED, MUXED_ID, OTHER } from "../../core/customers/people.ts";
import { inRoom, type Room } from "./room.ts";

const CALLBACK = "https://wallet.example/kyc";

const registered = async ({ db }: Pick<Room, "db">) =>
  (await db.query({
    sql: `select c.owner, b.type, b.ended from customer_callbacks b join customers c on c.id = b.customer_id
      order by c.owner`,
  })).map(({ owner, type }) => `${owner} ${type}`);
const set = (room: Room, fields: Record<string, unknown>, sub?: string) =>
  room.putJson(fields, { path: "/customer/callback", ...(sub === undefined ? {} : { sub }) });

Deno.test("R-12-88 R-12-2 PUT /customer/callback takes JSON, form and multipart, and answers 200", () =>
  inRoom(async (room) => {
    await room.putJson({ first_name: "Ada" });
    const multipart = new FormData();
    multipart.set("url", CALLBACK);
    multipart.set("type", "sep24");
    const bodies: [string, RequestInit][] = [
      ["json", { headers: { "content-type": "application/json" }, body: JSON.stringify({ url: CALLBACK }) }],
      ["form", { body: new URLSearchParams({ url: CALLBACK, type: "sep6" }) }],
      ["multipart", { body: multipart }],
    ];
    for (const [name, init] of bodies) {
      const { status, body, headers } = await room.ask("/customer/callback", { method: "PUT", ...init });
      deepEqual([status, body], [200, {}], name);
      equal(headers.get("cache-control"), "no-store");
    }
    match((await registered(room)).join(), /^G\w+ sep24$/);
    const [row] = await room.db.query({ sql: "select url from customer_callbacks" });
    equal(
      new TextDecoder("latin1").decode(row?.["url"] instanceof Uint8Array ? row["url"] : undefined)
        .includes("wallet.example"),
      false,
    );
  }));

Deno.test("R-12-3 without a valid token, PUT /customer/callback answers 401", () =>
  inRoom(async (room) => {
    for (const asked of [{ sub: null }, { token: "no.such.token" }]) {
      const { status, body } = await room.ask("/customer/callback", {
        ...asked,
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ url: CALLBACK }),
      });
      equal(status, 401);
      equal(typeof body["error"], "string");
    }
  }));

Deno.test("R-12-89 a callback of a customer of whom nothing is known, or of another's, answers 404", () =>
  inRoom(async (room) => {
    const unknown = await set(room, { url: CALLBACK });
    equal(unknown.status, 404);
    // Nobody named an id, so none is to be left out.
    match(String(unknown.body["error"]), /PUT \/customer/);
    const { body: { id } } = await room.putJson({ first_name: "Ada" });
    equal((await set(room, { url: CALLBACK, id }, OTHER)).status, 404);
    equal((await set(room, { url: CALLBACK, id: "nobody" })).status, 404);
    equal((await set(room, { url: CALLBACK, memo: "7" })).status, 404);
    deepEqual(await registered(room), []);
    equal((await set(room, { url: CALLBACK, id })).status, 200);
  }));

Deno.test("R-12-88 the customer is named as in PUT /customer: by id, account, memo, or the token alone", () =>
  inRoom(async (room) => {
    const account = OTHER;
    const { body: { id } } = await room.putJson({ first_name: "Ada", memo: "7", memo_type: "id" }, {
      sub: account,
    });
    equal((await set(room, { url: CALLBACK, account, memo: "7", memo_type: "id" }, account)).status, 200);
    equal((await set(room, { url: CALLBACK, id }, account)).status, 200);
    equal((await set(room, { url: CALLBACK }, `${account}:7`)).status, 200);
    deepEqual(await registered(room), [`${account}:7 sep6`]);
    equal((await set(room, { url: CALLBACK, memo: "8" }, `${account}:7`)).status, 400);
    await room.putJson({ first_name: "Ada" }, { sub: MUXED });
    equal((await set(room, { url: CALLBACK, memo: MUXED_ID }, MUXED)).status, 200);
    equal((await set(room, { url: CALLBACK, type: "sep99" }, MUXED)).status, 400);
  }));

Deno.test("R-12-98 a url that is missing, no HTTPS, or private is refused with 400 in the caller's language", () =>
  inRoom(async (room) => {
    await room.putJson({ first_name: "Ada" });
    const refused: [unknown, string][] = [
      [undefined, "request.field.missing"],
      ["", "request.field.missing"],
      [7, "request.field.invalid"],
      [["https://wallet.example"], "request.field.invalid"],
      ["/kyc", "callback.url_invalid"],
      ["http://wallet.example/kyc", "callback.url_invalid"],
      ["https://ada:secret@wallet.example/kyc", "callback.url_invalid"],
      [`https://wallet.example/${"a".repeat(10_000)}`, "callback.url_invalid"],
      ["https://localhost/kyc", "callback.url_private"],
      ["https://127.0.0.1/kyc", "callback.url_private"],
      ["https://[::ffff:10.0.0.1]/kyc", "callback.url_private"],
      ["https://intranet.example/kyc", "callback.url_private"],
    ];
    for (const [url, code] of refused) {
      const { status, body } = await set(room, { url, lang: "es" });
      deepEqual([status, body["code"]], [400, code], String(url).slice(0, 50));
      match(String(body["error"]), /[Ee]nvía/);
    }
    deepEqual(await registered(room), []);
  }));
