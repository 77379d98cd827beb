/**
 * The shape of what `anchor.config.ts` returns. Types say the same in the editor; this says it at start, of values that
 * come from variables, and in words of what to write.
 * @module
 */
import { z } from "zod";
import type { BankRail } from "../../plugins/bank-rail.ts";
import type { KycProvider } from "../../plugins/kyc-provider.ts";
import { parseUnits } from "../../plugins/money.ts";
import { NATIONAL_FORMATS } from "../../plugins/sep9/mod.ts";
import { parseAccount } from "../auth/strkey.ts";
import { LANGUAGES } from "../i18n/languages.ts";
import { CUSTOMER_TYPES, type CustomerType } from "./customer-types.ts";
import { readWebUrl } from "./environment/spellings.ts";
import type { Mistake } from "./mistakes.ts";
import { pagesShape } from "./pages-shape.ts";

const matching = (pattern: RegExp, write: string) =>
  z.string({ error: write }).regex(pattern, { error: write });
const text = (max: number) =>
  z.string({ error: "write a text" }).trim().min(1, { error: "write a text" }).max(max, {
    error: `write at most ${max} characters`,
  });
const seconds = z.int({ error: "write whole seconds" }).min(1, { error: "write whole seconds, 1 or more" });
const amount = z.string({ error: 'write a decimal in quotes, such as "10.5"' }).refine(
  (value) => parseUnits(value) !== null,
  { error: 'write a plain decimal of at most 7 places, such as "10.5"' },
);
const account = z.string({ error: 'write an account ("G…")' }).refine(
  (value) => parseAccount(value)?.kind === "account",
  { error: 'write an account ("G…")' },
);
const url = z.string({ error: "write an address" }).refine((value) => readWebUrl(value) !== null, {
  error: "write an https:// address",
});
// A host without a dot is one on this machine: the sandbox is its own organization.
const email = z.union([z.email(), z.string().regex(/^[\w.+-]+@localhost$/)], {
  error: "write an e-mail address",
});
const currency = z.enum(Intl.supportedValuesOf("currency"), { error: "write an ISO 4217 code such as USD" });
const country = matching(/^[A-Z]{3}$/, "write an ISO 3166-1 alpha-3 code such as BRA");
const name = matching(
  /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  "write a name of lower-case letters, digits and single dashes",
);
const hash = matching(/^[0-9a-f]{64}$/, "write a SHA-256 of 64 lower-case hex digits");
const flag = z.boolean({ error: "write true or false" });

const organization = z.strictObject({
  name: text(200),
  dba: text(200).optional(),
  url,
  logo: url,
  description: text(2000),
  physicalAddress: text(500).optional(),
  physicalAddressAttestation: url.optional(),
  phoneNumber: matching(/^\+[1-9]\d{1,14}$/, "write an E.164 number such as +14155552671").optional(),
  phoneNumberAttestation: url.optional(),
  keybase: text(100).optional(),
  twitter: text(100).optional(),
  github: text(100).optional(),
  officialEmail: email,
  supportEmail: email,
  licensingAuthority: text(200).optional(),
  licenseType: text(200).optional(),
  licenseNumber: text(200).optional(),
});

const principal = z.strictObject({
  name: text(200),
  email,
  keybase: text(100).optional(),
  telegram: text(100).optional(),
  twitter: text(100).optional(),
  github: text(100).optional(),
  idPhotoHash: hash.optional(),
  verificationPhotoHash: hash.optional(),
});

const supply = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("unlimited") }),
  z.strictObject({
    kind: z.enum(["fixed", "max"]),
    amount: matching(/^[1-9]\d{0,14}$/, "write a whole number in quotes"),
  }),
], { error: 'write { kind: "unlimited" }, or "fixed" or "max" with an amount' });

const reserveRule = { tolerance: amount.optional(), stopsPayouts: flag.optional() };

const returnRule = z.strictObject({
  above: amount,
  perDay: z.int({ error: "write a whole number" }).min(1, { error: "write 1 or more" }).max(100, {
    error: "write at most 100",
  }).optional(),
});

const asset = z.strictObject({
  code: matching(/^[a-zA-Z0-9]{1,12}$/, "write 1 to 12 letters and digits"),
  issuer: account,
  currency,
  name: text(20),
  description: text(2000),
  status: z.enum(["live", "test", "private", "dead"], { error: "write live, test, private or dead" }),
  displayDecimals: z.int({ error: "write a whole number from 0 to 7" })
    .min(0, { error: "write a whole number from 0 to 7" }).max(7, {
      error: "write a whole number from 0 to 7",
    }),
  conditions: text(2000).optional(),
  image: url.optional(),
  redemptionInstructions: text(2000).optional(),
  supply,
  destination: z.strictObject({ startingBalance: amount.optional(), claimableBalances: flag.optional() })
    .optional(),
  returnUnmatched: returnRule.optional(),
  reserve: z.strictObject(reserveRule).optional(),
});

const percent = amount.refine((value) => (parseUnits(value) ?? 0n) < 1_000_000_000n, {
  error: "write percentage points below 100",
});

const amountRule = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["exact", "accept", "refund", "excess"]) }),
  z.strictObject({ kind: z.literal("tolerance"), percent }),
], { error: 'write one of the kinds "exact", "tolerance" with percent, "accept", "refund", "excess"' });

const service = z.strictObject({
  kind: z.enum(["deposit", "withdrawal"], { error: "write deposit or withdrawal" }),
  asset: text(12),
  method: text(64),
  countries: z.union([z.literal("*"), z.array(country).min(1)], {
    error: 'write "*" or a list of alpha-3 codes',
  }),
  rail: text(64),
  kyc: text(64),
  min: amount,
  max: amount,
  fee: z.strictObject({
    fixed: amount.optional(),
    percent: percent.optional(),
    minimum: amount.optional(),
    maximum: amount.optional(),
  }).optional(),
  amountRule: amountRule.optional(),
  refundFee: amount.optional(),
  onPayoutFailure: z.enum(["ask", "hold", "refund"], { error: "write ask, hold or refund" }).optional(),
  approvals: z.array(z.strictObject({
    by: z.union([z.literal(1), z.literal(2)], { error: "write 1 or 2" }),
    above: amount.optional(),
    newAccount: flag.optional(),
    nameMismatch: flag.optional(),
    riskFlag: flag.optional(),
  })).optional(),
  payWithin: seconds.optional(),
  eta: seconds.optional(),
});

const names = z.array(text(64));
const namesByType = z.union([
  names,
  z.strictObject({ sep6: names, sep24: names } satisfies Record<CustomerType, typeof names>),
], { error: `write a list of SEP-9 names, or one for each of ${CUSTOMER_TYPES.join(", ")}` });

const ownForm = z.strictObject({
  name: text(64),
  read: z.custom((value) => typeof value === "function"),
  texts: z.record(z.string(), text(200)).refine((texts) => Object.hasOwn(texts, "en")),
});
const forms = z.array(
  z.union([z.enum(Object.keys(NATIONAL_FORMATS)), ownForm], {
    error: `write some of ${
      Object.keys(NATIONAL_FORMATS).join(", ")
    }, or { name, read, texts } with an English text`,
  }),
).min(1, { error: "write at least one form" });

const tier = z.strictObject({
  name,
  upTo: amount.optional(),
  fields: namesByType,
  optionalFields: namesByType.optional(),
  levels: z.record(z.string(), text(64)),
});

const isKyc = (value: unknown): value is KycProvider => contractOf(value) === "kyc-provider/1";
const isRail = (value: unknown): value is BankRail => contractOf(value) === "bank-rail/1";
const instances = (isModule: (value: unknown) => boolean, write: string) =>
  z.record(name, z.strictObject({ module: z.custom(isModule, { error: write }), retired: flag.optional() }));

const shape = z.strictObject({
  organization,
  principals: z.array(principal),
  assets: z.array(asset).min(1, { error: "write at least one asset" }),
  kyc: instances(isKyc, "call the factory of a KYC provider (contract kyc-provider/1)"),
  rails: instances(isRail, "call the factory of a bank rail (contract bank-rail/1)"),
  services: z.array(service).min(1, { error: "write at least one service" }),
  countries: z.record(
    z.union([z.literal("*"), country], { error: 'name it "*" or by an alpha-3 code such as BRA' }),
    z.strictObject({
      tiers: z.array(tier).min(1, { error: "write at least one tier" }),
      period: z.enum(["day", "30 days"], { error: 'write "day" or "30 days"' }).optional(),
      limits: z.strictObject({ "day": amount.optional(), "30 days": amount.optional() }).optional(),
      formats: z.record(text(64), forms).optional(),
    }),
  ),
  auth: z.strictObject({
    challengeSeconds: seconds.max(3600, { error: "write at most 3600" }).optional(),
    tokenSeconds: seconds.optional(),
    threshold: z.enum(["medium", "high"], { error: "write medium or high" }).optional(),
    clientDomains: z.strictObject({
      allow: z.array(text(253)).optional(),
      deny: z.array(text(253)).optional(),
      required: flag.optional(),
    }).optional(),
    clientSignedHeader: flag.optional(),
  }).optional(),
  pages: pagesShape.optional(),
  reserve: z.strictObject({ ...reserveRule, auditor: url.optional() }).optional(),
  ledger: z.strictObject({
    feeCap: amount.refine((value) => {
      const stroops = parseUnits(value) ?? 0n;
      return stroops >= 200n && stroops <= 10_000_000n;
    }, { error: 'write XLM from "0.00002" to "1"' }).optional(),
  }).optional(),
  returnUnmatchedXlm: returnRule.optional(),
  retentionDays: z.int({ error: "write whole days" }).min(1, { error: "write whole days, 1 or more" }).max(
    36_500,
    {
      error: "write at most 36500 days",
    },
  ).optional(),
  languages: z.array(z.enum(LANGUAGES, { error: `write some of ${LANGUAGES.join(", ")}` })).optional(),
  treasuryAccounts: z.array(account).optional(),
  accountsListed: z.array(account).optional(),
});

/** What is wrong with the values of a config, each by itself. */
export function shapeMistakes(config: unknown): readonly Mistake[] {
  const result = shape.safeParse(config);
  return result.success ? [] : result.error.issues.flatMap(mistakesOf);
}

function mistakesOf(issue: z.core.$ZodIssue): Mistake[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      where: pathOf([...issue.path, key]),
      write: "leave it out: no such setting",
    }));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => ({ where: pathOf(issue.path), write: message }));
  }
  return [{ where: pathOf(issue.path), write: issue.message }];
}

/** A path as it is written in the config: `services[0].min`, `countries["*"].tiers`. */
export function pathOf(path: readonly PropertyKey[]): string {
  const parts = path.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    const text = String(key);
    return /^[a-z_]\w*$/i.test(text) ? `.${text}` : `[${JSON.stringify(text)}]`;
  });
  return parts.join("").replace(/^\./, "") || "the config";
}

function contractOf(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, "contract") : undefined;
}
