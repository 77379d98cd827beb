/**
 * Whether the issuer's account on the ledger points to the gateway's `stellar.toml` (W6): wallets begin there, so an
 * issuer that points elsewhere hides its anchor.
 * @module
 */
import { Account, BASE_FEE, Operation, TimeoutInfinite, TransactionBuilder } from "@stellar/stellar-sdk/base";
import type { Horizon } from "./horizon.ts";

/** What the ledger says of one issuer. */
export type HomeDomainFinding =
  | { readonly kind: "points_here"; readonly issuer: string; readonly domain: string }
  | {
    readonly kind: "points_elsewhere";
    readonly issuer: string;
    /** What is set now; null for nothing. */
    readonly found: string | null;
    /** What to set. */
    readonly domain: string;
    /** An unsigned transaction that sets it, XDR in base64; null when the domain is too long for the ledger. */
    readonly xdr: string | null;
  }
  | { readonly kind: "no_account"; readonly issuer: string };

/** Bytes that the ledger keeps of a home domain. */
const MAX_DOMAIN = 32;

/**
 * Reads an issuer's home domain.
 * @param options.homeDomains any of them is right; the first is what to set
 * @throws HorizonUnavailable when Horizon cannot answer
 */
export async function findHomeDomain(
  horizon: Pick<Horizon, "account">,
  options: {
    readonly issuer: string;
    readonly homeDomains: readonly [string, ...string[]];
    readonly passphrase: string;
  },
): Promise<HomeDomainFinding> {
  const { issuer, homeDomains: [domain, ...others], passphrase } = options;
  const account = await horizon.account(issuer);
  if (account.kind === "not_found") return { kind: "no_account", issuer };
  const found = account.homeDomain || null;
  if (found !== null && [domain, ...others].includes(found)) {
    return { kind: "points_here", issuer, domain: found };
  }
  const fits = new TextEncoder().encode(domain).length <= MAX_DOMAIN;
  const xdr = fits ? settingTransaction(issuer, account.sequence, domain, passphrase) : null;
  return { kind: "points_elsewhere", issuer, found, domain, xdr };
}

/** The finding as lines for a person: what is, and what to do. */
export function describeHomeDomain(finding: HomeDomainFinding): readonly string[] {
  const { issuer } = finding;
  switch (finding.kind) {
    case "points_here":
      return [`The issuer ${issuer} points here: its home domain is ${finding.domain}.`];
    case "no_account":
      return [`The issuer ${issuer} is not on this network: create its account, then run this again.`];
    case "points_elsewhere": {
      const now = finding.found === null ? "has no home domain" : `points to ${finding.found}`;
      if (finding.xdr === null) {
        return [
          `The issuer ${issuer} ${now}, and ${finding.domain} is longer than the ${MAX_DOMAIN} bytes of a home domain:`,
          "put a shorter one first in HOME_DOMAIN.",
        ];
      }
      return [
        `The issuer ${issuer} ${now}, not to this gateway: wallets will not find the anchor.`,
        `Send the operation set_options with home_domain = "${finding.domain}" and nothing else, from the issuer,`,
        "signed with the medium threshold of its signers. This transaction does it; sign and submit it:",
        finding.xdr,
      ];
    }
  }
}

/** Without time bounds: the issuer's key may lie in a safe, and the sequence number makes it good once only. */
function settingTransaction(
  issuer: string,
  sequence: bigint,
  homeDomain: string,
  networkPassphrase: string,
): string {
  return new TransactionBuilder(new Account(issuer, sequence.toString()), {
    fee: BASE_FEE,
    networkPassphrase,
  })
    .addOperation(Operation.setOptions({ homeDomain }))
    .setTimeout(TimeoutInfinite)
    .build()
    .toXdr();
}
