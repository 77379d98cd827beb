/**
 * The contract tests: run them over a module and a stand-in of its provider, and the module is done when they pass.
 * @module
 */
export { bankRailContract, type RailCall, type RailStandIn, type RailSubject } from "./bank-rail.ts";
export {
  type Decision,
  type KycCall,
  kycProviderContract,
  type KycStandIn,
  type KycSubject,
} from "./kyc-provider.ts";
export type { CallFault, WebhookFault } from "./outcomes.ts";
export { openTestPorts, type TestPorts, type TestPortsOptions } from "./ports.ts";
