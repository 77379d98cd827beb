/**
 * A small config that is right in every part, for tests that spoil one part of it.
 * @module
 */
import type { AnchorConfig, ConfigInputs, ServiceConfig } from "../../../core/config/anchor.ts";
import type { BankRail, RailDeclaration } from "../../../plugins/bank-rail.ts";
import type { KycDeclaration, KycProvider } from "../../../plugins/kyc-provider.ts";
import { failed, type Outcome } from "../../../plugins/outcome.ts";

/** Accounts with a right checksum, of keys that nobody uses. */
export const ISSUER = "GDQP2KPQGKIHYJGXNUIYOMHARUARCA7DJT5FO2FFOOKY3B2WSQHG4W37";
export const DISTRIBUTION = "GCFIRY65OQE7DFP5KLNS2PF2LVZMUZYJX4OZIEQ36N2IQANUB5XVYOJR";

const nothing = <T>(): Promise<Outcome<T>> => Promise.resolve(failed("not_supported"));

/** A rail of this declaration that does nothing. */
export function exampleRail(changes: Partial<RailDeclaration> = {}, id = "example"): BankRail {
  return {
    id,
    contract: "bank-rail/1",
    declares: {
      currency: "USD",
      countries: "*",
      methods: ["bank_account"],
      minUnit: 100_000n,
      deposit: {
        address: "shared_with_reference",
        amount: "either",
        expires: false,
        payerFilter: false,
        payer: { account: "full", nameTrusted: true },
        reference: { alphabet: "0123456789ABCDEF", length: 12 },
        refund: "full",
      },
      payout: {
        finality: { kind: "final" },
        key: { alphabet: "abcdefghijklmnopqrstuvwxyz234567", length: 26 },
        fields: ["bank_account_number"],
        optionalFields: [],
        reference: { alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", maxLength: 20 },
        beneficiaryCheck: "none",
      },
      news: { webhook: true, pollEverySeconds: 60, files: false },
      syncDecision: null,
      balance: "none",
      ...changes,
    },
    depositInstructions: () => nothing(),
  };
}

/** A KYC provider of this declaration that does nothing. */
export function exampleKyc(changes: Partial<KycDeclaration> = {}, id = "example"): KycProvider {
  return {
    id,
    contract: "kyc-provider/1",
    declares: {
      countries: "*",
      takes: { fields: true, documents: true, hosted: false },
      levels: {
        basic: { needs: ["first_name", "last_name"], takes: ["email_address"] },
        full: { needs: ["first_name", "last_name", "photo_id_front"], takes: ["email_address"] },
      },
      hosted: null,
      news: { webhook: false, pollEverySeconds: 60 },
      verifies: [],
      erases: false,
      ...changes,
    },
    openCase: () => nothing(),
    submitFields: () => nothing(),
    startReview: () => nothing(),
    readCase: () => nothing(),
  };
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
