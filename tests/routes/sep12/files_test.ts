import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createFiles } from "../../../core/customers/files.ts";
import { BASIC, OTHER, PNG } from "../../core/customers/people.ts";
import { inRoom } from "./room.ts";
import type { Answer, Room } from "./room.ts";

const MB = 1024 * 1024;

function send(
  { ask }: Room,
  bytes: Uint8Array<ArrayBuffer> | string,
  { sub, name = "file" }: { sub?: string; name?: string } = {},
): Promise<Answer> {
  const form = new FormData();
  form.append(name, typeof bytes === "string" ? bytes : new File([bytes], "id.png", { type: "text/plain" }));
  return ask("/customer/files", { method: "POST", body: form, ...(sub === undefined ? {} : { sub }) });
}
const png = (length = PNG.length) => {
  const bytes = new Uint8Array(length);
  bytes.set(PNG);
  return bytes;
};
const list = async ({ ask }: Room, query: string, sub?: string) =>
  (await ask(`/customer/files?${query}`, sub === undefined ? {} : { sub })).body["files"];

Deno.test("R-12-101 R-12-106 POST answers what the file is, and until when it waits", () =>
  inRoom(async (room) => {
    const { status, body, headers } = await send(room, png());
    equal(status, 200);
    const { file_id, expires_at, ...rest } = body;
    deepEqual(rest, { content_type: "image/png", size: PNG.length, customer_id: null });
    equal(typeof file_id, "string");
    match(String(expires_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    equal(headers.get("access-control-allow-origin"), "*");
    equal(headers.get("cache-control"), "no-store");
  }));

Deno.test("R-12-104 R-12-21 a PUT refers to a file in any encoding", () =>
  inRoom(async (room) => {
    const ids: unknown[] = [];
    for (const memo of ["1", "2", "3"]) {
      const { body: { file_id } } = await send(room, png());
      const fields = { ...BASIC, memo, photo_id_front_file_id: String(file_id) };
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      const put = memo === "1" ? await room.putJson(fields) : await room.ask("/customer", {
        method: "PUT",
        body: memo === "2" ? new URLSearchParams(fields) : form,
      });
      equal(put.status, 202);
      const { body } = await room.ask(`/customer?memo=${memo}`);
      equal(Object(body["provided_fields"])["photo_id_front"]?.type, "binary");
      deepEqual(await list(room, `file_id=${file_id}`), [{
        file_id,
        content_type: "image/png",
        size: PNG.length,
        customer_id: put.body["id"],
      }]);
      ids.push(put.body["id"]);
    }
    equal(new Set(ids).size, 3);
    const again = await room.putJson({ memo: "1", photo_id_front_file_id: "nosuchfile" });
    equal(again.status, 400);
    match(String(again.body["error"]), /photo_id_front_file_id/);
  }));

Deno.test("R-12-107 R-12-108 R-12-109 GET lists one file or all of a customer, none for what is unknown", () =>
  inRoom(async (room) => {
    const { body: first } = await send(room, png());
    const { body: { id } } = await room.putJson({ ...BASIC, photo_id_front_file_id: first["file_id"] });
    const { body: second } = await send(room, png());
    equal(second["customer_id"], id);
    const { expires_at: _until, ...kept } = first;
    const bound = { ...kept, customer_id: id };
    deepEqual(await list(room, `file_id=${first["file_id"]}`), [bound]);
    deepEqual(await list(room, `customer_id=${id}`), [bound, second]);
    deepEqual(await list(room, "file_id=nosuchfile"), []);
    deepEqual(await list(room, "customer_id=nosuchcustomer"), []);
    deepEqual(await list(room, "customer_id=nosuchcustomer&file_id="), []);
    for (const query of ["", "?file_id=", "?customer_id=&file_id=", "?type=sep6"]) {
      const { status, body } = await room.ask(`/customer/files${query}`);
      equal(status, 400, query);
      match(String(body["error"]), /file_id/);
    }
    equal((await room.ask("/customer/files?file_id=a&file_id=b")).status, 400);
  }));

Deno.test("R-12-110 another's files are not listed, and are no files to refer to", () =>
  inRoom(async (room) => {
    const { body: { file_id } } = await send(room, png());
    const { body: { id } } = await room.putJson(BASIC);
    deepEqual(await list(room, `file_id=${file_id}`, OTHER), []);
    deepEqual(await list(room, `customer_id=${id}`, OTHER), []);
    const theft = await room.putJson({ photo_id_front_file_id: file_id }, { sub: OTHER });
    const unknown = await room.putJson({ photo_id_front_file_id: "nosuchfile" }, { sub: OTHER });
    deepEqual([theft.status, theft.body["error"]], [400, unknown.body["error"]]);
  }));

Deno.test("R-12-102 R-12-103 what is too large is 413, everything else that is wrong 400 with error", () =>
  inRoom(async (room) => {
    for (const size of [10 * MB + 1, 11 * MB]) {
      const { status, body } = await send(room, png(size));
      equal(status, 413);
      equal(typeof body["error"], "string");
    }
    const bad: [Promise<Answer>, number][] = [
      [send(room, new TextEncoder().encode("no picture")), 400],
      [send(room, png().slice(0, 3)), 400],
      [send(room, "text"), 400],
      [send(room, png(), { name: "document" }), 400],
      [room.ask("/customer/files", { method: "POST" }), 400],
      [
        room.ask("/customer/files", {
          method: "POST",
          headers: { "content-type": "multipart/form-data; boundary=x" },
          body: "--x\r\nbroken",
        }),
        400,
      ],
      [room.ask("/customer/files", { method: "POST", body: new URLSearchParams({ file: "x" }) }), 415],
      [
        room.ask("/customer/files", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: "{}",
        }),
        415,
      ],
    ];
    for (const [answer, code] of bad) {
      const { status, body } = await answer;
      equal(status, code);
      equal(typeof body["error"], "string");
    }
    deepEqual(await room.db.query({ sql: "select * from customer_files" }), []);
  }));

Deno.test("R-12-102 a file of the largest size is taken, in chunks, and reads back whole", () =>
  inRoom(async (room) => {
    const { status, body } = await send(room, png(10 * MB));
    deepEqual([status, body["size"]], [200, 10 * MB]);
    const read = await createFiles(room).read(String(body["file_id"]));
    equal(read.length, 10 * MB);
    ok(read.every((byte, at) => byte === (PNG[at] ?? 0)));
  }));

Deno.test("R-12-2 R-12-4 R-12-5 without a good token the files answer 401", () =>
  inRoom(async ({ ask }) => {
    for (const init of [{ sub: null }, { token: "abc" }]) {
      equal((await ask("/customer/files?file_id=x", init)).status, 401);
      equal((await ask("/customer/files", { ...init, method: "POST" })).status, 401);
    }
  }));
