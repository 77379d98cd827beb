/**
 * The mark of the sandbox's secrets.
 *
 * Whatever the sandbox makes are 32 bytes whose last 8 follow from the first 24, in every form that a secret takes: a
 * Stellar seed, a base64 key, the text of a token secret. So such a secret is known wherever it is carried, and no other
 * network starts with it. 192 bits stay random, and a key that the sandbox did not make looks like this once in 2^64.
 * @module
 */
import { createHash, randomBytes } from "node:crypto";

const RANDOM_BYTES = 24;
const BYTES = 32;

/** 32 new secret bytes with the mark. */
export function markedBytes(): Uint8Array {
  const bytes = new Uint8Array(BYTES);
  bytes.set(randomBytes(RANDOM_BYTES));
  bytes.set(markOf(bytes), RANDOM_BYTES);
  return bytes;
}

/** True for bytes that {@link markedBytes} made. */
export function isMarked(bytes: Uint8Array): boolean {
  if (bytes.length !== BYTES) return false;
  const mark = markOf(bytes);
  return mark.every((byte, index) => bytes[RANDOM_BYTES + index] === byte);
}

function markOf(bytes: Uint8Array): Uint8Array {
  const digest = createHash("sha256").update("kedge sandbox").update(bytes.subarray(0, RANDOM_BYTES))
    .digest();
  return Uint8Array.from(digest.subarray(0, BYTES - RANDOM_BYTES));
}
