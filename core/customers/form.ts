/**
 * What a page asks of a customer for one transfer: fields in the order in which they are asked, codes that are waited for,
 * and, for a withdrawal, what is known of the account to pay, masked.
 * @module
 */
import type { ReasonCode } from "../../plugins/outcome.ts";
import { choicesOf, mediaTypesFor, sep9Field } from "../../plugins/sep9/mod.ts";
import type { MediaType, NationalForm, Sep9Field, Sep9Kind } from "../../plugins/sep9/mod.ts";
import { masked, maskedAccount } from "../seps/masked-account.ts";
import type { Vault } from "../records/vault.ts";
import { accountAskedMs, type MayAsk } from "../transfers/account-asked.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { standingIn } from "./answer.ts";
import { textOf } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { accountNames, needOfTransfer } from "./need.ts";
import type { KycPolicy, Need } from "./need.ts";
import type { CustomerStatus, Standing } from "./standing.ts";
import { isUnsent } from "./to-verify.ts";

/** What a transfer's form follows from. */
export type FormTransfer =
  & MayAsk
  & Pick<
    Transfer,
    | "customerId"
    | "customerOwner"
    | "account"
    | "protocol"
    | "kind"
    | "country"
    | "tier"
    | "rail"
    | "kyc"
  >;

/** A field of a form. */
export interface FormField {
  /** Of SEP-9, canonical. */
  readonly name: string;
  readonly kind: Sep9Kind;
  readonly required: boolean;
  /** Whom or what it describes; `payout` is the account that a withdrawal is paid to. */
  readonly group: Sep9Field["about"] | "payout";
  /** The values that are taken, where they are few. */
  readonly choices?: readonly string[];
  /** National forms of which a value must have one; empty where none is demanded. */
  readonly forms: readonly NationalForm[];
  /** What files it takes; empty for text. */
  readonly media: readonly MediaType[];
  /** Why what was given before has to be given again. */
  readonly reason?: ReasonCode;
}

/** A value that waits for the code which was sent to it. */
export interface CodeField {
  /** Of SEP-9, canonical; the code is given as `<name>_verification`. */
  readonly name: string;
  /** Where the code went, masked. */
  readonly masked: string;
  /** False while it is on its way. */
  readonly isSent: boolean;
}

/** A form. */
export interface CustomerForm {
  readonly status: CustomerStatus;
  /** Why, in a rejection or a refusal that may be mended; safe to show. */
  readonly reason: ReasonCode | null;
  /** Required ones that are missing, those to be given again, optional ones. */
  readonly fields: readonly FormField[];
  readonly codes: readonly CodeField[];
  /** Names that were given and are not asked again. */
  readonly provided: readonly string[];
  /** The account to pay; null for deposits. */
  readonly payout: {
    /** Masked; null while none is known. */
    readonly known: string | null;
    /** All of its fields, those that are known too: for another account. */
    readonly fields: readonly FormField[];
  } | null;
}

/** What a form is read out of. */
export interface FormSources {
  readonly policy: KycPolicy;
  readonly vault: Vault;
}

/** What is asked of the customer for the transfer. @param country that the customer has given, or is giving */
export function needOfForm(
  policy: KycPolicy,
  transfer: FormTransfer,
  given: string | null,
): Need {
  const { protocol: type, kind, country, tier, rail, kyc } = transfer;
  const asked = { type, kind, country, tier, rail, kyc, accountAskedMs: accountAskedMs(transfer) };
  return needOfTransfer(policy, asked, given);
}

/**
 * The form.
 * @param options.given the country that the customer has given, or is giving
 * @param options.also names that are asked besides: what was known and does not fit what is being given
 */
export function formOf(
  { policy, vault }: FormSources,
  view: CustomerView | null,
  transfer: FormTransfer,
  { given, also = [] }: { readonly given: string | null; readonly also?: readonly string[] },
): CustomerForm {
  const need = needOfForm(policy, transfer, given);
  const stands = standingIn(view, need);
  const { formats } = policy.pack(given ?? transfer.country ?? undefined);
  const payoutNames = namesOfPayout(policy, transfer);
  const asked = (name: string, required: boolean): FormField => {
    const { kind, about } = sep9Field(name);
    const choices = kind === "id_type" ? need.idTypes : choicesOf[kind];
    const reason = reasonFor(stands, name);
    return {
      name,
      kind,
      required,
      group: payoutNames.includes(name) ? "payout" : about,
      forms: formats[name] ?? [],
      media: mediaTypesFor(kind),
      ...(choices === undefined ? {} : { choices }),
      ...(reason === null ? {} : { reason }),
    };
  };
  const besides = also.filter((name) => !stands.optional.includes(name));
  const required = [...new Set([...stands.missing, ...besides])].map((name) => asked(name, true));
  const optional = stands.optional.map((name) => asked(name, false));
  const names = new Set([...required, ...optional].map(({ name }) => name));
  return {
    status: stands.status,
    reason: stands.reason,
    fields: [
      ...required.filter(({ reason }) => reason === undefined),
      ...required.filter(({ reason }) => reason !== undefined),
      ...optional,
    ],
    codes: stands.toVerify.map((name) => ({
      name,
      masked: maskedPlace(view === null ? "" : textOf(vault, view, name) ?? ""),
      isSent: !isUnsent(view?.values.get(name)) && view?.values.get(name)?.verification !== "to_send",
    })),
    provided: Object.keys(stands.provided).filter((name) => !names.has(name)),
    payout: transfer.kind === "deposit" ? null : {
      known: maskedAccount(textsOf(vault, view, payoutNames)),
      fields: payoutNames.map((name) => asked(name, need.required.includes(name))),
    },
  };
}

function namesOfPayout(policy: KycPolicy, { kind, rail }: FormTransfer): readonly string[] {
  return kind === "deposit" ? [] : accountNames(policy.rails[rail]?.module.declares.payout ?? null);
}

function reasonFor({ provided }: Standing, name: string): ReasonCode | null {
  const given = provided[name];
  return given?.status === "REJECTED" ? given.reason ?? "other" : null;
}

function textsOf(
  vault: Vault,
  view: CustomerView | null,
  names: readonly string[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name): [string, string][] => {
    const text = view === null ? null : textOf(vault, view, name);
    return text === null ? [] : [[name, text]];
  }));
}

/** The end of a number; of an address of mail, where an end says nothing, its first letter and its domain. */
function maskedPlace(text: string): string {
  const [, first, domain] = /^(.).*(@[^@]+)$/su.exec(text) ?? [];
  return first === undefined || domain === undefined ? masked(text) : `${first}***${domain}`;
}
