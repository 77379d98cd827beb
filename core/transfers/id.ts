/**
 * Ids of transfers, customers and attempts.
 * @module
 */

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** 128 random bits in 26 lower-case base32 characters, so that an id fits every rail and tells nothing (M-15, R-06-134). */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  return inAlphabet(bits, ALPHABET, 26);
}

/**
 * A random text of the alphabet and length that a rail declares for references.
 * @throws RangeError when the space is smaller than 2³⁰: such references would soon repeat
 */
export function newReference(alphabet: string, length: number): string {
  if (BigInt(alphabet.length) ** BigInt(length) < 1n << 30n) {
    throw new RangeError(`Cannot make references of ${length} out of ${alphabet.length} characters: too few`);
  }
  let bits = 0n;
  for (const byte of crypto.getRandomValues(new Uint8Array(length + 8))) bits = (bits << 8n) | BigInt(byte);
  return inAlphabet(bits, alphabet, length);
}

/** A random number below 2⁵³ and above 0 for a memo of type id (M-12): 2⁵³ so that no reader of JSON loses digits. */
export function newMemo(): bigint {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  const memo = (BigInt(high & 0x1fffff) << 32n) | BigInt(low);
  return memo === 0n ? newMemo() : memo;
}

function inAlphabet(bits: bigint, alphabet: string, length: number): string {
  const size = BigInt(alphabet.length);
  let text = "";
  for (let rest = bits; text.length < length; rest /= size) {
    text = (alphabet[Number(rest % size)] ?? "") + text;
  }
  return text;
}
