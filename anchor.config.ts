/**
 * The one file that an operator edits: who you are, which assets you anchor, which bank rail and which KYC provider
 * serve which country, within which limits and for which fee. It is checked at start, all mistakes at once.
 *
 * Secrets never stand here: name them with `env("NAME")`. To choose another module, load it from `bank-rails/mod.ts` or
 * `kyc-providers/mod.ts` and put an instance of it below; the name of an instance stays with the records that it makes.
 */
import { bankRails } from "./bank-rails/mod.ts";
import { defineAnchor } from "./core/config/anchor.ts";
import { kycProviders } from "./kyc-providers/mod.ts";

export default defineAnchor(async ({ env, envOr, publicUrl, sandboxUrl, sandboxKey }) => {
  const sandboxBank = await bankRails.sandbox();
  const sandboxKyc = await kycProviders.sandbox();
  const host = new URL(publicUrl).hostname;

  return {
    organization: {
      name: envOr("ORG_NAME", "Kedge Example Anchor"),
      url: publicUrl,
      logo: `${publicUrl}/logo.png`,
      description: "An example of an anchor: tokens for money in a bank, one for one.",
      officialEmail: `business@${host}`,
      supportEmail: `support@${host}`,
    },
    principals: [],

    assets: [{
      code: env("ASSET_CODE"),
      issuer: env("ASSET_ISSUER"),
      currency: "USD",
      name: "Example dollar",
      description: "A token for one US dollar in the anchor's bank.",
      status: "test",
      displayDecimals: 2,
      supply: { kind: "unlimited" },
      destination: { startingBalance: "2.01", claimableBalances: true },
    }],

    rails: {
      "bank": { module: sandboxBank({ url: `${sandboxUrl}/bank`, token: sandboxKey, currency: "USD" }) },
    },
    kyc: {
      "bureau": { module: sandboxKyc({ url: `${sandboxUrl}/kyc`, token: sandboxKey }) },
    },

    services: [
      {
        kind: "deposit",
        asset: env("ASSET_CODE"),
        method: "bank_account",
        countries: "*",
        rail: "bank",
        kyc: "bureau",
        min: "1",
        max: "10000",
        fee: { fixed: "0.50", percent: "0.5" },
        amountRule: { kind: "accept" },
        eta: 60,
      },
      {
        kind: "withdrawal",
        asset: env("ASSET_CODE"),
        method: "bank_account",
        countries: "*",
        rail: "bank",
        kyc: "bureau",
        min: "1",
        max: "10000",
        fee: { fixed: "0.50", percent: "0.5" },
        amountRule: { kind: "tolerance", percent: "10" },
        eta: 60,
      },
    ],

    countries: {
      "*": {
        // What a customer moves counts over this long; `limits: { "day": "5000" }` would bound it whatever the tier.
        period: "30 days",
        tiers: [
          {
            name: "basic",
            upTo: "1000",
            fields: ["first_name", "last_name", "email_address"],
            // Who gives it is sent a code; with the sandbox's bureau, /sandbox/kyc/codes shows it.
            optionalFields: ["mobile_number"],
            levels: { "bureau": "basic" },
          },
          {
            name: "full",
            fields: [
              "first_name",
              "last_name",
              "email_address",
              "birth_date",
              "address",
              "address_country_code",
            ],
            optionalFields: ["mobile_number"],
            levels: { "bureau": "full" },
          },
        ],
      },
    },
  };
});
