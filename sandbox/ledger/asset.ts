/**
 * Assets between the bytes of a transaction and the canonical name `native` or `CODE:ISSUER`, by which the ledger's
 * state and Horizon know them.
 * @module
 */
import type { xdr } from "@stellar/stellar-sdk";
import { accountOf, publicKeyOf } from "./address.ts";

/** The canonical name of the network's own asset. */
export const NATIVE = "native";

/** An asset code is one to twelve letters or digits; what is padded must be zero bytes at the end. */
const CODE = /^[A-Za-z0-9]+$/;

/** The canonical name of an asset: `native` or `CODE:ISSUER`. */
export function assetName(asset: xdr.AssetWire): string {
  if (asset.type === 0) return NATIVE;
  const { assetCode, issuer } = asset.type === 1 ? asset.alphaNum4 : asset.alphaNum12;
  return `${codeOf(assetCode)}:${accountOf(issuer)}`;
}

/** Whether an asset is well formed: native, or a code of the right length and alphabet, padded by zero bytes only. */
export function isValidAsset(asset: xdr.AssetWire): boolean {
  if (asset.type === 0) return true;
  const { assetCode } = asset.type === 1 ? asset.alphaNum4 : asset.alphaNum12;
  const code = codeOf(assetCode);
  const padded = assetCode.subarray(code.length).every((byte) => byte === 0);
  // A short code has to be written in the short form.
  return padded && CODE.test(code) && (asset.type === 1 || code.length > 4);
}

/** Code and issuer of a canonical name; undefined for the native asset. */
export function splitAsset(name: string): { code: string; issuer: string } | undefined {
  if (name === NATIVE) return undefined;
  const [code = "", issuer = ""] = name.split(":");
  return { code, issuer };
}

/** The bytes of a canonical name. */
export function assetOf(name: string): xdr.AssetWire {
  const parts = splitAsset(name);
  if (parts === undefined) return { type: 0 };
  const issuer = publicKeyOf(parts.issuer);
  const assetCode = new Uint8Array(parts.code.length > 4 ? 12 : 4);
  assetCode.set(new TextEncoder().encode(parts.code));
  return parts.code.length > 4
    ? { type: 2, alphaNum12: { assetCode, issuer } }
    : { type: 1, alphaNum4: { assetCode, issuer } };
}

/** An asset as Horizon spreads it over a record, each key with the prefix: `{asset_type, asset_code, asset_issuer}`. */
export function assetFields(name: string, prefix = ""): Record<string, string> {
  const parts = splitAsset(name);
  if (parts === undefined) return { [`${prefix}asset_type`]: "native" };
  return {
    [`${prefix}asset_type`]: parts.code.length > 4 ? "credit_alphanum12" : "credit_alphanum4",
    [`${prefix}asset_code`]: parts.code,
    [`${prefix}asset_issuer`]: parts.issuer,
  };
}

function codeOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder("latin1").decode(end < 0 ? bytes : bytes.subarray(0, end));
}
