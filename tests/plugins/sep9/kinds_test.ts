import { equal } from "node:assert/strict";
import { isTextKind, mediaTypeOf, readValue, sep9Field, sep9Fields } from "../../../plugins/sep9/mod.ts";
import type { Reading } from "../../../plugins/sep9/mod.ts";

const READING: Reading = { today: "2026-11-21" };

function read(name: string, text: string, reading: Partial<Reading> = {}): string | null {
  const { kind } = sep9Field(name);
  if (!isTextKind(kind)) throw new RangeError(`${name} holds no text`);
  return readValue(kind, text, { ...READING, ...reading });
}

function table(name: string, good: readonly (string | readonly [string, string])[], bad: readonly string[]) {
  for (const entry of good) {
    const [text, stored] = typeof entry === "string" ? [entry, entry] : entry;
    equal(read(name, text), stored, `${name}: ${text}`);
  }
  for (const text of bad) equal(read(name, text), null, `${name}: ${text}`);
}

Deno.test("R-09-7 dates are days that exist, a birth is in the past", () => {
  table("id_issue_date", ["2024-02-29", "2030-01-01"], [
    "2023-02-29",
    "2024-2-9",
    "29.02.2024",
    "20240229",
    "2024-02-29T00:00:00Z",
    "",
  ]);
  table("birth_date", ["1990-12-31", "2026-11-20"], ["2026-11-21", "2990-01-01", "1990-13-01"]);
});

Deno.test("R-09-8 R-09-9 countries are codes of the list, three letters for people and two for cards", () => {
  table("address_country_code", ["BRA", "MEX"], ["BR", "bra", "ZZZ", "Brazil"]);
  table("card.country_code", ["BR"], ["BRA", "br", "ZZ"]);
  table("card.state_or_province", ["BR-SP", "US-CA"], ["SP", "ZZ-SP", "BR-sp"]);
});

Deno.test("R-09-10 a card ends in a month", () => {
  table("card.expiration_date", ["29-11", "30-01"], ["29-13", "29-00", "2029-11", "11/29", "29-1"]);
});

Deno.test("R-09-11 languages are ISO 639-1", () =>
  table("language_code", ["en", "pt", "zh"], ["EN", "eng", "xx", ""]));

Deno.test("R-09-12 R-09-13 R-09-14 phones are E.164, a mobile number unless its format says otherwise", () => {
  const bad = ["0911", "+0123", "5511987654321", "+55 11 9", "+1234567890123456"];
  table("mobile_number", ["+5511987654321"], bad);
  table("mobile_money_number", ["+254712345678"], bad);
  equal(read("mobile_number", "b2a9f0aa", { mobileFormat: "hash" }), "b2a9f0aa");
  equal(read("mobile_number", "0911", { mobileFormat: "E.164" }), null);
  equal(read("mobile_money_number", "b2a9f0aa", { mobileFormat: "hash" }), null);
});

Deno.test("R-09-15 R-09-16 R-09-17 choices are taken as they are listed", () => {
  table("sex", ["male", "female", "other"], ["m", "Male", ""]);
  table("bank_account_type", ["checking", "savings"], ["current"]);
  equal(read("id_type", "national_id", { idTypes: ["passport", "national_id"] }), "national_id");
  equal(read("id_type", "ID_CARD", { idTypes: ["passport", "id_card"] }), "id_card");
  equal(read("id_type", "library_card", { idTypes: ["passport"] }), null);
});

Deno.test("R-09-18 numbers that are names keep their zeros", () => {
  for (const name of ["bank_number", "tax_id", "id_number", "postal_code", "bank_account_number"]) {
    equal(read(name, "00123"), "00123", name);
  }
  table("card.number", ["0123456789012"], ["12345678901", "4111 1111 1111 1111"]);
  table("card.cvc", ["012", "0123"], ["12", "12345"]);
});

Deno.test("R-09-19 occupations and counts are digits, an occupation has three", () => {
  table("occupation", ["251", ["11", "011"]], ["2512", "-1", "1.5", "x"]);
  table("organization.number_of_shareholders", ["0", "12", ["007", "7"]], ["-1", "1.5", "1e3", ""]);
});

Deno.test("R-09-30 an IP address is IPv4 or IPv6", () => {
  table("ip_address", ["203.0.113.7", "2001:db8::1"], ["203.0.113", "256.1.1.1", "localhost"]);
});

Deno.test("texts are trimmed and composed, without control signs, and not endless", () => {
  table("first_name", [[" Jose\u0301 ", "José"], "Ana María", "王"], [
    "",
    "   ",
    "a\u0000b",
    "a\nb",
    "x".repeat(201),
  ]);
  table("address", [["1 Main St\r\nTown", "1 Main St\nTown"]], ["a\u0000", "x".repeat(1001)]);
  table("email_address", ["ada@example.com", "o'brien+x@sub.example.co"], [
    "ada",
    "ada@",
    "a@b",
    "a b@c.de",
    "<a@b.co>",
  ]);
  table("organization.website", ["https://example.com/"], ["example.com", "javascript:alert(1)"]);
});

Deno.test("accounts that look like an IBAN or a CLABE have right check digits", () => {
  table("bank_account_number", [
    ["DE89 3704 0044 0532 0130 00", "DE89370400440532013000"],
    "0000014579",
    "pix@example.com",
    "+5511987654321",
  ], [
    "DE88370400440532013000",
    "DE8937040044053201300",
    "",
    "a\nb",
  ]);
  table("clabe_number", ["032180000118359719", "646180157000000004", "072691004495711499"], [
    "032180000118359718",
    "03218000011835971",
  ]);
  table("cbu_number", ["2850590940090418135201"], ["2850590940090418135202", "285059094009041813520"]);
  table("cbu_alias", ["casa.perro.sol"], ["corto", "con espacio"]);
});

Deno.test("R-09-25 R-09-26 what a file is, its content says", () => {
  const bytes = (hex: string) => Uint8Array.fromHex(hex);
  const png = bytes("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489");
  equal(mediaTypeOf(png), "image/png");
  equal(mediaTypeOf(png.slice(0, 20)), null, "cut off");
  equal(mediaTypeOf(bytes("89504e470d0a1a0a0000000d4948445200000000000000010806000000")), null, "no width");
  const jpeg = "ffd8ffe000104a46494600010100000100010000ffc0000b080001000101011100";
  equal(mediaTypeOf(bytes(jpeg)), "image/jpeg");
  equal(mediaTypeOf(bytes(jpeg).slice(0, 22)), null);
  equal(mediaTypeOf(bytes("ffd8ff000000000000000000")), null);
  equal(mediaTypeOf(new TextEncoder().encode("%PDF-1.7\n")), "application/pdf");
  equal(mediaTypeOf(bytes("1a45dfa3934282")), "video/webm");
  equal(mediaTypeOf(new TextEncoder().encode("<svg onload=alert(1)>")), null);
  equal(mediaTypeOf(new Uint8Array()), null);
});

Deno.test("every field has a reader, and none takes nothing or a control sign", () => {
  for (const [name, { kind }] of sep9Fields) {
    if (isTextKind(kind)) {
      equal(readValue(kind, "", READING), null, name);
      equal(readValue(kind, "\u0007", READING), null, name);
    }
  }
});
