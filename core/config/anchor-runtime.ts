/**
 * The anchor as the program uses it: what `anchor.config.ts` says, checked, with amounts in exact integers and every
 * default filled in.
 * @module
 */
import type { BankRail } from "../../plugins/bank-rail.ts";
import type { KycProvider } from "../../plugins/kyc-provider.ts";
import type { NationalForm } from "../../plugins/sep9/mod.ts";
import type { Language } from "../i18n/languages.ts";
import type { Fee } from "../money/fees.ts";
import type { ApprovalRule } from "../transfers/approval-rules.ts";
import type {
  AssetConfig,
  AuthConfig,
  Instance,
  OrganizationConfig,
  Period,
  PrincipalConfig,
} from "./anchor.ts";
import type { NamesByType } from "./customer-types.ts";
import type { PagesChoices } from "./pages.ts";
import type { ReturnRule } from "../unmatched/return-rules.ts";
import type { ReserveChoices } from "./reserve.ts";

export type { Period } from "./anchor.ts";

/** An asset; `id` is its SEP-11 form without the scheme, `CODE:ISSUER`. */
export interface Asset extends Omit<AssetConfig, "reserve"> {
  readonly id: string;
}

/** What happens when another amount arrives than was announced (M-18); `percent` in units of 10⁻⁷ of a percentage point. */
export type AmountRuleUnits =
  | { readonly kind: "exact" | "accept" | "refund" | "excess" }
  | { readonly kind: "tolerance"; readonly percent: bigint };

/** One way to deposit or withdraw an asset. */
export interface Service {
  readonly kind: "deposit" | "withdrawal";
  readonly asset: Asset;
  /** SEP-6 `funding_method`. */
  readonly method: string;
  /** ISO 3166-1 alpha-3 codes, or `*`. */
  readonly countries: "*" | readonly string[];
  /** Name of the rail's instance, and of the KYC provider's. */
  readonly rail: string;
  readonly kyc: string;
  /** Units of 10⁻⁷, both ends included; whole multiples of the rail's `minUnit`. */
  readonly min: bigint;
  readonly max: bigint;
  readonly fee: Fee;
  readonly amountRule: AmountRuleUnits;
  /** What the customer bears of each payment that goes back (M-19). */
  readonly refundFee: bigint;
  /** What becomes of a withdrawal whose bank payout finally failed or came back (M-21). */
  readonly onPayoutFailure: "ask" | "hold" | "refund";
  /** Which payouts wait for operators; none when absent. */
  readonly approvals?: readonly ApprovalRule[];
  /** Seconds that the user has to pay. */
  readonly payWithin: number;
  /** Seconds until a transfer is usually done; null when nothing is promised. */
  readonly eta: number | null;
}

/** A step of customer knowledge. */
export interface Tier {
  readonly name: string;
  /** Units of 10⁻⁷, itself included; null in a last tier without an end. */
  readonly upTo: bigint | null;
  readonly fields: NamesByType;
  readonly optionalFields: NamesByType;
  /** KYC instance → level of its module. */
  readonly levels: Readonly<Record<string, string>>;
}

/** Milliseconds of the periods over which sums are counted. */
export const PERIOD_MS: Readonly<Record<Period, number>> = {
  "day": 86_400_000,
  "30 days": 30 * 86_400_000,
};

/** What customers of a country are asked, from the lightest tier to the heaviest, and how much they may move. */
export interface Pack {
  /** The key in `countries`: an alpha-3 code or `*`. */
  readonly country: string;
  /** Over which the tiers count what was moved. */
  readonly period: Period;
  /** Beyond which nothing more is served, whatever the tier; units of 10⁻⁷. */
  readonly limits: Readonly<Partial<Record<Period, bigint>>>;
  readonly tiers: readonly [Tier, ...Tier[]];
  /** National forms that values must have, by the SEP-9 name that we write. */
  readonly formats: Readonly<Record<string, readonly NationalForm[]>>;
}

/** SEP-10 choices with their defaults. */
export interface AuthChoices extends Required<Omit<AuthConfig, "clientDomains">> {
  readonly clientDomains: {
    /** Only these; null allows all that are not denied. */
    readonly allow: readonly string[] | null;
    readonly deny: readonly string[];
    readonly required: boolean;
  };
}

/** What a transfer looks for in the services. */
export interface ServiceQuery {
  readonly kind: "deposit" | "withdrawal";
  /** Asset code. */
  readonly asset: string;
  /** SEP-6 `funding_method`; any when absent. */
  readonly method?: string | undefined;
  /** Alpha-3 code of the customer's country; any when it is not known. */
  readonly country?: string | undefined;
}

/** The anchor. */
export interface Anchor {
  readonly organization: OrganizationConfig;
  readonly principals: readonly PrincipalConfig[];
  readonly assets: readonly Asset[];
  /** By instance name, retired ones included. */
  readonly kyc: Readonly<Record<string, Instance<KycProvider>>>;
  readonly rails: Readonly<Record<string, Instance<BankRail>>>;
  readonly services: readonly Service[];
  readonly packs: readonly Pack[];
  readonly auth: AuthChoices;
  /** How the pages of SEP-24 look and behave. */
  readonly pages: PagesChoices;
  /** What an unexplained difference comes to, and who audits (M-26). */
  readonly reserve: ReserveChoices;
  /** Most that one operation on the ledger may cost, in stroops (M-7). */
  readonly feeCap: bigint;
  /** What goes back by itself of an asset (`CODE:ISSUER`, `native`), `null`: nothing (M-20). */
  readonly returnRuleOf: (asset: string) => ReturnRule | null;
  /** Days for which what is personal in a transfer is kept after it is over. */
  readonly retentionDays: number;
  readonly languages: readonly Language[];
  readonly treasuryAccounts: readonly string[];
  readonly accountsListed: readonly string[];
  /** The asset of a code, or null. */
  readonly asset: (code: string) => Asset | null;
  /** The first service that fits, or null. */
  readonly service: (query: ServiceQuery) => Service | null;
  /** All services that fit, in the order of the config. */
  readonly servicesFor: (query: Partial<ServiceQuery>) => readonly Service[];
  /** The country's pack, else that of `*`. */
  readonly pack: (country?: string) => Pack;
}

/**
 * The tier that a sum needs (P5); without a sum the lightest one.
 * @param units what the customer moves in the period, this transfer included; null when it is not known yet
 * @returns null when the sum is above what any tier allows
 */
export function tierFor(pack: Pick<Pack, "tiers">, units: bigint | null): Tier | null {
  if (units === null) return pack.tiers[0];
  return pack.tiers.find(({ upTo }) => upTo === null || units <= upTo) ?? null;
}

/** The last tier of a pack: what is asked when no lighter one is known to be enough. */
export function heaviestOf({ tiers }: Pack): Tier {
  return tiers.at(-1) ?? tiers[0];
}

/** Whether a service serves a country; one that is not known yet may be any. */
export function serves(service: Pick<Service, "countries">, country: string | undefined): boolean {
  return country === undefined || service.countries === "*" || service.countries.includes(country);
}
