/**
 * SEP-7: an address that asks a wallet for a payment, as a link or in a QR code.
 *
 * It is not signed, so it names no `origin_domain`: a wallet shows the person what is to be paid, and the page beside it
 * says the same.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import type { Asset } from "../config/anchor-runtime.ts";
import { NETWORKS } from "../stellar/network.ts";

/** A payment that somebody is asked for. */
export interface AskedPayment {
  /** `G…` */
  readonly destination: string;
  /** Units of 10⁻⁷; null: the payer says how much. */
  readonly amount: bigint | null;
  readonly asset: Pick<Asset, "code" | "issuer">;
  /** A memo of the type `id`. */
  readonly memo: bigint;
  readonly passphrase: string;
  /** What the wallet may show beside it; it goes onto no ledger. */
  readonly message?: string;
}

/** The most characters of `msg`, before they are encoded. */
const MESSAGE_CHARACTERS = 300;

/** The address `web+stellar:pay?…`. */
export function payUri({ destination, amount, asset, memo, passphrase, message }: AskedPayment): string {
  const parameters: readonly (readonly [string, string | null])[] = [
    ["destination", destination],
    ["amount", amount === null ? null : formatUnits(amount)],
    ["asset_code", asset.code],
    ["asset_issuer", asset.issuer],
    ["memo", memo.toString()],
    ["memo_type", "MEMO_ID"],
    ["msg", message === undefined ? null : message.slice(0, MESSAGE_CHARACTERS).toWellFormed()],
    // Wallets take the public network for granted where none is named.
    ["network_passphrase", passphrase === NETWORKS.public.passphrase ? null : passphrase],
  ];
  // Not URLSearchParams: it writes a blank as +, which wallets that decode by the letter of the SEP show as it stands.
  const query = parameters.flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${encodeURIComponent(value)}`]
  );
  return `web+stellar:pay?${query.join("&")}`;
}
