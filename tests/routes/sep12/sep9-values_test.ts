import { deepEqual, equal, match, ok } from "node:assert/strict";
import { BASIC } from "../../core/customers/people.ts";
import { inRoom } from "./room.ts";
import type { Room } from "./room.ts";

/** What a value is stored as; null for one that is refused. */
type Expected = readonly [value: unknown, stored: string | null];

/** Sends each value alone, as its field, and compares what became of it; each refusal names the field. */
async function compare(room: Room, name: string, values: readonly Expected[], beside: object = {}) {
  for (const [memo, [value, stored]] of values.entries()) {
    const path = `/customer?memo=${memo}`;
    const { status, body } = await room.putJson({ ...beside, [name]: value }, { path });
    const said = `${name}: ${JSON.stringify(value)}`;
    equal(status, stored === null ? 400 : 202, said);
    if (stored === null) {
      ok(String(body["error"]).includes(`'${name}'`), `${said}: ${body["error"]}`);
    } else {
      deepEqual(await room.customers.valuesOf(String(body["id"]), [name]), { [name]: stored }, said);
    }
  }
}

const kept = (...values: string[]) => values.map((value): Expected => [value, value]);
const refused = (...values: unknown[]) => values.map((value): Expected => [value, null]);

Deno.test("R-09-7 dates are taken as ten characters of ISO 8601 alone", () =>
  inRoom(async (room) => {
    const wrong = refused(
      "31.12.1990",
      "1990-2-9",
      "19901231",
      "1990-12-31T00:00:00Z",
      "2023-02-29",
      19901231,
      "",
    );
    await compare(room, "birth_date", [...kept("1990-12-31"), ...wrong, ...refused("2990-01-01")]);
    await compare(room, "id_issue_date", [...kept("2024-02-29"), ...wrong]);
    await compare(room, "id_expiration_date", [...kept("2036-01-31"), ...wrong]);
  }));

Deno.test("R-09-8 countries of persons and organizations have three letters of the list", () =>
  inRoom(async (room) => {
    const names = ["address_country_code", "birth_country_code", "id_country_code"];
    for (const name of [...names, "organization.address_country_code"]) {
      await compare(room, name, [...kept("BRA", "DEU"), ...refused("BR", "bra", "ZZZ", "Brazil", 76)]);
    }
  }));

Deno.test("R-09-9 R-09-10 a card's country has two letters, and its end is a month", () =>
  inRoom(async (room) => {
    await compare(room, "card.country_code", [...kept("BR"), ...refused("BRA", "br", "ZZ")]);
    const wrong = refused("29-13", "29-00", "2029-11", "11/29", "29-1", "29-11-01");
    await compare(room, "card.expiration_date", [...kept("29-11", "30-01"), ...wrong]);
  }));

Deno.test("R-09-11 R-09-15 R-09-16 languages, sex and kinds of accounts are what SEP-9 lists", () =>
  inRoom(async (room) => {
    await compare(room, "language_code", [...kept("en", "pt"), ...refused("EN", "eng", "xx", "")]);
    await compare(room, "sex", [...kept("male", "female", "other"), ...refused("Male", "m", "none")]);
    for (const name of ["bank_account_type", "organization.bank_account_type"]) {
      await compare(room, name, [...kept("checking", "savings"), ...refused("current", "Savings")]);
    }
  }));

Deno.test("R-09-12 R-09-13 R-09-14 a mobile number is E.164 unless its format says hash, a mobile money number always", () =>
  inRoom(async (room) => {
    const hash = "b2a9f0aa5c1d";
    const numbers = [...kept("+5511987654321"), ...refused("0911", "5511987654321", "+0123", "+55 11 98765")];
    await compare(room, "mobile_number", [...numbers, ...refused(hash)]);
    await compare(room, "mobile_number", [...numbers, ...refused(hash)], { mobile_number_format: "E.164" });
    await compare(room, "mobile_number", kept(hash), { mobile_number_format: "hash" });
    await compare(room, "mobile_money_number", [...numbers, ...refused(hash)], {
      mobile_number_format: "hash",
    });
    const known = { sub: "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ" };
    equal((await room.putJson({ mobile_number_format: "hash" }, known)).status, 202);
    equal((await room.putJson({ mobile_number: hash }, known)).status, 202, "as it was known before");
    const later = await room.putJson({ mobile_number_format: "E.164" }, known);
    equal(later.status, 400, "a hash does not become a number by its format alone");
    match(String(later.body["error"]), /^'mobile_number' must be a mobile number/);
    const both = { mobile_number_format: "E.164", mobile_number: "+5511987654321" };
    equal((await room.putJson(both, known)).status, 202);
    equal((await room.putJson({ mobile_number_format: "hash" }, known)).status, 202);
  }, { kyc: { verifies: [] } }));

Deno.test("R-09-17 kinds of documents beyond SEP-9's three are taken where they are listed", () =>
  inRoom(async (room) => {
    await compare(room, "id_type", [...kept("passport", "national_id"), ...refused("library_card", "")]);
  }, {
    provider: (real) => ({
      ...real,
      declares: { ...real.declares, idTypes: { "*": ["passport", "national_id"] } },
    }),
  }));

Deno.test("R-09-18 numbers that are names stay texts with their zeros", () =>
  inRoom(async (room) => {
    for (const name of ["bank_account_number", "bank_number", "tax_id", "id_number", "postal_code"]) {
      await compare(room, name, [...kept("00123"), ...refused(123)]);
    }
    await compare(room, "clabe_number", [
      ["002010077777777771", "002010077777777771"],
      ...refused(2010077777777771),
    ]);
    await compare(room, "cbu_number", kept("0070327530004025541644"));
    await compare(room, "card.number", kept("0004111111111111"));
  }));

Deno.test("R-09-19 occupations and numbers of shareholders are taken as number and as text", () =>
  inRoom(async (room) => {
    await compare(room, "occupation", [
      [11, "011"],
      ["11", "011"],
      ["011", "011"],
      ["251", "251"],
      ...refused("x", 1.5),
    ]);
    const name = "organization.number_of_shareholders";
    await compare(room, name, [[3, "3"], ["3", "3"], [0, "0"], ...refused(-1, "1e3", true)]);
  }));

Deno.test("R-09-20 R-09-21 a tag from an older client is kept under its new name, and shown under it", () =>
  inRoom(async (room) => {
    const { body: { id } } = await room.putJson({ crypto_memo: "0042" });
    const tag = { external_transfer_memo: "0042" };
    deepEqual(await room.customers.valuesOf(String(id), ["crypto_memo", "external_transfer_memo"]), tag);
    const { body } = await room.ask("/customer");
    deepEqual(Object.keys(Object(body["provided_fields"])), ["external_transfer_memo"]);
    equal((await room.putJson({ crypto_memo: "1", external_transfer_memo: "2" })).status, 400);
  }));

Deno.test("R-09-30 an address on the network is the customer's, whoever calls", () =>
  inRoom(async (room) => {
    await compare(room, "ip_address", [
      ...kept("203.0.113.7", "2001:db8::7"),
      ...refused("1.2.3", "localhost", ""),
    ]);
    const headers = { "content-type": "application/json", "x-forwarded-for": "198.51.100.9" };
    const body = JSON.stringify({ ip_address: "203.0.113.7" });
    const { body: { id } } = await room.ask("/customer", { method: "PUT", headers, body });
    await room.ask("/customer", { method: "PUT", headers, body: JSON.stringify(BASIC) });
    deepEqual(await room.customers.valuesOf(String(id), ["ip_address"]), { ip_address: "203.0.113.7" });
  }));

Deno.test("R-09-31 R-09-1 keys that SEP-9 does not have are ignored alike in all three encodings", () =>
  inRoom(async (room) => {
    const fields = {
      "first_name": "Ada",
      "First_Name": "Eve",
      "organization.vat_number": "1",
      "email": "e@x.org",
    };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    const bodies = [JSON.stringify(fields), new URLSearchParams(fields), form];
    for (const [memo, body] of bodies.entries()) {
      const headers = typeof body === "string" ? { "content-type": "application/json" } : {};
      const path = `/customer?memo=${memo}`;
      equal((await room.ask(path, { method: "PUT", body, headers })).status, 202);
      const provided = Object((await room.ask(path)).body["provided_fields"]);
      deepEqual(Object.keys(provided), ["first_name"]);
    }
  }));
