/**
 * The form of a sketch: how a real provider's calls, statuses and webhooks map to members of the contract. Sketches are
 * type-checked and their tables tested, so the contract has met the hard shapes before the first real module comes. They
 * call nobody and are no modules.
 * @module
 */
import type { InboundTransfer, PayoutState, RailDeclaration } from "../bank-rail.ts";
import type { RailMember } from "../declarations.ts";
import type { KycCase, KycDeclaration, KycProvider } from "../kyc-provider.ts";

/** A member of a KYC provider that does something. */
export type KycMember = Exclude<keyof KycProvider, "id" | "contract" | "declares" | "texts">;

/** What a status of money that came in means; `untold` for lines that are about no money of ours. */
export type InboundMeaning = InboundTransfer["state"] | "untold";

/** What a status of a payout means. */
export interface PayoutMeaning {
  readonly state: PayoutState["state"];
  readonly final: boolean;
}

/** What a webhook tells. `untold`: it is known and of no use to us. */
export type RailNews = "inbound" | "payout" | "balance" | "decision" | "untold";

/** How a webhook is proven, with the verifier of `plugins/signatures.ts`. */
export type Proof =
  | "verifyHmac"
  | "verifyTimestamped"
  | "verifyStandardWebhook"
  | "verifyRsaSha256"
  | "verifySecp256k1"
  /** Nothing covers the body: the secret address, and a look-up afterwards. */
  | "none";

/** A table over statuses that a documentation lists, all of them. */
export interface Statuses<Status extends string, Meaning> {
  readonly documented: readonly Status[];
  readonly table: Readonly<Record<Status, Meaning>>;
}

/** Ties a table to the documented list, so that a missing status does not type-check. */
export function statuses<const Status extends string, Meaning>(
  documented: readonly Status[],
  table: Readonly<Record<NoInfer<Status>, Meaning>>,
): Statuses<Status, Meaning> {
  return { documented, table };
}

/** A sketch of a rail. */
export interface RailFit {
  readonly name: string;
  readonly declares: RailDeclaration;
  /** Provider's call → the member that makes it. */
  readonly calls: Readonly<Record<string, RailMember>>;
  readonly inbound: Statuses<string, InboundMeaning> | null;
  readonly payout: Statuses<string, PayoutMeaning> | null;
  readonly webhook: null | {
    readonly proof: Proof;
    readonly trust: "body" | "wake_up";
    /** Name of the event → what it tells. */
    readonly events: Readonly<Record<string, RailNews>>;
  };
  /** A documented message or line of each kind, read as the contract wants it. */
  readonly examples: {
    readonly inbound?: InboundTransfer;
    readonly payout?: PayoutState;
  };
}

/** A sketch of a KYC provider. */
export interface KycFit {
  readonly name: string;
  readonly declares: KycDeclaration;
  readonly calls: Readonly<Record<string, KycMember>>;
  /** Status, or a status with its verdict as `completed/RED/FINAL`. */
  readonly statuses: Statuses<string, KycCase["state"]>;
  readonly webhook: { readonly proof: Proof; readonly trust: "body" | "wake_up" };
  readonly example: KycCase;
}

/** Letters and digits in lower case, as most keys take them. */
export const LOWER_ALNUM = "abcdefghijklmnopqrstuvwxyz0123456789";
/** Letters of both cases and digits. */
export const ALNUM = `${LOWER_ALNUM}ABCDEFGHIJKLMNOPQRSTUVWXYZ`;
/** Capital letters and digits. */
export const UPPER_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/** Nothing is known of the payer's account. */
export const NO_ACCOUNT = { kind: "none", trusted: false } as const;
