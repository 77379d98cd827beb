import { deepEqual, equal, notEqual, rejects } from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import { sep12Customer } from "../../../core/seps/sep12-customer.ts";
import { createTexts } from "../../../core/i18n/mod.ts";
import { type AtWork, working } from "./at-work.ts";
import { verifying } from "./codes.ts";
import { BASIC, FULL, holder, OTHER } from "./people.ts";
import { queued } from "./told.ts";

const URL = "https://wallet.example/kyc";
const texts = createTexts();

const statuses = async (at: AtWork) => (await queued(at)).map(({ status }) => status);
const bodyNow = async (at: AtWork, request = {}, language = "en") =>
  JSON.stringify(sep12Customer(await at.customers.read(holder(), request), texts.translatorOf(language)));
/** A customer of whom the last name is still missing, with a callback. */
async function begun(at: AtWork, request: { type?: string } = {}): Promise<string> {
  const { last_name: _missing, ...rest } = BASIC;
  const id = await at.put(holder(), rest);
  await at.customers.setCallback(holder(), { ...request, url: URL });
  return id;
}

Deno.test("R-12-91 R-12-92 each change is queued in its batch, with the body that GET answers then", () =>
  working(async (at) => {
    const id = await begun(at);
    deepEqual(await queued(at), []);
    const { effects } = await at.customers.put(holder(), {
      entries: [["last_name", "Review"]],
      language: "pt-BR",
    });
    deepEqual(await statuses(at), ["PROCESSING"]);
    equal((await queued(at))[0]?.text, await bodyNow(at, {}, "pt-BR"));
    await at.performNow(effects);
    deepEqual(await statuses(at), ["PROCESSING"]);
    await at.bureau("/decide", { customer_id: id, decision: "more", fields: ["birth_date"] });
    await at.customers.sweep("bureau", null);
    deepEqual(await statuses(at), ["PROCESSING", "NEEDS_INFO"]);
    equal((await queued(at))[1]?.text, await bodyNow(at, {}, "pt-BR"));
    deepEqual((await queued(at)).map(({ url }) => url), [URL, URL]);
  }));

Deno.test("R-12-91 R-12-92 a code that was missing is told as GET shows it, like any value", () =>
  verifying(async (at) => {
    await begun(at);
    await at.put(holder(), { last_name: "Lovelace", mobile_number: "+14155550123" });
    deepEqual(await statuses(at), []);
    const [sent] = await at.codes();
    const { effects } = await at.customers.put(holder(), {
      entries: [["mobile_number_verification", sent?.code]],
      language: "en",
    });
    deepEqual(await statuses(at), ["PROCESSING"]);
    equal((await queued(at))[0]?.text, await bodyNow(at));
    await at.performNow(effects);
    deepEqual(await statuses(at), ["PROCESSING", "ACCEPTED"]);
    equal((await queued(at))[1]?.text, await bodyNow(at));
  }));

Deno.test("R-12-96 R-12-97 the final status is queued, then nothing; set again, it goes on", () =>
  working(async (at) => {
    await begun(at);
    await at.put(holder(), { last_name: BASIC.last_name });
    deepEqual(await statuses(at), ["PROCESSING", "ACCEPTED"]);
    equal((await queued(at))[1]?.text, await bodyNow(at));
    // Another name is another review: three changes that nobody is told of.
    await at.put(holder(), { last_name: "Byron" });
    deepEqual(await statuses(at), ["PROCESSING", "ACCEPTED"]);
    await at.customers.setCallback(holder(), { url: URL });
    await at.put(holder(), { last_name: "King" });
    deepEqual(await statuses(at), ["PROCESSING", "ACCEPTED", "PROCESSING", "ACCEPTED"]);
    await at.put(holder(), { last_name: "Reject" });
    equal((await queued(at)).length, 4);
  }));

Deno.test("R-12-96 a rejection is final and told", () =>
  working(async (at) => {
    await begun(at);
    await at.put(holder(), { last_name: "Reject" });
    deepEqual(await statuses(at), ["PROCESSING", "REJECTED"]);
    equal((await queued(at))[1]?.text, await bodyNow(at));
  }));

Deno.test("R-12-89 a callback for a customer of whom nothing is known is refused", () =>
  working(async (at) => {
    await rejects(at.customers.setCallback(holder(), { url: URL }), { code: "sep12.nothing_given" });
    // A transfer makes a row before anything was given; that is not known yet either.
    await at.customers.ensure(holder());
    await rejects(at.customers.setCallback(holder(), { url: URL }), { code: "sep12.nothing_given" });
    const id = await at.put(holder(), { first_name: "Ada" });
    await rejects(at.customers.setCallback(holder(OTHER), { id, url: URL }), {
      code: "sep12.customer_not_found",
    });
    await at.customers.setCallback(holder(), { id, url: URL });
  }));

Deno.test("R-12-90 another address is another registration, the same address the same one", () =>
  working(async (at) => {
    await begun(at);
    await at.customers.setCallback(holder(), { url: URL });
    const { effects } = await at.customers.put(holder(), {
      entries: [["last_name", "Review"]],
      language: "en",
    });
    await at.customers.setCallback(holder(), { url: URL });
    const registered = async () =>
      (await at.db.query({ sql: "select id from customer_callbacks" })).map(({ id }) => id);
    const [first] = await queued(at);
    deepEqual(await registered(), [first?.registration]);
    await at.customers.setCallback(holder(), { url: `${URL}/2` });
    const [second] = await registered();
    notEqual(second, first?.registration);
    await at.performNow(effects);
    await at.put(holder(), { last_name: BASIC.last_name });
    deepEqual((await queued(at)).map(({ url, status }) => `${url} ${status}`), [
      `${URL} PROCESSING`,
      `${URL}/2 ACCEPTED`,
    ]);
  }));

Deno.test("R-12-91 the status is that of the type for which the callback was set", () =>
  working(async (at) => {
    await begun(at, { type: "sep24" });
    await at.put(holder(), { last_name: BASIC.last_name });
    // Reviewed for sep6 alone, which says nothing of sep24 but that nothing is missing.
    deepEqual(await statuses(at), ["PROCESSING"]);
    const { effects } = await at.customers.read(holder(), { type: "sep24" });
    await at.performNow(effects);
    deepEqual(await statuses(at), ["PROCESSING", "ACCEPTED"]);
    equal((await queued(at))[1]?.text, await bodyNow(at, { type: "sep24" }));
    await rejects(at.customers.setCallback(holder(), { type: "sep99", url: URL }), {
      code: "sep12.type_unknown",
    });
  }));

Deno.test("R-12-91 what no write causes is told too: a lapse, and a transfer that asks for more", () =>
  working(async (at) => {
    const id = await at.put(holder(), BASIC);
    await at.customers.setCallback(holder(), { url: URL });
    const walk = () => at.customers.tellOverdue({ after: null, limit: 10 });
    deepEqual(await walk(), { told: 0, last: null });
    at.transfers.set("t1", {
      owner: holder().sub,
      customerId: id,
      type: "sep6",
      kind: "deposit",
      country: null,
      tier: "heavy",
      rail: "bank",
      kyc: "bureau",
    });
    deepEqual(await walk(), { told: 1, last: null });
    deepEqual(await walk(), { told: 0, last: null });
    equal((await queued(at))[0]?.text, await bodyNow(at));
    deepEqual(await statuses(at), ["NEEDS_INFO"]);
    at.transfers.clear();
    // Accepted again, which is final; set again, and the acceptance lapses.
    deepEqual(await walk(), { told: 1, last: null });
    await at.customers.setCallback(holder(), { url: URL });
    await at.db.write([{ sql: "update kyc_cases set valid_until_ms = 4102444800000" }], {
      committed: { sql: "select 1 where false" },
    });
    await moveClock(at.db, 4102444800000 - Date.now());
    deepEqual(await walk(), { told: 1, last: null });
    deepEqual(await statuses(at), ["NEEDS_INFO", "ACCEPTED", "NEEDS_INFO"]);
  }));

Deno.test("R-12-91 a walk goes page by page and ends", () =>
  working(async (at) => {
    for (const memo of ["1", "2", "3"]) {
      await at.put(holder(), { first_name: "Ada" }, { memo });
      await at.customers.setCallback(holder(), { memo, url: URL });
    }
    const first = await at.customers.tellOverdue({ after: null, limit: 2 });
    notEqual(first.last, null);
    deepEqual(await at.customers.tellOverdue({ after: first.last, limit: 2 }), { told: 0, last: null });
  }));

Deno.test("R-12-91 what changes while a callback is set is told by one of the two", () =>
  working(async (at) => {
    const id = await begun(at);
    await at.put(holder(), { last_name: "Review" });
    await at.bureau("/decide", { customer_id: id, decision: "accepted" });
    // The news is read, and its batch written, between the reading of the customer and the new registration.
    at.meanwhile.push(async () => {
      at.meanwhile.push(() => Promise.resolve());
      await at.customers.sweep("bureau", null);
    });
    await at.customers.setCallback(holder(), { url: `${URL}/2` });
    const told = await queued(at);
    const [row] = await at.db.query({ sql: "select status, ended from customer_callbacks" });
    equal(row?.["status"], "ACCEPTED");
    deepEqual(told.map(({ status }) => status), ["PROCESSING", "ACCEPTED"]);
    await at.put(holder(), { ...FULL, last_name: "King" });
    equal((await queued(at)).at(-1)?.url, `${URL}/2`);
  }));

Deno.test("R-12-91 a first callback notes the status that holds when it is set", () =>
  working(async (at) => {
    const id = await at.put(holder(), { ...BASIC, last_name: "Review" });
    await at.bureau("/decide", { customer_id: id, decision: "accepted" });
    at.meanwhile.push(() => at.customers.sweep("bureau", null));
    await at.customers.setCallback(holder(), { url: URL });
    const [row] = await at.db.query({ sql: "select status, ended from customer_callbacks" });
    deepEqual(row, { status: "ACCEPTED", ended: 0n });
  }));

Deno.test("R-12-91 a PUT that began before the callback was set tells it nevertheless", () =>
  working(async (at) => {
    await at.put(holder(), { first_name: "Ada" });
    at.meanwhile.push(async () => {
      at.meanwhile.push(() => Promise.resolve());
      await at.customers.setCallback(holder(), { url: URL });
    });
    await at.customers.put(holder(), {
      entries: Object.entries({ ...BASIC, last_name: "Review" }),
      language: "en",
    });
    deepEqual(await statuses(at), ["PROCESSING"]);
  }));

Deno.test("R-12-91 of a PUT and a provider's word at once, the later is told upon the earlier", () =>
  working(async (at) => {
    const id = await at.put(holder(), { ...BASIC, last_name: "Review" });
    at.transfers.set("t1", {
      owner: holder().sub,
      customerId: id,
      type: "sep6",
      kind: "withdrawal",
      country: null,
      tier: "light",
      rail: "bank",
      kyc: "bureau",
    });
    await at.customers.setCallback(holder(), { url: URL });
    await at.bureau("/decide", { customer_id: id, decision: "accepted" });
    // The account to pay is missing, so the acceptance alone changes no status. It comes while the account is given.
    at.meanwhile.push(() => Promise.resolve(), () => at.customers.sweep("bureau", null));
    await at.put(holder(), { bank_account_number: "12345678", bank_number: "001" });
    const told = await queued(at);
    equal(told.at(-1)?.text, await bodyNow(at));
    deepEqual(told.map(({ status }) => status), ["ACCEPTED"]);
  }));
