import { deepEqual, equal, notEqual, ok, rejects } from "node:assert/strict";
import type { Holder, Need } from "../../../core/customers/mod.ts";
import { needOfTransfer } from "../../../core/customers/need.ts";
import { Refusal } from "../../../core/refusal.ts";
import type { KycProvider } from "../../../plugins/kyc-provider.ts";
import { failed } from "../../../plugins/outcome.ts";
import { databaseText } from "../../support/database-text.ts";
import { working } from "./at-work.ts";
import type { AtWork, AtWorkOptions } from "./at-work.ts";
import { BASIC, holder, OTHER } from "./people.ts";

const BACK = "https://anchor.example/interactive/7";
const ALONE: AtWorkOptions = { kyc: { hosted: true, fields: false, documents: false } };
const BESIDE: AtWorkOptions = { kyc: { hosted: true } };
const ACCOUNT = { bank_account_number: "5544332211" };

const refused = (error: unknown) => error instanceof Refusal && error.code === "sep12.page_unavailable";

/** A customer with something to be paid, and what is asked for it. */
async function visitor(at: AtWork, kind: "deposit" | "withdrawal" = "deposit", who: Holder = holder()) {
  const id = await at.customers.ensure(who);
  const need: Need = needOfTransfer(at.policy, {
    type: "sep24",
    kind,
    country: null,
    tier: "light",
    rail: "bank",
    kyc: "bureau",
  }, null);
  const { hosted } = at.customers;
  return {
    id,
    need,
    offer: () => hosted.offer(id, need),
    status: async () => (await at.customers.standingOf(id, need)).status,
    begin: () => hosted.begin(id, need),
    address: async () => (await hosted.visit(id, need, { returnUrl: BACK, language: "pt-BR" }))?.url ?? null,
    /** Goes to the page, as a request does. */
    async visit(): Promise<string> {
      const { effects, waiting } = await hosted.begin(id, need);
      await at.performNow(effects);
      if (waiting !== null) await at.customers.performReview(waiting);
      return await this.address() ?? "no page";
    },
    back: () => hosted.read(id, need),
  };
}

const states = async ({ db }: AtWork) =>
  (await db.query({ sql: "select state from kyc_cases order by rowid" })).map(({ state }) => state);

Deno.test("P4 where the page is the only way, a form asks for nothing but the account, and a visit leads to acceptance", () =>
  working(async (at) => {
    const ada = await visitor(at, "withdrawal");
    deepEqual([ada.need.required, ada.need.verifies], [["bank_account_number"], []]);
    deepEqual(await ada.offer(), {
      instance: "bureau",
      shown: "redirect",
      origins: ["http://bureau.example"],
      permissions: ["camera"],
      alone: true,
      isBegun: false,
      reason: null,
    });
    deepEqual(await states(at), [], "nothing is opened before somebody goes there");
    const url = await ada.visit();
    deepEqual(await states(at), ["collecting"]);
    deepEqual(await at.askedOn(url), ["first_name", "last_name", "email_address"]);
    equal(await at.fillPage(url, BASIC), BACK);
    await ada.back();
    deepEqual(await states(at), ["accepted"]);
    deepEqual(at.told, [`${ada.id}:sep24`]);
    equal(await ada.status(), "NEEDS_INFO", "where to pay is not the page's matter");
    await at.put(holder(), ACCOUNT, { type: "sep24" });
    deepEqual([await ada.status(), await ada.offer(), await ada.address()], ["ACCEPTED", null, null]);
  }, ALONE));

Deno.test("P4 P6 a page beside a form asks only for what was not given, and what it asked is not asked here", () =>
  working(async (at) => {
    const ada = await visitor(at);
    await at.put(holder(), { first_name: "Ada" }, { type: "sep24" });
    equal((await ada.offer())?.alone, false);
    const url = await ada.visit();
    deepEqual(await at.askedOn(url), ["last_name", "email_address"]);
    await at.fillPage(url, BASIC);
    await ada.back();
    const { status, missing } = await at.customers.standingOf(ada.id, ada.need);
    deepEqual([status, missing], ["ACCEPTED", []]);
    deepEqual(Object.keys((await at.customers.read(holder(), { type: "sep24" })).standing.provided), [
      "first_name",
    ]);
  }, BESIDE));

Deno.test("P4 whoever opened the page and gives everything on the form instead is reviewed, by the same case", () =>
  working(async (at) => {
    const ada = await visitor(at);
    deepEqual(await at.askedOn(await ada.visit()), ["first_name", "last_name", "email_address"]);
    await at.put(holder(), { first_name: "Ada" }, { type: "sep24" });
    deepEqual(
      await at.askedOn(await ada.visit()),
      ["last_name", "email_address"],
      "what came since was taken along",
    );
    await at.put(holder(), BASIC, { type: "sep24" });
    deepEqual([await ada.status(), await states(at)], ["ACCEPTED", ["accepted"]]);
    deepEqual([await ada.offer(), await ada.address()], [null, null]);
  }, BESIDE));

Deno.test("P4 all given on the form needs no page, with a provider that has one too", () =>
  working(async (at) => {
    const ada = await visitor(at);
    await at.put(holder(), BASIC, { type: "sep24" });
    deepEqual([await ada.status(), await ada.offer()], ["ACCEPTED", null]);
  }, BESIDE));

Deno.test("P4 R-24-86 each visit gets an address of its own, for one case, and none of them is stored", () =>
  working(async (at) => {
    const ada = await visitor(at);
    const [first, second] = [await ada.visit(), await ada.visit()];
    notEqual(first, second);
    deepEqual(await states(at), ["collecting"]);
    const stored = await databaseText(at.db, at.vault);
    ok(stored.includes("collecting"));
    for (const part of [first, second, "/page/", BACK]) ok(!stored.includes(part), part);
    deepEqual(at.calls.filter((call) => call.startsWith("PUT /bureaus/bureau/cases/")).length, 1);
  }, ALONE));

Deno.test("P4 a refused visit may be made again, at the same case; a case that ran out, or an end of validity, begins another", () =>
  working(async (at) => {
    const ada = await visitor(at);
    const decide = async (decision: string, fields: string[] = []) => {
      await at.bureau("/decide", { customer_id: ada.id, decision, fields, reason: "blurred" });
      await ada.back();
    };
    await at.fillPage(await ada.visit(), { ...BASIC, last_name: "Review" });
    await ada.back();
    deepEqual([await ada.status(), await ada.offer()], ["PROCESSING", null]);
    await decide("retry", ["last_name"]);
    deepEqual(await ada.offer().then((offer) => [offer?.isBegun, offer?.reason]), [true, "blurred"]);
    const url = await ada.visit();
    deepEqual([await at.askedOn(url), await states(at)], [["last_name"], ["retry"]]);
    await at.fillPage(url, { last_name: "Review" });
    await ada.back();
    deepEqual(await states(at), ["processing"]);
    await decide("expired");
    deepEqual(await at.askedOn(await ada.visit()), ["first_name", "last_name", "email_address"]);
    deepEqual(await states(at), ["expired", "collecting"]);
    await decide("rejected");
    deepEqual([await ada.status(), await ada.offer()], ["REJECTED", null]);
  }, ALONE));

Deno.test("P4 while the provider is away nothing is lost: the visit is refused with 503, and the next one goes through", () =>
  working(async (at) => {
    const ada = await visitor(at);
    at.cuts.push("not_sent");
    await rejects(ada.visit(), refused);
    deepEqual([await states(at), await ada.status()], [["new"], "NEEDS_INFO"]);
    // The opening goes through, and the page's address does not.
    at.cuts.push(null, null, "answer_lost");
    await rejects(ada.visit(), refused);
    deepEqual(await states(at), ["collecting"]);
    await at.fillPage(await ada.visit(), BASIC);
    at.cuts.push("not_sent");
    await ada.back();
    deepEqual(await states(at), ["collecting"], "nobody knows better yet");
    await ada.back();
    equal(await ada.status(), "ACCEPTED");
  }, ALONE));

Deno.test("P4 an address that is none, or leads elsewhere than the module declares, is not gone to; nor is one that throws", async () => {
  for (const url of ["https://evil.example/page", "javascript:alert(1)", "no address", null]) {
    const provider = (real: KycProvider): KycProvider => ({
      ...real,
      hostedPage: () => {
        if (url === null) throw new Error("unexpected");
        return Promise.resolve({ ok: true, value: { url, validUntil: 0, singleUse: true } });
      },
    });
    await working(async (at) => await rejects((await visitor(at)).visit(), refused), { ...ALONE, provider });
  }
});

Deno.test("R-24-52 P19 the provider is told which language the person reads, and where they come back to", async () => {
  const asked: unknown[] = [];
  const provider = (real: KycProvider): KycProvider => ({
    ...real,
    hostedPage: async (ref, request, ports) => {
      asked.push(request);
      return await real.hostedPage?.(ref, request, ports) ?? failed("not_supported");
    },
  });
  await working(async (at) => void await (await visitor(at)).visit(), { ...ALONE, provider });
  deepEqual(asked, [{ returnUrl: BACK, language: "pt-BR" }]);
});

Deno.test("M-30 two visits at once end in one case; one customer's page is never another's", () =>
  working(async (at) => {
    const [ada, bob] = [await visitor(at), await visitor(at, "deposit", holder(OTHER))];
    const begun = await Promise.all([ada.begin(), ada.begin()]);
    equal(new Set(begun.flatMap(({ effects }) => effects)).size, 1);
    await at.performNow(begun.flatMap(({ effects }) => effects));
    deepEqual(await states(at), ["collecting"]);
    ok(await ada.address());
    equal(await bob.address(), null, "whose review is not begun");
    await at.fillPage(await ada.visit(), BASIC);
    await ada.back();
    deepEqual([await ada.status(), await bob.status()], ["ACCEPTED", "NEEDS_INFO"]);
  }, ALONE));

Deno.test("R-12-78 whoever is erased has no page any more, and the provider is told to erase what it was told there", () =>
  working(async (at) => {
    const ada = await visitor(at);
    const url = await ada.visit();
    await at.put(holder(), { first_name: "Ada" }, { type: "sep24" });
    await at.performNow(await at.customers.erase(holder(), { account: holder().account }));
    ok(at.calls.some((call) => call.startsWith("DELETE /bureaus/bureau/cases/")));
    await rejects(at.fillPage(url, BASIC));
    deepEqual(await ada.begin(), { effects: [], waiting: null });
    equal(await ada.address(), null);
  }, ALONE));
