/**
 * Where `ledger/network.ts` was before; for importers that do not know of the move yet.
 * @module
 */
export * from "./ledger/network.ts";
