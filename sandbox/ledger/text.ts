/**
 * Texts that the network takes: home domains and names of data.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";

/** Whether a text consists of ASCII without control characters, which is all that the network accepts. */
export function isPlainText(text: xdr.XdrString): boolean {
  return text.bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}
