import assert from "node:assert/strict";
import { pageVisitor, type Visited } from "../../support/page-visitor.ts";
import { acted, actor, opened } from "./stage.ts";

const language = ({ html }: Visited) => /<html lang="([^"]+)" dir="([^"]+)"/.exec(html)?.slice(1).join(" ");

Deno.test(
  "R-24-52 the pages speak what the wallet said, and each language in its own direction",
  acted(async (ada) => {
    for (
      const [lang, said] of [["pt-BR", "pt-BR ltr"], ["ar", "ar rtl"], ["es-MX", "es ltr"], ["sw", "sw ltr"]]
    ) {
      const { page } = await opened(await ada.link("deposit", { lang }), { "accept-language": "de" });
      assert.equal(language(page), said);
      assert.equal(page.headers.get("content-language"), said?.split(" ")[0]);
    }
    // A link that somebody opens without a session speaks it too.
    const link = await ada.link("deposit", { lang: "fr" });
    assert.equal(language(await pageVisitor().get(link.url)), "fr ltr");
  }),
);

Deno.test(
  "R-24-52 R-24-53 where the wallet said nothing the browser counts, and where it says nothing either it is asked first",
  acted(async (ada) => {
    const unsaid = { "accept-language": "*" };
    const german = await opened(await ada.link("deposit", {}, unsaid), {
      "accept-language": "de-AT, en;q=0.5",
    });
    assert.equal(language(german.page), "de ltr");

    const link = await ada.link("deposit", {}, unsaid);
    const { person, page } = await opened(link, { "accept-language": "tlh" });
    assert.deepEqual(page.all("main button[name=lang]").length, 10);
    assert.ok(page.all("main button[name=lang]").includes("العربية"));
    const chosen = await person.send(page, {}, { button: ["lang", "ar"] });
    assert.equal(language(chosen), "ar rtl");
    assert.equal(chosen.all("main button[name=lang]").length, 0, "and it goes on");
    assert.equal((await ada.transaction(link.id))["id"], link.id);
  }),
);

Deno.test(
  "R-24-52 a choice on a page holds from then on, goes before the wallet's word, and is the customer's own",
  acted(async (ada, gateway) => {
    const link = await ada.link("deposit", { lang: "en" });
    const { person, page } = await opened(link);
    const switched = await person.send(page, { lang: "es" }, { action: "/language" });
    assert.equal(language(switched), "es ltr");
    assert.equal(language(await person.get(switched.url)), "es ltr");
    const { page: next } = await opened(await ada.link("withdraw", { lang: "en" }));
    assert.equal(language(next), "es ltr");
    const bob = await actor(gateway);
    assert.equal(language((await opened(await bob.link("deposit", { lang: "en" }))).page), "en ltr");
    const kept = await person.send(switched, { lang: "tlh" }, { action: "/language" });
    assert.equal(language(kept), "es ltr", "none of ours changes nothing");
  }),
);

Deno.test(
  "R-24-46 the link's own page switches by its address, of which the rest stays as it is",
  acted(async (ada) => {
    const link = await ada.link("deposit", { lang: "en" });
    const person = pageVisitor();
    const first = await person.get(`${link.url}&callback=postMessage`);
    const [form] = [...first.html.matchAll(/<form class="language"[\s\S]*?<\/form>/g)].map(([text]) => text);
    assert.match(form ?? "", /method="get"/);
    const switched = await person.get(`${link.url}&callback=postMessage&lang=fil`);
    assert.equal(language(switched), "fil ltr");
    assert.equal(language(await person.send(switched)), "fil ltr");
  }),
);
