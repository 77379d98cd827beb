/**
 * From a checked config to the anchor that the program uses.
 * @module
 */
import { parseUnits } from "../../plugins/money.ts";
import { canonicalName } from "../../plugins/sep9/mod.ts";
import { isLanguage, LANGUAGES } from "../i18n/languages.ts";
import type { Fee } from "../money/fees.ts";
import { DEFAULT_FEE_CAP } from "../stellar/fee.ts";
import type { AmountRule, AnchorConfig, CountryPack, FeeRule, ServiceConfig } from "./anchor.ts";
import {
  type AmountRuleUnits,
  type Anchor,
  type Asset,
  type AuthChoices,
  type Pack,
  serves,
  type Service,
  type Tier,
} from "./anchor-runtime.ts";
import { namesByType } from "./customer-types.ts";
import { buildPages, type PagesPlace } from "./pages.ts";
import { buildReserve } from "./reserve.ts";
import { buildReturns } from "./returns.ts";

/** Seconds that a user has to pay where a service does not say. */
const PAY_WITHIN = 86_400;
/** Days; what laws against money laundering ask for in most countries. */
const RETENTION_DAYS = 5 * 365;

/** Builds the anchor. @throws TypeError for a config that was not checked */
export function buildAnchor(config: AnchorConfig, place: PagesPlace): Anchor {
  const assets = config.assets.map((asset): Asset => ({ ...asset, id: `${asset.code}:${asset.issuer}` }));
  const asset = (code: string) => assets.find((each) => each.code === code) ?? null;
  const services = config.services.map((service) => buildService(service, asset));
  const { packs, pack } = buildPacks(config.countries);
  const { organization, principals, kyc, rails } = config;

  const servicesFor: Anchor["servicesFor"] = ({ kind, asset: code, method, country }) =>
    services.filter((service) =>
      (kind === undefined || service.kind === kind) &&
      (code === undefined || service.asset.code === code) &&
      (method === undefined || service.method === method) &&
      serves(service, country)
    );
  return {
    organization,
    principals,
    assets,
    kyc,
    rails,
    services,
    packs,
    auth: buildAuth(config.auth),
    pages: buildPages(config, place),
    reserve: buildReserve(config),
    feeCap: parseUnits(config.ledger?.feeCap ?? "") ?? DEFAULT_FEE_CAP,
    returnRuleOf: buildReturns(config),
    retentionDays: config.retentionDays ?? RETENTION_DAYS,
    languages: config.languages?.filter(isLanguage) ?? LANGUAGES,
    treasuryAccounts: config.treasuryAccounts ?? [],
    accountsListed: config.accountsListed ?? [],
    asset,
    service: (query) => servicesFor(query)[0] ?? null,
    servicesFor,
    pack,
  };
}

/** A fee rule in exact integers. @throws TypeError for a rule that was not checked */
export function feeOf(rule: FeeRule | undefined): Fee {
  return {
    fixed: unitsOf(rule?.fixed ?? "0"),
    percent: unitsOf(rule?.percent ?? "0"),
    ...(rule?.minimum === undefined ? {} : { minimum: unitsOf(rule.minimum) }),
    ...(rule?.maximum === undefined ? {} : { maximum: unitsOf(rule.maximum) }),
  };
}

function buildService(config: ServiceConfig, assetOf: (code: string) => Asset | null): Service {
  const { kind, method, countries, rail, kyc } = config;
  const asset = assetOf(config.asset);
  if (!asset) throw unchecked("services");
  return {
    kind,
    asset,
    method,
    countries,
    rail,
    kyc,
    min: unitsOf(config.min),
    max: unitsOf(config.max),
    fee: feeOf(config.fee),
    amountRule: ruleOf(config.amountRule ?? { kind: "exact" }),
    refundFee: unitsOf(config.refundFee ?? "0"),
    onPayoutFailure: config.onPayoutFailure ?? "hold",
    approvals: (config.approvals ?? []).map(({ by, above, newAccount, nameMismatch, riskFlag }) => ({
      by,
      above: above === undefined ? null : unitsOf(above),
      newAccount: newAccount ?? false,
      nameMismatch: nameMismatch ?? false,
      riskFlag: riskFlag ?? false,
    })),
    payWithin: config.payWithin ?? PAY_WITHIN,
    eta: config.eta ?? null,
  };
}

/** The packs and how one is found. @throws TypeError for a config that was not checked */
export function buildPacks(countries: AnchorConfig["countries"]): Pick<Anchor, "packs" | "pack"> {
  const packs = Object.entries(countries).map(([country, pack]) => buildPack(country, pack));
  const elsewhere = packs.find(({ country }) => country === "*");
  if (!elsewhere) throw unchecked("countries");
  return { packs, pack: (country) => packs.find((pack) => pack.country === country) ?? elsewhere };
}

function buildPack(country: string, { tiers, period, limits = {}, formats = {} }: CountryPack): Pack {
  const [lightest, ...others] = tiers.map((tier): Tier => ({
    name: tier.name,
    upTo: tier.upTo === undefined ? null : unitsOf(tier.upTo),
    fields: namesByType(tier.fields),
    optionalFields: namesByType(tier.optionalFields ?? []),
    levels: tier.levels,
  }));
  if (!lightest) throw unchecked("countries");
  const { day, "30 days": month } = limits;
  return {
    country,
    period: period ?? "30 days",
    limits: {
      ...(day === undefined ? {} : { day: unitsOf(day) }),
      ...(month === undefined ? {} : { "30 days": unitsOf(month) }),
    },
    tiers: [lightest, ...others],
    formats: Object.fromEntries(
      Object.entries(formats).map(([field, forms]) => [canonicalName(field) ?? field, forms]),
    ),
  };
}

function buildAuth(config: AnchorConfig["auth"] = {}): AuthChoices {
  return {
    challengeSeconds: config.challengeSeconds ?? 900,
    tokenSeconds: config.tokenSeconds ?? 86_400,
    threshold: config.threshold ?? "medium",
    clientSignedHeader: config.clientSignedHeader ?? false,
    clientDomains: {
      allow: config.clientDomains?.allow ?? null,
      deny: config.clientDomains?.deny ?? [],
      required: config.clientDomains?.required ?? false,
    },
  };
}

function ruleOf(rule: AmountRule): AmountRuleUnits {
  return rule.kind === "tolerance"
    ? { kind: rule.kind, percent: unitsOf(rule.percent) }
    : { kind: rule.kind };
}

function unitsOf(decimal: string): bigint {
  const units = parseUnits(decimal);
  if (units === null) throw unchecked("an amount");
  return units;
}

function unchecked(where: string): TypeError {
  return new TypeError(`Cannot build the anchor: ${where} of the config was not checked`);
}
