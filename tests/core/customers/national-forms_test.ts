import { deepEqual, equal, rejects } from "node:assert/strict";
import { Refusal } from "../../../core/refusal.ts";
import type { AnchorConfig } from "../../../core/config/anchor.ts";
import { customersAtWork } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";
import { holder, OTHER } from "./people.ts";

const TIERS = [{ name: "all", fields: ["first_name", "tax_id"], levels: { bureau: "basic" } }];

const COUNTRIES: AnchorConfig["countries"] = {
  BRA: { tiers: TIERS, formats: { tax_id: ["cpf"] } },
  MEX: {
    tiers: TIERS,
    formats: {
      tax_id: [{
        name: "folio",
        read: (text) => /^F\d{4}$/.test(text.toUpperCase()) ? text.toUpperCase() : null,
        texts: { en: "folio number", es: "número de folio" },
      }],
    },
  },
  DEU: { tiers: TIERS, formats: { bank_account_number: ["iban"], given_name: ["pan"] } },
};

async function withCountries(test: (at: AtWork) => Promise<void>): Promise<void> {
  const { at, close } = await customersAtWork({ countries: COUNTRIES });
  try {
    await test(at);
  } finally {
    await close();
  }
}

/** The refusal of a value that has not its country's form. */
const national = (field: string, formats: string) => (error: unknown) => {
  deepEqual(error instanceof Refusal && [error.code, error.params], [
    "sep12.invalid.national",
    { field, formats },
  ]);
  return true;
};

Deno.test("R-12-62 a CPF is stored without its dots, and refused with a wrong check digit", () =>
  withCountries(async (at) => {
    const id = await at.put(holder(), { address_country_code: "BRA", tax_id: "390.533.447-05" });
    deepEqual(await at.customers.valuesOf(id, ["tax_id"]), { tax_id: "39053344705" });
    await rejects(at.put(holder(), { tax_id: "390.533.447-06" }), national("tax_id", "CPF"));
    equal(await at.put(holder(), { tax_id: "39053344705" }), id, "the same number again changes nothing");
    deepEqual(await at.db.query({ sql: "select version from customers" }), [{ version: 1n }]);
  }));

Deno.test("R-12-62 an IBAN is taken in lower case and with blanks, and nothing else is where it is demanded", () =>
  withCountries(async (at) => {
    await at.put(holder(), { address_country_code: "DEU" });
    const id = await at.put(holder(), { bank_account_number: "de89 3704 0044 0532 0130 00" });
    const stored = await at.customers.valuesOf(id, ["bank_account_number"]);
    deepEqual(stored, { bank_account_number: "DE89370400440532013000" });
    await rejects(
      at.put(holder(), { bank_account_number: "0012345678" }),
      national("bank_account_number", "IBAN"),
    );
    await at.put(holder(OTHER), { bank_account_number: "0012345678" });
  }));

Deno.test("R-12-62 a form of the country's own is named in the caller's language", () =>
  withCountries(async (at) => {
    const put = (language: string, fields: Record<string, string>) =>
      at.customers.put(holder(), { entries: Object.entries(fields), language });
    await put("en", { address_country_code: "MEX", tax_id: "f1234" });
    for (
      const [language, name] of [["en", "folio number"], ["es", "número de folio"], ["pt-BR", "folio number"]]
    ) {
      await rejects(put(language ?? "", { tax_id: "no" }), national("tax_id", name ?? ""));
    }
  }));

Deno.test("R-12-62 the forms of one country are not those of another", () =>
  withCountries(async (at) => {
    await at.put(holder(), { address_country_code: "DEU", tax_id: "F1234" });
    await at.put(holder(OTHER), { address_country_code: "ARG", tax_id: "anything", given_name: "Ana" });
    await rejects(at.put(holder(), { first_name: "Ana" }), national("first_name", "PAN"));
  }));

Deno.test("R-12-62 a number that was known before the country has to have its form too", () =>
  withCountries(async (at) => {
    const id = await at.put(holder(), { tax_id: "390.533.447-05" });
    await at.put(holder(), { address_country_code: "BRA" });
    deepEqual(await at.customers.valuesOf(id, ["tax_id"]), { tax_id: "39053344705" });
    await rejects(at.put(holder(), { address_country_code: "MEX" }), national("tax_id", "folio number"));
    await at.put(holder(), { address_country_code: "MEX", tax_id: "F1234" });
    deepEqual(await at.customers.valuesOf(id, ["address_country_code"]), { address_country_code: "MEX" });
  }));
