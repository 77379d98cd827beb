import { deepEqual, equal, match } from "node:assert/strict";
import { ACCOUNT, BASIC, MUXED, MUXED_ID, OTHER } from "../../core/customers/people.ts";
import { inRoom } from "./room.ts";
import type { Room } from "./room.ts";

type Init = Parameters<Room["ask"]>[1];
const remove = (room: Room, path: string, init: Init = {}) =>
  room.ask(`/customer/${path}`, { method: "DELETE", ...init });
const known = async (room: Room, path = "/customer", sub = ACCOUNT) =>
  (await room.ask(path, { sub })).body["id"] !== undefined;

Deno.test("R-12-79 R-12-85 R-12-87 DELETE without a body and a type answers 200 with an object, then 404", () =>
  inRoom(async (room) => {
    await room.putJson(BASIC);
    const first = await remove(room, ACCOUNT);
    deepEqual([first.status, first.body], [200, {}]);
    match(first.headers.get("content-type") ?? "", /^application\/json/);
    equal(first.headers.get("access-control-allow-origin"), "*");
    const second = await remove(room, ACCOUNT);
    equal(second.status, 404);
    equal(typeof second.body["error"], "string");
  }));

Deno.test("R-12-84 GET after DELETE answers like for a stranger, and 404 for the old id", () =>
  inRoom(async (room) => {
    const stranger = (await room.ask("/customer", { sub: OTHER })).body;
    const { body: { id } } = await room.putJson(BASIC);
    await remove(room, ACCOUNT);
    deepEqual((await room.ask("/customer")).body, stranger);
    equal((await room.ask(`/customer?id=${id}`)).status, 404);
    equal((await room.putJson({ id, first_name: "Eve" })).status, 404);
  }));

Deno.test("R-12-3 R-12-81 without a token, or for another account, DELETE answers 401 and deletes nothing", () =>
  inRoom(async (room) => {
    await room.putJson(BASIC);
    await room.putJson(BASIC, { sub: OTHER });
    equal((await remove(room, ACCOUNT, { sub: null })).status, 401);
    equal((await remove(room, ACCOUNT, { token: "abc" })).status, 401);
    for (const [sub, account] of [[OTHER, ACCOUNT], [ACCOUNT, OTHER], [ACCOUNT, MUXED], [ACCOUNT, "me"]]) {
      const { status, body } = await remove(room, account ?? "", { sub: sub ?? "" });
      equal(status, 401);
      equal(body["code"], "sep12.not_the_owner");
    }
    equal(await known(room), true);
    equal(await known(room, "/customer", OTHER), true);
  }));

Deno.test("R-12-82 R-12-83 the memo comes in any encoding or in the query, and deletes that customer alone", () =>
  inRoom(async (room) => {
    for (const memo of ["1", "2", "3", "4"]) await room.putJson({ ...BASIC, memo });
    await room.putJson(BASIC);
    const form = new FormData();
    form.append("memo", "3");
    form.append("memo_type", "id");
    const init: Record<string, Init> = {
      1: { headers: { "content-type": "application/json" }, body: JSON.stringify({ memo: "1" }) },
      2: { body: new URLSearchParams({ memo: "2" }) },
      3: { body: form },
    };
    for (const memo of ["1", "2", "3"]) {
      equal((await remove(room, ACCOUNT, init[memo])).status, 200, memo);
      equal(await known(room, `/customer?memo=${memo}`), false, memo);
    }
    equal((await remove(room, `${ACCOUNT}?memo=4`)).status, 200);
    equal(await known(room, "/customer?memo=4"), false);
    equal(await known(room), true, "the account's own customer is another one");
    equal((await remove(room, `${ACCOUNT}?memo=4`)).status, 404);
    const disagreeing = await remove(room, `${ACCOUNT}?memo=4`, { body: new URLSearchParams({ memo: "5" }) });
    equal(disagreeing.status, 400);
  }));

Deno.test("R-12-82 the memo or muxed id of the token is enough, under the account or the full name", () =>
  inRoom(async (room) => {
    for (const sub of [`${ACCOUNT}:7`, MUXED]) {
      for (const path of [ACCOUNT, encodeURIComponent(sub)]) {
        await room.putJson(BASIC, { sub });
        equal((await remove(room, path, { sub })).status, 200);
        equal(await known(room, "/customer", sub), false);
      }
      await room.putJson(BASIC, { sub });
      equal((await remove(room, `${ACCOUNT}?memo=9`, { sub })).status, 400);
      equal(await known(room, "/customer", sub), true);
    }
    equal((await remove(room, `${ACCOUNT}?memo=${MUXED_ID}`, { sub: MUXED })).status, 200);
  }));

Deno.test("R-12-87 a body that was dropped on the way leaves its type behind", () =>
  inRoom(async (room) => {
    for (const type of ["application/json", "multipart/form-data; boundary=x"]) {
      await room.putJson(BASIC);
      equal((await remove(room, ACCOUNT, { headers: { "content-type": type } })).status, 200, type);
    }
    await room.putJson(BASIC);
    const bad: Init[] = [
      { headers: { "content-type": "text/plain" }, body: "memo=1" },
      { headers: { "content-type": "application/json" }, body: "{" },
      { headers: { "content-type": "application/json" }, body: '{"memo":{"id":1}}' },
    ];
    for (const init of bad) equal((await remove(room, ACCOUNT, init)).status >= 400, true);
    equal(await known(room), true);
  }));
