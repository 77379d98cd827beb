/**
 * What an operator writes in `anchor.config.ts`: typed, so that a mistake shows in the editor, and checked again at start.
 * Amounts are decimal strings in the asset's own unit; durations are seconds.
 * @module
 */
import type { BankRail } from "../../plugins/bank-rail.ts";
import type { KycProvider } from "../../plugins/kyc-provider.ts";
import type { NationalForm } from "../../plugins/sep9/mod.ts";
import type { NamesByType } from "./customer-types.ts";

/** A module under a name of its own. Records keep the name; `retired` finishes what it began and gets nothing new. */
export interface Instance<Module> {
  readonly module: Module;
  readonly retired?: boolean;
}

/**
 * A fee: `fixed` in units of the asset plus `percent` in percentage points, but never less than `minimum` or more than
 * `maximum`. Rounded down to 7 decimals. With a bound, or with methods of one asset whose fees differ, SEP-6 cannot say it
 * in `/info`, and serves `/fee`.
 */
export interface FeeRule {
  readonly fixed?: string;
  readonly percent?: string;
  readonly minimum?: string;
  readonly maximum?: string;
}

/**
 * What happens when another amount arrives than was announced (M-18). `exact` and `tolerance` (percentage points either
 * way) put what does not fit before an operator; `accept` takes what came within the limits; `refund` sends it back: tokens
 * to the account that sent them, money at a bank where the rail can, else it waits for an operator; `excess` does the same
 * with too little, and of too much sends back what is above what was announced, less `refundFee`, and then pays the rest.
 */
export type AmountRule =
  | { readonly kind: "exact" }
  | { readonly kind: "tolerance"; readonly percent: string }
  | { readonly kind: "accept" }
  | { readonly kind: "refund" }
  | { readonly kind: "excess" };

/**
 * A last step by hand (P14): so many different operators have to agree before what fits is paid out. Without a condition it
 * fits every payout.
 */
export interface ApprovalRuleConfig {
  readonly by: 1 | 2;
  /** Fits payouts of more than this. */
  readonly above?: string;
  /** Fits the first payout of a customer to an account. */
  readonly newAccount?: boolean;
  /**
   * Fits where the customer's name is not that of who paid a deposit, or of the account that a withdrawal pays: words
   * without case, accents and order. A name that the bank does not tell, or does not vouch for, fits too.
   */
  readonly nameMismatch?: boolean;
  /** Fits while the KYC provider's word on the customer carries a flag: politically exposed, sanctions, adverse media. */
  readonly riskFlag?: boolean;
}

/** One way to deposit or withdraw an asset: which rail and which KYC provider serve it, with limits and fee. */
export interface ServiceConfig {
  readonly kind: "deposit" | "withdrawal";
  /** Asset code. */
  readonly asset: string;
  /** Name of the SEP-6 `funding_method`; the rail must declare it. */
  readonly method: string;
  /** ISO 3166-1 alpha-3 codes, or `*`. The first service that fits wins. */
  readonly countries: "*" | readonly string[];
  /** Name of an instance in `rails`. */
  readonly rail: string;
  /** Name of an instance in `kyc`. */
  readonly kyc: string;
  readonly min: string;
  readonly max: string;
  readonly fee?: FeeRule;
  readonly amountRule?: AmountRule;
  /** What the customer bears of each payment that is sent back; nothing when absent. */
  readonly refundFee?: string;
  /**
   * Withdrawals: what becomes of one whose bank payout finally failed or came back. `hold`, when absent: an operator
   * decides; `refund`: the tokens go back to the account that sent them; `ask`: the customer is asked for another account,
   * which is paid then, and an operator decides once that has failed several times.
   */
  readonly onPayoutFailure?: "ask" | "hold" | "refund";
  /** Which payouts wait until operators have agreed; none when absent. Of several rules that fit the strictest holds. */
  readonly approvals?: readonly ApprovalRuleConfig[];
  /** Seconds that the user has to pay; 24 hours when absent. */
  readonly payWithin?: number;
  /** Seconds until a transfer is usually done, for `eta`. */
  readonly eta?: number;
}

/** The last 24 hours, or the last 30 days. */
export type Period = "day" | "30 days";

/**
 * A step of customer knowledge (P5): whoever moves up to `upTo` in the pack's period needs these SEP-9 fields, reviewed at
 * `level` of the provider.
 */
export interface TierConfig {
  readonly name: string;
  /** Largest sum in the asset's unit that this tier allows in the period; absent in the last tier only. */
  readonly upTo?: string;
  /** SEP-9 names that are asked: of everybody, or by SEP-12 type (`{ sep6: [...], sep24: [...] }`). */
  readonly fields: readonly string[] | NamesByType;
  /** SEP-9 names that may be given and are not needed. */
  readonly optionalFields?: readonly string[] | NamesByType;
  /** Which level of which provider's declaration, by instance name. */
  readonly levels: Readonly<Record<string, string>>;
}

/** What customers of a country are asked; the pack of `*` serves countries without one. */
export interface CountryPack {
  /** From the lightest to the heaviest. */
  readonly tiers: readonly TierConfig[];
  /** Over which `upTo` counts what a customer moves, deposits and withdrawals of an asset together; `30 days` when absent. */
  readonly period?: Period;
  /** Sums in the asset's unit beyond which nothing more is served, whatever the tier. */
  readonly limits?: Readonly<Partial<Record<Period, string>>>;
  /**
   * National forms that values must have beyond SEP-9's own, by SEP-9 name: names of `NATIONAL_FORMATS`, or forms of your
   * own. One of them is enough. Those of `*` hold while a customer's country is not known.
   * @example
   * formats: { tax_id: ["cpf"], bank_account_number: ["iban"] }
   */
  readonly formats?: Readonly<Record<string, readonly NationalForm[]>>;
}

/** An asset that is anchored one to one in a currency. */
export interface AssetConfig {
  /** 1 to 12 letters and digits. */
  readonly code: string;
  /** `G…` */
  readonly issuer: string;
  /** ISO 4217 code of what stands behind one token. */
  readonly currency: string;
  /** SEP-1 `[[CURRENCIES]]` facts. */
  readonly name: string;
  readonly description: string;
  readonly status: "live" | "test" | "private" | "dead";
  readonly displayDecimals: number;
  readonly conditions?: string;
  readonly image?: string;
  readonly redemptionInstructions?: string;
  /** One of the three of R-01-37. */
  readonly supply: { readonly kind: "unlimited" } | {
    readonly kind: "fixed" | "max";
    readonly amount: string;
  };
  /** What is done when the destination is not ready (M-8). */
  readonly destination?: {
    /** XLM with which missing accounts are created; absent: such deposits are refused. */
    readonly startingBalance?: string;
    /** Whether claimable balances are used where the wallet agrees. */
    readonly claimableBalances?: boolean;
  };
  /**
   * Money and tokens of this asset that match no transfer go back by themselves (M-20), but never to a customer who owes us
   * (M-21); absent: an operator decides.
   */
  readonly returnUnmatched?: ReturnRuleConfig;
  /** What differs for this asset from {@link AnchorConfig.reserve}. */
  readonly reserve?: Omit<ReserveConfig, "auditor">;
}

/**
 * What goes back by itself, by the path of an operator's order: once for a payment, and never to an account to which
 * something went back within the last day.
 */
export interface ReturnRuleConfig {
  /** Payments of more than this, in the asset's unit; smaller ones wait for an operator. */
  readonly above: string;
  /** So many payments of one payer within a day, whatever the addresses they came from; 3 when absent. */
  readonly perDay?: number;
}

/** What a difference between the books and a bank or the ledger comes to, when nobody can explain it (M-26). */
export interface ReserveConfig {
  /** In the asset's unit; what is above it in two readings on end raises an alarm. `1` when absent. */
  readonly tolerance?: string;
  /** Whether payouts of the asset then rest until an operator closes the alarm; no when absent. */
  readonly stopsPayouts?: boolean;
  /** `https://` address at which your auditor publishes; stands in the statement. */
  readonly auditor?: string;
}

/** How payments on the ledger are sent. All has defaults. */
export interface LedgerConfig {
  /**
   * XLM that one operation may cost at most (M-7): what is offered follows what others pay, up to this, and full ledgers
   * make a payment wait rather than cost more. From `0.00002` to `1`; `0.01` when absent.
   */
  readonly feeCap?: string;
}

/** SEP-1 `[DOCUMENTATION]`. */
export interface OrganizationConfig {
  readonly name: string;
  readonly dba?: string;
  /** `https://` and on the home domain. */
  readonly url: string;
  readonly logo: string;
  readonly description: string;
  readonly physicalAddress?: string;
  readonly physicalAddressAttestation?: string;
  /** E.164. */
  readonly phoneNumber?: string;
  readonly phoneNumberAttestation?: string;
  readonly keybase?: string;
  readonly twitter?: string;
  readonly github?: string;
  readonly officialEmail: string;
  readonly supportEmail: string;
  readonly licensingAuthority?: string;
  readonly licenseType?: string;
  readonly licenseNumber?: string;
}

/** SEP-1 `[[PRINCIPALS]]`. */
export interface PrincipalConfig {
  readonly name: string;
  readonly email: string;
  readonly keybase?: string;
  readonly telegram?: string;
  readonly twitter?: string;
  readonly github?: string;
  /** SHA-256, lower-case hex. */
  readonly idPhotoHash?: string;
  readonly verificationPhotoHash?: string;
}

/** SEP-10 choices. All have defaults. */
export interface AuthConfig {
  /** Seconds a challenge lives; 900. */
  readonly challengeSeconds?: number;
  /** Seconds a token lives; 86400. */
  readonly tokenSeconds?: number;
  /** Which threshold of the account its signers must reach; `medium`. */
  readonly threshold?: "medium" | "high";
  readonly clientDomains?: {
    /** Only these, when set. */
    readonly allow?: readonly string[];
    readonly deny?: readonly string[];
    readonly required?: boolean;
  };
  /** Demand the client-signed header on `GET /auth` (R-10-42); off. */
  readonly clientSignedHeader?: boolean;
}

/** How the pages of SEP-24 look and behave. All has defaults. */
export interface PagesConfig {
  /** What people call the anchor; `organization.dba` or `organization.name` when absent. */
  readonly name?: string;
  /** `https://` and on the home domain; `organization.logo` when absent and there, else none is shown. */
  readonly logo?: string;
  /**
   * `#rrggbb`. The accent is that of buttons and links, so it has to read well on white; what stands on it is white when
   * absent.
   */
  readonly colors?: { readonly accent?: string; readonly onAccent?: string };
  /** `https:` or `mailto:`; the organization's `supportEmail` when absent. */
  readonly supportUrl?: string;
  /** Origins (`https://wallet.example`) whose pages may frame ours, or `*`; none when absent. */
  readonly frameAncestors?: "*" | readonly string[];
  /** Seconds after which a page that waits looks again; 10. */
  readonly refreshSeconds?: number;
  /** `https://` address with `{hash}` where a transaction of the ledger is shown; by network when absent. */
  readonly explorer?: string;
  /** What a withdrawal above what the paying account holds meets on the page; `refuse`. */
  readonly balanceCheck?: "refuse" | "warn";
}

/** The whole of `anchor.config.ts`. */
export interface AnchorConfig {
  readonly organization: OrganizationConfig;
  readonly principals: readonly PrincipalConfig[];
  readonly assets: readonly AssetConfig[];
  readonly kyc: Readonly<Record<string, Instance<KycProvider>>>;
  readonly rails: Readonly<Record<string, Instance<BankRail>>>;
  readonly services: readonly ServiceConfig[];
  /** By ISO 3166-1 alpha-3 code; `*` is needed. */
  readonly countries: Readonly<Record<string, CountryPack>>;
  readonly auth?: AuthConfig;
  readonly pages?: PagesConfig;
  readonly reserve?: ReserveConfig;
  readonly ledger?: LedgerConfig;
  /** XLM that was sent to us goes back by itself (M-20), as {@link AssetConfig.returnUnmatched}; absent: an operator decides. */
  readonly returnUnmatchedXlm?: ReturnRuleConfig;
  /**
   * For how many days what is personal in a transfer is kept after it is over (DESIGN §4.6): the account that was paid,
   * payers, instructions. What law demands; 5 × 365 when absent.
   */
  readonly retentionDays?: number;
  /** Languages offered, BCP 47, English among them; all that `locales/` holds when absent. */
  readonly languages?: readonly string[];
  /** Accounts of the treasury (M-13): what they send is no customer's. */
  readonly treasuryAccounts?: readonly string[];
  readonly accountsListed?: readonly string[];
}

/** What the config function is handed: values of the environment, so that nothing but variables differs between stages (P1). */
export interface ConfigInputs {
  /** A secret or setting that the config names. A missing one stops the start, together with all other mistakes. */
  readonly env: (name: string) => string;
  /** Like `env` with a default. */
  readonly envOr: (name: string, otherwise: string) => string;
  readonly network: "sandbox" | "testnet" | "public";
  /** `PUBLIC_URL` without a slash at its end. */
  readonly publicUrl: string;
  /** Where the sandbox bank and KYC bureau answer; a loopback address. Absent on the public network. */
  readonly sandboxUrl: string;
  /** Key that the sandbox bank and KYC bureau ask of their modules. */
  readonly sandboxKey: string;
}

/** What `anchor.config.ts` exports. */
export type ConfigFunction = (inputs: ConfigInputs) => Promise<AnchorConfig>;

/** Gives the config its types; returns its argument. */
export function defineAnchor(config: ConfigFunction): ConfigFunction {
  return config;
}
