/**
 * Transfers over the sandbox's ledger: what pays, what watches, and the books of both.
 * @module
 */
import type { Keypair } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import type { Database } from "../../../core/records/database.ts";
import { repeatable } from "../../../core/records/database.ts";
import {
  type OwnAccounts,
  ownership,
  registerSources,
  watchedAccounts,
} from "../../../core/stellar/accounts.ts";
import { firstCursor } from "../../../core/stellar/cursors.ts";
import type { LedgerPaying } from "../../../core/stellar/payouts.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { type LedgerReceiving, takeTransaction } from "../../../core/stellar/receive.ts";
import { type LedgerRefunding, refundOnLedger } from "../../../core/stellar/refunds.ts";
import { localSigner, type Signer } from "../../../core/stellar/signer.ts";
import { createSources } from "../../../core/stellar/sources.ts";
import { takeUnprocessed } from "../../../core/stellar/unprocessed.ts";
import { readNew } from "../../../core/stellar/watch.ts";
import type { Performance } from "../../../core/effects.ts";
import type { OpenRequest } from "../../../core/transfers/open-request.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { testVault } from "../records/memory.ts";
import { type AtWorkOptions, type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import type { LedgerWorld } from "./ledger-world.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";

/** Everything that a test of both sides needs. */
export interface MoneyWorld extends MoneyAtWork {
  readonly ledgerPaying: LedgerPaying;
  readonly ledgerRefunding: LedgerRefunding;
  readonly ledgerReceiving: LedgerReceiving;
  readonly own: OwnAccounts;
  /** A deposit of 100 to this account, paid at the bank. */
  fundedDeposit(to: Keypair | string, request?: Partial<OpenRequest>): Promise<Transfer>;
  /** One step of sending its tokens back. */
  refund(transfer: Pick<Transfer, "id">): Promise<Performance>;
  /** One step of its payout. */
  perform(transfer: Pick<Transfer, "id">): Promise<Performance>;
  /** Steps until none is to follow at once; 10 at most. */
  performAll(transfer: Pick<Transfer, "id">): Promise<Performance>;
  /** Reads what is new on our accounts and takes it in. @returns ids of transfers that moved */
  watch(): Promise<string[]>;
  /** What an account holds of the asset, or of XLM. */
  holds(account: Keypair | string, asset?: "native"): Promise<bigint>;
}

/** How it is set up. */
export interface MoneyWorldOptions {
  readonly db?: Database;
  /** Another process beside the one whose work this is: it shares the bank. */
  readonly beside?: MoneyAtWork;
  readonly rules?: ReturnType<LedgerPaying["destinationRules"]>;
  readonly treasury?: readonly string[];
  /** Lend their sequences; they are not created. */
  readonly channels?: readonly Signer[];
  /** What differs in both services. */
  readonly service?: AtWorkOptions["service"];
}

/** Sets it up over a world. */
export async function moneyWorld(world: LedgerWorld, options: MoneyWorldOptions = {}): Promise<MoneyWorld> {
  const {
    rules = { startingBalance: null, claimableBalances: false },
    treasury = [],
    channels = [],
    beside,
  } = options;
  const work = await moneyAtWork({
    asset: world.asset,
    ...(options.db ? { db: options.db } : {}),
    ...(beside ? { bank: beside.bank } : {}),
    ...(options.service ? { service: options.service } : {}),
  });
  const { db, books } = work;
  const payer = localSigner(world.distribution.secret());
  const own: OwnAccounts = {
    distribution: payer.account,
    issuers: [world.issuer.publicKey()],
    fee: payer.account,
    channels: channels.map(({ account }) => account),
    treasury,
  };
  await registerSources(db, own);
  await firstCursor(db, world.horizon, watchedAccounts(own));
  const ledgerPaying: LedgerPaying = {
    books,
    horizon: world.horizon,
    passphrase: PASSPHRASE,
    payer,
    sources: createSources([payer, ...channels]),
    destinationRules: () => rules,
    accepted: work.paying.accepted,
    isAccepted: work.paying.isAccepted,
    now: () => Math.floor(Date.now() / 1000),
  };
  const ledgerReceiving: LedgerReceiving = {
    books,
    judge: work.receiving.judge,
    vault: testVault(),
    receivingAccount: payer.account,
    anchored: new Set([world.asset]),
  };
  const addressOf = (account: Keypair | string) =>
    typeof account === "string" ? account : account.publicKey();

  const both: MoneyWorld = {
    ...work,
    own,
    ledgerPaying,
    ledgerRefunding: { ...ledgerPaying, vault: testVault() },
    ledgerReceiving,
    async fundedDeposit(to, request = {}) {
      const transfer = await work.deposit({ destination: addressOf(to), ...request });
      await work.pay(transfer, transfer.amountIn ?? 100n * ONE);
      return await work.now(transfer);
    },
    refund: ({ id }) => refundOnLedger(both.ledgerRefunding, id),
    perform: ({ id }) => payOnLedger(ledgerPaying, id),
    async performAll(transfer) {
      let last = await both.perform(transfer);
      for (let step = 1; step < 10; step++) {
        const { state } = await work.now(transfer);
        const isDue = (last.kind === "again" && last.afterMs === 0) ||
          (last.kind === "done" && state === "funded");
        if (!isDue) break;
        last = await both.perform(transfer);
      }
      return last;
    },
    async watch() {
      const isOurs = ownership(own);
      const read = await readNew(db, world.horizon, watchedAccounts(own), { pages: 100 });
      assert.equal(read.kind, "read");
      const moved: string[] = [];
      for (const transaction of await takeUnprocessed(db, isOurs, 100)) {
        moved.push(...await takeTransaction(ledgerReceiving, transaction));
      }
      const [left] = await db.query({
        sql: "select count(*) as left from ledger_operations where state = 'new'",
      });
      assert.equal(left?.left, 0n, "everything that was read has been dealt with");
      return moved;
    },
    async holds(account, asset) {
      const found = await world.horizon.account(addressOf(account));
      if (found.kind === "not_found") return 0n;
      return found.balances.find((balance) => balance.asset === (asset ?? world.asset))?.amount ?? 0n;
    },
    [Symbol.dispose]: () => work[Symbol.dispose](),
  };
  return both;
}

/** Closes all alarms, as an operator who has explained them. */
export async function closeAlarms({ db }: Pick<MoneyAtWork, "db">): Promise<void> {
  await db.write([{ sql: "update alarms set closed_ms = 1 where closed_ms is null" }], repeatable);
}
