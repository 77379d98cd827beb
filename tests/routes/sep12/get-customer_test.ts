import { deepEqual, equal, match, ok } from "node:assert/strict";
import { ACCOUNT, BASIC, MUXED, MUXED_ID, OTHER } from "../../core/customers/people.ts";
import { createTokens } from "../../../core/auth/tokens.ts";
import { inRoom, ISSUER, now, SECRET, tokenOf } from "./room.ts";

Deno.test("R-12-2 R-12-4 without a token, or with a bad one, the answer is 401 with error", () =>
  inRoom(async ({ ask }) => {
    for (const sub of [null, "nobody"]) {
      for (const method of ["GET", "PUT"]) {
        const { status, body, headers } = await ask("/customer", { sub, method });
        equal(status, 401);
        equal(typeof body["error"], "string");
        equal(headers.get("access-control-allow-origin"), "*");
      }
    }
  }));

Deno.test("R-12-5 expired, forged, foreign and other tokens are no tokens", () =>
  inRoom(async ({ ask }) => {
    const by = (more: Partial<Parameters<typeof createTokens>[0]>) =>
      createTokens({ secrets: [SECRET], issuer: ISSUER, now, ...more });
    const good = await tokenOf(by({}), ACCOUNT);
    equal((await ask("/customer", { token: good })).status, 200);
    const other = { typ: "other+jwt", audience: "kedge:other", seconds: 60 };
    const bad = [
      await tokenOf(by({ now: () => now() - 86_401 }), ACCOUNT),
      await tokenOf(by({ secrets: ["another secret that is long enough too"] }), ACCOUNT),
      await tokenOf(by({ issuer: "https://elsewhere.example" }), ACCOUNT),
      await by({}).sign(other, { sub: ACCOUNT, jti: "1", home_domain: "anchor.example" }),
      `${good.slice(0, -4)}AAAA`,
    ];
    for (const token of bad) {
      for (const method of ["GET", "PUT"]) equal((await ask("/customer", { token, method })).status, 401);
    }
  }));

Deno.test("R-12-3 DELETE and PUT callback without a token answer 401", () =>
  inRoom(async ({ ask }) => {
    equal((await ask(`/customer/${ACCOUNT}`, { sub: null, method: "DELETE" })).status, 401);
    equal((await ask("/customer/callback", { sub: null, method: "PUT" })).status, 401);
  }));

Deno.test("R-12-25 preflights succeed for wallets in browsers", () =>
  inRoom(async ({ ask }) => {
    for (const method of ["GET", "PUT", "POST", "DELETE"]) {
      const { status, headers } = await ask("/customer", {
        sub: null,
        method: "OPTIONS",
        headers: { origin: "https://wallet.example", "access-control-request-method": method },
      });
      equal(status, 204);
      equal(headers.get("access-control-allow-origin"), "*");
      ok(headers.get("access-control-allow-methods")?.includes(method));
      match(headers.get("access-control-allow-headers") ?? "", /authorization.*content-type/i);
    }
  }));

Deno.test("R-12-27 R-12-28 R-12-39 a user without a record needs info and has no id", () =>
  inRoom(async ({ ask }) => {
    const { status, body, headers } = await ask("/customer");
    equal(status, 200);
    match(headers.get("content-type") ?? "", /^application\/json/);
    equal(body["id"], undefined);
    equal(body["status"], "NEEDS_INFO");
    deepEqual(Object.keys(Object(body["fields"])), [
      "first_name",
      "last_name",
      "email_address",
      "mobile_number",
    ]);
    deepEqual((await ask("/customer?type=sep6")).body, body);
  }));

Deno.test("R-12-43 R-12-44 R-12-45 fields have type and description, optional is a boolean", () =>
  inRoom(async (room) => {
    const heavy = {
      type: "sep6",
      kind: "withdrawal",
      country: null,
      tier: "heavy",
      rail: "bank",
      kyc: "bureau",
      owner: ACCOUNT,
    } as const;
    const { body: { id } } = await room.putJson({ first_name: "Ada" });
    room.transfers.set("t1", { ...heavy, customerId: String(id) });
    const { body } = await room.ask("/customer?type=sep6&transaction_id=t1");
    const fields = Object.entries<Record<string, unknown>>(Object(body["fields"]));
    for (const [name, field] of fields) {
      ok(["string", "binary", "number", "date"].includes(String(field["type"])), name);
      ok(typeof field["description"] === "string" && field["description"] !== "");
      ok(["undefined", "boolean"].includes(typeof field["optional"]));
    }
    const types = Object.fromEntries(fields.map(([name, { type }]) => [name, type]));
    equal(types["photo_id_front"], "binary");
    equal(types["birth_date"], "date");
    equal(types["bank_account_number"], "string");
    const idType = Object.fromEntries(fields)["id_type"];
    deepEqual(idType?.["choices"], ["passport", "drivers_license", "id_card"]);
    equal((await room.putJson({ id_type: "library_card" })).status, 400);
    equal((await room.putJson({ id_type: "passport" })).status, 202);
  }));

Deno.test("R-12-30 a customer found by id, by token and by account and memo is the same", () =>
  inRoom(async ({ ask, putJson }) => {
    const { body: { id } } = await putJson(BASIC, { sub: `${ACCOUNT}:42` });
    const answers = [
      await ask("/customer", { sub: `${ACCOUNT}:42` }),
      await ask(`/customer?id=${id}`, { sub: `${ACCOUNT}:42` }),
      await ask(`/customer?account=${ACCOUNT}&memo=42&memo_type=id`, { sub: `${ACCOUNT}:42` }),
      await ask(`/customer?account=${ACCOUNT}&memo=42`),
      await ask(`/customer?id=${id}`),
    ];
    for (const { status, body } of answers) {
      equal(status, 200);
      deepEqual(body, answers[0]?.body);
    }
    equal(answers[0]?.body["status"], "ACCEPTED");
    equal(answers[0]?.body["id"], id);
  }));

Deno.test("R-12-31 R-12-32 unknown and foreign ids answer the same 404", () =>
  inRoom(async ({ ask, putJson }) => {
    const { body: { id } } = await putJson(BASIC);
    const foreign = await ask(`/customer?id=${id}`, { sub: OTHER });
    const unknown = await ask("/customer?id=nosuchcustomer", { sub: OTHER });
    equal(foreign.status, 404);
    equal(unknown.status, 404);
    equal(foreign.body["error"], unknown.body["error"]);
    equal(typeof foreign.body["error"], "string");
  }));

Deno.test("R-12-7 R-12-8 R-12-9 account and memo must be those of the token", () =>
  inRoom(async ({ ask }) => {
    equal((await ask(`/customer?account=${OTHER}`)).status, 400);
    equal((await ask("/customer?memo=2", { sub: `${ACCOUNT}:1` })).status, 400);
    equal((await ask(`/customer?account=${ACCOUNT}`, { sub: `${ACCOUNT}:1` })).status, 200);
    equal((await ask(`/customer?memo=${MUXED_ID}`, { sub: MUXED })).status, 200);
    equal((await ask("/customer?memo=1", { sub: MUXED })).status, 400);
    equal((await ask(`/customer?account=${MUXED}`, { sub: MUXED })).status, 200);
  }));

Deno.test("R-12-10 R-12-13 R-12-14 a plain account names any memo, of the old types too", () =>
  inRoom(async ({ ask, putJson }) => {
    const uuid = "2cb630b0-030b-4a0e-9d9d-f26b1df25d12";
    const hash = btoa("x".repeat(32));
    const ids = new Set();
    for (
      const query of [
        `memo=7`,
        `memo=${uuid}`,
        `memo=7&memo_type=text`,
        `memo=${encodeURIComponent(hash)}&memo_type=hash`,
      ]
    ) {
      const { status, body } = await putJson(BASIC, { path: `/customer?${query}` });
      equal(status, 202, query);
      ids.add(body["id"]);
      equal((await ask(`/customer?${query}`)).body["id"], body["id"]);
    }
    equal(ids.size, 4);
    equal((await ask("/customer?memo=short&memo_type=hash")).status, 400);
    equal((await ask("/customer?memo=7&memo_type=hash", { sub: `${ACCOUNT}:7` })).status, 200);
  }));

Deno.test("R-12-33 R-12-34 R-12-35 unknown type, transaction without type, foreign transaction", () =>
  inRoom(async (room) => {
    const unknown = await room.ask("/customer?type=sep99");
    equal(unknown.status, 400);
    equal(typeof unknown.body["error"], "string");
    equal((await room.ask("/customer?transaction_id=t1")).status, 400);
    const { body: { id } } = await room.putJson(BASIC);
    room.transfers.set("t1", {
      type: "sep6",
      kind: "deposit",
      country: null,
      tier: "light",
      rail: "bank",
      kyc: "bureau",
      owner: ACCOUNT,
      customerId: String(id),
    });
    equal((await room.ask("/customer?type=sep6&transaction_id=t1")).status, 200);
    const foreign = await room.ask("/customer?type=sep6&transaction_id=t1", { sub: OTHER });
    const missing = await room.ask("/customer?type=sep6&transaction_id=t2", { sub: OTHER });
    equal(foreign.status, 404);
    equal(foreign.body["error"], missing.body["error"]);
    equal((await room.ask("/customer?type=sep24&transaction_id=t1")).status, 404);
  }));

Deno.test("R-12-40 R-12-41 R-12-42 rejected has a message, accepted no required field", () =>
  inRoom(async ({ ask, putJson }) => {
    await putJson({ ...BASIC, last_name: "Reject" }, { sub: OTHER });
    const rejected = (await ask("/customer", { sub: OTHER })).body;
    equal(rejected["status"], "REJECTED");
    equal(typeof rejected["message"], "string");
    ok(!/fraud/i.test(JSON.stringify(rejected)), "what a wrongdoer must not learn is not said");
    await putJson(BASIC);
    const accepted = (await ask("/customer")).body;
    equal(accepted["status"], "ACCEPTED");
    const open = Object.values<Record<string, unknown>>(Object(accepted["fields"]));
    ok(open.every(({ optional }) => optional === true));
    const provided = Object.entries<Record<string, unknown>>(Object(accepted["provided_fields"]));
    deepEqual(provided.map(([name]) => name).sort(), ["email_address", "first_name", "last_name"]);
    ok(provided.every(([, { status }]) => status === "ACCEPTED"));
  }));

Deno.test("R-12-46 R-12-52 what was given moves to provided_fields, never its value", () =>
  inRoom(async ({ ask, putJson }) => {
    await putJson({ first_name: "Ada", email_address: "secret.person@example.com" });
    const { body } = await ask("/customer");
    deepEqual(Object.keys(Object(body["provided_fields"])), ["first_name", "email_address"]);
    deepEqual(Object.keys(Object(body["fields"])), ["last_name", "mobile_number"]);
    ok(!JSON.stringify(body).includes("secret.person"));
  }));

Deno.test("R-12-53 texts are in the language of lang, English when it is unknown", () =>
  inRoom(async ({ ask, putJson }) => {
    const description = async (query: string) => {
      const { body, headers } = await ask(`/customer${query}`);
      const fields = Object(body["fields"]);
      return [headers.get("content-language"), fields["first_name"]?.description];
    };
    deepEqual(await description(""), ["en", "Given name"]);
    deepEqual(await description("?lang=es"), ["es", "Nombre"]);
    deepEqual(await description("?lang=pt"), ["pt-BR", "Nome"]);
    deepEqual(await description("?lang=xx"), ["en", "Given name"]);
    const { body } = await putJson({ email_address: "no", lang: "es" });
    match(String(body["error"]), /'email_address' debe ser/);
  }));
