/**
 * Whether the signatures of a transaction carry enough weight, and whether each of them is needed.
 * @module
 */
import { hash, Keypair, SignerKey, StrKey, type xdr } from "@stellar/stellar-sdk";
import type { AccountEntry } from "./entries.ts";

/** A key with its weight. */
interface WeightedKey {
  key: string;
  weight: number;
}

/** Checks the signatures of one transaction; it remembers which of them were used. */
export interface SignatureCheck {
  /** Whether the signers of an account reach a weight. A weight of 0 still needs one valid signature. */
  reaches(account: AccountEntry, weight: number): boolean;
  /** Whether the master key of an account that does not exist has signed. */
  signedByMaster(id: string): boolean;
  /** Whether all extra signers, demanded by the transaction itself, have signed. */
  signedByAll(signers: readonly string[]): boolean;
  /** Whether each signature was used by some check. */
  allUsed(): boolean;
}

/** The largest weight that one signature can add. */
const WEIGHT_LIMIT = 255;

/** A check of `signatures` over the transaction with this hash. */
export function signatureCheck(
  transactionHash: Uint8Array,
  signatures: readonly xdr.DecoratedSignatureWire[],
): SignatureCheck {
  const used = signatures.map(() => false);
  // Verifying costs half a millisecond, and each operation asks again.
  const verdicts = new Map<string, boolean>();

  function verifies(index: number, signer: string): boolean {
    const signature = signatures[index];
    if (signature === undefined) return false;
    const known = verdicts.get(`${index}:${signer}`);
    if (known !== undefined) return known;
    const verdict = isSignedBy(signer, signature, transactionHash);
    verdicts.set(`${index}:${signer}`, verdict);
    return verdict;
  }

  function reach(signers: readonly WeightedKey[], needed: number): boolean {
    let total = 0;
    const add = (weight: number): boolean => {
      total += Math.min(weight, WEIGHT_LIMIT);
      return total >= needed;
    };
    const ofKind = (letter: string): WeightedKey[] => signers.filter(({ key }) => key.startsWith(letter));
    for (const { key, weight } of ofKind("T")) {
      if (equalBytes(StrKey.decodePreAuthTx(key), transactionHash) && add(weight)) return true;
    }
    for (const kind of ["X", "G", "P"]) {
      const left = ofKind(kind);
      for (let index = 0; index < signatures.length; index++) {
        const found = left.findIndex(({ key }) => verifies(index, key));
        const signer = left[found];
        if (signer === undefined) continue;
        used[index] = true;
        if (add(signer.weight)) return true;
        left.splice(found, 1);
      }
    }
    return false;
  }

  return {
    reaches(account, weight) {
      const master = { key: account.id, weight: account.thresholds.master };
      return reach(master.weight > 0 ? [master, ...account.signers] : account.signers, weight);
    },
    signedByMaster: (id) => reach([{ key: id, weight: 1 }], 0),
    signedByAll: (signers) => reach(signers.map((key) => ({ key, weight: 1 })), signers.length),
    allUsed: () => used.every(Boolean),
  };
}

function isSignedBy(
  signer: string,
  { hint, signature }: xdr.DecoratedSignatureWire,
  about: Uint8Array,
): boolean {
  switch (signer[0]) {
    case "X": {
      const digest = StrKey.decodeSha256Hash(signer);
      return equalBytes(hint, digest.subarray(-4)) && equalBytes(hash(signature), digest);
    }
    case "G":
      return equalBytes(hint, StrKey.decodeEd25519PublicKey(signer).subarray(-4)) &&
        verify(signer, about, signature);
    case "P":
      return isPayloadSigned(SignerKey.decodeAddress(signer).toXdrObject(), hint, signature);
    default:
      return false;
  }
}

/** A signed payload signs itself, not the transaction; its hint mixes the ends of key and payload. */
function isPayloadSigned(key: xdr.SignerKeyWire, hint: Uint8Array, signature: Uint8Array): boolean {
  if (key.type !== 3) return false;
  const { ed25519, payload } = key.ed25519SignedPayload;
  const end = new Uint8Array(4);
  end.set(payload.subarray(-4));
  const expected = ed25519.subarray(-4).map((byte, index) => byte ^ (end[index] ?? 0));
  return equalBytes(hint, expected) && verify(StrKey.encodeEd25519PublicKey(ed25519), payload, signature);
}

function verify(account: string, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  try {
    return Keypair.fromPublicKey(account).verify(message, signature);
  } catch {
    // Bytes that are no point of the curve are no signature either.
    return false;
  }
}

function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
