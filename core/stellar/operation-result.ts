/**
 * Reads what the ledger recorded as a transaction's result, in the codes that Horizon spells.
 * @module
 */
import { xdr } from "@stellar/stellar-sdk/base";
import type { ResultCodes } from "./submission.ts";

/** Codes that are not spelled like their XDR names. */
const SPELLINGS: Readonly<Record<string, string>> = {
  txNoAccount: "tx_no_source_account",
  txBadMinSeqAgeOrGap: "tx_bad_minseq_age_or_gap",
  opNoAccount: "op_no_source_account",
  createAccountAlreadyExist: "op_already_exists",
};

/** The result codes of a `result_xdr`; null when it cannot be read. */
export function resultCodesOf(resultXdr: string): ResultCodes | null {
  const result = decode(resultXdr);
  if (result === null) return null;
  const transaction = spell(result.type, "");
  const inner = innerResultOf(result);
  const operations = operationResultsOf(result).map(operationCode);
  return { transaction, operations, ...(inner === null ? {} : { inner: spell(inner.type, "") }) };
}

/**
 * What an account merge carried, in stroops: it stands in the result alone.
 * @param index of the operation in its transaction, from 0
 * @returns null when the result has no successful merge at that place
 */
export function mergedBalanceOf(resultXdr: string, index: number): bigint | null {
  const result = decode(resultXdr);
  const operation = result === null ? undefined : operationResultsOf(result)[index];
  if (operation?.type !== "opInner" || operation.tr.type !== "accountMerge") return null;
  const merge = operation.tr.value;
  return merge.type === "accountMergeSuccess" ? BigInt(merge.sourceAccountBalance) : null;
}

type Result = xdr.TransactionResult["result"];
type InnerResult = xdr.InnerTransactionResult["result"];

function decode(resultXdr: string): Result | null {
  try {
    return xdr.TransactionResult.fromXdr(resultXdr, "base64").result;
  } catch {
    return null;
  }
}

function innerResultOf(result: Result): InnerResult | null {
  const bumped = result.type === "txFeeBumpInnerSuccess" || result.type === "txFeeBumpInnerFailed";
  return bumped ? result.innerResultPair.result.result : null;
}

function operationResultsOf(result: Result): readonly xdr.OperationResult[] {
  const paying = innerResultOf(result) ?? result;
  return paying.type === "txSuccess" || paying.type === "txFailed" ? paying.results : [];
}

function operationCode(operation: xdr.OperationResult): string {
  if (operation.type !== "opInner") return spell(operation.type, "");
  const { type, value } = operation.tr;
  return spell(value.type, type);
}

/** `paymentNoTrust` of a `payment` → `op_no_trust`; `txBadSeq` → `tx_bad_seq`. */
function spell(name: string, operation: string): string {
  const known = SPELLINGS[name];
  if (known !== undefined) return known;
  const rest = operation !== "" && name.startsWith(operation) ? `op${name.slice(operation.length)}` : name;
  return rest.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
