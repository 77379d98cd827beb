/**
 * Memos as the ledger knows them.
 * @module
 */
import { Memo } from "@stellar/stellar-sdk/base";

/**
 * A memo; `null` elsewhere means none.
 * - `id`: a whole number of 64 bits as plain digits
 * - `text`: text of at most 28 bytes
 * - `text_bytes`: the base64 of a text memo that is not UTF-8
 * - `hash`, `return`: the base64 of 32 bytes
 */
export interface LedgerMemo {
  readonly type: "id" | "text" | "text_bytes" | "hash" | "return";
  readonly value: string;
}

/** The fields of a transaction of Horizon that hold its memo. */
export interface MemoFields {
  readonly memo_type: string;
  readonly memo?: string | undefined;
  /** Base64 of a text memo's bytes: Horizon replaces what is not UTF-8 in `memo`. */
  readonly memo_bytes?: string | undefined;
}

const MAX_ID = 18_446_744_073_709_551_615n;

/** Reads a memo; `undefined` when it cannot be read. */
export function readMemo(fields: MemoFields): LedgerMemo | null | undefined {
  const { memo_type: type, memo = "", memo_bytes: bytes } = fields;
  switch (type) {
    case "none":
      return null;
    case "id":
      return isMemoId(memo) ? { type, value: memo } : undefined;
    case "text":
      return bytes === undefined ? readPlainText(memo) : readTextBytes(bytes);
    case "hash":
    case "return":
      return bytesOf(memo)?.length === 32 ? { type, value: memo } : undefined;
    default:
      return undefined;
  }
}

/** True for the plain digits of a number that fits 64 bits. */
export function isMemoId(text: string): boolean {
  return /^(0|[1-9]\d{0,19})$/.test(text) && BigInt(text) <= MAX_ID;
}

/**
 * The SDK's form of a memo.
 * @throws {Error} when the value does not fit the type
 */
export function memoOf(memo: LedgerMemo | null): Memo {
  if (memo === null) return Memo.none();
  switch (memo.type) {
    case "id":
      return Memo.id(memo.value);
    case "text":
      return Memo.text(memo.value);
    case "text_bytes":
      return Memo.text(Uint8Array.fromBase64(memo.value));
    case "hash":
      return Memo.hash(Uint8Array.fromBase64(memo.value));
    case "return":
      return Memo.return(Uint8Array.fromBase64(memo.value));
  }
}

function readPlainText(memo: string): LedgerMemo | undefined {
  // U+FFFD stands where Horizon could not show a byte; without the bytes nobody knows which text it was.
  return memo.includes("\uFFFD") ? undefined : { type: "text", value: memo };
}

function readTextBytes(base64: string): LedgerMemo | undefined {
  const bytes = bytesOf(base64);
  if (bytes === undefined) return undefined;
  try {
    return { type: "text", value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { type: "text_bytes", value: bytes.toBase64() };
  }
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
}
