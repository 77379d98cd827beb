/**
 * The rules of SEP-1 about `[[CURRENCIES]]`, and the stricter ones of the public checks (sep-01.md, trap 8), as data.
 * @module
 */
import { addressKind } from "../../core/auth/strkey.ts";
import { NETWORKS } from "../../core/stellar/network.ts";
import { isSecure, nameOf, type Reading, type Table, textAt, textsAt } from "./reading.ts";
import { type Rule, when } from "./rules-general.ts";

const ANCHOR_TYPES = ["fiat", "crypto", "nft", "stock", "bond", "commodity", "realestate", "other"];

/** Types that the public checks know. */
const CHECKED_TYPES = ANCHOR_TYPES.filter((type) => type !== "nft");

/** A rule over each fully described entry: what is said of the entries that break it. */
function each(
  id: string,
  isRight: (entry: Table, reading: Reading) => boolean,
  says: string,
): Rule {
  return {
    id,
    level: "must",
    faults: (reading) =>
      reading.described.flatMap((entry, index) =>
        when(isRight(entry, reading), `${nameOf(entry, index)} ${says}`)
      ),
  };
}

const oneOf = (key: string, values: readonly string[]) => (entry: Table) =>
  !(key in entry) || values.includes(textAt(entry, key) ?? "");

/** Rules about `[[CURRENCIES]]`. */
export const CURRENCY_RULES: readonly Rule[] = [
  each("R-01-32", (entry) => {
    const code = textAt(entry, "code") ?? textAt(entry, "code_template") ?? "";
    return code.length > 0 && code.length <= 12;
  }, "has no code of at most 12 characters"),
  each("R-01-33", (entry) => {
    const issuer = addressKind(textAt(entry, "issuer") ?? "") === "account";
    const contract = addressKind(textAt(entry, "contract") ?? "") === "contract";
    return issuer ? !("contract" in entry) : contract && !("issuer" in entry);
  }, "needs either an issuer (G…) or a contract (C…)"),
  each("R-01-34", oneOf("status", ["live", "dead", "test", "private"]), "has an unknown status"),
  each("R-01-35", (entry) => {
    const decimals = entry["display_decimals"];
    return decimals === undefined ||
      (Number.isInteger(decimals) && Number(decimals) >= 0 && Number(decimals) <= 7);
  }, "has display_decimals that are no whole number from 0 to 7"),
  each(
    "R-01-36",
    (entry) => !("name" in entry) || (textAt(entry, "name") ?? "x".repeat(21)).length <= 20,
    "has a name longer than 20 characters",
  ),
  each(
    "R-01-37",
    (entry) => ["fixed_number", "max_number", "is_unlimited"].filter((key) => key in entry).length === 1,
    "needs exactly one of fixed_number, max_number and is_unlimited",
  ),
  each("R-01-38", oneOf("anchor_asset_type", ANCHOR_TYPES), "has an unknown anchor_asset_type"),
  {
    id: "R-01-39",
    level: "should",
    faults: ({ described, facts }) =>
      facts.assets.filter(({ code, issuer }) =>
        !described.some((entry) => entry["code"] === code && entry["issuer"] === issuer)
      ).map(({ code }) => `${code} is offered and has no entry in CURRENCIES`),
  },
  {
    id: "R-01-40",
    level: "must",
    faults: ({ currencies }) =>
      currencies.flatMap((entry, index) =>
        when(
          !("toml" in entry) || Object.keys(entry).length === 1,
          `${nameOf(entry, index)} has keys beside toml`,
        )
      ),
  },
  each(
    "R-01-42",
    (entry, { facts }) =>
      entry["regulated"] !== true ||
      (isSecure(entry["approval_server"], facts) && (textAt(entry, "approval_criteria") ?? "") !== ""),
    "is regulated and needs approval_server and approval_criteria",
  ),
  each("R-01-43", (entry) => {
    const lengths = ["collateral_addresses", "collateral_address_messages", "collateral_address_signatures"]
      .map((key) => textsAt(entry, key).length);
    return new Set(lengths).size === 1;
  }, "has collateral lists of different lengths"),
  each("R-01-44", (entry, { facts }) => {
    const addresses = textsAt(entry, "collateral_addresses");
    return textsAt(entry, "collateral_address_messages")
      .every((statement, index) => isStatement(statement, entry, addresses[index] ?? "", facts.now));
  }, "has a collateral statement of another wording or of more than a year ahead"),
];

/** What the public conformance checks ask beyond the spec. */
export const PUBLIC_CHECK_RULES: readonly Rule[] = [
  {
    id: "public checks",
    level: "should",
    faults: ({ file }) =>
      when(
        [NETWORKS.public.passphrase, NETWORKS.testnet.passphrase].includes(
          textAt(file, "NETWORK_PASSPHRASE") ?? "",
        ),
        "NETWORK_PASSPHRASE is neither the public network's nor testnet's",
      ),
  },
  {
    id: "public checks",
    level: "should",
    faults: ({ currencies }) => when(currencies.length > 0, "CURRENCIES is missing"),
  },
  {
    id: "public checks",
    level: "should",
    faults: ({ described }) =>
      described.flatMap((entry, index) => [
        ...["code", "desc", "status", "is_asset_anchored", "anchor_asset_type"].filter((key) =>
          !(key in entry)
        )
          .map((key) => `${nameOf(entry, index)} lacks ${key}`),
        ...when(
          oneOf("anchor_asset_type", CHECKED_TYPES)(entry),
          `${nameOf(entry, index)} has an unknown anchor_asset_type`,
        ),
      ]),
  },
  {
    id: "public checks",
    level: "should",
    faults: (reading) =>
      [...urlsOf(reading.documentation), ...reading.described.flatMap(urlsOf)].flatMap(([key, url]) => [
        ...when(isSecure(url, reading.facts), `${key} is not an https:// address`),
        ...when(!url.endsWith("/"), `${key} ends with a slash`),
      ]),
  },
];

function urlsOf(table: Table): readonly [string, string][] {
  const keys = ["ORG_URL", "ORG_LOGO", "image", "attestation_of_reserve", "approval_server"];
  return keys.flatMap((key): [string, string][] => {
    const url = textAt(table, key);
    return url === null ? [] : [[key, url]];
  });
}

/** The fixed statement of SEP-1: signatures cover it byte for byte. */
function isStatement(statement: string, entry: Table, address: string, now: number): boolean {
  const begin =
    `The assets in the account ${address} are reserved to back ${textAt(entry, "code")} issued by ` +
    `${textAt(entry, "issuer")} on Stellar. Valid from `;
  const [, from = "", to = ""] = /^(\S+) to (\S+)\.$/.exec(statement.slice(begin.length)) ?? [];
  const end = Date.parse(to);
  return statement.startsWith(begin) && isDate(from) && isDate(to) && Date.parse(from) <= end &&
    end <= aYearAfter(now);
}

function aYearAfter(now: number): number {
  return new Date(now).setUTCFullYear(new Date(now).getUTCFullYear() + 1);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2}))?$/.test(text) && !Number.isNaN(Date.parse(text));
}
