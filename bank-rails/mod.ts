/**
 * The rails that come with the gateway: id → lazy loader, so that only what a config uses is loaded.
 * @module
 */

/** Loaders of the factories, by module id. */
export const bankRails = {
  sandbox: async () => (await import("./sandbox/mod.ts")).sandboxBank,
} as const;
