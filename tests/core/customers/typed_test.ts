import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { typedEntries } from "../../../core/customers/typed.ts";
import type { Entries } from "../../../core/customers/submission.ts";
import { NATIONAL_FORMATS, sep9Fields, sep9Schema } from "../../../plugins/sep9/mod.ts";
import type { NationalFormat } from "../../../plugins/sep9/mod.ts";

const TODAY = "2026-11-21";

/** What is stored of what was typed; null where it is refused. */
function stored(name: string, text: string, form?: NationalFormat): unknown {
  const forms = form === undefined ? {} : { [name]: [form] };
  const [entry] = typedEntries([[name, text]], { mobileFormat: null, forms });
  const schema = sep9Schema(name, { today: TODAY, ...(form === undefined ? {} : { forms: [form] }) });
  const read = schema.safeParse(entry?.[1]);
  return read.success ? read.data : null;
}

Deno.test("P7 phones are taken as people write them down", () => {
  const spellings = [
    "+55 11 98765-4321",
    "+55 (11) 98765 4321",
    "0055 11 98765.4321",
    "+55\u00a011\u00a098765\u20114321",
    "\u202a+55 11 98765 4321\u202c",
    "+٥٥ ١١ ٩٨٧٦٥ ٤٣٢١",
    "+५५ ११ ९८७६५ ४३२१",
  ];
  for (const text of spellings) equal(stored("mobile_number", text), "+5511987654321", text);
  equal(stored("mobile_money_number", "+44 (0)20 7946 0958"), "+442079460958");
  for (const text of ["11 98765-4321", "+55 11 98765-432X", "call me"]) {
    equal(stored("mobile_number", text), null);
  }
});

Deno.test("P7 numbers of accounts and papers are taken with blanks, dots, dashes and in lower case", () => {
  const table: [name: string, text: string, value: string, form?: NationalFormat][] = [
    ["tax_id", "390.533.447-05", "39053344705", "cpf"],
    ["tax_id", "٣٩٠ ٥٣٣ ٤٤٧ ٠٥", "39053344705", "cpf"],
    ["tax_id", "abcpl 1234 d", "ABCPL1234D", "pan"],
    ["bank_account_number", "gb82 west 1234 5698 7654 32", "GB82WEST12345698765432"],
    ["bank_account_number", "GB82-WEST-1234-5698-7654-32", "GB82WEST12345698765432", "iban"],
    ["bank_account_number", "12-345/6", "12-345/6"],
    ["clabe_number", "032 180 000118359719", "032180000118359719"],
    ["clabe_number", "032.180-000118359719", "032180000118359719"],
    ["card.number", "4242 4242-4242 4242", "4242424242424242"],
  ];
  for (const [name, text, value, form] of table) equal(stored(name, text, form), value, text);
  equal(
    stored("bank_account_number", "GB83-WEST-1234-5698-7654-32"),
    null,
    "a wrong check digit stays wrong",
  );
  equal(NATIONAL_FORMATS.clabe("032 180 000118359718"), null);
});

Deno.test("P7 dates are taken as browsers without a field for them let people write", () => {
  const table: [string, string, string | null][] = [
    ["birth_date", "1990-12-31", "1990-12-31"],
    ["birth_date", "1990/1/5", "1990-01-05"],
    ["birth_date", "5.1.1990", "1990-01-05"],
    ["birth_date", "١٩٩٠-١٢-٣١", "1990-12-31"],
    ["birth_date", "5/1/1990", null],
    ["birth_date", "31.2.1990", null],
    ["card.expiration_date", "2029-11", "29-11"],
    ["card.expiration_date", "11/29", "29-11"],
    ["card.expiration_date", "11 / 2029", "29-11"],
    ["organization.website", "example.com", "https://example.com"],
    ["organization.website", "http://example.com", "http://example.com"],
  ];
  for (const [name, text, value] of table) equal(stored(name, text), value, text);
});

Deno.test("what was left empty is not given, and a new photo goes before the one that was kept", () => {
  const photo = new Uint8Array([1]);
  const typed = (entries: Entries) => typedEntries(entries, { mobileFormat: null, forms: {} });
  deepEqual(typed([["city", "  "], ["address", ""], ["photo_id_back", new Uint8Array()], ["form", "x"]]), []);
  deepEqual(typed([["photo_id_front", photo], ["photo_id_front_file_id", "kept"]]), [[
    "photo_id_front",
    photo,
  ]]);
  deepEqual(typed([["photo_id_front", new Uint8Array()], ["photo_id_front_file_id", "kept"]]), [[
    "photo_id_front_file_id",
    "kept",
  ]]);
  deepEqual(typed([["mobile_number_verification", " 123 456 "]]), [["mobile_number_verification", "123456"]]);
});

Deno.test("R-09-13 a mobile number of another form than E.164 is left as it is", () => {
  const entries: Entries = [["mobile_number", "(ab) 12"], ["mobile_number_format", "hash"]];
  deepEqual(typedEntries(entries, { mobileFormat: null, forms: {} }), entries);
  deepEqual(typedEntries([["mobile_number", "(ab) 12"]], { mobileFormat: "hash", forms: {} }), [[
    "mobile_number",
    "(ab) 12",
  ]]);
});

Deno.test("whatever is typed is read, and what was read is read alike once more", () => {
  const names = [...sep9Fields.keys()];
  const signs = fc.string({ unit: fc.constantFrom(..."+0129٠५ ()-./:@aZé\u202a\u00a0\n\0") });
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.oneof(signs, fc.string({ unit: "binary" })), (name, text) => {
      const read = (entries: Entries) =>
        typedEntries(entries, { mobileFormat: null, forms: { tax_id: ["cpf"] } });
      const once = read([[name, text]]);
      deepEqual(read(once), once);
    }),
  );
});
