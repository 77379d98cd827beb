import assert from "node:assert/strict";
import { parse, stringify, type TomlTable } from "smol-toml";
import { importSeed } from "../../../core/auth/ed25519.ts";
import { encodeSeed } from "../../../core/auth/seeds.ts";
import { loadAnchor } from "../../../core/config/load.ts";
import { NETWORKS } from "../../../core/stellar/network.ts";
import { type CheckFacts, checkStellarToml, writeStellarToml } from "../../../routes/sep1/mod.ts";
import { DISTRIBUTION, EXAMPLE_INPUTS, exampleConfig, ISSUER } from "../../core/config/example-anchor.ts";

const SIGNING_KEY = importSeed(encodeSeed(new Uint8Array(32).fill(9))).account;
const CONTRACT = "CAAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQC526";

const FACTS: CheckFacts = {
  network: "testnet",
  passphrase: NETWORKS.testnet.passphrase,
  publicUrl: "https://example.com",
  homeDomains: ["example.com"],
  signingKey: SIGNING_KEY,
  accounts: [DISTRIBUTION],
  mounted: ["sep10", "sep6", "sep12"],
  assets: [{ code: "USDX", issuer: ISSUER }],
  now: Date.UTC(2026, 10, 21),
};

async function written(facts: CheckFacts = FACTS, config = exampleConfig()): Promise<string> {
  const anchor = await loadAnchor(() => Promise.resolve(config), { ...EXAMPLE_INPUTS, variables: {} });
  assert.ok(anchor.ok);
  return writeStellarToml(anchor.value, facts);
}

type Change = (file: TomlTable, entry: TomlTable, documentation: TomlTable) => void;

/** Ids of the requirements that a changed file breaks. */
async function broken(change: Change, facts: CheckFacts = FACTS): Promise<string[]> {
  const file = parse(await written());
  const [entry] = tablesOf(file["CURRENCIES"]);
  const documentation = file["DOCUMENTATION"];
  assert.ok(entry && isTable(documentation));
  change(file, entry, documentation);
  return [...new Set(checkStellarToml(stringify(file), facts).map(({ id }) => id))];
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function tablesOf(value: unknown): TomlTable[] {
  return Array.isArray(value) ? value.filter(isTable) : [];
}

/** A test that each change breaks this requirement alone. */
function breaks(id: string, name: string, ...changes: [Change, ...Change[]]): void {
  Deno.test(`${id} ${name}`, async () => {
    for (const change of changes) assert.deepEqual(await broken(change), [id], String(change));
  });
}

/** Another table's worth of people, validators or currencies. */
const people = (...entries: TomlTable[]): Change => (file) => void (file["PRINCIPALS"] = entries);
const setting = (values: TomlTable): Change => (file) => void Object.assign(file, values);
const entry = (values: TomlTable): Change => (_, currency) => void Object.assign(currency, values);
const organization = (values: TomlTable): Change => (_file, _entry, table) =>
  void Object.assign(table, values);

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

Deno.test("R-01-5 a file above 100,000 bytes is refused, the last one below it is not", async () => {
  const text = await written();
  const filled = (size: number) => `${text}# ${"x".repeat(size - new TextEncoder().encode(text).length - 2)}`;
  assert.deepEqual(checkStellarToml(filled(100_000), FACTS), []);
  assert.deepEqual(checkStellarToml(filled(100_001), FACTS).map(({ id }) => id), ["R-01-5"]);
});

Deno.test("R-01-6 what is not TOML is refused", () => {
  assert.deepEqual(checkStellarToml('VERSION = "2', FACTS).map(({ id }) => id), ["R-01-6"]);
});

Deno.test("R-01-11 http addresses are taken on the sandbox network alone", async () => {
  const plain: CheckFacts = { ...FACTS, publicUrl: "http://localhost:8000", homeDomains: ["localhost:8000"] };
  const base = exampleConfig();
  const config = exampleConfig({
    organization: {
      ...base.organization,
      url: "http://localhost:8000",
      logo: "http://localhost:8000/logo.png",
      officialEmail: "office@example.com",
    },
  });
  const ids = async (facts: CheckFacts) => {
    const text = (await written(facts, config)).replace("office@example.com", "office@localhost");
    return [...new Set(checkStellarToml(text, facts).map(({ id }) => id))];
  };
  assert.deepEqual(await ids({ ...plain, network: "sandbox" }), []);
  assert.deepEqual(await ids({ ...plain, network: "testnet" }), ["R-01-11", "R-01-27", "public checks"]);
});

breaks("R-01-9", "VERSION is named", (file) => void delete file["VERSION"], setting({ VERSION: "two" }));
breaks("R-01-13", "SIGNING_KEY is the key that signs", setting({ SIGNING_KEY: ISSUER }), (file) => {
  delete file["SIGNING_KEY"];
}, setting({ SIGNING_KEY: "GABC" }));
breaks("R-01-21", "ACCOUNTS holds accounts", setting({ ACCOUNTS: [DISTRIBUTION, "GABC"] }));
breaks("R-01-22", "ACCOUNTS lists the accounts that pay and receive", setting({ ACCOUNTS: [ISSUER] }));
breaks("R-01-23", "AUTH_SERVER is not published", setting({ AUTH_SERVER: "https://example.com/old" }));
breaks("R-01-25", "URI_REQUEST_SIGNING_KEY is an account", setting({ URI_REQUEST_SIGNING_KEY: "S123" }));
breaks(
  "R-01-26",
  "the organization is described",
  ...["ORG_NAME", "ORG_DESCRIPTION", "ORG_LOGO", "ORG_OFFICIAL_EMAIL"].map(
    (key): Change => (_file, _entry, table) => void delete table[key],
  ) as [Change],
);
breaks(
  "R-01-27",
  "ORG_URL hosts the file",
  organization({ ORG_URL: "https://sub.example.com", ORG_OFFICIAL_EMAIL: "a@sub.example.com" }),
);
breaks(
  "R-01-28",
  "attestations are on the domain of ORG_URL",
  organization({ ORG_PHYSICAL_ADDRESS_ATTESTATION: "https://files.example.net/a.pdf" }),
  organization({ ORG_PHONE_NUMBER_ATTESTATION: "https://example.com.example.net/a.pdf" }),
  organization({ ORG_PHONE_NUMBER_ATTESTATION: "http://example.com/a.pdf" }),
);
breaks(
  "R-01-29",
  "the phone number is E.164",
  organization({ ORG_PHONE_NUMBER: "+1 415 555 2671" }),
  organization({ ORG_PHONE_NUMBER: "14155552671" }),
  organization({ ORG_PHONE_NUMBER: "+1415555267112345" }),
);
breaks(
  "R-01-30",
  "the official e-mail address is at the domain of ORG_URL",
  organization({ ORG_OFFICIAL_EMAIL: "office@example.net" }),
  organization({ ORG_OFFICIAL_EMAIL: "office" }),
  organization({ ORG_OFFICIAL_EMAIL: "office@notexample.com" }),
);
breaks(
  "R-01-31",
  "principals have the documented keys and lower-case hashes",
  people({ name: "Ada", age: 5 }),
  people({ name: "Ada", id_photo_hash: "A".repeat(64) }),
  people({ name: "Ada", verification_photo_hash: "a".repeat(128) }),
);
breaks("R-01-34", "the status is a known one", entry({ status: "alive" }));
breaks(
  "R-01-35",
  "display_decimals is 0 to 7",
  entry({ display_decimals: 8 }),
  entry({ display_decimals: "2" }),
  entry({ display_decimals: 1.5 }),
);
breaks("R-01-36", "the name has at most 20 characters", entry({ name: "x".repeat(21) }));
breaks("R-01-37", "there is exactly one statement of supply", entry({ max_number: 5 }), (_file, currency) => {
  delete currency["is_unlimited"];
});
breaks("R-01-40", "a linked currency has no other key", (file, currency) => {
  file["CURRENCIES"] = [currency, { toml: "https://example.com/.well-known/A.toml", code: "A" }];
});
breaks(
  "R-01-42",
  "a regulated asset names its approval server",
  entry({ regulated: true }),
  entry({
    regulated: true,
    approval_server: "https://example.com/approve",
  }),
);
breaks("R-01-45", "a validator's alias is short and plain", setting({ VALIDATORS: [{ ALIAS: "Node One" }] }));

Deno.test("R-01-32 R-01-33 a currency has a code, and either an issuer or a contract", async () => {
  assert.deepEqual(await broken(entry({ code: "x".repeat(13) })), ["R-01-32", "R-01-39"]);
  assert.deepEqual(await broken(entry({ contract: CONTRACT })), ["R-01-33"]);
  assert.deepEqual(await broken(entry({ issuer: "GABC" })), ["R-01-33", "R-01-39"]);
  const contract: Change = (file, currency) => {
    const { issuer: _, ...rest } = currency;
    file["CURRENCIES"] = [currency, { ...rest, code: "TOK", contract: CONTRACT }];
  };
  assert.deepEqual(await broken(contract), []);
});

Deno.test("R-01-38 the anchored asset's type is a known one", async () => {
  assert.deepEqual(await broken(entry({ anchor_asset_type: "gold" })), ["R-01-38", "public checks"]);
  assert.deepEqual(await broken(entry({ anchor_asset_type: "nft" })), ["public checks"]);
});

Deno.test("R-01-39 every asset that is offered has an entry", async () => {
  const assets = [...FACTS.assets, { code: "EURX", issuer: ISSUER }];
  assert.deepEqual(await broken(() => {}, { ...FACTS, assets }), ["R-01-39"]);
});

Deno.test("R-01-18 R-01-19 a payment server needs a KYC server, quotes need a quote server", async () => {
  const change: Change = (file) => {
    file["DIRECT_PAYMENT_SERVER"] = "https://example.com/sep31";
    delete file["KYC_SERVER"];
  };
  assert.deepEqual(await broken(change, { ...FACTS, mounted: ["sep10", "sep6", "sep31"] }), ["R-01-18"]);
  assert.deepEqual(await broken(() => {}, { ...FACTS, mounted: [...FACTS.mounted, "sep38"] }), ["R-01-19"]);
});

Deno.test("R-01-20 contract sign-in names its endpoint and its contract together", async () => {
  assert.deepEqual(await broken(setting({ WEB_AUTH_CONTRACT_ID: CONTRACT })), ["R-01-20"]);
  const endpoint = "https://example.com/sep45/auth";
  assert.deepEqual(await broken(setting({ WEB_AUTH_FOR_CONTRACTS_ENDPOINT: endpoint })), [
    "R-01-20",
    "R-01-24",
  ]);
  const both = setting({ WEB_AUTH_FOR_CONTRACTS_ENDPOINT: endpoint, WEB_AUTH_CONTRACT_ID: ISSUER });
  assert.deepEqual(await broken(both), ["R-01-20", "R-01-24"]);
});

Deno.test("R-01-12 no server address ends with a slash", async () => {
  const ids = await broken(setting({ KYC_SERVER: "https://example.com/sep12/" }));
  assert.deepEqual(ids, ["R-01-12", "R-01-17"]);
});

Deno.test("R-01-43 R-01-44 statements about a reserve are as many as its addresses, in the fixed words", async () => {
  const statement = (to: string, issuer = ISSUER) =>
    `The assets in the account bc1q are reserved to back USDX issued by ${issuer} on Stellar. ` +
    `Valid from 2026-01-01 to ${to}.`;
  const reserve = (messages: string[], signatures = ["c2ln"]) =>
    entry({
      collateral_addresses: ["bc1q"],
      collateral_address_messages: messages,
      collateral_address_signatures: signatures,
    });
  assert.deepEqual(await broken(reserve([statement("2027-11-21")])), []);
  assert.deepEqual(await broken(reserve([statement("2027-11-22")])), ["R-01-44"]);
  assert.deepEqual(await broken(reserve([statement("next year")])), ["R-01-44"]);
  assert.deepEqual(await broken(reserve([statement("2025-11-21")])), ["R-01-44"]);
  assert.deepEqual(await broken(reserve([statement("2027-11-21", DISTRIBUTION)])), ["R-01-44"]);
  assert.deepEqual(await broken(reserve([statement("2027-11-21")], [])), ["R-01-43"]);
});

Deno.test("the stricter public checks find what wallets would leave out", async () => {
  assert.deepEqual(await broken((_, currency) => void delete currency["desc"]), ["public checks"]);
  assert.deepEqual(await broken(organization({ ORG_LOGO: "https://example.com/logo/" })), ["public checks"]);
  assert.deepEqual(await broken(entry({ image: "http://example.com/usdx.png" })), ["public checks"]);
  const own: CheckFacts = { ...FACTS, passphrase: "A private network" };
  assert.deepEqual(checkStellarToml(await written(own), own).map(({ id }) => id), ["public checks"]);
});
