/**
 * The default config for chaos: what does not fit goes back by itself, so that every transfer has an end; and a rail for each
 * thing that customers of chaos meet beside it.
 * @module
 */
import config from "../../anchor.config.ts";
import { bankRails } from "../../bank-rails/mod.ts";
import { kycProviders } from "../../kyc-providers/mod.ts";
import type { ConfigFunction, ServiceConfig } from "../../core/config/anchor.ts";

/** Funding method of the rail whose customers keep an address. */
export const STANDING = "standing_address";
/** Of the rail that has no statement: its webhooks alone tell of money. */
export const TOLD = "told";
/** Of the rail whose transfers are to be paid at once. */
export const HASTY = "hasty";
/** Withdrawals by it wait until two operators have agreed. */
export const BY_HAND = "by_hand";
/** What is not exactly what was said waits for an operator. */
export const EXACT = "exact";
/** Withdrawals by it ask for another account where the bank cannot pay the one that was given. */
export const ASKING = "asking";

/** Seconds between two readings of a statement: a webhook may have met a process that was dead. */
const POLL_SECONDS = 1;
/** Seconds of the database's clock, which every death moves on by more than a minute. */
const PAY_WITHIN_SECONDS = 300;

/** The config of a gateway whose bank and bureau answer at `sandboxUrl`. */
export function chaosConfig(sandboxUrl: string): ConfigFunction {
  return async (inputs) => {
    const given = await config({ ...inputs, sandboxUrl });
    const sandboxBank = await bankRails.sandbox();
    const sandboxKyc = await kycProviders.sandbox();
    const bank = {
      url: `${sandboxUrl}/bank`,
      token: inputs.sandboxKey,
      currency: "USD",
      pollEverySeconds: POLL_SECONDS,
    };
    /** Accounts of a bank have secrets of their own. */
    const besides = (name: string, method: string) => ({
      ...bank,
      methods: [method],
      webhookSecrets: [`secret of ${name}`],
    });
    const services = given.services.map((service): ServiceConfig => ({
      ...service,
      amountRule: { kind: "refund" },
      ...(service.kind === "withdrawal" ? { onPayoutFailure: "refund" } : {}),
    }));
    /** Services like these on another rail. */
    const on = (
      rail: string,
      method: string,
      kinds: readonly ServiceConfig["kind"][],
      change: Partial<ServiceConfig> = {},
    ) =>
      services.filter(({ kind }) => kinds.includes(kind)).map((service) => ({
        ...service,
        method,
        rail,
        ...change,
      }));
    return {
      ...given,
      rails: {
        "bank": { module: sandboxBank({ ...bank, methods: ["bank_account", BY_HAND, EXACT, ASKING] }) },
        "standing": { module: sandboxBank({ ...besides("standing", STANDING), address: "per_customer" }) },
        "told": { module: sandboxBank({ ...besides("told", TOLD), pollEverySeconds: null }) },
        "hasty": { module: sandboxBank(besides("hasty", HASTY)) },
      },
      // Asks no photographs, which would be many.
      kyc: {
        "bureau": {
          module: sandboxKyc({ url: `${sandboxUrl}/kyc`, token: inputs.sandboxKey, documents: false }),
        },
      },
      services: [
        ...services,
        ...on("standing", STANDING, ["deposit"]),
        ...on("told", TOLD, ["deposit"]),
        ...on("hasty", HASTY, ["deposit", "withdrawal"], { payWithin: PAY_WITHIN_SECONDS }),
        ...on("bank", BY_HAND, ["withdrawal"], { approvals: [{ by: 2 }] }),
        ...on("bank", EXACT, ["deposit", "withdrawal"], { amountRule: { kind: "exact" } }),
        ...on("bank", ASKING, ["withdrawal"], { onPayoutFailure: "ask" }),
      ],
    };
  };
}
