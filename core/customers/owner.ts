/**
 * Who owns a customer: the full subject of the token, or, below a plain account, the memo that its holder names.
 *
 * `G…` with memo 7 and the subject `G…:7` are the same customer. Memos of the deprecated types are owners of their own:
 * `G…:text:…`, `G…:hash:…`. So no two users of one account ever share a record (R-12-11, R-12-16).
 * @module
 */
import { normalizeMemo } from "../auth/session.ts";
import { Refusal } from "../refusal.ts";

/** What a token says of its holder, as `core/auth` reads it. */
export interface Holder {
  /** The full subject: `G…`, `G…:<memo>` or `M…`. */
  readonly sub: string;
  /** The base account, `G…` (`C…` for contracts). */
  readonly account: string;
  /** Memo in the subject. */
  readonly memo: string | null;
  /** Muxed id of an `M…` subject, decimal. */
  readonly muxedId: string | null;
}

/** Deprecated request parameters that name a customer. */
export interface NamedBy {
  readonly account?: string;
  readonly memo?: string;
  readonly memoType?: string;
}

/**
 * The owner that a request speaks of.
 * @throws {Refusal} 400 when `account` or `memo` are not the holder's (R-12-7 to R-12-9, R-12-12), or are malformed
 */
export function ownerOf(holder: Holder, named: NamedBy): string {
  const { account, memo, memoType } = named;
  // Old clients send the base account with a memo or muxed token, so base accounts are compared (trap 5).
  if (account !== undefined && account !== holder.account && account !== holder.sub) {
    throw new Refusal("sep12.account_mismatch");
  }
  if (memo === undefined) return holder.sub;
  if (holder.account.startsWith("C")) throw new Refusal("sep12.memo_not_allowed");
  const own = holder.memo ?? holder.muxedId;
  if (own !== null) {
    // memo_type says nothing more once the token holds the memo (R-12-14).
    if (normalizeMemo(memo) !== own) throw new Refusal("sep12.memo_mismatch");
    return holder.sub;
  }
  return `${holder.account}:${memoKey(memo, memoType)}`;
}

/**
 * Whether a holder may speak of a customer. A plain account reaches every customer that was registered with a memo below
 * it (R-12-17); nobody else reaches any but its own.
 */
export function mayReach(holder: Holder, owner: string): boolean {
  if (owner === holder.sub) return true;
  return holder.sub === holder.account && owner.startsWith(`${holder.account}:`);
}

/** `007` and `7` are one user (R-10-33); what is no id is a memo of its type. */
function memoKey(memo: string, type: string | undefined): string {
  if (memo === "" || memo.length > 64) throw new Refusal("sep12.memo_invalid");
  const id = normalizeMemo(memo);
  if (type === undefined) return id ?? `text:${memo}`;
  if (type === "id" && id !== null) return id;
  if (type === "text") return `text:${memo}`;
  if (type === "hash" && /^[A-Za-z0-9+/]{43}=$/.test(memo)) return `hash:${memo}`;
  throw new Refusal("sep12.memo_invalid");
}
