import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { canonicalName, derivedName, sep9Field, sep9Fields, spellingsOf } from "../../../plugins/sep9/mod.ts";

/** The tables of SEP-9, counted: 34 of a person, 13 accounts (one name is deprecated), 17 and 13 of an organization, 11 of a card. */
Deno.test("R-09-1 the catalogue is the whole of SEP-9, by its own spelling", () => {
  const count = (about: string) => [...sep9Fields.values()].filter((field) => field.about === about).length;
  deepEqual([count("person"), count("account"), count("organization"), count("card")], [34, 13, 30, 11]);
  ok(sep9Fields.has("organization.VAT_number"));
  equal(canonicalName("organization.vat_number"), null);
  equal(canonicalName("First_name"), null);
  equal(canonicalName("email"), null, "no field of a person");
  equal(canonicalName("organization.address"), null);
  equal(canonicalName("cvu_number"), null, "removed in 1.10.0");
  equal(canonicalName("organization.clabe_number"), "organization.clabe_number");
  for (const name of ["toString", "__proto__", "constructor"]) equal(canonicalName(name), null);
  throws(() => sep9Field("shoe_size"), RangeError);
});

Deno.test("R-09-4 R-09-21 aliases are one field, written in one way", () => {
  equal(canonicalName("family_name"), "last_name");
  equal(canonicalName("given_name"), "first_name");
  equal(canonicalName("crypto_memo"), "external_transfer_memo");
  deepEqual(spellingsOf("first_name"), ["first_name", "given_name"]);
  ok(!sep9Fields.has("crypto_memo"), "it is asked under its new name (R-09-20)");
});

Deno.test("R-09-24 announced types follow the catalogue", () => {
  const types = Object.fromEntries([...sep9Fields].map(([name, { type }]) => [name, type]));
  equal(types["photo_id_front"], "binary");
  equal(types["birth_date"], "date");
  equal(types["occupation"], "number");
  equal(types["organization.number_of_shareholders"], "number");
  equal(types["organization.registration_date"], "string");
  equal(types["card.expiration_date"], "date");
  equal(types["bank_account_number"], "string");
});

Deno.test("keys that SEP-12 derives are told from fields", () => {
  deepEqual(derivedName("mobile_number_verification"), { kind: "verification", name: "mobile_number" });
  deepEqual(derivedName("photo_id_front_file_id"), { kind: "file_id", name: "photo_id_front" });
  deepEqual(derivedName("given_name_verification"), { kind: "verification", name: "first_name" });
  equal(derivedName("shoe_size_verification"), null);
  equal(derivedName("_verification"), null);
});
