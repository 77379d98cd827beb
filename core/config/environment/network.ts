/**
 * Which Stellar network the gateway stands on.
 * @module
 */
import { type NetworkName, NETWORKS } from "../../stellar/network.ts";
import { readWebUrl, withoutSlash } from "./spellings.ts";
import type { Variables } from "./variables.ts";

/** A network with what the environment overrides. */
export interface NetworkChoice {
  readonly network: NetworkName;
  readonly passphrase: string;
  /** Without a slash at its end; null on the sandbox network where the sandbox's own ledger is meant. */
  readonly horizonUrl: string | null;
}

/** The network's name, `sandbox` when unset; null when it is none of the three. */
export function readNetworkName(text: string | null): NetworkName | null {
  const asked = text ?? "sandbox";
  return asked === "sandbox" || asked === "testnet" || asked === "public" ? asked : null;
}

/** Reads `NETWORK_PASSPHRASE` and `HORIZON_URL`. */
export function readNetwork(variables: Variables, network: NetworkName): NetworkChoice {
  const defaults = NETWORKS[network];
  const passphrase = variables.text("NETWORK_PASSPHRASE") ?? defaults.passphrase;
  // A test network under the public passphrase would sign real payments with test settings, and the reverse.
  const isPublic = passphrase === NETWORKS.public.passphrase;
  const isTest = passphrase === NETWORKS.testnet.passphrase;
  if ((network === "public" && isTest) || (network !== "public" && isPublic)) {
    variables.wrong("NETWORK_PASSPHRASE", `leave it out, or write the passphrase of the ${network} network`);
  }
  const given = variables.text("HORIZON_URL");
  if (given === null) return { network, passphrase, horizonUrl: defaults.horizonUrl };
  const url = readWebUrl(given);
  // A test network often runs in containers beside the gateway, and nothing on it is worth a forged answer.
  const mayBePlain = network !== "public";
  if (url === null || (url.protocol !== "https:" && !mayBePlain)) {
    variables.wrong(
      "HORIZON_URL",
      `write an ${mayBePlain ? "http:// or " : ""}https:// address without a query`,
    );
  }
  return { network, passphrase, horizonUrl: withoutSlash(given) };
}
