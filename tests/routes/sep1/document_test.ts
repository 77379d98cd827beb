import assert from "node:assert/strict";
import { parse } from "smol-toml";
import { NETWORKS } from "../../../core/stellar/network.ts";
import { type CheckFacts, checkStellarToml } from "../../../routes/sep1/mod.ts";
import { DISTRIBUTION, exampleConfig, ISSUER } from "../../core/config/example-anchor.ts";
import { broken, FACTS, isTable, setting, tablesOf, written } from "./example-toml.ts";

Deno.test("R-10-1 the file says where to log in and which key signs challenges", async () => {
  const file = parse(await written());
  assert.equal(file["WEB_AUTH_ENDPOINT"], "https://example.com/auth");
  assert.equal(file["SIGNING_KEY"], FACTS.signingKey);
});

Deno.test("R-01-6 R-01-26 W5 the file made of a right config is TOML, complete and without a fault", async () => {
  const text = await written();
  assert.deepEqual(checkStellarToml(text, FACTS), []);
  const file = parse(text);
  assert.equal(file["WEB_AUTH_ENDPOINT"], "https://example.com/auth");
  assert.equal(file["TRANSFER_SERVER"], "https://example.com/sep6");
  assert.equal(file["KYC_SERVER"], "https://example.com/sep12");
  assert.deepEqual(file["ACCOUNTS"], [DISTRIBUTION]);
  const [currency] = tablesOf(file["CURRENCIES"]);
  assert.deepEqual({ ...currency }, {
    code: "USDX",
    issuer: ISSUER,
    status: "test",
    display_decimals: 2,
    name: "Example dollar",
    desc: "One token is one dollar in the bank.",
    is_unlimited: true,
    is_asset_anchored: true,
    anchor_asset_type: "fiat",
    anchor_asset: "USD",
    attestation_of_reserve: "https://example.com/reserve",
  });
});

Deno.test("R-01-26 every fact of the config stands in the file", async () => {
  const base = exampleConfig();
  const [asset] = base.assets;
  assert.ok(asset);
  const config = exampleConfig({
    organization: {
      ...base.organization,
      dba: "Example",
      physicalAddress: "1 Main Street\nExampletown",
      physicalAddressAttestation: "https://example.com/address.pdf",
      phoneNumber: "+14155552671",
      phoneNumberAttestation: "https://example.com/phone.pdf",
      keybase: "k",
      twitter: "t",
      github: "g",
      licensingAuthority: "Authority",
      licenseType: "Type",
      licenseNumber: "Number",
    },
    principals: [{ name: 'Ada "A" Example', email: "ada@example.com", idPhotoHash: "a".repeat(64) }],
    assets: [{
      ...asset,
      conditions: "None",
      image: "https://example.com/usdx.png",
      redemptionInstructions: "By SEP-6",
      supply: { kind: "max", amount: "900000000000000" },
    }],
    accountsListed: [ISSUER],
  });
  const text = await written(FACTS, config);
  assert.deepEqual(checkStellarToml(text, FACTS), []);
  const file = parse(text);
  const documentation = file["DOCUMENTATION"];
  assert.ok(isTable(documentation));
  assert.equal(Object.keys(documentation).length, 17);
  assert.equal(documentation["ORG_PHYSICAL_ADDRESS"], "1 Main Street\nExampletown");
  assert.equal(tablesOf(file["PRINCIPALS"])[0]?.["name"], 'Ada "A" Example');
  assert.equal(tablesOf(file["CURRENCIES"])[0]?.["max_number"], 900_000_000_000_000);
  assert.deepEqual(file["ACCOUNTS"], [DISTRIBUTION, ISSUER]);
});

Deno.test("R-01-15 R-01-16 R-01-17 each server is named when its room is mounted", async () => {
  const mounted = ["sep10", "sep6", "sep12", "sep24", "sep31", "sep38"] as const;
  const file = parse(await written({ ...FACTS, mounted }));
  assert.equal(file["TRANSFER_SERVER_SEP0024"], "https://example.com/sep24");
  assert.equal(file["DIRECT_PAYMENT_SERVER"], "https://example.com/sep31");
  assert.equal(file["ANCHOR_QUOTE_SERVER"], "https://example.com/sep38");
  for (const [key, id] of [["TRANSFER_SERVER", "R-01-15"], ["KYC_SERVER", "R-01-17"]] as const) {
    assert.deepEqual(await broken((changed) => void delete changed[key]), [id]);
  }
  const found = await broken(() => {}, { ...FACTS, mounted });
  assert.deepEqual(found, ["R-01-16", "R-01-19"], "the file that names neither SEP-24 nor SEP-38");
});

Deno.test("R-01-40 R-01-41 the file describes every currency itself and links to no other file", async () => {
  const currencies = tablesOf(parse(await written())["CURRENCIES"]);
  assert.ok(currencies.length > 0);
  assert.deepEqual(currencies.filter((currency) => "toml" in currency), []);
});

Deno.test("R-01-24 no key names a server that does not run", async () => {
  const file = parse(await written({ ...FACTS, mounted: ["sep10"] }));
  assert.deepEqual(Object.keys(file).filter((key) => /SERVER|ENDPOINT/.test(key)), ["WEB_AUTH_ENDPOINT"]);
  for (const key of ["FEDERATION_SERVER", "TRANSFER_SERVER_SEP0024", "ANCHOR_QUOTE_SERVER"]) {
    assert.deepEqual(await broken(setting({ [key]: "https://example.com/x" })), ["R-01-24"]);
  }
});

Deno.test("P3 R-01-10 the file says the network whose passphrase signs", async () => {
  const facts: CheckFacts = { ...FACTS, network: "public", passphrase: NETWORKS.public.passphrase };
  assert.equal(
    parse(await written(facts))["NETWORK_PASSPHRASE"],
    "Public Global Stellar Network ; September 2015",
  );
  assert.deepEqual(checkStellarToml(await written(facts), facts), []);
  assert.deepEqual(await broken(() => {}, facts), ["R-01-10"]);
});
