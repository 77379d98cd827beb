import assert from "node:assert/strict";
import { pageVisitor } from "../../support/page-visitor.ts";
import { acted, actor, opened } from "./stage.ts";

Deno.test(
  "R-24-43 R-24-45 R-24-72 a link is spent by its POST alone, and its token leaves the address",
  acted(async (ada) => {
    const link = await ada.link("deposit", { lang: "en" });
    const scanner = pageVisitor();
    for (let n = 0; n < 3; n++) assert.equal((await scanner.get(link.url)).status, 200);
    const head = await fetch(link.url, { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(scanner.cookies.size, 0, "looking gives no session");

    const { person, page } = await opened(link);
    assert.equal(page.status, 200);
    assert.equal(page.url, `${ada.gateway.publicUrl}/interactive/${link.id}`);
    const again = await person.open(link.url).catch(() => null);
    assert.equal(again, null, "in this browser the link goes on at once, so there is no form to post");
    assert.equal((await person.get(link.url)).url, page.url);

    const stranger = pageVisitor();
    const closed = await stranger.open(link.url);
    assert.equal(closed.status, 410);
    assert.match(closed.text, /opened already/);
    assert.equal((await stranger.get(page.url)).status, 403);
  }),
);

Deno.test(
  "R-24-86 the same POST once more finds its own session, as when an answer was lost",
  acted(async (ada) => {
    const link = await ada.link("deposit");
    const person = pageVisitor();
    const first = await person.get(link.url);
    const pages = await Promise.all([person.send(first), person.send(first), person.send(first)]);
    assert.deepEqual(pages.map(({ status }) => status), [200, 200, 200]);
  }),
);

Deno.test(
  "R-24-73 a session opens its own transfer's pages and no other's",
  acted(async (ada, gateway) => {
    const [one, other] = [await ada.link("deposit"), await ada.link("withdraw")];
    const { person } = await opened(one);
    const [cookie] = [...person.cookies.values()];
    const url = `${gateway.publicUrl}/interactive/${other.id}`;
    assert.equal((await person.get(url)).status, 403);
    assert.equal((await pageVisitor({ cookie: cookie?.value ?? "" }).get(url)).status, 403);
    const bob = await actor(gateway);
    const foreign = await bob.link("deposit");
    const token = new URL(foreign.url).searchParams.get("token") ?? "";
    const mixed = await pageVisitor().open(`${gateway.publicUrl}/interactive/${one.id}?token=${token}`);
    assert.equal(mixed.status, 404, "a token of another transfer");
  }),
);

Deno.test(
  "R-24-44 R-24-45 neither a forged token nor one of the API opens anything",
  acted(async (ada, gateway) => {
    const { id, url } = await ada.link("deposit");
    const at = (token: string) => `${gateway.publicUrl}/interactive/${id}?token=${encodeURIComponent(token)}`;
    for (const token of ["", "x", ada.customer.token, `${new URL(url).searchParams.get("token")}x`]) {
      assert.equal((await pageVisitor().open(at(token))).status, 404);
    }
    const token = new URL(url).searchParams.get("token");
    const answer = await fetch(`${gateway.publicUrl}/sep24/transaction?id=${id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(answer.status, 403);
    await answer.body?.cancel();
  }),
);

Deno.test(
  "R-24-46 parameters that a wallet appends do no harm",
  acted(async (ada) => {
    const link = await ada.link("deposit");
    const { page } = await opened({ ...link, url: `${link.url}&jwt=1&x=%3Cscript%3E&callback=postMessage` });
    assert.equal(page.status, 200);
  }),
);
