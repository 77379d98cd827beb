/**
 * What is asked for when a transfer is opened.
 * @module
 */
import type { Kind } from "./states.ts";
import type { Memo, Transfer } from "./transfer.ts";

/** Who asks: the owner is the full subject of the token. */
export interface Owner {
  readonly sub: string;
  /** `G…` */
  readonly account: string;
  readonly memo: string | null;
  readonly muxedId: string | null;
  readonly clientDomain: string | null;
}

/** Who is paid or pays on Stellar. */
export interface Payee {
  /** Deposits: `G…` or `M…` to pay. */
  readonly destination?: string;
  readonly memo?: Memo;
  readonly claimable?: boolean;
  /** Withdrawals: the account that is said to pay; money is matched by its memo alone. */
  readonly source?: string;
}

/** What is asked. Amounts in units of 10⁻⁷. */
export interface OpenRequest extends Payee {
  readonly kind: Kind;
  readonly protocol: Transfer["protocol"];
  readonly owner: Owner;
  readonly assetCode: string;
  readonly method?: string;
  /** A customer that the owner may speak for; the owner's own when absent (R-06-47). */
  readonly customerId?: string;
  readonly country?: string;
  readonly amount: bigint | null;
  readonly language: string;
  readonly refundMemo?: Memo;
  /** Where changes of the status are posted; judged by whoever asks. */
  readonly callback?: string;
}
