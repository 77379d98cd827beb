/**
 * Changes of the default config by name, with arguments that JSON can carry: what a journey says in its own process, and
 * what its gateways do in theirs.
 * @module
 */
import type { AnchorConfig, AssetConfig, CountryPack, ServiceConfig } from "../../core/config/anchor.ts";
import { everyBankShape } from "./bank-shapes.ts";
import type { ChangeConfig } from "./gateway.ts";

/** A change of the default config. */
export type Setting =
  /** A rail and two services for each shape of a bank. */
  | { readonly is: "every bank shape" }
  /** One tier, which asks for a mobile number. */
  | { readonly is: "mobile number asked" }
  /** Limits, whatever the tier. */
  | { readonly is: "limited"; readonly limits: NonNullable<CountryPack["limits"]> }
  /** How long is kept what transfers need of a customer. */
  | { readonly is: "retention"; readonly days: number }
  /** Other services, of one kind or of both; and what is done about destinations. */
  | {
    readonly is: "services";
    readonly kind?: ServiceConfig["kind"];
    readonly change: Partial<ServiceConfig>;
    readonly destination?: NonNullable<AssetConfig["destination"]>;
  };

/** What a setting does. */
export function changeOf(setting: Setting): ChangeConfig {
  switch (setting.is) {
    case "every bank shape":
      return everyBankShape;
    case "mobile number asked":
      return (config) => ({ ...config, countries: { "*": { tiers: [ASKS_NUMBER] } } });
    case "limited":
      return (config) => limited(config, setting.limits);
    case "retention":
      return (config) => ({ ...config, retentionDays: setting.days });
    case "services":
      return (config) => ({
        ...config,
        assets: config.assets.map((asset) => ({
          ...asset,
          ...(setting.destination ? { destination: setting.destination } : {}),
        })),
        services: config.services.map((service) =>
          setting.kind === undefined || setting.kind === service.kind
            ? { ...service, ...setting.change }
            : service
        ),
      });
  }
}

const ASKS_NUMBER = {
  name: "all",
  fields: ["first_name", "last_name", "email_address", "mobile_number"],
  levels: { bureau: "basic" },
};

function limited(config: AnchorConfig, limits: NonNullable<CountryPack["limits"]>): AnchorConfig {
  const countries = Object.entries(config.countries).map(([country, pack]) => [country, { ...pack, limits }]);
  return { ...config, countries: Object.fromEntries(countries) };
}
