/**
 * Assets in the one spelling that core uses: `native`, or `CODE:ISSUER` as in SEP-11 and in Horizon's own
 * claimable-balance records.
 * @module
 */
import { Asset } from "@stellar/stellar-sdk/base";

/** `native` or `CODE:ISSUER`. */
export type AssetId = string;

/** How Horizon spells an asset in three fields. */
export interface AssetFields {
  readonly asset_type: string;
  readonly asset_code?: string | undefined;
  readonly asset_issuer?: string | undefined;
}

/** The id of an asset that Horizon spelled in three fields; null when they name none (pool shares, missing parts). */
export function assetIdOf(fields: AssetFields): AssetId | null {
  if (fields.asset_type === "native") return "native";
  const { asset_code: code, asset_issuer: issuer } = fields;
  if (!/^credit_alphanum(4|12)$/.test(fields.asset_type) || code === undefined || issuer === undefined) {
    return null;
  }
  const id = `${code}:${issuer}`;
  return isAssetId(id) ? id : null;
}

/** True for `native` and for a well-formed `CODE:ISSUER`. */
export function isAssetId(text: string): boolean {
  try {
    return assetOf(text) !== null;
  } catch {
    return false;
  }
}

/** The issuer of an asset; null for `native`. */
export function issuerOf(asset: AssetId): string | null {
  const at = asset.indexOf(":");
  return at === -1 ? null : asset.slice(at + 1);
}

/**
 * The SDK's form of an asset.
 * @throws {Error} when the id is neither `native` nor a well-formed `CODE:ISSUER`
 */
export function assetOf(id: AssetId): Asset {
  if (id === "native") return Asset.native();
  const [code, issuer, more] = id.split(":");
  if (code === undefined || issuer === undefined || more !== undefined) {
    throw new Error(`Cannot read asset "${id}": it is neither "native" nor CODE:ISSUER`);
  }
  return new Asset(code, issuer);
}
