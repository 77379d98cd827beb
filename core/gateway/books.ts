/**
 * The records of transfers with whoever is told of their changes: what serves, and what an operator's task decides by.
 * @module
 */
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import { createTexts, type Texts } from "../i18n/mod.ts";
import { importSeed } from "../auth/mod.ts";
import { createMoreInfo, type MoreInfo } from "../interactive/more-info.ts";
import type { Database } from "../records/database.ts";
import { createOutbox, type Outbox } from "../records/outbox.ts";
import { createVault, type Vault } from "../records/vault.ts";
import { createSep6Teller } from "../seps/sep6-callback.ts";
import { createSep6View, type Sep6View } from "../seps/sep6-view.ts";
import { createFlowEndTeller, createSep24Teller } from "../seps/sep24-callback.ts";
import { createSep24View } from "../seps/sep24-view.ts";
import type { TransactionView } from "../seps/transaction-view.ts";
import type { Books, Change } from "../transfers/record.ts";
import { sealedEndCallback, type Transfer } from "../transfers/transfer.ts";

/** The room. */
export interface BooksRoom {
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly texts: Texts;
  readonly sep6: Sep6View;
  readonly sep24: TransactionView;
  readonly moreInfo: MoreInfo;
  readonly books: Books;
}

/** Builds the room. */
export function booksRoom(
  { environment, anchor, db }: {
    readonly environment: Environment;
    readonly anchor: Anchor;
    readonly db: Database;
  },
): BooksRoom {
  const vault = createVault({ dataKeys: environment.dataKeys, indexKeys: environment.indexKeys });
  const outbox = createOutbox({ db, vault });
  const instances = [...Object.entries(anchor.rails), ...Object.entries(anchor.kyc)];
  const texts = createTexts({
    languages: anchor.languages,
    modules: Object.fromEntries(instances.map(([name, { module }]) => [name, module.texts ?? {}])),
  });
  const receivingAccount = importSeed(environment.seeds.distribution).account;
  const sep6 = createSep6View({ db, vault, receivingAccount });
  const { publicUrl, webhookSecret } = environment;
  const moreInfo = createMoreInfo({ publicUrl, webhookSecret });
  const sep24 = createSep24View({ db, vault, receivingAccount, moreInfoUrl: moreInfo.moreInfoUrl });
  const tellers = [
    createSep6Teller({ view: sep6, vault, outbox, texts }),
    createSep24Teller({ view: sep24, vault, outbox, texts }),
    createFlowEndTeller({
      view: sep24,
      outbox,
      texts,
      addressOf: ({ id, endCallback }: Transfer) =>
        endCallback && vault.openText(sealedEndCallback.place(id), endCallback),
    }),
  ];
  // Each looks at the protocol, so at most SEP-24's two have something to say of one change.
  const tell = async (change: Change) => (await Promise.all(tellers.map((teller) => teller(change)))).flat();
  return { vault, outbox, texts, sep6, sep24, moreInfo, books: { db, outbox, tell } };
}
