import assert from "node:assert/strict";
import { type CheckFacts, checkStellarToml } from "../../../routes/sep1/mod.ts";
import { DISTRIBUTION, exampleConfig, ISSUER } from "../../core/config/example-anchor.ts";
import {
  broken,
  type Change,
  CONTRACT,
  entry,
  FACTS,
  organization,
  people,
  setting,
  written,
} from "./example-toml.ts";

/** A test that each change breaks this requirement alone. */
function breaks(id: string, name: string, ...changes: [Change, ...Change[]]): void {
  Deno.test(`${id} ${name}`, async () => {
    for (const change of changes) assert.deepEqual(await broken(change), [id], String(change));
  });
}

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
