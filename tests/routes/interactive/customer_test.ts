import assert from "node:assert/strict";
import { PNG } from "../../core/customers/people.ts";
import { acted, actor, opened } from "./stage.ts";
import { atForm, HEAVY, PERSON, photo, stateOf } from "./customer-at-page.ts";

const AMOUNT_OF_HEAVY = "5000";

Deno.test(
  "R-24-49 a form without any value of the wallet's collects everything, and the deposit goes on",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atForm(ada);
    assert.equal(page.title, "Your details");
    assert.deepEqual(page.form().values, {
      form_token: page.form().values["form_token"],
      first_name: "",
      last_name: "",
      email_address: "",
      mobile_number: "",
    });
    const next = await person.send(page, PERSON);
    assert.equal(next.status, 200);
    assert.equal(next.url, page.url, "the answer of a form is where the transfer stands");
    assert.equal(await stateOf(gateway, id), "waiting");
    assert.deepEqual(gateway.faults, []);
  }),
);

Deno.test(
  "P8 R-24-47 the form is filled in with what the wallet sent, which stays editable and stands in no address and no log",
  acted(async (ada, gateway) => {
    const given = { given_name: "Augusta", last_name: "Lovelace", email_address: "augusta@example.com" };
    const { id, person, page } = await atForm(ada, { given });
    const { first_name, last_name, email_address } = page.form().values;
    assert.deepEqual([first_name, last_name, email_address], ["Augusta", "Lovelace", "augusta@example.com"]);
    const next = await person.send(page, { first_name: "Ada" });
    assert.equal(await stateOf(gateway, id), "waiting");
    const { customers, pages } = gateway.running.gateway;
    const [row] = await gateway.db.query({
      sql: "select customer_id from transfers where id = ?",
      args: [id],
    });
    assert.deepEqual(
      await customers.valuesOf(String(row?.["customer_id"]), ["first_name", "email_address"]),
      { first_name: "Ada", email_address: "augusta@example.com" },
    );
    assert.deepEqual(await pages.values.waiting(id), {}, "and waits no more");
    const seen = [...page.passed, ...next.passed, ...gateway.lines].join("\n");
    assert.doesNotMatch(seen, /augusta|\bada\b|lovelace|example\.com/i);
  }),
);

Deno.test(
  "P7 every error stands beside its field and says what to do, a summary links to it, and nothing is lost",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atForm(ada, { amount: AMOUNT_OF_HEAVY });
    const typed = { ...HEAVY, first_name: "", email_address: "ada@", birth_date: "2090-01-01" };
    const failed = await person.send(page, { ...typed, photo_id_front: photo() });
    assert.equal(failed.status, 422);
    assert.deepEqual(failed.all("[role=alert] li").toSorted(), [
      "Date of birth: Give a day in the past as year-month-day, such as 1990-12-31.",
      "E-mail address: This is no e-mail address. Look for a typing error.",
      "Given name: Fill this in to go on.",
    ]);
    for (const name of ["first_name", "email_address", "birth_date"]) {
      const input = `#in-${name}`;
      assert.equal(failed.attribute(`[role=alert] a[href="${input}"]`, "href"), input);
      assert.equal(failed.attribute(input, "aria-invalid"), "true");
      const described = failed.attribute(input, "aria-describedby")?.split(" ") ?? [];
      assert.ok(described.includes(`in-${name}-error`));
      assert.equal(failed.all(`#in-${name}-error`).length, 1);
    }
    const { values } = failed.form();
    for (const [name, text] of Object.entries(typed)) {
      assert.equal(values[name]?.replaceAll("\r", ""), text, name);
    }
    assert.match(values["photo_id_front_file_id"] ?? "", /^[a-z2-7]{26}$/);
    assert.match(failed.text, /Your file is here already/);
    assert.equal(await stateOf(gateway, id), "kyc");

    const reloaded = await person.get(`${page.url}/customer`);
    assert.equal(reloaded.url, page.url);
    assert.deepEqual(
      reloaded.form().values,
      values,
      "a reload, another tab and another language have it too",
    );
    const spanish = await person.send(failed, { lang: "es" }, { action: "/language" });
    assert.deepEqual(spanish.form().values, values);

    await person.send(failed, {
      first_name: "Ada",
      email_address: "ada@example.com",
      birth_date: "1990-12-31",
    });
    assert.equal(await stateOf(gateway, id), "waiting");
    assert.doesNotMatch(gateway.lines.join("\n"), /\bada\b|lovelace|2090-|St James/i);
  }),
);

Deno.test(
  "P6 P16 a known customer is not asked again, and a larger amount asks for what is missing alone",
  acted(async (ada, gateway) => {
    const first = await atForm(ada);
    await first.person.send(first.page, PERSON);
    const second = await atForm(ada, { amount: "60" });
    assert.equal(await stateOf(gateway, second.id), "instructing");
    const heavy = await atForm(ada, { amount: AMOUNT_OF_HEAVY });
    assert.equal(heavy.page.title, "A few more details");
    const asked = Object.keys(heavy.page.form().values);
    assert.deepEqual(asked.filter((name) => Object.hasOwn(PERSON, name)), []);
    assert.deepEqual(asked.filter((name) => name !== "form_token").toSorted(), [
      "address",
      "address_country_code",
      "birth_date",
      "city",
      "mobile_number",
      "postal_code",
    ]);
    const { first_name: _f, last_name: _l, email_address: _e, ...rest } = HEAVY;
    await heavy.person.send(heavy.page, { ...rest, photo_id_front: photo() });
    assert.equal(await stateOf(gateway, heavy.id), "waiting");
  }),
);

Deno.test(
  "P16 the same person's data is accepted under two keys, and one key's once more after it was deleted",
  acted(async (ada, gateway) => {
    const bob = await actor(gateway);
    for (const who of [ada, bob]) {
      const { id, person, page } = await atForm(who);
      await person.send(page, PERSON);
      assert.equal(await stateOf(gateway, id), "waiting");
    }
    await ada.customer.wallet.forget();
    const { id, person, page } = await atForm(ada);
    assert.equal(page.title, "Your details");
    assert.equal(page.form().values["first_name"], "");
    await person.send(page, PERSON);
    assert.equal(await stateOf(gateway, id), "waiting");
  }),
);

Deno.test(
  "R-24-86 a form that is sent twice, at once or from a tab that was left open, is taken once",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atForm(ada, { amount: AMOUNT_OF_HEAVY });
    const send = () => person.send(page, { ...HEAVY, photo_id_front: photo() });
    const answers = await Promise.all([send(), send(), send()]);
    assert.deepEqual(answers.map(({ status, url }) => [status, url]), answers.map(() => [200, page.url]));
    assert.equal(await stateOf(gateway, id), "waiting");
    const late = await person.send(page, { ...HEAVY, first_name: "Eve", photo_id_front: photo() });
    assert.deepEqual([late.status, late.url], [200, page.url]);
    const counts = await gateway.db.query({
      sql: `select (select count(*) from kyc_cases) as cases, (select count(*) from customers) as customers,
        (select count(*) from customer_files) as files`,
    });
    assert.deepEqual(counts, [{ cases: 1n, customers: 1n, files: 1n }]);
  }),
);

Deno.test(
  "P16 nobody hands in another's file, and what is typed is no markup",
  acted(async (ada, gateway) => {
    const bob = await actor(gateway);
    const others = await atForm(bob, { amount: AMOUNT_OF_HEAVY });
    const kept = await others.person.send(others.page, { photo_id_front: photo() });
    const { id, person, page } = await atForm(ada, { amount: AMOUNT_OF_HEAVY });
    const script = `"><script>alert(1)</script>`;
    const failed = await person.send(page, {
      ...HEAVY,
      last_name: script,
      address: `</textarea>${script}`,
      photo_id_front_file_id: kept.form().values["photo_id_front_file_id"] ?? "",
    });
    assert.equal(failed.status, 422);
    assert.deepEqual(failed.all("[role=alert] li"), [
      "Photo of the front of the identity document: The file was kept for an hour and is gone. Add it again.",
    ]);
    assert.ok(!failed.html.includes("<script>alert"));
    assert.equal(failed.form().values["photo_id_front_file_id"], undefined);
    assert.equal(failed.all("script").length, 1, "ours alone");
    assert.equal(await stateOf(gateway, id), "kyc");
  }),
);

Deno.test(
  "P7 a refused value is asked again alone, with its reason; and the wait for a decision goes on by itself",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atForm(ada);
    const waits = await person.send(page, { ...PERSON, last_name: "Review" });
    assert.equal(waits.title, "We are checking your details");
    assert.equal(waits.attribute("main", "data-refresh"), "10");
    const [row] = await gateway.db.query({
      sql: "select customer_id from transfers where id = ?",
      args: [id],
    });
    const customer = String(row?.["customer_id"]);
    await gateway.kyc.decide(customer, "retry", { fields: ["email_address"], reason: "data_mismatch" });
    await gateway.until("the news", async () => {
      await gateway.tick();
      return (await person.get(page.url)).title !== waits.title || null;
    });
    const again = await person.get(page.url);
    assert.equal(again.title, "Please check some details");
    assert.deepEqual(again.all("[role=alert] li"), [
      "E-mail address: The value does not match the document. Correct it.",
    ]);
    assert.deepEqual(Object.keys(again.form().values), ["form_token", "email_address", "mobile_number"]);
    await person.send(again, { email_address: "lovelace@example.com" });
    await gateway.kyc.decide(customer, "accepted");
    await gateway.until("the decision", async () => {
      await gateway.tick();
      return await stateOf(gateway, id) === "waiting" || null;
    });
  }),
);

Deno.test(
  "P7 who is refused for good is told so by the status of the transfer",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atForm(ada);
    await person.send(page, { ...PERSON, last_name: "Reject" });
    assert.equal(await stateOf(gateway, id), "failed");
  }),
);

Deno.test(
  "R-24-73 a form takes neither what it cannot read nor who has no session",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atForm(ada);
    const stranger = await opened(await ada.link("deposit"));
    const foreign = await stranger.person.send(page, PERSON);
    assert.equal(foreign.status, 403);
    const large = new File([new Uint8Array(42 * 1024 * 1024)], "large.png");
    const { page: heavy, person: other } = await atForm(ada, { amount: AMOUNT_OF_HEAVY });
    assert.equal((await other.send(heavy, { ...HEAVY, photo_id_front: large })).status, 413);
    const tall = new File([PNG, new Uint8Array(10 * 1024 * 1024)], "tall.png");
    const failed = await other.send(heavy, { ...HEAVY, photo_id_front: tall });
    assert.deepEqual(failed.all("[role=alert] li"), [
      "Photo of the front of the identity document: This file is too large. Send one of at most 10 MB.",
    ]);
    assert.equal(await stateOf(gateway, id), "kyc");
    assert.equal((await person.get(page.url)).status, 200);
  }),
);

Deno.test(
  "P16 nothing of who was erased waits anywhere, whatever is still sent from an open page",
  acted(async (ada, gateway) => {
    const light = await atForm(ada);
    await light.person.send(light.page, PERSON);
    const { id, person, page } = await atForm(ada, { amount: AMOUNT_OF_HEAVY });
    await person.send(page, { city: "London" });
    const { values } = gateway.running.gateway.pages;
    assert.equal((await values.waiting(id))["city"], "London");
    await ada.customer.wallet.forget();
    assert.deepEqual(await values.waiting(id), {});
    const after = await person.send(page, { city: "London" });
    assert.equal(after.status, 200);
    assert.notEqual(after.title, page.title);
    assert.deepEqual(await values.waiting(id), {});
    const [left] = await gateway.db.query({ sql: "select count(*) as n from customer_values" });
    assert.equal(left?.["n"], 0n);
  }),
);
