/**
 * What the network says of a transaction: its result as bytes, and the names that Horizon gives to the codes.
 * @module
 */
import { xdr } from "@stellar/stellar-sdk";
import { refusalName } from "./operations/mod.ts";

/** Codes of whole transactions without results of operations, by Horizon's name. */
export const TRANSACTION_CODES = {
  tx_too_early: -2,
  tx_too_late: -3,
  tx_missing_operation: -4,
  tx_bad_seq: -5,
  tx_bad_auth: -6,
  tx_insufficient_balance: -7,
  tx_no_source_account: -8,
  tx_insufficient_fee: -9,
  tx_bad_auth_extra: -10,
  tx_internal_error: -11,
  tx_not_supported: -12,
  tx_bad_sponsorship: -14,
  tx_bad_minseq_age_or_gap: -15,
  tx_malformed: -16,
  tx_soroban_invalid: -17,
} as const;

/** A code of a whole transaction without results of operations. */
export type TransactionCode = keyof typeof TRANSACTION_CODES;

/** What became of a transaction: all operations done, some refused, or the whole of it refused. */
export type Verdict =
  | { code: "tx_success" | "tx_failed"; results: xdr.OperationResultWire[] }
  | { code: TransactionCode };

/** The verdict on a submitted transaction: of the transaction itself, or of the fee bump and what it carries. */
export interface Judged {
  /** Fee in stroops: charged in a ledger, or named at the door. */
  feeCharged: bigint;
  verdict: Verdict;
  /** For a fee bump: false when the bump itself was refused, so that nothing is said of its inside. */
  reachedInner: boolean;
}

/** The result of a judged transaction; `innerHash` is given for fee bumps. */
export function transactionResult(judged: Judged, innerHash?: Uint8Array): xdr.TransactionResult {
  const { feeCharged, verdict } = judged;
  if (innerHash === undefined || !judged.reachedInner) {
    return xdr.TransactionResult.fromXdrObject({ feeCharged, result: resultWire(verdict), ext: { v: 0 } });
  }
  const innerResultPair = {
    transactionHash: innerHash,
    // What the inside pays is nothing: the bump pays all.
    result: { feeCharged: 0n, result: resultWire(verdict), ext: { v: 0 } },
  } as const;
  const code = verdict.code === "tx_success" ? 1 : -13;
  return xdr.TransactionResult.fromXdrObject({
    feeCharged,
    result: { code, innerResultPair },
    ext: { v: 0 },
  });
}

function resultWire(verdict: Verdict): xdr.InnerTransactionResultResultWire {
  if ("results" in verdict) {
    return { code: verdict.code === "tx_success" ? 0 : -1, results: verdict.results };
  }
  return { code: TRANSACTION_CODES[verdict.code] };
}

/** The codes in Horizon's answer to a refused or failed transaction. */
export interface ResultCodes {
  transaction: string;
  inner_transaction?: string;
  operations?: string[];
}

/**
 * The codes of a result. Who asked for the inside of a fee bump by its own hash gets the codes of the inside alone.
 */
export function resultCodes(result: xdr.TransactionResultWire, asked: string): ResultCodes {
  const { result: outer } = result;
  if (outer.code !== 1 && outer.code !== -13) return codesOf(outer);
  const { transactionHash, result: inner } = outer.innerResultPair;
  const codes = codesOf(inner.result);
  if (xdr.encodeBytes(transactionHash, "hex") === asked) return codes;
  return {
    ...codes,
    transaction: outer.code === 1 ? "tx_fee_bump_inner_success" : "tx_fee_bump_inner_failed",
    inner_transaction: codes.transaction,
  };
}

function codesOf(result: xdr.InnerTransactionResultResultWire): ResultCodes {
  if (result.code === 0 || result.code === -1) {
    const operations = result.results.map(operationCode);
    return { transaction: result.code === 0 ? "tx_success" : "tx_failed", operations };
  }
  const found = Object.entries(TRANSACTION_CODES).find(([, code]) => code === result.code);
  return { transaction: found?.[0] ?? "tx_internal_error" };
}

/** Codes of operations that do not depend on their kind. */
const COMMON_CODES: Readonly<Record<number, string>> = {
  [-1]: "op_bad_auth",
  [-2]: "op_no_source_account",
  [-3]: "op_not_supported",
  [-4]: "op_too_many_subentries",
  [-5]: "op_exceeded_work_limit",
  [-6]: "op_too_many_sponsoring",
};

/** Horizon's name of the code of one operation. */
export function operationCode(result: xdr.OperationResultWire): string {
  if (result.code !== 0) return COMMON_CODES[result.code] ?? "op_unknown";
  const [code = 0] = Object.values(result.tr).flatMap((part) =>
    typeof part === "object" && part !== null && "code" in part && typeof part.code === "number"
      ? [part.code]
      : []
  );
  return refusalName(result.tr.type, code);
}
