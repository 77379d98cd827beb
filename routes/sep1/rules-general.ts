/**
 * The rules of SEP-1 about servers, keys, the organization, its people and its validators, as data.
 * @module
 */
import { addressKind } from "../../core/auth/strkey.ts";
import { type MountedRoom, SERVER_KEYS } from "./document.ts";
import { hostOf, isSecure, type Reading, textAt, textsAt } from "./reading.ts";

/** One rule: which requirement, how strong, and what of the file breaks it. */
export interface Rule {
  readonly id: string;
  readonly level: "must" | "should";
  /** One sentence for each fault; none when the rule is kept. */
  readonly faults: (reading: Reading) => readonly string[];
}

/** A fault of `says` when `isRight` is false. */
export const when = (isRight: boolean, says: string): readonly string[] => isRight ? [] : [says];

const ALL_SERVERS = [
  "FEDERATION_SERVER",
  "TRANSFER_SERVER",
  "TRANSFER_SERVER_SEP0024",
  "KYC_SERVER",
  "WEB_AUTH_ENDPOINT",
  "WEB_AUTH_FOR_CONTRACTS_ENDPOINT",
  "DIRECT_PAYMENT_SERVER",
  "ANCHOR_QUOTE_SERVER",
];

const PRINCIPAL_KEYS = new Set([
  "name",
  "email",
  "keybase",
  "telegram",
  "twitter",
  "github",
  "id_photo_hash",
  "verification_photo_hash",
]);

/** A server is named exactly when its room is mounted. */
function named(room: MountedRoom): Rule["faults"] {
  const { key, path } = SERVER_KEYS[room];
  return ({ file, facts }) =>
    facts.mounted.includes(room)
      ? when(file[key] === `${facts.publicUrl}${path}`, `${key} is not ${facts.publicUrl}${path}`)
      : [];
}

/** Rules about the file's top level. */
export const SERVER_RULES: readonly Rule[] = [
  {
    id: "R-01-9",
    level: "should",
    faults: ({ file }) => when(/^\d+\.\d+\.\d+$/.test(textAt(file, "VERSION") ?? ""), "VERSION is missing"),
  },
  {
    id: "R-01-10",
    level: "must",
    faults: ({ file, facts }) =>
      when(file["NETWORK_PASSPHRASE"] === facts.passphrase, "NETWORK_PASSPHRASE is not the one that signs"),
  },
  {
    id: "R-01-11",
    level: "must",
    faults: ({ file, facts }) =>
      ALL_SERVERS.filter((key) => key in file && !isSecure(file[key], facts))
        .map((key) => `${key} is not an https:// address`),
  },
  {
    id: "R-01-12",
    level: "should",
    faults: ({ file }) =>
      ALL_SERVERS.filter((key) => textAt(file, key)?.endsWith("/")).map((key) => `${key} ends with a slash`),
  },
  {
    id: "R-01-13",
    level: "must",
    faults: ({ file, facts }) =>
      "WEB_AUTH_ENDPOINT" in file || "WEB_AUTH_FOR_CONTRACTS_ENDPOINT" in file || "SIGNING_KEY" in file
        ? when(
          addressKind(textAt(file, "SIGNING_KEY") ?? "") === "account" &&
            file["SIGNING_KEY"] === facts.signingKey,
          "SIGNING_KEY is not the account that signs challenges",
        )
        : [],
  },
  { id: "R-01-15", level: "must", faults: named("sep6") },
  { id: "R-01-16", level: "must", faults: named("sep24") },
  { id: "R-01-17", level: "must", faults: named("sep12") },
  {
    id: "R-01-18",
    level: "must",
    faults: ({ file }) =>
      when(
        !("DIRECT_PAYMENT_SERVER" in file) || "KYC_SERVER" in file,
        "DIRECT_PAYMENT_SERVER needs KYC_SERVER",
      ),
  },
  { id: "R-01-19", level: "must", faults: named("sep38") },
  {
    id: "R-01-20",
    level: "must",
    faults: ({ file }) => {
      const together = ("WEB_AUTH_FOR_CONTRACTS_ENDPOINT" in file) === ("WEB_AUTH_CONTRACT_ID" in file);
      const contract = !("WEB_AUTH_CONTRACT_ID" in file) ||
        addressKind(textAt(file, "WEB_AUTH_CONTRACT_ID") ?? "") === "contract";
      return [
        ...when(together, "WEB_AUTH_FOR_CONTRACTS_ENDPOINT and WEB_AUTH_CONTRACT_ID belong together"),
        ...when(contract, "WEB_AUTH_CONTRACT_ID is not a contract (C…)"),
      ];
    },
  },
  {
    id: "R-01-21",
    level: "must",
    faults: ({ file }) => {
      const accounts = textsAt(file, "ACCOUNTS");
      const isList = !("ACCOUNTS" in file) || accounts.length > 0;
      return when(
        isList && accounts.every((each) => addressKind(each) === "account"),
        "ACCOUNTS holds what is no account",
      );
    },
  },
  {
    id: "R-01-22",
    level: "should",
    faults: ({ file, facts }) =>
      facts.accounts.filter((each) => !textsAt(file, "ACCOUNTS").includes(each)).map((each) =>
        `ACCOUNTS lacks ${each}`
      ),
  },
  {
    id: "R-01-23",
    level: "should",
    faults: ({ file }) => when(!("AUTH_SERVER" in file), "AUTH_SERVER is deprecated"),
  },
  {
    id: "R-01-24",
    level: "must",
    faults: ({ file, facts }) => {
      const running = new Set<string>(facts.mounted.map((room) => SERVER_KEYS[room].key));
      return ALL_SERVERS.filter((key) => key in file && !running.has(key)).map((key) =>
        `${key} names what does not run`
      );
    },
  },
  {
    id: "R-01-25",
    level: "must",
    faults: ({ file }) =>
      when(
        !("URI_REQUEST_SIGNING_KEY" in file) ||
          addressKind(textAt(file, "URI_REQUEST_SIGNING_KEY") ?? "") === "account",
        "URI_REQUEST_SIGNING_KEY is no account",
      ),
  },
];

/** Rules about `[DOCUMENTATION]`, `[[PRINCIPALS]]` and `[[VALIDATORS]]`. */
export const ORGANIZATION_RULES: readonly Rule[] = [
  {
    id: "R-01-26",
    level: "should",
    faults: ({ documentation }) =>
      ["ORG_NAME", "ORG_URL", "ORG_DESCRIPTION", "ORG_LOGO", "ORG_OFFICIAL_EMAIL"]
        .filter((key) => !textAt(documentation, key)).map((key) => `DOCUMENTATION lacks ${key}`),
  },
  {
    id: "R-01-27",
    level: "must",
    faults: ({ documentation, facts }) => {
      if (!("ORG_URL" in documentation)) return [];
      const hosts = facts.homeDomains.map((domain) => hostOf(`https://${domain}`));
      return [
        ...when(isSecure(documentation["ORG_URL"], facts), "ORG_URL is not an https:// address"),
        ...when(
          hosts.includes(hostOf(textAt(documentation, "ORG_URL"))),
          `ORG_URL is not on a home domain (${facts.homeDomains.join(", ")})`,
        ),
      ];
    },
  },
  {
    id: "R-01-28",
    level: "must",
    faults: ({ documentation, facts }) =>
      ["ORG_PHYSICAL_ADDRESS_ATTESTATION", "ORG_PHONE_NUMBER_ATTESTATION"].filter((key) => {
        const host = hostOf(textAt(documentation, key));
        const isOurs = host !== null && host === hostOf(textAt(documentation, "ORG_URL"));
        return key in documentation && !(isOurs && isSecure(documentation[key], facts));
      }).map((key) => `${key} is not on the domain of ORG_URL`),
  },
  {
    id: "R-01-29",
    level: "must",
    faults: ({ documentation }) =>
      when(
        !("ORG_PHONE_NUMBER" in documentation) ||
          /^\+[1-9]\d{1,14}$/.test(textAt(documentation, "ORG_PHONE_NUMBER") ?? ""),
        "ORG_PHONE_NUMBER is not in E.164",
      ),
  },
  {
    id: "R-01-30",
    level: "must",
    faults: ({ documentation }) => {
      const host = hostOf(textAt(documentation, "ORG_URL"))?.replace(/^www\./, "");
      const domain = (textAt(documentation, "ORG_OFFICIAL_EMAIL") ?? "").split("@")[1]?.toLowerCase();
      return when(
        !("ORG_OFFICIAL_EMAIL" in documentation) || (domain !== undefined && domain === host),
        "ORG_OFFICIAL_EMAIL is not at the domain of ORG_URL",
      );
    },
  },
  {
    id: "R-01-31",
    level: "must",
    faults: ({ principals }) =>
      principals.flatMap((person, index) => [
        ...Object.keys(person).filter((key) => !PRINCIPAL_KEYS.has(key))
          .map((key) => `principal ${index + 1} has the unknown key ${key}`),
        ...["id_photo_hash", "verification_photo_hash"]
          .filter((key) => key in person && !/^[0-9a-f]{64}$/.test(textAt(person, key) ?? ""))
          .map((key) => `principal ${index + 1} has a ${key} that is no SHA-256 in lower-case hex`),
      ]),
  },
  {
    id: "R-01-45",
    level: "must",
    faults: ({ validators }) =>
      validators.filter((each) => !/^[a-z0-9-]{2,16}$/.test(textAt(each, "ALIAS") ?? ""))
        .map((_, index) => `validator ${index + 1} has a wrong ALIAS`),
  },
];
