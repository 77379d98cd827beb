import assert from "node:assert/strict";
import { parseUnits } from "../../../plugins/money.ts";
import { type PageVisitor, pageVisitor, type Visited } from "../../support/page-visitor.ts";
import type { GatewayOptions, TestGateway } from "../../support/gateway.ts";
import { acted, type Actor, opened } from "./stage.ts";

const shaped = (kyc: GatewayOptions["kyc"]): GatewayOptions => ({
  kyc: { hosted: true, ...kyc },
  // What a payer holds is another matter.
  config: (config) => ({ ...config, pages: { balanceCheck: "warn" } }),
});
const ALONE = shaped({ fields: false, documents: false });
const FRAMED = shaped({ fields: false, documents: false, shown: "frame" });
const BESIDE = shaped({});
const PERSON = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };

/** A person whose transfer waits for who they are. */
async function waiting({ gateway, link }: Actor, kind: "deposit" | "withdraw" = "deposit") {
  // The bureau makes itself ready in the first tick.
  await gateway.tick();
  const asked = await link(kind, { lang: "en" });
  const { person } = await opened(asked);
  const chosen = await gateway.running.gateway.choose(asked.id, { amount: parseUnits("100") });
  assert.ok(chosen.kind === "chosen" && chosen.transfer.state === "kyc");
  const address = `${gateway.publicUrl}/interactive/${asked.id}`;
  return { id: asked.id, person, address, page: await person.get(address) };
}

const bureauOf = ({ running }: TestGateway) => new URL(running.sandbox?.url ?? "").origin;

/** Fills the bureau's page and goes where it leads. */
async function fill(person: PageVisitor, url: string, fields: Record<string, string> = PERSON) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" });
  await answer.body?.cancel();
  assert.equal(answer.status, 303);
  return await person.get(answer.headers.get("location") ?? "");
}

const policy = ({ headers }: Visited) => headers.get("content-security-policy") ?? "";

async function breakBureau({ running }: TestGateway, on: string): Promise<void> {
  const answer = await fetch(`${running.sandbox?.url}/kyc/faults`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ on, fault: "unauthorized" }),
  });
  await answer.body?.cancel();
  assert.equal(answer.status, 201);
}

Deno.test(
  "P4 a page of the provider's own is gone to by a button, and whoever comes back goes on at once",
  acted(async (ada, gateway) => {
    const { id, person, address, page } = await waiting(ada);
    assert.equal(page.title, "Confirm your identity");
    assert.match(page.text, /127\.0\.0\.1/, "people read where they are led");
    const bureau = bureauOf(gateway);
    assert.match(policy(page), new RegExp(`form-action 'self' ${bureau}(;|$)`));
    assert.match(policy(page), /frame-src 'none'/);
    const there = await person.send(page, {}, { action: "/identity" });
    assert.equal(new URL(there.url).origin, bureau);
    assert.doesNotMatch(there.url, new RegExp(id), "the provider's address holds nothing of ours");
    const back = await fill(person, there.url);
    assert.deepEqual(back.passed, [`${address}/identity/return`, address]);
    const { status } = await ada.transaction(id);
    assert.equal(status, "pending_user_transfer_start");
    assert.doesNotMatch(policy(back), new RegExp(bureau), "no other page may lead there");
  }, ALONE),
);

Deno.test(
  "P4 R-24-86 whoever comes back without an end, or sends the button twice, goes on where they stopped",
  acted(async (ada, gateway) => {
    const { person, address, page } = await waiting(ada);
    const [first, second] = [
      await person.send(page, {}, { action: "/identity" }),
      await person.send(page, {}, { action: "/identity" }),
    ];
    assert.notEqual(first.url, second.url);
    const back = await person.get(`${address}/identity/return`);
    assert.match(back.text, /not finished yet/);
    assert.notEqual(back.attribute("main", "data-refresh"), null, "news may come later than the person");
    assert.equal(page.attribute("main", "data-refresh"), null);
    const rejected = await fill(person, second.url, { ...PERSON, last_name: "Reject" });
    assert.notEqual(rejected.title, "Confirm your identity");
    const late = await person.send(page, {}, { action: "/identity" });
    assert.deepEqual(late.passed.at(-1), address, "the first page was left open in another tab");
    assert.equal((await gateway.db.query({ sql: "select 1 from kyc_cases" })).length, 1);
  }, ALONE),
);

Deno.test(
  "P4 R-24-70 a frame is shown its declared origins and features, on its own page alone, and leads the page around it back",
  acted(async (ada, gateway) => {
    const { id, person, address, page } = await waiting(ada);
    assert.doesNotMatch(policy(page), new RegExp(bureauOf(gateway)));
    const framed = await person.send(page, {}, { action: "/identity" });
    assert.equal(framed.url, `${address}/identity`);
    assert.match(policy(framed), new RegExp(`frame-src 'self' ${bureauOf(gateway)}(;|$)`));
    assert.match(policy(framed), /form-action 'self'(;|$)/);
    assert.match(
      framed.headers.get("permissions-policy") ?? "",
      new RegExp(`camera=\\(self "${bureauOf(gateway)}"\\)`),
    );
    assert.equal(framed.attribute("iframe", "allow"), `camera ${bureauOf(gateway)}`);
    assert.match(framed.attribute("iframe", "title") ?? "", /Identity check/);
    const src = framed.attribute("iframe", "src") ?? "";
    assert.notEqual((await person.get(framed.url)).attribute("iframe", "src"), src, "a reload gets another");
    // Within the frame there may be no session.
    const end = await fill(pageVisitor(), src);
    assert.equal(end.status, 200);
    assert.deepEqual(end.attribute("main a", "href"), `/interactive/${id}/identity/return`);
    assert.equal(end.attribute("main a", "target"), "_parent");
    assert.match(policy(end), /frame-ancestors 'self'(;|$)/);
    await person.get(`${address}/identity/return`);
    assert.equal((await ada.transaction(id)).status, "pending_user_transfer_start");
    assert.equal((await person.get(`${address}/identity`)).url, address, "it is over");
  }, FRAMED),
);

Deno.test(
  "P4 R-24-73 nobody gets to the provider's page without the session, the form's token, or from another site",
  acted(async (ada) => {
    const { person, address, page } = await waiting(ada);
    const stranger = pageVisitor();
    for (const path of ["/identity", "/identity/return"]) {
      assert.equal((await stranger.get(address + path)).status, 403);
    }
    assert.equal((await stranger.send(page, {}, { action: "/identity" })).status, 403);
    const tokenless = await person.send(page, { form_token: "" }, { action: "/identity" });
    assert.equal(tokenless.status, 403);
    const headers = { "sec-fetch-site": "cross-site" };
    assert.equal((await person.send(page, {}, { action: "/identity", headers })).status, 403);
    assert.equal((await person.get(`${address}/identity`)).url, address, "nothing was begun");
  }, ALONE),
);

for (const [name, options] of [["redirect", ALONE], ["frame", FRAMED]] as const) {
  Deno.test(
    `P4 P7 a bureau that does not answer is told on the same page, which leads there again: ${name}`,
    acted(async (ada, gateway) => {
      const { person, page } = await waiting(ada);
      for (const on of ["open", "page"]) {
        await breakBureau(gateway, on);
        const failed = await person.send(page, {}, { action: "/identity" });
        assert.deepEqual([failed.status, failed.title], [503, "Confirm your identity"], on);
        assert.match(failed.text, /cannot be opened now\. Try again/);
        assert.equal(failed.all("[role=alert]").length, 1);
        if (on === "open") continue;
        const there = await person.send(failed, {}, { action: "/identity" });
        assert.equal(there.status, 200);
      }
      assert.doesNotMatch(gateway.lines.join("\n"), /\/page\/|token=/, "no address of a visit is logged");
    }, options),
  );
}

Deno.test(
  "P4 P6 beside a form the page is another way; what it asked is not asked again, and the account to pay always is",
  acted(async (ada, gateway) => {
    const { id, person, page } = await waiting(ada, "withdraw");
    const names = Object.keys(page.form("/customer").values);
    for (const name of ["first_name", "last_name", "bank_account_number"]) {
      assert.ok(names.includes(name), `${name} is asked`);
    }
    assert.match(policy(page), new RegExp(`form-action 'self' ${bureauOf(gateway)}(;|$)`));
    const there = await person.send(page, {}, { action: "/identity" });
    const back = await fill(person, there.url);
    const left = Object.keys(back.form("/customer").values);
    assert.ok(left.includes("bank_account_number"));
    assert.ok(!left.includes("email_address"), "the page has asked it");
    await person.send(back, { bank_account_number: "5544332211" }, { action: "/customer" });
    assert.equal((await ada.transaction(id)).status, "pending_user_transfer_start");
  }, BESIDE),
);

Deno.test(
  "P4 where the page is the only way, a withdrawal's form asks for the account alone, and then leads there",
  acted(async (ada) => {
    const { id, person, page } = await waiting(ada, "withdraw");
    const form = page.form("/customer");
    assert.ok(Object.keys(form.values).includes("bank_account_number"));
    assert.ok(!Object.keys(form.values).includes("email_address"));
    const next = await person.send(page, { bank_account_number: "5544332211" }, { action: "/customer" });
    assert.equal(next.title, "Confirm your identity");
    await fill(person, (await person.send(next, {}, { action: "/identity" })).url);
    assert.equal((await ada.transaction(id)).status, "pending_user_transfer_start");
  }, ALONE),
);
