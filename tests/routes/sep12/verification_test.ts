import { deepEqual, equal, match, ok } from "node:assert/strict";
import { NUMBER_NEEDED } from "../../core/customers/codes.ts";
import { ACCOUNT, BASIC, OTHER } from "../../core/customers/people.ts";
import { inRoom } from "./room.ts";
import type { Room } from "./room.ts";

const NUMBER = "+14155550123";

/** The code that was sent last. */
async function codeOf(room: Room): Promise<string> {
  const [sent] = await room.codes();
  ok(sent);
  return sent.code;
}

const fieldOf = (body: Record<string, unknown>) => Object(Object(body["provided_fields"])["mobile_number"]);

Deno.test("R-12-51 R-12-69 R-12-39 a field that awaits its code is shown so, with fields empty and a message", () =>
  inRoom(async (room) => {
    equal((await room.putJson({ ...BASIC, mobile_number: NUMBER })).status, 202);
    const { body } = await room.ask("/customer");
    equal(body["status"], "NEEDS_INFO");
    deepEqual(body["fields"], {});
    const { description, ...field } = fieldOf(body);
    deepEqual(field, { type: "string", status: "VERIFICATION_REQUIRED" });
    equal(typeof description, "string");
    match(String(body["message"]), /code was sent/);
    match(String((await room.ask("/customer?lang=es")).body["message"]), /código/);
    ok(!JSON.stringify(body).includes("4155550123"));
  }, { countries: NUMBER_NEEDED }));

Deno.test("R-12-70 R-12-72 R-12-21 a code is taken in each encoding, beside other values", () =>
  inRoom(async (room) => {
    const bodies = [
      (code: string) => JSON.stringify({ ...BASIC, mobile_number_verification: code }),
      (code: string) => new URLSearchParams({ ...BASIC, mobile_number_verification: code }),
      (code: string) => {
        const form = new FormData();
        const fields = { ...BASIC, mobile_number_verification: code };
        for (const [name, value] of Object.entries(fields)) form.append(name, value);
        return form;
      },
    ];
    for (const [memo, write] of bodies.entries()) {
      const path = `/customer?memo=${memo + 1}`;
      await room.putJson({ mobile_number: `+1415555012${memo}` }, { path });
      const body = write(await codeOf(room));
      const headers = typeof body === "string" ? { "content-type": "application/json" } : {};
      equal((await room.ask(path, { method: "PUT", body, headers })).status, 202);
      const answer = (await room.ask(path)).body;
      equal(answer["status"], "ACCEPTED");
      equal(fieldOf(answer)["status"], "ACCEPTED");
    }
  }));

Deno.test("R-12-71 a wrong code answers 400 in the caller's language, a number instead of text too", () =>
  inRoom(async (room) => {
    await room.putJson({ mobile_number: NUMBER });
    const code = await codeOf(room);
    const wrong = code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
    const refused = await room.putJson({ mobile_number_verification: wrong, lang: "pt" });
    equal(refused.status, 400);
    match(String(refused.body["error"]), /O código para 'mobile_number' está errado.*: 5/);
    equal((await room.putJson({ mobile_number_verification: Number(code) })).status, 400);
    equal((await room.putJson({ mobile_number_verification: "" })).status, 400);
    equal((await room.putJson({ mobile_number_verification: "1".repeat(5000) })).status, 400);
    equal(fieldOf((await room.ask("/customer")).body)["status"], "VERIFICATION_REQUIRED");
    deepEqual(await room.db.query({ sql: "select tries from customer_verifications" }), [{ tries: 1n }]);
    equal((await room.putJson({ mobile_number_verification: ` ${code} ` })).status, 202);
  }));

Deno.test("R-12-73 after too many tries the answer says that a new code is on its way, and it has been sent", () =>
  inRoom(async (room) => {
    await room.putJson({ mobile_number: NUMBER });
    for (let n = 1; n < 6; n++) {
      const wrong = await room.putJson({ mobile_number_verification: "no" });
      match(String(wrong.body["error"]), new RegExp(`send it again; tries left: ${6 - n}\\.$`));
    }
    const last = await room.putJson({ mobile_number_verification: "no" });
    equal(last.status, 400);
    match(String(last.body["error"]), /new one is on its way/);
    equal((await room.codes()).length, 2);
    equal((await room.putJson({ mobile_number_verification: await codeOf(room) })).status, 202);
  }));

Deno.test("R-12-16 R-12-74 nobody answers for another customer, nor with another customer's code", () =>
  inRoom(async (room) => {
    const { body: { id } } = await room.putJson({ mobile_number: NUMBER });
    const code = await codeOf(room);
    const foreign = { id, mobile_number_verification: code };
    equal((await room.putJson(foreign, { sub: OTHER })).status, 404);
    equal((await room.putJson({ mobile_number_verification: code }, { sub: OTHER })).status, 400);
    equal((await room.putJson({ mobile_number_verification: code }, { sub: `${ACCOUNT}:1` })).status, 400);
    equal(fieldOf((await room.ask("/customer")).body)["status"], "VERIFICATION_REQUIRED");
  }));

Deno.test("R-12-75 R-12-76 R-12-77 PUT /customer/verification takes codes and answers as GET does", () =>
  inRoom(async (room) => {
    const verify = (fields: Record<string, unknown>, sub = ACCOUNT) =>
      room.putJson(fields, { sub, path: "/customer/verification" });
    const { body: { id } } = await room.putJson({ ...BASIC, mobile_number: NUMBER });
    const code = await codeOf(room);
    const wrong = await verify({ id, mobile_number_verification: "no" });
    deepEqual([wrong.status, typeof wrong.body["error"]], [400, "string"]);
    equal((await verify({ id, mobile_number_verification: code, last_name: "Thief" }, OTHER)).status, 404);
    equal((await verify({ id: "nosuchcustomer", mobile_number_verification: code })).status, 404);
    equal((await verify({ mobile_number_verification: code })).status, 400);
    equal((await verify({ id })).status, 400);
    equal((await verify({ id, last_name: "Byron" })).status, 400);
    const right = await verify({ id, mobile_number_verification: code, last_name: "Byron" });
    equal(right.status, 200);
    deepEqual(right.body, (await room.ask("/customer")).body);
    deepEqual([right.body["status"], fieldOf(right.body)["status"]], ["ACCEPTED", "ACCEPTED"]);
    deepEqual(await room.customers.valuesOf(String(id), ["last_name"]), { last_name: "Lovelace" });
    equal((await room.ask("/customer/verification", { sub: null, method: "PUT" })).status, 401);
  }));
