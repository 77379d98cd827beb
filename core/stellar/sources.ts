/**
 * The accounts that may lend an envelope their sequence, as this process sees them (M-5): for which it can sign, which of
 * them a step of it is at work with, and which rest because the ledger shows them unfit. All of it only saves work and
 * requests; who has taken a source is said by its row in `stellar_sources` alone (M-4).
 * @module
 */
import type { Account } from "./horizon.ts";
import { spendableXlm } from "./reserve.ts";
import type { Signer } from "./signer.ts";

/**
 * Why an account cannot be a source now (M-6).
 * - `missing`: not on the ledger: never created, or merged away
 * - `no_funds`: its XLM does not pay the fee of one envelope
 * - `no_signer`: our key lacks the weight that the account demands
 */
export type SourceFault = "missing" | "no_funds" | "no_signer";

/** The sources of a process. */
export interface Sources {
  readonly signers: ReadonlyMap<string, Signer>;
  /** Those that nobody in this process is at work with and that do not rest. */
  readonly idle: () => readonly string[];
  /** Begins work with one; false while another step is at it, or while it rests. */
  readonly begin: (account: string) => boolean;
  /** Ends the work with one. */
  readonly end: (account: string) => void;
  /** It was found unfit: nobody looks at it for a while. */
  readonly rest: (account: string) => void;
}

/** So long an account that is unfit is left alone. */
const REST_MS = 60_000;

/** Sources of these signers. @param now milliseconds that never go back */
export function createSources(
  signers: readonly Signer[],
  now: () => number = () => performance.now(),
): Sources {
  const byAccount = new Map(signers.map((signer) => [signer.account, signer]));
  const busy = new Set<string>();
  const restsUntil = new Map<string, number>();
  const isIdle = (account: string) => !busy.has(account) && (restsUntil.get(account) ?? 0) <= now();
  return {
    signers: byAccount,
    idle: () => [...byAccount.keys()].filter(isIdle),
    begin(account) {
      if (!byAccount.has(account) || !isIdle(account)) return false;
      busy.add(account);
      return true;
    },
    end: (account) => void busy.delete(account),
    rest: (account) => void restsUntil.set(account, now() + REST_MS),
  };
}

/** What keeps an account from being a source, or `null`. */
export function sourceFault(
  account: Account,
  { signer, pays, fee, baseReserve }: {
    readonly signer: Signer;
    /** Whether it pays as well: an operation demands more than the use of a sequence. */
    readonly pays: boolean;
    /** Stroops of one envelope. */
    readonly fee: bigint;
    readonly baseReserve: bigint;
  },
): SourceFault | null {
  const { low, med } = account.thresholds;
  const weight = account.signers.find(({ key }) => key === signer.key)?.weight ?? 0;
  // A threshold of zero still wants some signature.
  if (weight < Math.max(1, pays ? med : low)) return "no_signer";
  return spendableXlm(account, baseReserve) < fee ? "no_funds" : null;
}
