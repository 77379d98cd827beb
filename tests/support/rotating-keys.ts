/**
 * Keys that are rotated step by step, as `docs/keys.md` says.
 * @module
 */
import { createVault, type Vault } from "../../core/records/vault.ts";

const random = () => crypto.getRandomValues(new Uint8Array(32));

/** A key of each kind. */
export interface KeySet {
  readonly data: Uint8Array;
  readonly index: Uint8Array;
  readonly jwt: string;
}

/** New keys. */
export function newKeys(): KeySet {
  return {
    data: random(),
    index: random(),
    jwt: random().toBase64({ alphabet: "base64url", omitPadding: true }),
  };
}

/** The variables of a process that has these, in this order. */
export function keyVariables(...sets: readonly KeySet[]): Readonly<Record<string, string>> {
  return {
    DATA_KEY: sets.map(({ data }) => data.toBase64()).join(","),
    INDEX_KEY: sets.map(({ index }) => index.toBase64()).join(","),
    JWT_SECRET: sets.map(({ jwt }) => jwt).join(","),
  };
}

/** The vault of such a process. */
export function keyVault(...sets: readonly KeySet[]): Vault {
  return createVault({ dataKeys: sets.map(({ data }) => data), indexKeys: sets.map(({ index }) => index) });
}
