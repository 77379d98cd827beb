/**
 * The KYC providers that come with the gateway: id → lazy loader, so that only what a config uses is loaded.
 * @module
 */

/** Loaders of the factories, by module id. */
export const kycProviders = {
  sandbox: async () => (await import("./sandbox/mod.ts")).sandboxKyc,
} as const;
