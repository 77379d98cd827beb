import assert from "node:assert/strict";
import type { GatewayOptions } from "../../support/gateway.ts";
import { acted } from "./stage.ts";
import { atForm, HEAVY, PERSON, photo, stateOf } from "./customer-at-page.ts";

/** A country with a national form, and a rail that pays by CLABE. */
const FORMS: GatewayOptions = {
  bank: { payoutFields: ["clabe_number"] },
  config: (config) => ({
    ...config,
    pages: { balanceCheck: "warn" },
    countries: {
      "*": {
        tiers: [{
          name: "basic",
          fields: [...Object.keys(PERSON), "tax_id", "id_type", "mobile_number"],
          optionalFields: ["occupation", "sex"],
          levels: { bureau: "basic" },
        }],
        formats: { tax_id: ["cpf"] },
      },
    },
  }),
  kyc: { verifies: [] },
};

Deno.test(
  "P7 each field has its keyboard, what the browser may fill in, an example, and says whether it may be left out",
  acted(async (ada) => {
    const { page } = await atForm(ada, { kind: "withdraw" });
    const look = (name: string, ...attributes: string[]) =>
      attributes.map((attribute) => page.attribute(`#in-${name}`, attribute));
    assert.deepEqual(look("first_name", "autocomplete", "dir", "spellcheck"), [
      "given-name",
      "auto",
      "false",
    ]);
    assert.deepEqual(look("email_address", "type", "autocomplete", "autocapitalize"), [
      "email",
      "email",
      "none",
    ]);
    assert.deepEqual(look("mobile_number", "type", "inputmode", "autocomplete"), ["tel", "tel", "tel"]);
    assert.deepEqual(look("tax_id", "inputmode", "dir", "autocomplete"), ["numeric", "ltr", "off"]);
    assert.deepEqual(look("clabe_number", "inputmode", "dir"), ["numeric", "ltr"]);
    assert.ok(page.all("label").includes("Tax number (CPF)"));
    assert.match(page.all("#in-tax_id-hint").join(), /For example \u2066123\.456\.789-09\u2069/);
    assert.deepEqual(page.all("#in-id_type option"), [
      "Choose",
      "Passport",
      "Driving licence",
      "Identity card",
    ]);
    assert.ok(page.all("label").includes("Sex as in the identity document (optional)"));
    assert.deepEqual(page.all("legend"), ["About you", "The account that we pay"]);
    for (const name of ["first_name", "tax_id", "clabe_number", "id_type"]) {
      assert.notEqual(page.attribute(`#in-${name}`, "required"), null, name);
    }
    for (const name of ["occupation", "sex"]) {
      assert.equal(page.attribute(`#in-${name}`, "required"), null, name);
    }
  }, FORMS),
);

Deno.test(
  "P7 numbers are taken as people write them, and a wrong digit is found beside its field",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atForm(ada, { kind: "withdraw" });
    const typed = {
      ...PERSON,
      tax_id: "390.533.447-06",
      clabe_number: "032 180 000118359718",
      id_type: "passport",
      mobile_number: "+55 (11) 98765-4321",
    };
    const failed = await person.send(page, typed);
    assert.deepEqual(failed.all(".fault"), [
      "This is not right for CPF. Compare each sign with your document.",
      "A CLABE has 18 digits, and one of these is not right. Compare them with what your bank says.",
    ]);
    assert.equal(failed.form().values["tax_id"], "390.533.447-06", "as it was typed");
    await person.send(failed, { tax_id: "390.533.447-05", clabe_number: "032 180 000118359719" });
    assert.equal(await stateOf(gateway, id), "waiting");
    const [row] = await gateway.db.query({
      sql: "select customer_id from transfers where id = ?",
      args: [id],
    });
    assert.deepEqual(
      await gateway.running.gateway.customers.valuesOf(String(row?.["customer_id"]), [
        "tax_id",
        "clabe_number",
        "mobile_number",
      ]),
      { tax_id: "39053344705", clabe_number: "032180000118359719", mobile_number: "+5511987654321" },
    );
  }, FORMS),
);

Deno.test(
  "R-24-52 countries are chosen by their names in the page's language, in the order of its alphabet",
  acted(async (ada) => {
    const { person, page } = await atForm(ada, { amount: "5000" });
    const names = (of: typeof page) => of.all("#in-address_country_code option").slice(1);
    assert.deepEqual(names(page).slice(0, 2), ["Afghanistan", "Åland Islands"]);
    const spanish = await person.send(page, { lang: "es" }, { action: "/language" });
    assert.deepEqual(names(spanish).slice(0, 2), ["Afganistán", "Albania"]);
    assert.equal(names(spanish).length, names(page).length);
    const photoInput = "#in-photo_id_front";
    assert.deepEqual(
      ["accept", "capture", "type"].map((name) => page.attribute(photoInput, name)),
      ["image/jpeg,image/png,application/pdf", "environment", "file"],
    );
    assert.ok(page.form().isMultipart);
  }),
);

Deno.test(
  "P7 an account that is missing for a withdrawal is all that is asked of a known customer",
  acted(async (ada, gateway) => {
    const known = await atForm(ada);
    await known.person.send(known.page, PERSON);
    const { id, person, page } = await atForm(ada, { kind: "withdraw" });
    assert.equal(page.title, "Where should we pay?");
    const wrong = await person.send(page, { bank_account_number: "GB83 WEST 1234 5698 7654 32" });
    assert.match(wrong.all(".fault").join(), /This account number is not right/);
    await person.send(wrong, { bank_account_number: "gb82 west 1234 5698 7654 32" });
    assert.equal(await stateOf(gateway, id), "waiting");
  }, { config: (config) => ({ ...config, pages: { balanceCheck: "warn" } }) }),
);

Deno.test(
  "M-18 P6 a transfer whose money asks for more of its customer is answered on the same page",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atForm(ada, { amount: "900" });
    await person.send(page, PERSON);
    const [row] = await gateway.db.query({ sql: "select reference from transfers where id = ?", args: [id] });
    await gateway.bank.payIn({ reference: String(row?.["reference"]), amount: "1500" });
    await gateway.until("the money", async () => {
      await gateway.tick();
      return await stateOf(gateway, id) === "asking" || null;
    });
    const more = await person.get(page.url);
    assert.equal(more.title, "A few more details");
    const { first_name: _f, last_name: _l, email_address: _e, ...rest } = HEAVY;
    await person.send(more, { ...rest, photo_id_front: photo() });
    assert.notEqual(await stateOf(gateway, id), "asking");
  }),
);
