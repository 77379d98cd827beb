import { equal, ok } from "node:assert/strict";
import { countryName, LANGUAGES, namedCountries } from "../../../core/i18n/mod.ts";
import { alpha2Of, COUNTRIES, isCountry } from "../../../plugins/sep9/mod.ts";

Deno.test("countries are named in the language of the page and stand in the order of its alphabet", () => {
  equal(countryName("pt-BR", "BRA"), "Brasil");
  equal(countryName("ar", "EGY"), "مصر");
  equal(countryName("en", "XXX"), "XXX");
  const order = (language: string) =>
    namedCountries(language, ["ZAF", "AUT", "DEU"]).map(({ code }) => code).join(" ");
  equal(order("de"), "DEU AUT ZAF");
  equal(order("en"), "AUT DEU ZAF");
});

Deno.test("every country has a name in every language, and no other country has the same", () => {
  ok(COUNTRIES.length > 240 && COUNTRIES.every(isCountry));
  equal(new Set(COUNTRIES.map(alpha2Of)).size, COUNTRIES.length);
  equal(alpha2Of("XXX"), null);
  for (const language of LANGUAGES) {
    const names = namedCountries(language, COUNTRIES).map(({ name }) => name);
    equal(new Set(names).size, COUNTRIES.length, language);
    ok(!names.some((name) => /^[A-Z]{2,3}$/.test(name)), language);
  }
});
