import { deepEqual, equal, ok } from "node:assert/strict";
import { askedBy, formOf, give, transferOf } from "./at-form.ts";
import { working } from "./at-work.ts";
import { NUMBER, verifying } from "./codes.ts";
import { BASIC, holder, PNG } from "./people.ts";

Deno.test("R-24-49 a form asks of a stranger all that is needed, in its order, then what may be given", () =>
  working(async (at) => {
    const form = await formOf(at, await transferOf(at));
    deepEqual(askedBy(form), ["first_name", "last_name", "email_address", "mobile_number?"]);
    deepEqual([form.status, form.codes, form.provided, form.payout], ["NEEDS_INFO", [], [], null]);
    ok(form.fields.every(({ group }) => group === "person"));
  }));

Deno.test("P6 P8 a heavier transfer asks for what is missing alone, and nothing of a known customer", () =>
  working(async (at) => {
    const light = await transferOf(at);
    await give(at, light, BASIC);
    const known = await formOf(at, light);
    deepEqual([known.status, askedBy(known)], ["ACCEPTED", ["mobile_number?"]]);
    const heavy = await formOf(at, { ...light, tier: "heavy" });
    equal(heavy.status, "NEEDS_INFO");
    const asked = askedBy(heavy);
    deepEqual(asked.filter((name) => Object.hasOwn(BASIC, name)), []);
    ok(asked.includes("birth_date") && asked.includes("id_type"));
    deepEqual(heavy.provided.toSorted(), Object.keys(BASIC).toSorted());
    deepEqual(heavy.fields.find(({ name }) => name === "id_type")?.choices, [
      "passport",
      "drivers_license",
      "id_card",
    ]);
    ok(!JSON.stringify(heavy).includes(BASIC.email_address), "a form never holds a value that was given");
  }));

Deno.test("P7 what was refused comes after what is missing, with its reason and the files that it takes", () =>
  working(async (at) => {
    const transfer = await transferOf(at);
    await give(at, transfer, { ...BASIC, last_name: "More" });
    deepEqual(askedBy(await formOf(at, transfer)), ["photo_id_front", "mobile_number?"]);
    await give(at, transfer, { photo_id_front: PNG });
    const id = transfer.customerId;
    await give(at, { ...transfer, customerId: await at.customers.ensure(holder(undefined, "1")) }, BASIC);
    await at.put(holder(undefined, "2"), { ...BASIC, last_name: "Review" });
    equal((await formOf(at, transfer)).status, "ACCEPTED", id);

    const reviewed = await transferOf(at, {}, holder(undefined, "3"));
    await give(at, reviewed, { ...BASIC, last_name: "Review" });
    equal((await formOf(at, reviewed)).status, "PROCESSING");
    deepEqual(askedBy(await formOf(at, reviewed)), ["mobile_number?"]);
    await at.bureau("/decide", {
      customer_id: reviewed.customerId,
      decision: "retry",
      fields: ["email_address"],
      reason: "data_mismatch",
    });
    await at.customers.sweep("bureau", null);
    const retry = await formOf(at, reviewed);
    deepEqual([retry.status, retry.reason], ["NEEDS_INFO", "data_mismatch"]);
    deepEqual(retry.fields.map(({ name, reason, media }) => [name, reason, media]), [
      ["email_address", "data_mismatch", []],
      ["mobile_number", undefined, []],
    ]);
    await give(at, reviewed, { email_address: "other@example.com" });
    equal((await formOf(at, reviewed)).status, "PROCESSING");
  }));

Deno.test("P6 a withdrawal asks where to pay, and shows of a known account its end alone", () =>
  working(async (at) => {
    const transfer = await transferOf(at, { kind: "withdrawal" });
    const first = await formOf(at, transfer);
    deepEqual(
      first.fields.filter(({ group }) => group === "payout").map(({ name, required }) => [name, required]),
      [
        ["bank_account_number", true],
        ["bank_name", false],
        ["bank_number", false],
      ],
    );
    equal(first.payout?.known, null);
    await give(at, transfer, { ...BASIC, bank_account_number: "5544332211" });
    const known = await formOf(at, transfer);
    deepEqual([known.status, known.payout?.known], ["ACCEPTED", "*******211"]);
    deepEqual(askedBy(known), ["mobile_number?", "bank_name?", "bank_number?"]);
    deepEqual(known.payout?.fields.map(({ name }) => name), [
      "bank_account_number",
      "bank_name",
      "bank_number",
    ]);
    equal((await formOf(at, { ...transfer, kind: "deposit" })).payout, null);
  }));

Deno.test("P7 the country that a customer gave decides which national forms a field has", () =>
  working(
    async (at) => {
      const transfer = await transferOf(at, { country: "BRA", tier: "all" });
      const formsOf = async () =>
        (await formOf(at, transfer)).fields.map(({ name, forms }) => [name, forms] as const);
      deepEqual(await formsOf(), [["first_name", []], ["tax_id", ["cpf"]], ["last_name", []], [
        "email_address",
        [],
      ]]);
      await at.put(holder(), { address_country_code: "ARG" });
      deepEqual((await formsOf()).map(([, forms]) => forms).flat(), []);
    },
    {
      countries: {
        BRA: {
          tiers: [{ name: "all", fields: ["first_name", "tax_id"], levels: { bureau: "basic" } }],
          formats: { tax_id: ["cpf"] },
        },
      },
    },
  ));

Deno.test("R-12-51 a form waits for a code and shows the end of the number alone", () =>
  verifying(async (at) => {
    const transfer = await transferOf(at);
    await give(at, transfer, { ...BASIC, mobile_number: NUMBER });
    const form = await formOf(at, transfer);
    deepEqual([form.status, askedBy(form)], ["NEEDS_INFO", []]);
    deepEqual(form.codes, [{ name: "mobile_number", masked: "********0123", isSent: true }]);
  }));

Deno.test("R-12-51 a code is on its way until the provider took it, and an address of mail keeps its domain", () =>
  verifying(
    async (at) => {
      const transfer = await transferOf(at);
      await at.customers.submit(transfer, {
        entries: Object.entries({ ...BASIC, mobile_number: NUMBER }),
        language: "en",
      });
      deepEqual((await formOf(at, transfer)).codes, [
        { name: "email_address", masked: "a***@example.com", isSent: false },
      ]);
    },
    { kyc: { verifies: ["email_address"] } },
  ));

Deno.test("P16 nothing is asked for a customer who was erased", () =>
  working(async (at) => {
    const transfer = await transferOf(at);
    await give(at, transfer, BASIC);
    await at.customers.erase(holder(), { account: holder().account });
    equal(await at.customers.form(transfer), null);
    deepEqual(await at.customers.submit(transfer, { entries: Object.entries(BASIC), language: "en" }), {
      kind: "erased",
    });
  }));
