import assert from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import { Refusal } from "../../../core/refusal.ts";
import { choices, type Choosing } from "../../../core/transfers/choices.ts";
import { choose } from "../../../core/transfers/choose.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { COUNTRIES } from "../../../plugins/sep9/mod.ts";
import { type AtWork, working } from "../customers/at-work.ts";
import { BASIC, FULL, holder, PNG } from "../customers/people.ts";
import { atDesk, type DeskChanges } from "./at-desk.ts";
import { rowsOfMoney } from "./leaves-nothing.ts";
import { ONE } from "./money-at-work.ts";

const DAY = 86_400_000;
const ada = { ...holder(), clientDomain: null };
const sep24 = { type: "sep24" };
const heavy = { ...FULL, id_type: "passport", photo_id_front: PNG };
const pack = (fields: string[]) => ({ tiers: [{ name: "light", fields, levels: { bureau: "basic" } }] });

/** A desk whose drafts can be asked what may be chosen. */
async function choosing(at: AtWork, changes: DeskChanges = {}) {
  const desk = await atDesk(at, changes);
  const { work } = desk;
  const on: Choosing = { ...work.opening, customers: desk.desk, packs: desk.packs };
  return {
    ...desk,
    draft: (request: Parameters<typeof work.draft>[0] = {}) =>
      work.draft({ owner: ada, amount: null, ...request }),
    choicesOf: (draft: Transfer, named: string | null = null) => choices(on, draft, named),
    /** The only way that there is. */
    async way(draft: Transfer) {
      const { ways: [way, ...others] } = await choices(on, draft);
      assert.ok(way);
      assert.deepEqual(others, []);
      return way;
    },
    /** Adds a service beside the first deposit's. */
    offer(more: Partial<typeof work.services[number]>) {
      const [first] = work.services;
      assert.ok(first);
      work.services.push({ ...first, method: "PIX", ...more });
    },
  };
}

Deno.test("P5 each step says how far it goes and what it asks that was not given yet", () =>
  working(async (at) => {
    const { draft, way } = await choosing(at);
    const begun = await draft();
    const stranger = await way(begun);
    assert.deepEqual([stranger.min, stranger.max, stranger.limit, stranger.refusal], [
      ONE,
      1_000n * ONE,
      null,
      null,
    ]);
    assert.deepEqual(stranger.steps.map(({ tier, upTo }) => [tier, upTo]), [["light", 100n * ONE], [
      "heavy",
      null,
    ]]);
    assert.deepEqual(stranger.steps[0]?.owes, ["first_name", "last_name", "email_address"]);
    const { first_name: _known, ...rest } = BASIC;
    await at.put(holder(), { first_name: "Ada" }, sep24);
    assert.deepEqual((await way(begun)).steps[0]?.owes, ["last_name", "email_address"]);
    await at.put(holder(), rest, sep24);
    const [light, full] = (await way(begun)).steps;
    assert.deepEqual(light?.owes, []);
    assert.ok(full?.owes.includes("birth_date") && !full.owes.includes("first_name"), String(full?.owes));
    await at.put(holder(), heavy, sep24);
    assert.deepEqual((await way(begun)).steps.map(({ owes }) => owes), [[], []]);
  }));

Deno.test("P5 M-18 what was moved before moves the steps, and a limit that is near is told with its end", () =>
  working(async (at) => {
    const { draft, way, waiting, work } = await choosing(at, { pack: { limits: { day: "180" } } });
    await at.put(holder(), BASIC);
    await at.put(holder(), BASIC, sep24);
    const begun = await draft();
    const fresh = await way(begun);
    // Nobody has moved anything: it is simply the most.
    assert.deepEqual([fresh.max, fresh.limit], [180n * ONE, null]);
    await work.pay(await waiting({ amount: 70n * ONE }), 70n * ONE);
    const used = await way(begun);
    assert.deepEqual(used.steps.map(({ upTo }) => upTo), [30n * ONE, 110n * ONE]);
    assert.deepEqual([used.max, used.limit?.remaining, used.refusal], [110n * ONE, 110n * ONE, null]);
    const when = used.limit?.when.getTime() ?? 0;
    assert.ok(Math.abs(when - Date.now() - DAY) < 60_000, String(when));
    await work.pay(await waiting({ amount: 30n * ONE }), 30n * ONE);
    // Nothing is left of the light tier, so it is no step any more.
    assert.deepEqual((await way(begun)).steps.map(({ tier }) => tier), ["heavy"]);
    await moveClock(at.db, DAY);
    assert.equal((await way(begun)).limit, null);
  }));

Deno.test("M-18 a way by which nothing more may be moved says so, and what it says is what a choice would meet", () =>
  working(async (at) => {
    const { draft, way, waiting, work } = await choosing(at, { pack: { limits: { day: "80" } } });
    await at.put(holder(), BASIC);
    const begun = await draft();
    await work.pay(await waiting({ amount: 80n * ONE }), 80n * ONE);
    const { steps, refusal } = await way(begun);
    assert.deepEqual([steps, refusal?.code], [[], "transfer.limit_reached"]);
    await assert.rejects(
      choose(work.opening, begun, { amount: 2n * ONE }),
      (error) => error instanceof Refusal && error.code === refusal?.code,
    );
  }));

Deno.test("R-24-38 R-24-104 what the wallet asked for is proposed, and it is told where an amount is needed", () =>
  working(async (at) => {
    const { draft, way, choicesOf } = await choosing(at);
    const deposit = await draft({ amount: 50n * ONE });
    const told = await choicesOf(deposit);
    assert.deepEqual([told.proposed, told.assetCode, told.currency, told.decimals], [
      50n * ONE,
      "USDX",
      "USD",
      2,
    ]);
    const withdrawal = await draft({ kind: "withdrawal" });
    assert.deepEqual([(await choicesOf(withdrawal)).proposed, (await way(withdrawal)).needsAmount], [
      null,
      true,
    ]);
    assert.deepEqual([(await way(deposit)).needsAmount, (await way(deposit)).step], [false, 100_000n]);
    assert.equal((await way(withdrawal)).step, 1n);
  }));

Deno.test("no country is asked where it makes no difference", () =>
  working(async (at) => {
    const { draft, choicesOf, offer, work } = await choosing(at);
    const begun = await draft();
    const asked = async () => {
      const { country, countries } = await choicesOf(begun);
      return [country, countries.length];
    };
    assert.deepEqual(await asked(), [null, 0]);
    // Two countries that are served alike.
    for (const [n, service] of work.services.entries()) {
      work.services[n] = { ...service, countries: ["BRA", "ARG"] };
    }
    assert.deepEqual(await asked(), [null, 0]);
    // One country alone is whose rules hold.
    for (const [n, service] of work.services.entries()) work.services[n] = { ...service, countries: ["BRA"] };
    assert.deepEqual(await asked(), ["BRA", 0]);
    offer({ countries: ["MEX"] });
    assert.deepEqual(await asked(), [null, 2]);
  }));

Deno.test("P5 the country is asked where services or packs differ by it, and its ways and steps are told", () =>
  working(async (at) => {
    const { draft, choicesOf, offer } = await choosing(at, { countries: { MEX: pack(["first_name"]) } });
    const begun = await draft();
    const open = await choicesOf(begun);
    assert.deepEqual([open.country, open.countries.length], [null, COUNTRIES.length]);
    offer({ countries: ["BRA"] });
    const methods = async (named: string) =>
      (await choicesOf(begun, named)).ways.map(({ method, steps }) => `${method} ${steps.length}`);
    assert.deepEqual(await methods("BRA"), ["bank_account 2", "PIX 2"]);
    assert.deepEqual(await methods("MEX"), ["bank_account 1"]);
    const odd = await choicesOf(begun, "XXX");
    assert.equal(odd.country, null, "what cannot be chosen is as if nothing were");
    assert.equal((await choicesOf(await draft({ country: "MEX" }))).country, "MEX", "named before");
  }));

Deno.test("P5 the country that a customer gave is not asked again and cannot be chosen away", () =>
  working(async (at) => {
    const { draft, choicesOf, offer } = await choosing(at, { countries: { MEX: pack(["first_name"]) } });
    offer({ countries: ["BRA"] });
    await at.put(holder(), { ...BASIC, address_country_code: "BRA" });
    const { country, countries, ways } = await choicesOf(await draft(), "MEX");
    assert.deepEqual([country, countries, ways.map(({ method }) => method)], ["BRA", [], [
      "bank_account",
      "PIX",
    ]]);
  }));

Deno.test("where nothing is served in a customer's country there is no way, and nobody is asked for another", () =>
  working(async (at) => {
    const { draft, choicesOf, work } = await choosing(at);
    const begun = await draft();
    for (const [n, service] of work.services.entries()) {
      work.services[n] = { ...service, countries: ["BRA", "MEX"] };
    }
    await at.put(holder(), { ...BASIC, address_country_code: "ARG" });
    const { country, countries, ways } = await choicesOf(begun);
    assert.deepEqual([country, countries, ways], ["ARG", [], []]);
    work.services.length = 0;
    await assert.rejects(choicesOf(begun), Refusal);
  }));

Deno.test("telling the choices writes nothing", () =>
  working(async (at) => {
    const { draft, choicesOf, work } = await choosing(at);
    const begun = await draft({ amount: 50n * ONE });
    const before = await rowsOfMoney(work);
    await choicesOf(begun);
    assert.deepEqual([await rowsOfMoney(work), await work.now(begun)], [before, begun]);
  }));
