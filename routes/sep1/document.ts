/**
 * The content of `stellar.toml`, made from the running config (SEP-1 2.7.0): only servers that run are named, and the
 * network is the one whose passphrase signs (R-01-24, R-01-10).
 * @module
 */
import { stringify, type TomlTable } from "smol-toml";
import type { Anchor, Asset } from "../../core/config/anchor-runtime.ts";
import type { PrincipalConfig } from "../../core/config/anchor.ts";
import type { NetworkName } from "../../core/stellar/network.ts";

/** A room that is mounted and that wallets look for here. */
export type MountedRoom = keyof typeof SERVER_KEYS;

/** What the document needs to know of the running gateway. */
export interface TomlFacts {
  readonly network: NetworkName;
  readonly passphrase: string;
  /** Address that wallets use, without a path. */
  readonly publicUrl: string;
  /** Hosts on which the file is served. */
  readonly homeDomains: readonly string[];
  /** `G…` of the key that signs challenges and callbacks. */
  readonly signingKey: string;
  /** Our accounts that pay and receive, `G…`. */
  readonly accounts: readonly string[];
  readonly mounted: readonly MountedRoom[];
}

/** Room → its key in the file and its path behind `PUBLIC_URL` (DESIGN §6). */
export const SERVER_KEYS = {
  sep10: { key: "WEB_AUTH_ENDPOINT", path: "/auth" },
  sep6: { key: "TRANSFER_SERVER", path: "/sep6" },
  sep24: { key: "TRANSFER_SERVER_SEP0024", path: "/sep24" },
  sep12: { key: "KYC_SERVER", path: "/sep12" },
  sep31: { key: "DIRECT_PAYMENT_SERVER", path: "/sep31" },
  sep38: { key: "ANCHOR_QUOTE_SERVER", path: "/sep38" },
} as const;

/** Where the reserve's statement is, behind `PUBLIC_URL` (M-26). */
export const RESERVE_PATH = "/reserve";

/** The version of SEP-1 whose fields the file uses (R-01-9). */
export const SEP1_VERSION = "2.7.0";

/** The text of `stellar.toml`. */
export function writeStellarToml(
  anchor: Pick<Anchor, "organization" | "principals" | "assets" | "accountsListed">,
  facts: TomlFacts,
): string {
  const servers = facts.mounted.map((
    room,
  ) => [SERVER_KEYS[room].key, `${facts.publicUrl}${SERVER_KEYS[room].path}`]);
  return stringify(table({
    VERSION: SEP1_VERSION,
    NETWORK_PASSPHRASE: facts.passphrase,
    SIGNING_KEY: facts.signingKey,
    ACCOUNTS: [...new Set([...facts.accounts, ...anchor.accountsListed])],
    ...Object.fromEntries(servers),
    DOCUMENTATION: documentation(anchor.organization),
    PRINCIPALS: anchor.principals.map(principal),
    CURRENCIES: anchor.assets.map((asset) => currency(asset, facts)),
  }));
}

function documentation(organization: Anchor["organization"]): TomlTable {
  return table({
    ORG_NAME: organization.name,
    ORG_DBA: organization.dba,
    ORG_URL: organization.url,
    ORG_LOGO: organization.logo,
    ORG_DESCRIPTION: organization.description,
    ORG_PHYSICAL_ADDRESS: organization.physicalAddress,
    ORG_PHYSICAL_ADDRESS_ATTESTATION: organization.physicalAddressAttestation,
    ORG_PHONE_NUMBER: organization.phoneNumber,
    ORG_PHONE_NUMBER_ATTESTATION: organization.phoneNumberAttestation,
    ORG_KEYBASE: organization.keybase,
    ORG_TWITTER: organization.twitter,
    ORG_GITHUB: organization.github,
    ORG_OFFICIAL_EMAIL: organization.officialEmail,
    ORG_SUPPORT_EMAIL: organization.supportEmail,
    ORG_LICENSING_AUTHORITY: organization.licensingAuthority,
    ORG_LICENSE_TYPE: organization.licenseType,
    ORG_LICENSE_NUMBER: organization.licenseNumber,
  });
}

function principal(person: PrincipalConfig): TomlTable {
  return table({
    name: person.name,
    email: person.email,
    keybase: person.keybase,
    telegram: person.telegram,
    twitter: person.twitter,
    github: person.github,
    id_photo_hash: person.idPhotoHash,
    verification_photo_hash: person.verificationPhotoHash,
  });
}

function currency(asset: Asset, { publicUrl }: TomlFacts): TomlTable {
  return table({
    code: asset.code,
    issuer: asset.issuer,
    status: asset.status,
    display_decimals: BigInt(asset.displayDecimals),
    name: asset.name,
    desc: asset.description,
    conditions: asset.conditions,
    image: asset.image,
    ...supply(asset),
    is_asset_anchored: true,
    anchor_asset_type: "fiat",
    anchor_asset: asset.currency,
    redemption_instructions: asset.redemptionInstructions,
    attestation_of_reserve: `${publicUrl}${RESERVE_PATH}`,
  });
}

function supply({ supply }: Asset): TomlTable {
  switch (supply.kind) {
    case "unlimited":
      return { is_unlimited: true };
    case "fixed":
      return { fixed_number: BigInt(supply.amount) };
    case "max":
      return { max_number: BigInt(supply.amount) };
  }
}

/** A table without the keys that have no value: TOML has no null. */
function table(entries: { readonly [key: string]: TomlTable[string] | undefined }): TomlTable {
  const kept: TomlTable = {};
  for (const [key, value] of Object.entries(entries)) {
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) kept[key] = value;
  }
  return kept;
}
