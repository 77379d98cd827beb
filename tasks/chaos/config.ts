/**
 * The default config for chaos: what does not fit goes back by itself, so that every transfer has an end; and a second rail,
 * on which a customer keeps one address.
 * @module
 */
import config from "../../anchor.config.ts";
import { bankRails } from "../../bank-rails/mod.ts";
import type { ConfigFunction, ServiceConfig } from "../../core/config/anchor.ts";

/** Funding method of the rail whose customers keep an address. */
export const STANDING = "standing_address";

/** Seconds between two readings of a statement: a webhook may have met a process that was dead. */
const POLL_SECONDS = 1;

/** The config of a gateway whose bank and bureau answer at `sandboxUrl`. */
export function chaosConfig(sandboxUrl: string): ConfigFunction {
  return async (inputs) => {
    const given = await config({ ...inputs, sandboxUrl });
    const sandboxBank = await bankRails.sandbox();
    const bank = {
      url: `${sandboxUrl}/bank`,
      token: inputs.sandboxKey,
      currency: "USD",
      pollEverySeconds: POLL_SECONDS,
    };
    const services = given.services.map((service): ServiceConfig => ({
      ...service,
      amountRule: { kind: "refund" },
      ...(service.kind === "withdrawal" ? { onPayoutFailure: "refund" } : {}),
    }));
    const standing = services.filter(({ kind }) => kind === "deposit").map((service) => ({
      ...service,
      method: STANDING,
      rail: "standing",
    }));
    return {
      ...given,
      rails: {
        "bank": { module: sandboxBank(bank) },
        "standing": {
          module: sandboxBank({
            ...bank,
            address: "per_customer",
            methods: [STANDING],
            webhookSecrets: ["secret of standing"],
          }),
        },
      },
      services: [...services, ...standing],
    };
  };
}
