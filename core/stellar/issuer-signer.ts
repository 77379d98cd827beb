/**
 * Who signs for the issuer of an asset: the key of `AUTHORIZER_SECRET`, where the issuer takes its signature (M-8, M-21).
 * @module
 */
import { type AssetId, issuerOf } from "./asset.ts";
import type { Account, Horizon } from "./horizon.ts";
import type { Signer } from "./signer.ts";

/** Which threshold of the issuer an operation needs. */
export type Threshold = keyof Account["thresholds"];

/**
 * The signer for the asset's issuer; `null` where there is none, or the issuer does not take its signature.
 * @throws {HorizonUnavailable}
 */
export async function issuerSigner(
  { authorizer, horizon }: { readonly authorizer?: Signer; readonly horizon: Pick<Horizon, "account"> },
  asset: AssetId,
  threshold: Threshold,
): Promise<Signer | null> {
  const issuer = issuerOf(asset);
  if (!authorizer || issuer === null) return null;
  const account = await horizon.account(issuer);
  if (account.kind === "not_found" || !takesSignature(account, authorizer, threshold)) return null;
  return { account: issuer, key: authorizer.key, sign: (hash) => authorizer.sign(hash) };
}

/** Whether the signature alone is enough; a threshold of zero still wants some. */
export function takesSignature(
  { signers, thresholds }: Account,
  { key }: Signer,
  threshold: Threshold,
): boolean {
  const weight = signers.find((signer) => signer.key === key)?.weight ?? 0;
  return weight >= Math.max(1, thresholds[threshold]);
}
