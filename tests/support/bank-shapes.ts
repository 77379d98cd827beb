/**
 * Every shape that the sandbox bank can take, each as a rail instance of its own with services of its own, so that one
 * gateway is tried with all of them (DESIGN §5).
 * @module
 */
import { presets, sandboxBank, type SandboxBankOptions } from "../../bank-rails/sandbox/mod.ts";
import type { AnchorConfig, ServiceConfig } from "../../core/config/anchor.ts";
import type { ChangeConfig } from "./gateway.ts";

/** Options of the rail but the account's own. */
export type BankShape = Omit<SandboxBankOptions, "url" | "token" | "webhookSecrets" | "methods">;

/** One option at a time from the default, and the presets. The name is the instance's and the funding method's. */
export const BANK_SHAPES: Readonly<Record<string, BankShape>> = {
  "default": {},
  "transaction-address": { address: "per_transaction" },
  "customer-address": { address: "per_customer" },
  "exact-amounts": { amount: "exact" },
  "open-amounts": { amount: "open" },
  "expiring": { expires: true },
  "payer-filter": { payerFilter: true },
  "masked-payers": { payerAccount: "masked" },
  "no-payers": { payerAccount: "none", payerNameTrusted: false },
  "wake-ups": { webhook: "wake_up" },
  "polled": { webhook: "none" },
  "webhooks-alone": { pollEverySeconds: null },
  "wake-ups-alone": { webhook: "wake_up", pollEverySeconds: null },
  "no-refunds": { refund: "none" },
  "fees": { inboundFee: "0.01", payoutFee: "0.25" },
  "slow-payouts": { payoutAfterSeconds: null },
  "returnable": { returnableDays: 60 },
  "returned-as-credits": { returnableDays: 60, returnsAs: "credit" },
  "seven-decimals": { decimals: 7 },
  "no-decimals": { decimals: 0 },
  "existence-checked": { beneficiaryCheck: "exists" },
  "not-checked": { beneficiaryCheck: "none" },
  "balance-later": { balance: "later" },
  "no-balance": { balance: "none" },
  "asks-and-keeps": { decision: { deadlineMs: 2000, otherwise: "keep" } },
  "asks-and-returns": { decision: { deadlineMs: 2000, otherwise: "return" } },
  "files": { files: true, webhook: "none", pollEverySeconds: null },
  "pix": presets.pix,
  "bitso": presets.bitso,
  "daraja": presets.daraja,
  "camt": presets.camt,
};

/** The asset's code and currency for a shape: the default's own, or one of the preset's currency. */
export function assetOf(
  shape: BankShape,
  code: string,
): { readonly code: string; readonly currency: string } {
  const currency = shape.currency ?? "USD";
  return { code: currency === "USD" ? code : `${currency}X`, currency };
}

/** The default config with a rail and two services for each shape, and an asset for each currency. */
export const everyBankShape: ChangeConfig = (config, { sandboxUrl, sandboxKey: token }): AnchorConfig => {
  const [first] = config.assets;
  const [deposit, withdrawal] = config.services;
  if (!first || !deposit || !withdrawal) throw new Error("Cannot shape the config: it serves nothing");
  const shapes = Object.entries(BANK_SHAPES);
  const assets = new Map(
    shapes.map(([, shape]) => {
      const { code, currency } = assetOf(shape, first.code);
      return [code, { ...first, code, currency }];
    }),
  );
  return {
    ...config,
    assets: [...assets.values()],
    rails: Object.fromEntries(
      shapes.map(([name, shape]) => [
        name,
        {
          module: sandboxBank({
            ...shape,
            countries: "*",
            methods: [name],
            url: `${sandboxUrl}/bank`,
            token,
            webhookSecrets: [`secret of ${name}`],
          }),
        },
      ]),
    ),
    services: shapes.flatMap(([name, shape]) =>
      [deposit, withdrawal].map((service): ServiceConfig => ({
        ...service,
        asset: assetOf(shape, first.code).code,
        method: name,
        rail: name,
        // Amounts that fit the coarsest rail.
        min: "2",
        fee: { fixed: "1" },
      }))
    ),
  };
};
