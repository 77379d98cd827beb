/**
 * The public wallet SDK's own SEP-6 and SEP-12 clients of a customer, for calls that the demo wallet does not make.
 * @module
 */
import Sdk from "@stellar/typescript-wallet-sdk";
import type { Customer } from "./customer.ts";

/** The clients, with the token as the SDK holds it. */
export async function sdkClients({ wallet, token }: Pick<Customer, "wallet" | "token">) {
  const authToken = Sdk.Types.AuthToken.from(token);
  return { authToken, sep6: wallet.anchor.sep6(), sep12: await wallet.anchor.sep12(authToken) };
}
