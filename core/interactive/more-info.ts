/**
 * `more_info_url`: the lasting address of a transfer's status page, which opens without a login and shows masked data
 * only (DESIGN §4.6). It has to work for the transfer's whole life (R-24-141), so its key is no token: it is a MAC of
 * the transfer's id, and nothing has to be kept.
 *
 * The MAC's key is made of `WEBHOOK_SECRET`, for this purpose alone. `JWT_SECRET`, `DATA_KEY` and `INDEX_KEY` are lists
 * out of which the oldest is dropped some day, and every address that was made of it would end with it.
 * `WEBHOOK_SECRET` is one value that makes lasting addresses already, and is replaced only when it has leaked: then these
 * end as those of webhooks do, which is right, and a wallet gets the new one with its next GET /transaction.
 * @module
 */
import { createHmac } from "node:crypto";
import { sameSecret } from "../../plugins/signatures.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { pageAddress } from "./page-address.ts";

/** Addresses of status pages. */
export interface MoreInfo {
  /** The address, the same in every process and at every time. */
  moreInfoUrl(transfer: Pick<Transfer, "id">): string;
  /** Whether a key opens this transfer's status page; takes the same time whatever is given. */
  isMoreInfoKey(transferId: string, given: string): boolean;
}

/** Builds them. @param options.publicUrl without a slash at its end */
export function createMoreInfo(
  { publicUrl, webhookSecret }: { readonly publicUrl: string; readonly webhookSecret: string },
): MoreInfo {
  const secret = createHmac("sha256", webhookSecret).update("kedge:more-info").digest();
  const keyFor = (transferId: string) => createHmac("sha256", secret).update(transferId).digest("base64url");
  return {
    moreInfoUrl({ id }) {
      const address = pageAddress(publicUrl, id);
      address.pathname += "/status";
      address.searchParams.set("key", keyFor(id));
      return address.href;
    },
    isMoreInfoKey: (transferId, given) => sameSecret(keyFor(transferId), given),
  };
}
