import assert from "node:assert/strict";
import type { AnchorConfig, CountryPack } from "../../../core/config/anchor.ts";
import { loadAnchor } from "../../../core/config/load.ts";
import { describeMistakes } from "../../../core/config/mistakes.ts";
import { checkAsked } from "../../../core/customers/mod.ts";
import { EXAMPLE_INPUTS, exampleConfig } from "./example-anchor.ts";

const TIER = { name: "all", fields: ["first_name", "tax_id"], levels: { bureau: "basic" } };
const OWN = { name: "folio", read: (text: string) => text, texts: { en: "folio" } };

/** Loads the example with a pack of Brazil, checked as the program checks it. */
function load(pack: CountryPack) {
  const countries: AnchorConfig["countries"] = { ...exampleConfig().countries, BRA: pack };
  return loadAnchor(() => Promise.resolve(exampleConfig({ countries })), {
    ...EXAMPLE_INPUTS,
    variables: {},
    checks: [(anchor) => checkAsked(anchor).map((write) => ({ where: "anchor.config.ts", write }))],
  });
}

async function anchorOf(pack: CountryPack) {
  const result = await load(pack);
  assert.ok(result.ok, result.ok ? "" : describeMistakes(result.mistakes));
  return result.value;
}

/** What is wrong, as one text. */
async function wrong(pack: object): Promise<string> {
  const result = await load({ tiers: [TIER], ...pack });
  return result.ok ? "" : describeMistakes(result.mistakes);
}

Deno.test("national forms of a country are kept under the names that we write", async () => {
  const formats = {
    tax_id: ["cpf", "cnpj", OWN],
    family_name: ["pan"],
    bank_account_number: ["iban"],
  } as const;
  const { pack } = await anchorOf({ tiers: [{ ...TIER, fields: ["tax_id", "last_name"] }], formats });
  assert.deepEqual(Object.keys(pack("BRA").formats), ["tax_id", "last_name", "bank_account_number"]);
  assert.deepEqual(pack("BRA").formats["tax_id"], ["cpf", "cnpj", OWN]);
  assert.deepEqual(pack("MEX").formats, {});
});

Deno.test("a form that nobody knows, or for a field that nobody is asked, stops the start", async () => {
  const of = (formats: Record<string, unknown>) => wrong({ formats });
  assert.match(
    await of({ tax_id: ["cfp"] }),
    /countries\.BRA\.formats\.tax_id\[0\]: write some of cpf, cnpj/,
  );
  assert.match(await of({ tax_id: [] }), /formats\.tax_id: write at least one form/);
  assert.match(await of({ tax_id: "cpf" }), /formats\.tax_id/);
  assert.match(await of({ tax_id: [{ ...OWN, texts: { es: "folio" } }] }), /formats\.tax_id\[0\]/);
  assert.match(await of({ tax_id: [{ ...OWN, read: "cpf" }] }), /formats\.tax_id\[0\]/);
  assert.match(await of({ shoe_size: ["cpf"] }), /countries\.BRA\.formats\.shoe_size: it is no SEP-9 field/);
  assert.match(await of({ photo_id_front: ["cpf"] }), /formats\.photo_id_front: it is a file/);
  assert.match(await of({ id_number: ["cpf"] }), /formats\.id_number: nobody is asked for it/);
});

Deno.test("R-12-37 fields may be given for each type; a list holds for all", async () => {
  const fields = { sep6: ["first_name"], sep24: ["first_name", "tax_id"] };
  const { pack } = await anchorOf({ tiers: [{ ...TIER, fields, optionalFields: ["mobile_number"] }] });
  const [tier] = pack("BRA").tiers;
  assert.deepEqual(tier.fields, fields);
  assert.deepEqual(tier.optionalFields, { sep6: ["mobile_number"], sep24: ["mobile_number"] });
});

Deno.test("fields by type are checked for each type, and no type may be left out", async () => {
  const of = (fields: unknown) => wrong({ tiers: [{ ...TIER, fields }] });
  assert.match(await of({ sep6: [] }), /tiers\[0\]\.fields/);
  assert.match(await of({ sep6: [], sep24: [], sep99: [] }), /tiers\[0\]\.fields/);
  assert.match(await of({ sep6: [], sep24: ["shoe_size"] }), /"shoe_size" is no SEP-9 field/);
  assert.match(await of({ sep6: [], sep24: ["proof_of_income"] }), /cannot take "proof_of_income"/);
  assert.equal(await of({ sep6: [], sep24: [] }), "");
});
