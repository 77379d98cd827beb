/**
 * What an operation may have done, seen from our accounts.
 * @module
 */
import type { AssetId } from "./asset.ts";

/** Seen from our accounts: `internal` is what they send each other (M-13), `none` passes them by. */
export type Direction = "in" | "out" | "internal" | "none";

/** Value that went from one account to another, whatever operation carried it. */
export interface PaymentHappening {
  readonly kind: "payment";
  readonly direction: Direction;
  readonly from: string;
  /** `M…`, where the source of the operation was muxed. */
  readonly fromMuxed: string | null;
  readonly to: string;
  readonly toMuxed: string | null;
  /** The id in `toMuxed`, as plain digits. */
  readonly toMuxedId: string | null;
  readonly asset: AssetId;
  /** What was delivered, in units of 10⁻⁷; zero for an account created by its sponsor. */
  readonly amount: bigint;
  /** What a path payment took from its sender instead. */
  readonly spent: { readonly asset: AssetId; readonly amount: bigint } | null;
}

/** What an operation did. */
export type Happening =
  | PaymentHappening
  | {
    /** `in`: we may claim it. Money only when it is claimed. */
    readonly kind: "claimable_balance_created";
    readonly direction: Direction;
    readonly from: string;
    readonly fromMuxed: string | null;
    readonly claimants: readonly string[];
    readonly asset: AssetId;
    readonly amount: bigint;
  }
  | {
    /** The amount stands in the record of its creation. */
    readonly kind: "claimable_balance_claimed";
    readonly direction: Direction;
    readonly to: string;
    readonly balanceId: string;
  }
  | { readonly kind: "claimable_balance_clawed_back"; readonly direction: "none"; readonly balanceId: string }
  | {
    /** The issuer took it back; `out` when from us. */
    readonly kind: "clawback";
    readonly direction: Direction;
    readonly from: string;
    readonly asset: AssetId;
    readonly amount: bigint;
  }
  | {
    /** A trustline was opened or changed by its holder. */
    readonly kind: "trust_changed";
    readonly direction: "none";
    readonly trustor: string;
    readonly asset: AssetId | null;
  }
  | {
    /** The issuer authorized a trustline or took the authorization away (`authorized` false); null: neither. */
    readonly kind: "authorization_changed";
    readonly direction: "none";
    readonly trustor: string;
    readonly asset: AssetId;
    readonly authorized: boolean | null;
  }
  | {
    /**
     * Moves no value from one account to another, or is of a type we do not know: for us, never money. `value` is
     * true for types that change balances all the same (offers, pools, contracts).
     */
    readonly kind: "other";
    readonly direction: "none";
    readonly value: boolean;
  };
