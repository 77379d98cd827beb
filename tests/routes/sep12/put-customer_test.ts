import { deepEqual, equal, match, ok } from "node:assert/strict";
import { ACCOUNT, BASIC, OTHER, PNG } from "../../core/customers/people.ts";
import { inRoom } from "./room.ts";
import type { Room } from "./room.ts";

const png = () => new File([new Uint8Array(PNG)], "id.png", { type: "image/png" });

function form(fields: Record<string, string | File>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
}

const valuesOf = (room: Room, id: unknown, names: string[]) => room.customers.valuesOf(String(id), names);

Deno.test("R-12-18 R-12-19 R-12-20 the three encodings are taken", () =>
  inRoom(async ({ ask, putJson }) => {
    equal((await putJson(BASIC)).status, 202);
    equal((await ask("/customer", { method: "PUT", body: new URLSearchParams(BASIC) })).status, 202);
    equal((await ask("/customer", { method: "PUT", body: form(BASIC) })).status, 202);
  }));

Deno.test("R-12-21 R-09-18 R-09-19 the three encodings of one payload have the same effect", () =>
  inRoom(async (room) => {
    const payload = {
      ...BASIC,
      postal_code: "01234",
      tax_id: "007",
      occupation: "11",
      type: "sep6",
      memo: "1",
    };
    const { body: { id } } = await room.putJson({ ...payload, occupation: 11 });
    const expected = { postal_code: "01234", tax_id: "007", occupation: "011" };
    deepEqual(await valuesOf(room, id, Object.keys(expected)), expected);
    const answers = [(await room.ask(`/customer?id=${id}`)).body];
    for (const body of [new URLSearchParams({ ...payload, memo: "2" }), form({ ...payload, memo: "3" })]) {
      const { body: put } = await room.ask("/customer", { method: "PUT", body });
      deepEqual(await valuesOf(room, put["id"], Object.keys(expected)), expected);
      answers.push({ ...(await room.ask(`/customer?id=${put["id"]}`)).body, id });
    }
    deepEqual(answers[1], answers[0]);
    deepEqual(answers[2], answers[0]);
  }));

Deno.test("R-12-22 R-09-24 files come by multipart, before or behind the texts; text in their place is refused", () =>
  inRoom(async (room) => {
    const last = await room.ask("/customer", {
      method: "PUT",
      body: form({ ...BASIC, photo_id_front: png() }),
    });
    equal(last.status, 202);
    const first = await room.ask("/customer", {
      sub: OTHER,
      method: "PUT",
      body: form({ photo_id_front: png(), ...BASIC }),
    });
    equal(first.status, 202);
    const provided = Object((await room.ask("/customer", { sub: OTHER })).body["provided_fields"]);
    equal(provided["photo_id_front"]?.type, "binary");
    const asText = await room.putJson({ photo_id_front: "iVBORw0KGgo=" });
    equal(asText.status, 400);
    match(String(asText.body["error"]), /photo_id_front/);
    const asFile = await room.ask("/customer", { method: "PUT", body: form({ first_name: png() }) });
    equal(asFile.status, 400);
  }));

Deno.test("R-12-23 R-12-24 R-12-26 another media type is refused with 415 and error", () =>
  inRoom(async ({ ask }) => {
    const { status, body, headers } = await ask("/customer", {
      method: "PUT",
      headers: { "content-type": "application/xml" },
      body: "<first_name/>",
    });
    equal(status, 415);
    equal(typeof body["error"], "string");
    match(headers.get("content-type") ?? "", /^application\/json/);
    const broken = await ask("/customer", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    equal(broken.status, 400);
    equal(typeof broken.body["error"], "string");
  }));

Deno.test("R-12-55 R-12-56 R-12-57 a PUT answers 202 with one id, again and again", () =>
  inRoom(async ({ putJson, db }) => {
    const first = await putJson(BASIC);
    equal(first.status, 202);
    equal(typeof first.body["id"], "string");
    deepEqual((await putJson(BASIC)).body, first.body);
    deepEqual((await putJson({})).body, first.body);
    equal((await db.query({ sql: "select id from customers" })).length, 1);
  }));

Deno.test("R-12-59 R-12-60 R-12-61 a PUT with id needs nothing else; a foreign id is unknown", () =>
  inRoom(async ({ putJson, ask }) => {
    const { body: { id } } = await putJson({ first_name: "Ada" }, { path: "/customer?memo=5" });
    equal((await putJson({ id, last_name: "Lovelace", email_address: "ada@example.com" })).body["id"], id);
    equal((await ask(`/customer?id=${id}`)).body["status"], "ACCEPTED");
    const foreign = await putJson({ id, last_name: "Thief" }, { sub: OTHER });
    const unknown = await putJson({ id: "nosuchcustomer", last_name: "Thief" }, { sub: OTHER });
    equal(foreign.status, 404);
    equal(foreign.body["error"], unknown.body["error"]);
  }));

Deno.test("R-12-16 an id beside the memo of another user changes neither of them", () =>
  inRoom(async ({ putJson, ask }) => {
    const { body: { id } } = await putJson({ first_name: "Ada" }, { path: "/customer?memo=5" });
    equal((await putJson({ id, last_name: "Thief" }, { path: "/customer?memo=6" })).status, 404);
    equal(
      Object.hasOwn(Object((await ask(`/customer?id=${id}`)).body["provided_fields"]), "last_name"),
      false,
    );
    equal((await putJson({ id, last_name: "Lovelace" }, { path: "/customer?memo=5" })).status, 202);
  }));

Deno.test("R-12-62 R-12-63 an invalid value answers 400 that names the field, and nothing is stored", () =>
  inRoom(async ({ putJson, ask, db }) => {
    const bad: Record<string, unknown> = {
      birth_date: "31.12.1990",
      id_issue_date: "2026-02-30",
      address_country_code: "BR",
      "card.country_code": "BRA",
      "card.expiration_date": "29-13",
      language_code: "ENG",
      mobile_number: "0911",
      sex: "m",
      bank_account_type: "gold",
      email_address: "ada",
      ip_address: "1.2.3",
      first_name: "",
      last_name: { value: "x" },
      postal_code: 1234,
      bank_account_number: "DE89370400440532013001",
      clabe_number: "032180000118359710",
    };
    for (const [name, value] of Object.entries(bad)) {
      const { status, body } = await putJson({ city: "Paris", [name]: value });
      equal(status, 400, name);
      ok(String(body["error"]).includes(`'${name}'`), `${name}: ${body["error"]}`);
    }
    equal((await ask("/customer")).body["id"], undefined);
    deepEqual(await db.query({ sql: "select count(*) as n from customer_values" }), [{ n: 0n }]);
  }));

Deno.test("R-09-4 R-09-5 R-09-6 aliases are one field, and may not disagree", () =>
  inRoom(async (room) => {
    const { body: { id } } = await room.putJson({
      given_name: "Ada",
      family_name: "Lovelace",
      email_address: "a@b.co",
    });
    equal((await room.ask("/customer")).body["status"], "ACCEPTED");
    deepEqual(await valuesOf(room, id, ["first_name", "last_name"]), {
      first_name: "Ada",
      last_name: "Lovelace",
    });
    equal((await room.putJson({ given_name: "Ada", first_name: "Eva" })).status, 400);
    equal((await room.putJson({ given_name: "Ada", first_name: "Ada" })).status, 202);
  }));

Deno.test("R-09-2 R-09-3 R-09-22 dotted names are flat keys, in and out, in all encodings", () =>
  inRoom(async ({ ask, putJson }) => {
    const fields = {
      "organization.name": "Acme",
      "organization.VAT_number": "DE123456789",
      "organization.bank_account_number": "0012345",
      "card.expiration_date": "29-11",
    };
    equal((await putJson(fields, { path: "/customer?memo=1" })).status, 202);
    equal((await ask("/customer?memo=2", { method: "PUT", body: new URLSearchParams(fields) })).status, 202);
    equal((await ask("/customer?memo=3", { method: "PUT", body: form(fields) })).status, 202);
    for (const memo of [1, 2, 3]) {
      const { body } = await ask(`/customer?memo=${memo}`);
      deepEqual(Object.keys(Object(body["provided_fields"])), Object.keys(fields));
    }
    equal((await putJson({ "organization.phone": "12" })).status, 400);
  }));

Deno.test("R-12-68 R-09-1 R-09-31 unknown and nested keys are ignored and break nothing", () =>
  inRoom(async (room) => {
    const body =
      `{"first_name":"Ada","__proto__":{"last_name":"x"},"constructor":{"a":1},"organization":{"name":"x"},
      "organization.vat_number":"1","First_Name":"Eve","email":"e@x.org","foo":[1,{"b":2}],"last_name":null}`;
    const { status, body: { id } } = await room.ask("/customer", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body,
    });
    equal(status, 202);
    const names = await room.db.query({ sql: "select name from customer_values" });
    deepEqual(names, [{ name: "first_name" }]);
    deepEqual(await valuesOf(room, id, ["first_name"]), { first_name: "Ada" });
  }));

Deno.test("R-12-64 type in PUT, in the body or beside it, is the type that is reviewed", () =>
  inRoom(async ({ putJson, db }) => {
    await putJson({ ...BASIC, type: "sep24" });
    await putJson(BASIC, { sub: OTHER, path: "/customer?type=sep24" });
    deepEqual(await db.query({ sql: "select distinct type, state from kyc_cases" }), [
      { type: "sep24", state: "accepted" },
    ]);
    equal((await putJson({ ...BASIC, type: "sep6" }, { path: "/customer?type=sep24" })).status, 400);
    equal((await putJson({ ...BASIC, type: "sep99" })).status, 400);
    equal((await putJson({ ...BASIC, transaction_id: "t" })).status, 400);
  }));

Deno.test("R-12-74 R-12-105 answers to no question and files that are not there are refused", () =>
  inRoom(async ({ putJson }) => {
    equal((await putJson({ mobile_number_verification: "123456" })).status, 400);
    equal((await putJson({ photo_id_front_file_id: "file1" })).status, 400);
  }));

Deno.test("R-09-25 R-09-26 a file is what its content says", () =>
  inRoom(async ({ ask }) => {
    const send = (name: string, bytes: Uint8Array<ArrayBuffer>, type: string) =>
      ask("/customer", { method: "PUT", body: form({ [name]: new File([bytes], "x", { type }) }) });
    const fake = await send("photo_id_front", new TextEncoder().encode("not a photo at all"), "image/png");
    equal(fake.status, 400);
    match(String(fake.body["error"]), /'photo_id_front'/);
    const mp4 = new Uint8Array([0, 0, 0, 24, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6f, 0x6d, 0, 0, 0, 1]);
    equal((await send("proof_of_liveness", mp4, "")).status, 202);
    equal((await send("photo_id_front", mp4, "image/png")).status, 400);
  }));

Deno.test("R-12-102 a file above 10 MB is refused with 413, before anything is stored", () =>
  inRoom(async ({ ask, db }) => {
    const large = new Uint8Array(10 * 1024 * 1024 + 1);
    large.set(PNG);
    const { status } = await ask("/customer", {
      method: "PUT",
      body: form({ first_name: "Ada", photo_id_front: new File([large], "id.png") }),
    });
    equal(status, 413);
    deepEqual(await db.query({ sql: "select count(*) as n from customer_files" }), [{ n: 0n }]);
  }));

Deno.test("R-09-28 the code of a card is checked and never stored", () =>
  inRoom(async (room) => {
    const { body: { id } } = await room.putJson({ "card.token": "tok_1", "card.cvc": "123" });
    deepEqual(await valuesOf(room, id, ["card.token", "card.cvc"]), { "card.token": "tok_1" });
    equal((await room.putJson({ "card.cvc": "12" })).status, 400);
  }));

Deno.test("R-12-16 two memos of one account never see each other's customer", () =>
  inRoom(async ({ ask, putJson }) => {
    const one = await putJson(BASIC, { sub: `${ACCOUNT}:1` });
    const two = await putJson({ ...BASIC, last_name: "Reject" }, { sub: `${ACCOUNT}:2` });
    equal((await ask("/customer", { sub: `${ACCOUNT}:1` })).body["status"], "ACCEPTED");
    equal((await ask("/customer", { sub: `${ACCOUNT}:2` })).body["status"], "REJECTED");
    equal((await ask(`/customer?id=${two.body["id"]}`, { sub: `${ACCOUNT}:1` })).status, 404);
    equal((await putJson({ id: one.body["id"], city: "Rome" }, { sub: `${ACCOUNT}:2` })).status, 404);
  }));
