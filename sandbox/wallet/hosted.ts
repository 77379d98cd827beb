/**
 * SEP-24 of a wallet: it asks for a deposit or withdrawal and gets the address of the anchor's pages, which its user opens.
 * @module
 */
import type Sdk from "@stellar/typescript-wallet-sdk";
import { asTransaction, type WalletTransaction } from "./transaction.ts";

type Anchor = ReturnType<InstanceType<typeof Sdk.Wallet>["anchor"]>;
type AuthToken = Parameters<ReturnType<Anchor["sep24"]>["deposit"]>[0]["authToken"];

/** What a wallet asks. */
export interface HostedRequest {
  readonly assetCode: string;
  /** `amount`, SEP-9 values, `lang` in place of the wallet's own: whatever the SDK has no name for. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** What an anchor answers. */
export interface Hosted {
  readonly id: string;
  /** The pages; a wallet appends `callback` and `on_change_callback`. */
  readonly url: string;
}

/** The calls. @param session the token of who has logged in */
export function hostedTransfers(anchor: Anchor, session: () => AuthToken) {
  const transfers = anchor.sep24();
  return {
    info: () => transfers.info(),
    deposit: async ({ assetCode, fields = {} }: HostedRequest): Promise<Hosted> =>
      asHosted(await transfers.deposit({ authToken: session(), assetCode, extraFields: { ...fields } })),
    withdraw: async ({ assetCode, fields = {} }: HostedRequest): Promise<Hosted> =>
      asHosted(await transfers.withdraw({ authToken: session(), assetCode, extraFields: { ...fields } })),
    /** The transaction as it stands. */
    async transaction(id: string): Promise<WalletTransaction> {
      const transaction: unknown = await transfers.getTransactionBy({ authToken: session(), id });
      return asTransaction(transaction);
    },
    /** The user's transactions, newest first. */
    async transactions(assetCode: string): Promise<WalletTransaction[]> {
      const list: unknown[] = await transfers.getTransactionsForAsset({ authToken: session(), assetCode });
      return list.map(asTransaction);
    },
  };
}

function asHosted({ id, url, error }: { id?: string; url?: string; error?: string }): Hosted {
  if (id === undefined || url === undefined) throw new Error(`Cannot go on: ${error ?? "no id or address"}`);
  return { id, url };
}
