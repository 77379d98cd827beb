/**
 * Keys of bank payouts, refunds and returns: made from transfer or receipt and number, in the alphabet and length that the rail declares
 * (M-15), so that the same attempt has the same key in every process and after every crash.
 * @module
 */
import { createHash } from "node:crypto";

/** @throws RangeError when the rail's keys are too short to be unique: fewer than 2⁶⁰ of them */
export function payoutKey(
  purpose: "payout" | "refund" | "return",
  subject: string,
  number: number,
  { alphabet, length }: { readonly alphabet: string; readonly length: number },
): string {
  const size = BigInt(alphabet.length);
  if (size ** BigInt(length) < 1n << 60n) {
    throw new RangeError(`Cannot make keys of ${length} out of ${alphabet.length} characters: too few`);
  }
  const digest = createHash("sha512").update(`kedge:${purpose}:${subject}:${number}`).digest("hex");
  let key = "";
  for (let rest = BigInt(`0x${digest}`); key.length < length; rest /= size) {
    key += alphabet[Number(rest % size)] ?? "";
  }
  return key;
}
