/**
 * The sandbox's ledger: a Stellar network in one process that speaks Horizon's HTTP. What talks to it runs unchanged
 * against a real Horizon; what only a sandbox has (closing ledgers, misbehaving) stands beside it.
 * @module
 */
export { type Behaviour, behaviourSchema } from "./behaviours.ts";
export { controlRoutes } from "./horizon/control.ts";
export { friendbotRoutes } from "./horizon/friendbot.ts";
export { horizonRoutes } from "./horizon/mod.ts";
export { type Closing, createLedger, type Ledger, type LedgerOptions, type Snapshot } from "./ledger.ts";
export { seedAsset, type SeedOptions } from "./seed.ts";
