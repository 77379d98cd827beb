/**
 * A small config that is right in every part, for tests that spoil one part of it.
 * @module
 */
import { sandboxBank, type SandboxBankOptions } from "../../../bank-rails/sandbox/mod.ts";
import type { AnchorConfig, ConfigInputs, ServiceConfig } from "../../../core/config/anchor.ts";
import { sandboxKyc, type SandboxKycOptions } from "../../../kyc-providers/sandbox/mod.ts";
import type { BankRail } from "../../../plugins/bank-rail.ts";
import type { KycProvider } from "../../../plugins/kyc-provider.ts";

/** Accounts with a right checksum, of keys that nobody uses. */
export const ISSUER = "GDQP2KPQGKIHYJGXNUIYOMHARUARCA7DJT5FO2FFOOKY3B2WSQHG4W37";
export const DISTRIBUTION = "GCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVYOJR";

/** Nothing listens there: a config is read without calling anybody. */
const NOBODY = "http://127.0.0.1:1";

/** The sandbox's rail, with these options. */
export function exampleRail(options: Partial<SandboxBankOptions> = {}): BankRail {
  return sandboxBank({ url: NOBODY, ...options });
}

/** A rail that only pays out. */
export function payingRail(): BankRail {
  const { depositInstructions: _instructions, refundInbound: _refund, ...rail } = exampleRail();
  return { ...rail, declares: { ...rail.declares, deposit: null } };
}

/** A rail that only takes in. */
export function takingRail(): BankRail {
  const { createPayout: _create, checkBeneficiary: _check, ...rail } = exampleRail();
  return { ...rail, declares: { ...rail.declares, payout: null } };
}

/** The sandbox's KYC provider, with these options. */
export function exampleKyc(options: Partial<SandboxKycOptions> = {}): KycProvider {
  return sandboxKyc({ url: NOBODY, ...options });
}

/** A service of the example. */
export function exampleService(changes: Partial<ServiceConfig> = {}): ServiceConfig {
  return {
    kind: "deposit",
    asset: "USDX",
    method: "bank_account",
    countries: "*",
    rail: "bank",
    kyc: "bureau",
    min: "1",
    max: "10000",
    fee: { fixed: "0.5", percent: "1" },
    ...changes,
  };
}

/** The whole example, with changes. */
export function exampleConfig(changes: Partial<AnchorConfig> = {}): AnchorConfig {
  return {
    organization: {
      name: "Example Anchor Ltd",
      url: "https://example.com",
      logo: "https://example.com/logo.png",
      description: "Deposits and withdrawals of dollars.",
      officialEmail: "office@example.com",
      supportEmail: "help@example.com",
    },
    principals: [{ name: "Ada Example", email: "ada@example.com" }],
    assets: [{
      code: "USDX",
      issuer: ISSUER,
      currency: "USD",
      name: "Example dollar",
      description: "One token is one dollar in the bank.",
      status: "test",
      displayDecimals: 2,
      supply: { kind: "unlimited" },
    }],
    kyc: { bureau: { module: exampleKyc() } },
    rails: { bank: { module: exampleRail() } },
    services: [exampleService(), exampleService({ kind: "withdrawal" })],
    countries: {
      "*": {
        tiers: [
          { name: "light", upTo: "1000", fields: ["first_name", "last_name"], levels: { bureau: "basic" } },
          {
            name: "whole",
            fields: ["first_name", "last_name", "photo_id_front"],
            levels: { bureau: "full" },
          },
        ],
      },
    },
    ...changes,
  };
}

/** What a config function is called with, apart from variables. */
export const EXAMPLE_INPUTS: Omit<ConfigInputs, "env" | "envOr"> = {
  network: "testnet",
  publicUrl: "https://example.com",
  sandboxUrl: "http://127.0.0.1:1",
  sandboxKey: "not-a-key",
};
