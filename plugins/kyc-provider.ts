/**
 * `KycProvider`: the contract of a module that decides whether a person may use the service.
 *
 * A case is one review of one customer for one type at one level. A case stays with the instance that opened it.
 * Nothing that a provider says in a message is believed before `readCase` confirms it, so late, doubled and disordered
 * news changes nothing.
 * @module
 */
import type { Outcome, ReasonCode } from "./outcome.ts";
import type { Ports } from "./ports.ts";
import type { WebhookReading, WebhookRequest } from "./webhook.ts";

/** What a provider is like. */
export interface KycDeclaration {
  /** ISO 3166-1 alpha-3 codes that it serves, or `*`. */
  readonly countries: "*" | readonly string[];
  /**
   * How it takes data: SEP-9 values, documents as files, or a page of its own. Without `fields` its page asks for all that a
   * level lists, and nobody is asked any of it on a form; with both, the page asks for what the level needs and was not
   * given yet.
   */
  readonly takes: { readonly fields: boolean; readonly documents: boolean; readonly hosted: boolean };
  /**
   * Levels by name, from the lightest: which SEP-9 names each cannot do without, and which it can also take. The config
   * maps its tiers to these names.
   */
  readonly levels: Readonly<
    Record<string, { readonly needs: readonly string[]; readonly takes: readonly string[] }>
  >;
  /** Values of `id_type` that it accepts, by country (alpha-3) or `*`. */
  readonly idTypes?: Readonly<Record<string, readonly string[]>>;
  /** How its page is shown; `null` where it has none. */
  readonly hosted: null | {
    readonly shown: "redirect" | "frame";
    /** Origins that the page needs in our content security policy: its own, and those that it leads through. */
    readonly origins: readonly string[];
    /** Browser features that a frame needs, for example `camera`. */
    readonly permissions: readonly string[];
  };
  /** How news arrives, and after how many seconds a case in review is asked about again. */
  readonly news: { readonly webhook: boolean; readonly pollEverySeconds: number };
  /** SEP-9 names whose possession it can verify by a code (`mobile_number`, `email_address`). */
  readonly verifies: readonly string[];
  /** Whether it can erase what it holds. */
  readonly erases: boolean;
}

/** A document or photo. */
export interface KycDocument {
  /** SEP-9 name of the binary field. */
  readonly field: string;
  readonly bytes: Uint8Array;
  /** Media type found in the content, not the one that was declared. */
  readonly mediaType: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** What a provider says of one field at once. */
export type FieldReport = Readonly<
  Record<string, { readonly status: "accepted" | "processing" | "rejected"; readonly reason?: ReasonCode }>
>;

/**
 * A case as the provider sees it, the only source of truth.
 *
 * - `collecting`: it waits for what is in `missing`
 * - `processing`: it works
 * - `accepted`, until `validUntil` where set
 * - `retry`: refused, and may be tried again with other values for the rejected fields
 * - `rejected`: refused for good
 * - `expired`: the case ran out; a new one may be opened
 */
export interface KycCase {
  readonly state: "collecting" | "processing" | "accepted" | "retry" | "rejected" | "expired";
  /** Grows with every change, compared as a number; an older revision changes nothing. */
  readonly revision: number;
  /** SEP-9 names still to be given. */
  readonly missing: readonly string[];
  readonly fields: FieldReport;
  /** Seconds since 1970. */
  readonly validUntil?: number;
  readonly reasons: readonly { readonly code: ReasonCode; readonly providerCode?: string }[];
  /** What it read from documents, for comparing names. Personal data: sealed at rest, never logged. */
  readonly verified?: Readonly<Record<string, string>>;
  /** Flags that ask for an operator (P14). */
  readonly risk?: {
    readonly politicallyExposed?: boolean;
    readonly sanctions?: boolean;
    readonly adverseMedia?: boolean;
  };
}

/** News of a case; `case` only where the body is trusted, and even then core asks again when in doubt. */
export interface KycEvent {
  /** The provider's reference of the case, or our key. */
  readonly ref?: string;
  readonly caseKey?: string;
}

/** A code that is to be sent. */
export interface CodeRequest {
  /** One sending; begins with the customer's id as the keys of cases do. */
  readonly key: string;
  /** SEP-9 name, one of `verifies`. */
  readonly field: string;
  /** Where the code goes. Personal data. */
  readonly value: string;
  /** BCP 47. */
  readonly language?: string;
}

/** What a provider says of a code. */
export type CodeCheck = "right" | "wrong" | "expired";

/** The contract; see the module's text. */
export interface KycProvider {
  /** The module's id, as listed in `kyc-providers/mod.ts`. */
  readonly id: string;
  readonly contract: "kyc-provider/1";
  readonly declares: KycDeclaration;
  /** Texts of the module's own: language → key → text; English at least. */
  readonly texts?: Readonly<Record<string, Readonly<Record<string, string>>>>;

  /** Makes the account at the provider ready, as in `BankRail`. */
  prepare?(ports: Ports): Promise<Outcome<void>>;

  /**
   * Opens a case. Idempotent on `caseKey`: called again it answers the same reference; a provider without such keys is
   * searched first.
   */
  openCase(
    request: {
      readonly caseKey: string;
      /** One of the declared levels. */
      readonly level: string;
      /** SEP-9 names and values. */
      readonly fields: Readonly<Record<string, string>>;
      /** BCP 47. */
      readonly language?: string;
    },
    ports: Ports,
  ): Promise<Outcome<{ readonly ref: string }>>;

  /** Adds or replaces values. */
  submitFields(
    ref: string,
    fields: Readonly<Record<string, string>>,
    ports: Ports,
  ): Promise<Outcome<FieldReport>>;

  /** Adds or replaces a document; only where `takes.documents`. */
  submitDocument?(ref: string, document: KycDocument, ports: Ports): Promise<Outcome<FieldReport>>;

  /**
   * Tells the provider that all is given and the review may begin. Idempotent. What a person gives on the provider's page is
   * begun by that page: then this is not called.
   */
  startReview(ref: string, ports: Ports): Promise<Outcome<void>>;

  /** The truth about a case. */
  readCase(ref: string, ports: Ports): Promise<Outcome<KycCase | null>>;

  /**
   * A page of the provider's own, for a case that is open, whatever is still missing in it; made on demand and never stored.
   * Its address has one of the declared origins. Only where `takes.hosted`.
   */
  hostedPage?(
    ref: string,
    request: { readonly returnUrl: string; readonly language?: string },
    ports: Ports,
  ): Promise<Outcome<{ readonly url: string; readonly validUntil: number; readonly singleUse: boolean }>>;

  /**
   * Sends a code to whoever holds a value; only for names in `verifies`. No case is needed: a value is verified as soon as
   * it was given, before a review can begin. Idempotent on `key`: called again it answers the same reference and sends
   * nothing more. A value that nothing can be sent to is `invalid_input`. Attempts, expiry and how often codes are sent
   * are core's.
   */
  sendCode?(request: CodeRequest, ports: Ports): Promise<Outcome<{ readonly codeRef: string }>>;

  /** Checks a code; core calls it again for the same code only when the answer was lost. */
  checkCode?(codeRef: string, code: string, ports: Ports): Promise<Outcome<CodeCheck>>;

  /** Verifies a webhook over its raw bytes and says which cases to look at. */
  readWebhook?(request: WebhookRequest, ports: Ports): Promise<WebhookReading<KycEvent>>;

  /** References that changed after `cursor`, for lost webhooks. */
  listChanged?(
    cursor: string | null,
    ports: Ports,
  ): Promise<Outcome<{ readonly refs: readonly string[]; readonly next: string; readonly more: boolean }>>;

  /** Erases what the provider holds of a case; only where `erases`. */
  erase?(
    ref: string,
    ports: Ports,
  ): Promise<Outcome<{ readonly erased: boolean; readonly keptUntil?: number }>>;
}
