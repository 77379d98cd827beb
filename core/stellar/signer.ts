/**
 * Who signs. A signer gives away signatures, never its key: no error, log or inspection of it shows the secret. All that
 * is sent to the ledger is signed through this one interface, so that a signer elsewhere can stand in the place of the
 * local key.
 * @module
 */
import { importSeed } from "../auth/ed25519.ts";
import { encodeSeed } from "../auth/seeds.ts";

/** A signature and the last four bytes of the key that made it. */
export interface DecoratedSignature {
  readonly hint: Uint8Array;
  readonly signature: Uint8Array;
}

/** Signs for one account. The first module holds a local key; a remote one may hold none. */
export interface Signer {
  /** `G…` */
  readonly account: string;
  /** The key that signs, as `G…`: the account's own, or that of another signer of the account. */
  readonly key: string;
  /** Signs a transaction's hash of 32 bytes. */
  sign(hash: Uint8Array): Promise<DecoratedSignature>;
}

/**
 * A signer with the key in this process.
 * @param secret `S…`
 * @throws {Error} that says nothing of the text when it is no secret seed
 */
export function localSigner(secret: string): Signer {
  const { account, hint, sign } = keyOf(secret);
  return {
    account,
    key: account,
    sign: (hash) => Promise.resolve({ hint: Uint8Array.fromHex(hint), signature: sign(hash) }),
  };
}

/**
 * A signer whose key is derived and never written down.
 * @param seed the 32 bytes of an Ed25519 seed
 */
export function seedSigner(seed: Uint8Array): Signer {
  return localSigner(encodeSeed(seed));
}

function keyOf(secret: string) {
  try {
    return importSeed(secret);
  } catch {
    // What an error says of a key is not passed on.
    throw new Error("Cannot make a signer: the text is no Stellar secret seed (S…)");
  }
}
