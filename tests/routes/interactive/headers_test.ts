import assert from "node:assert/strict";
import { pageVisitor } from "../../support/page-visitor.ts";
import { acted, opened } from "./stage.ts";

/** Directives of a policy by name. */
function policyOf(headers: Headers): Readonly<Record<string, string>> {
  const written = headers.get("content-security-policy") ?? "";
  return Object.fromEntries(
    written.split("; ").map((directive) => {
      const [name = "", ...sources] = directive.split(" ");
      return [name, sources.join(" ")];
    }),
  );
}

Deno.test(
  "R-24-70 nothing runs, is styled, framed or loaded but what stands in the document, on every page",
  acted(async (ada, gateway) => {
    const link = await ada.link("deposit");
    const { person, page } = await opened(link);
    const closed = await pageVisitor().get(page.url);
    const unknown = await pageVisitor().get(`${gateway.publicUrl}/interactive/nothing/at/all`);
    const nonces = new Set<string>();
    for (
      const one of [await pageVisitor().get(link.url), page, await person.get(page.url), closed, unknown]
    ) {
      const policy = policyOf(one.headers);
      const { "script-src": script = "", "style-src": style, ...rest } = policy;
      assert.match(script, /^'nonce-[\w+/=-]{16,}'$/);
      assert.equal(style, script);
      nonces.add(script);
      assert.deepEqual(rest, {
        "default-src": "'none'",
        "img-src": `'self' ${new URL(gateway.publicUrl).origin}`,
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
      });
      assert.equal(one.headers.get("referrer-policy"), "no-referrer");
      assert.equal(one.headers.get("cross-origin-opener-policy"), "unsafe-none");
      assert.equal(one.headers.get("x-content-type-options"), "nosniff");
      assert.equal(one.headers.get("cache-control"), "no-store");
      assert.equal(one.headers.get("x-frame-options"), null);
      assert.equal(one.headers.get("strict-transport-security"), null, "it is the operator's to say");
      assert.match(one.headers.get("permissions-policy") ?? "", /camera=\(\)/);
      assert.match(one.headers.get("content-type") ?? "", /^text\/html; charset=utf-8$/i);
      assert.doesNotMatch(
        one.html,
        / on\w+=| style=|javascript:/i,
        "no handler and no style in an attribute",
      );
      const scripts = [...one.html.matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => attributes ?? "");
      for (const attributes of scripts) assert.match(attributes, /nonce="|type="application\/json"/);
    }
    assert.equal(nonces.size, 5, "each answer has a nonce of its own");
  }),
);

Deno.test(
  "R-24-70 only who the config names may frame the pages",
  acted(async (ada) => {
    const { page } = await opened(await ada.link("deposit"));
    assert.equal(policyOf(page.headers)["frame-ancestors"], "https://wallet.example https://other.example");
  }, {
    config: (config) => ({
      ...config,
      pages: { ...config.pages, frameAncestors: ["https://wallet.example", "https://other.example"] },
    }),
  }),
);

Deno.test(
  "R-24-73 the session's cookie is bound to the transfer's own address, and partitioned in a frame",
  acted(async (ada) => {
    const link = await ada.link("deposit");
    const person = pageVisitor();
    await person.send(await person.get(link.url));
    const path = `/interactive/${link.id}`;
    assert.deepEqual(
      person.cookies.get(path)?.attributes.split("; ").toSorted(),
      ["HttpOnly", "Max-Age=86400", `Path=${path}`, "SameSite=Lax", "Secure"],
    );
    for (const how of [{ typed: { framed: "1" } }, { headers: { "sec-fetch-dest": "iframe" } }]) {
      const framed = pageVisitor();
      const other = await ada.link("deposit");
      const { typed = {}, ...rest } = how;
      await framed.send(await framed.get(other.url), typed, rest);
      const cookie = framed.cookies.get(`/interactive/${other.id}`);
      assert.match(cookie?.attributes ?? "", /SameSite=None/);
      assert.match(cookie?.attributes ?? "", /Partitioned/);
      assert.match(cookie?.attributes ?? "", /Secure/);
    }
  }),
);

Deno.test(
  "R-24-73 forms come from our pages alone: no other site's, no JSON, none without its token",
  acted(async (ada, gateway) => {
    const link = await ada.link("deposit");
    const { person, page } = await opened(link);
    const url = `${page.url}/language`;
    const cookie = [...person.cookies.values()].map(({ value }) => value).join("; ");
    const post = async (body: BodyInit, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await fetch(url, {
        method: "POST",
        body,
        headers: { cookie, ...headers },
        redirect: "manual",
      });
      await answer.body?.cancel();
      return answer.status;
    };
    const token = page.form("/language").values["form_token"] ?? "";
    const good = new URLSearchParams({ form_token: token, lang: "es" });
    assert.equal(await post(good, { "sec-fetch-site": "same-origin" }), 303);
    assert.equal(await post(good, { "sec-fetch-site": "cross-site" }), 403);
    assert.equal(await post(good, { "sec-fetch-site": "same-site" }), 403);
    assert.equal(await post(new URLSearchParams({ lang: "es" })), 403);
    const { page: others } = await opened(await ada.link("deposit"));
    const stolen = others.form("/language").values["form_token"] ?? "";
    assert.equal(
      await post(new URLSearchParams({ form_token: stolen, lang: "es" })),
      403,
      "of another session",
    );
    const json = JSON.stringify({ form_token: token, lang: "es" });
    assert.equal(await post(json, { "content-type": "application/json" }), 415);
    assert.equal(await post(json, { "content-type": "text/plain" }), 415);
    assert.equal(await post(new URLSearchParams({ lang: "es" }), { cookie: "" }), 403);

    const spend = await fetch(`${gateway.publicUrl}/interactive/${(await ada.link("deposit")).id}/open`, {
      method: "POST",
      headers: { "sec-fetch-site": "cross-site" },
      body: new URLSearchParams({ token: "x", session_id: "x" }),
    });
    await spend.body?.cancel();
    assert.equal(spend.status, 403, "another site opens no link in somebody's browser");
  }),
);
