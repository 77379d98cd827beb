import assert from "node:assert/strict";
import fc from "fast-check";
import { LANGUAGES } from "../../../core/i18n/mod.ts";
import { localeMatcher } from "../../../routes/http/locale-matcher.ts";
import { exampleApp } from "./example-app.ts";

/** What each language says where nothing is. */
const NOT_FOUND = { en: /^There is nothing/, es: /^No hay nada/, "pt-BR": /^Não há nada/ };

const languageOf = async (response: Response) => {
  await response.body?.cancel();
  return response.headers.get("content-language");
};

Deno.test("P19 the lang parameter counts first, then Accept-Language, then English", async () => {
  const { app } = exampleApp();
  const ask = async (path: string, header?: string) =>
    await languageOf(
      await app.request(path, header === undefined ? {} : { headers: { "accept-language": header } }),
    );
  assert.equal(await ask("/x"), "en");
  assert.equal(await ask("/x", "es-MX,es;q=0.9,en;q=0.8"), "es");
  assert.equal(await ask("/x?lang=pt", "es"), "pt-BR");
  assert.equal(await ask("/x?lang=xx", "es"), "es", "a language that is not ours leaves the header's");
  assert.equal(await ask("/x?lang=", "es"), "es");
  assert.equal(await ask("/x", "ja;q=0.9, ko"), "en");
});

Deno.test("P19 the answer names its language and what it varies by, on errors too", async () => {
  const { app } = exampleApp();
  const response = await app.request("/x", { headers: { "accept-language": "pt-BR" } });
  assert.equal(response.status, 404);
  assert.equal(response.headers.get("content-language"), "pt-BR");
  assert.equal(response.headers.get("vary"), "Accept-Language");
  assert.match((await response.json()).error, NOT_FOUND["pt-BR"]);
});

Deno.test("what people ask for finds the nearest of our languages", () => {
  const { tag, header } = localeMatcher(LANGUAGES);
  const tags: [string, string | null][] = [
    ["en", "en"],
    ["EN-gb", "en"],
    ["es-AR", "es"],
    ["es_419", "es"],
    ["pt", "pt-BR"],
    ["pt-PT", "pt-BR"],
    ["pt_BR", "pt-BR"],
    ["fr-CA", "fr"],
    ["de_CH", "de"],
    ["ar-EG", "ar"],
    ["tl", "fil"],
    ["in", "id"],
    ["ja", null],
    ["*", null],
    ["", null],
    ["not a tag", null],
    ["es-", null],
    ["x".repeat(5000), null],
  ];
  for (const [asked, expected] of tags) assert.equal(tag(asked), expected, asked);
  const headers: [string, string | null][] = [
    ["ja, pt;q=0.5, es;q=0.8", "es"],
    ["es;q=0, en", "en"],
    ["es;q=0", null],
    ["*", null],
    ["ko;q=1, *;q=0.5", null],
    [";;;,,,q=", null],
    [`${"ja,".repeat(500)}es`, null],
  ];
  for (const [asked, expected] of headers) assert.equal(header(asked), expected, asked);
});

Deno.test("Chinese finds the script of its region", () => {
  const { tag } = localeMatcher(["zh-Hans", "zh-Hant", "fil"]);
  assert.deepEqual(["zh-TW", "zh-HK", "zh", "zh-CN", "tl-PH"].map(tag), [
    "zh-Hant",
    "zh-Hant",
    "zh-Hans",
    "zh-Hans",
    "fil",
  ]);
});

Deno.test("no header makes the matcher throw or answer anything but one of ours", () => {
  const { header } = localeMatcher(LANGUAGES);
  const allowed = new Set<string | null>([...LANGUAGES, null]);
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => allowed.has(header(text))));
});

Deno.test("a route may take a language that is named elsewhere", async () => {
  const { app, languages } = exampleApp();
  app.use(languages.middleware);
  app.get("/", (c) => {
    const { t, language } = languages.choose(c, c.req.header("x-body-lang"));
    return c.json({ language, text: t("errors.not_found"), same: c.var.t.language === language });
  });
  const response = await app.request("/", { headers: { "accept-language": "es", "x-body-lang": "pt-PT" } });
  assert.equal(response.headers.get("content-language"), "pt-BR");
  assert.equal(response.headers.get("vary"), "Accept-Language");
  const body = await response.json();
  assert.deepEqual([body.language, body.same], ["pt-BR", true]);
  const other = await app.request("/", { headers: { "accept-language": "es", "x-body-lang": "ja" } });
  assert.equal((await other.json()).language, "es");
});

Deno.test("P19 whether a request names a language is told apart from the English that stands in", async () => {
  const { app, languages } = exampleApp();
  app.get("/", (c) => {
    if (c.req.query("body") !== undefined) languages.choose(c, c.req.query("body"));
    return c.json({ said: languages.said(c), spoken: languages.of(c).language });
  });
  const cases: [string, string | null, string | null, string][] = [
    ["/", null, null, "en"],
    ["/", "*", null, "en"],
    ["/", "ja", null, "en"],
    ["/", "en-GB", "en", "en"],
    ["/?lang=es", "de", "es", "es"],
    ["/?lang=tlh", "de", "de", "de"],
    ["/?lang=tlh", null, null, "en"],
    ["/?body=tlh", null, null, "en"],
    ["/?body=tlh", "de", "de", "de"],
    ["/?body=ar", "de", "ar", "ar"],
    ["/?body=en", null, "en", "en"],
  ];
  for (const [path, header, said, spoken] of cases) {
    const headers: HeadersInit = header === null ? {} : { "accept-language": header };
    const response = await app.request(path, { headers });
    assert.deepEqual(await response.json(), { said, spoken }, `${path} ${header}`);
  }
});

const THREE = ["en", "es", "pt-BR"] as const;

Deno.test("P19 two hundred interleaved requests in three languages never mix", async () => {
  const { app, languages } = exampleApp();
  app.use(languages.middleware);
  const waiting: (() => void)[] = [];
  app.get("/", async (c) => {
    const before = c.var.t.t("errors.not_found");
    await new Promise<void>((resolve) => void waiting.push(resolve));
    return c.json({ before, after: c.var.t.t("errors.not_found"), late: languages.of(c).language });
  });
  const asked = Array.from({ length: 200 }, (_, index) => THREE[index % 3] ?? "en");
  const answers = asked.map((language) => app.request("/", { headers: { "accept-language": language } }));
  // All are inside the handler now; they go on in another order than they came.
  while (waiting.length < asked.length) await Promise.resolve();
  for (const resolve of waiting.toSorted(() => Math.random() - 0.5)) resolve();
  for (const [index, answer] of answers.entries()) {
    const response = await answer;
    const language = asked[index] ?? "en";
    assert.equal(response.headers.get("content-language"), language);
    const { before, after, late } = await response.json();
    assert.match(before, NOT_FOUND[language]);
    assert.equal(after, before);
    assert.equal(late, language);
  }
});
