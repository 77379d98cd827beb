import assert from "node:assert/strict";
import { createTexts } from "../../../core/i18n/mod.ts";

Deno.test("each language has its own text, and a wrong key is a compile error", () => {
  const texts = createTexts();
  assert.deepEqual(texts.languages, ["en", "es", "pt-BR", "fr", "de", "ar", "hi", "sw", "fil", "id"]);
  assert.equal(
    texts.translator("en").t("errors.request.field.missing", { field: "amount" }).slice(0, 8),
    "'amount'",
  );
  assert.equal(
    texts.translator("es").t("errors.request.field.missing", { field: "amount" }).slice(0, 14),
    "Falta 'amount'",
  );
  // @ts-expect-error no such key
  texts.translator("es").t("errors.no_such_key");
});

Deno.test("plural forms follow the language, a million in Portuguese included", () => {
  const { t } = createTexts().translator("pt-BR");
  assert.match(t("errors.too_many_requests", { count: 1 }), /em 1 segundo\.$/);
  assert.match(t("errors.too_many_requests", { count: 30 }), /em 30 segundos\.$/);
  assert.match(t("errors.too_many_requests", { count: 1_000_000 }), /de segundos\.$/);
});

Deno.test("a text that is looked for at run time is null when there is none", () => {
  const { find } = createTexts().translator("es");
  assert.equal(find("errors.not_there"), null);
  assert.equal(find("errors"), null, "a group of texts is no text");
  assert.match(find("errors.not_found") ?? "", /No hay nada/);
  assert.match(find("errors.too_many_requests", { count: 2 }) ?? "", /2 segundos/);
});

Deno.test("values are printed as they are: neither escaped nor read as a text of ours", () => {
  const { t } = createTexts().translator("en");
  const text = t("errors.request.repeated_field", { field: "<b>&$t(errors.not_found){{limit}}" });
  assert.equal(text, "'<b>&$t(errors.not_found){{limit}}' was given more than once. Give it once.");
});

Deno.test("a module's texts stand under its instance's name, English where its language lacks one", () => {
  const texts = createTexts({
    modules: {
      "pix-main": {
        en: { "pix.key": "Pix key {{key}}", "only.english": "English" },
        "pt-BR": { "pix.key": "Chave Pix {{key}}" },
      },
      "bank-b": { en: { "pix.key": "Another bank's text" } },
    },
  });
  const portuguese = texts.translator("pt-BR");
  assert.equal(portuguese.module("pix-main", "pix.key", { key: "42" }), "Chave Pix 42");
  assert.equal(portuguese.module("pix-main", "only.english"), "English");
  assert.equal(portuguese.module("bank-b", "pix.key"), "Another bank's text");
  assert.equal(portuguese.module("pix-main", "not.there"), null);
  assert.equal(portuguese.module("no-instance", "pix.key"), null);
  assert.equal(portuguese.find("pix.key"), null, "module texts are never mixed with ours");
});

Deno.test("a language that is not offered is answered in English", () => {
  const texts = createTexts({ languages: ["pt-BR"] });
  assert.deepEqual(texts.languages, ["en", "pt-BR"]);
  assert.equal(texts.translator("es").language, "en");
});
