/**
 * Memos as requests give them: a type and a text.
 * @module
 */
import { isMemoId } from "./memo.ts";

/** Whether a text is a memo of its type: 64 bits in decimal, at most 28 bytes of UTF-8, or base64 of 32 bytes (R-06-44). */
export function isMemo(type: "id" | "text" | "hash", value: string): boolean {
  if (type === "id") return isMemoId(value);
  if (type === "text") return new TextEncoder().encode(value).length <= 28 && value.length > 0;
  if (!/^[A-Za-z0-9+/]{43}=$/.test(value)) return false;
  return btoa(atob(value)) === value;
}
