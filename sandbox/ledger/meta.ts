/**
 * What a transaction changed, in the network's own bytes: `result_meta_xdr` and `fee_meta_xdr` of Horizon's answers.
 * @module
 */
import { SignerKey, xdr } from "@stellar/stellar-sdk";
import { publicKeyOf } from "./address.ts";
import type { Applied, Change } from "./apply.ts";
import { assetOf } from "./asset.ts";
import type { AccountEntry, ClaimableBalanceEntry, Entry } from "./entries.ts";
import { predicateWire } from "./predicates.ts";

/** The changes that charging a fee made, as base64. */
export function feeMeta(changes: readonly Change[]): string {
  const list = changesWire(changes).map((change) => xdr.LedgerEntryChange.fromXdrObject(change));
  return xdr.encodeArray(xdr.LedgerEntryChange, list, "base64");
}

/** The changes that a transaction made beside its fee, as base64. */
export function resultMeta(applied: Applied): string {
  const v4: xdr.TransactionMetaV4Wire = {
    ext: { v: 0 },
    txChangesBefore: changesWire(applied.changesBefore),
    operations: applied.operationChanges.map((changes) => ({
      ext: { v: 0 },
      changes: changesWire(changes),
      events: [],
    })),
    txChangesAfter: [],
    sorobanMeta: null,
    events: [],
    diagnosticEvents: [],
  };
  return xdr.TransactionMeta.fromXdrObject({ v: 4, v4 }).toXdr("base64");
}

function changesWire(changes: readonly Change[]): xdr.LedgerEntryChangeWire[] {
  return changes.flatMap(({ before, after }): xdr.LedgerEntryChangeWire[] => {
    if (before === null) return after === null ? [] : [{ type: 0, created: entryWire(after) }];
    const state: xdr.LedgerEntryChangeWire = { type: 3, state: entryWire(before) };
    return [
      state,
      after === null ? { type: 2, removed: keyWire(before) } : { type: 1, updated: entryWire(after) },
    ];
  });
}

function entryWire(entry: Entry): xdr.LedgerEntryWire {
  const sponsored = entry.kind === "balance";
  return {
    lastModifiedLedgerSeq: entry.lastModified,
    data: dataWire(entry),
    ext: sponsored ? { v: 1, v1: { sponsoringId: publicKeyOf(entry.sponsor), ext: { v: 0 } } } : { v: 0 },
  };
}

function dataWire(entry: Entry): xdr.LedgerEntryDataWire {
  switch (entry.kind) {
    case "account":
      return { type: 0, account: accountWire(entry) };
    case "trustline":
      return {
        type: 1,
        trustLine: {
          accountId: publicKeyOf(entry.account),
          asset: assetOf(entry.asset),
          balance: entry.balance,
          limit: entry.limit,
          flags: entry.flags,
          ext: { v: 0 },
        },
      };
    case "data":
      return {
        type: 3,
        data: {
          accountId: publicKeyOf(entry.account),
          dataName: new xdr.XdrString(entry.name),
          dataValue: xdr.decodeBytes(entry.value, "base64"),
          ext: { v: 0 },
        },
      };
    case "balance":
      return { type: 4, claimableBalance: balanceWire(entry) };
  }
}

function accountWire(account: AccountEntry): xdr.AccountEntryWire {
  const { master, low, medium, high } = account.thresholds;
  const v3 = {
    ext: { v: 0 },
    seqLedger: account.sequenceLedger,
    seqTime: BigInt(account.sequenceTime),
  } as const;
  const v2 = {
    numSponsored: 0,
    numSponsoring: account.sponsoring,
    signerSponsoringIDs: account.signers.map(() => null),
    ext: { v: 3, v3 },
  } as const;
  return {
    accountId: publicKeyOf(account.id),
    balance: account.balance,
    seqNum: account.sequence,
    numSubEntries: account.subentries,
    inflationDest: account.inflationDestination === null ? null : publicKeyOf(account.inflationDestination),
    flags: account.flags,
    homeDomain: new xdr.XdrString(account.homeDomain),
    thresholds: new Uint8Array([master, low, medium, high]),
    signers: account.signers.map(({ key, weight }) => ({
      key: SignerKey.decodeAddress(key).toXdrObject(),
      weight,
    })),
    ext: { v: 1, v1: { liabilities: { buying: 0n, selling: 0n }, ext: { v: 2, v2 } } },
  };
}

function balanceWire(balance: ClaimableBalanceEntry): xdr.ClaimableBalanceEntryWire {
  return {
    balanceId: xdr.ClaimableBalanceId.fromXdr(balance.id, "hex").toXdrObject(),
    claimants: balance.claimants.map(({ destination, predicate }) => ({
      type: 0,
      v0: { destination: publicKeyOf(destination), predicate: predicateWire(predicate) },
    })),
    asset: assetOf(balance.asset),
    amount: balance.amount,
    ext: balance.clawback ? { v: 1, v1: { ext: { v: 0 }, flags: 1 } } : { v: 0 },
  };
}

function keyWire(entry: Entry): xdr.LedgerKeyWire {
  switch (entry.kind) {
    case "account":
      return { type: 0, account: { accountId: publicKeyOf(entry.id) } };
    case "trustline":
      return { type: 1, trustLine: { accountId: publicKeyOf(entry.account), asset: assetOf(entry.asset) } };
    case "data":
      return {
        type: 3,
        data: { accountId: publicKeyOf(entry.account), dataName: new xdr.XdrString(entry.name) },
      };
    case "balance":
      return {
        type: 4,
        claimableBalance: { balanceId: xdr.ClaimableBalanceId.fromXdr(entry.id, "hex").toXdrObject() },
      };
  }
}
