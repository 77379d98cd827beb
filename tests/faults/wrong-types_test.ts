import assert from "node:assert/strict";
import { sep9Fields, spellingsOf } from "../../plugins/sep9/mod.ts";
import { arrive } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";

/** What JSON may hold in the place of a text. */
const NO_TEXTS: readonly unknown[] = [true, false, [], ["Ada"], {}, { value: "Ada" }, [[]], 1.5, {
  toString: "x",
}];

async function put({ ask }: TestGateway, token: string, body: string, lang = "en") {
  const answer = await ask("/sep12/customer", {
    method: "PUT",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "accept-language": lang,
    },
    body,
  });
  const said: { error?: string; code?: string; id?: string } = await answer.json();
  return { status: answer.status, ...said };
}

Deno.test("R-12-62 R-12-63 R-12-68 a value of another type than text names its field and stores nothing", () =>
  withGateway({}, async (gateway) => {
    const { token } = await arrive(gateway);
    const { db } = gateway.running.gateway;
    for (const { name, type } of [...sep9Fields.values()]) {
      const wrong = type === "number" ? NO_TEXTS.filter((value) => typeof value !== "number") : NO_TEXTS;
      for (const value of wrong) {
        const body = JSON.stringify({ first_name: "Ada", [name]: value });
        const { status, error } = await put(gateway, token, body);
        assert.equal(status, 400, body);
        assert.ok(error?.includes(name), `${error} names ${name}`);
      }
    }
    for (const parameter of ["id", "account", "memo", "memo_type", "type", "transaction_id"]) {
      for (const value of NO_TEXTS) {
        const body = JSON.stringify({ first_name: "Ada", [parameter]: value });
        assert.equal((await put(gateway, token, body, "es")).status, 400, body);
      }
    }
    assert.deepEqual(await db.query({ sql: "select id from customers where version > 0" }), []);
    assert.deepEqual(await db.query({ sql: "select name from customer_values" }), []);
  }));

Deno.test("R-12-63 R-12-68 one field under two spellings has one value, or none", () =>
  withGateway({}, async (gateway) => {
    const { token } = await arrive(gateway);
    const spelled = [...sep9Fields.values()].map(({ name }) => spellingsOf(name)).filter(({ length }) =>
      length > 1
    );
    assert.ok(spelled.length > 0, "there are fields with several spellings");
    for (const [one = "", other = ""] of spelled) {
      const { status, code } = await put(gateway, token, JSON.stringify({ [one]: "a", [other]: "b" }));
      assert.deepEqual([status, code], [400, "sep12.given_twice"], `${one} and ${other}`);
    }
    const { db } = gateway.running.gateway;
    assert.deepEqual(await db.query({ sql: "select name from customer_values" }), []);
  }));

Deno.test("R-12-68 names of the language itself are names like others", () =>
  withGateway({}, async (gateway) => {
    const { token } = await arrive(gateway);
    const hostile =
      '{"__proto__": {"last_name": "x"}, "constructor": {"prototype": {"a": 1}}, "first_name": "Ada"}';
    assert.equal((await put(gateway, token, hostile)).status, 202);
    const { db } = gateway.running.gateway;
    const names = await db.query({ sql: "select name from customer_values" });
    assert.deepEqual(names.map(({ name }) => name), ["first_name"]);
    assert.equal(Reflect.get({}, "last_name"), undefined);
  }));
