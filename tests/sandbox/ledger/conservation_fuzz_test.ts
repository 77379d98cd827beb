/**
 * Whatever is done on the ledger, no money appears or is lost: native money moves between accounts, claimable balances
 * and the fee pool; an issued asset is what its issuer has paid out less what came back.
 * @module
 */
import assert from "node:assert/strict";
import { Asset, Claimant, Keypair, Operation, type xdr } from "@stellar/stellar-sdk";
import fc from "fast-check";
import { z } from "zod";
import { formatAmount } from "../../../sandbox/ledger/amount.ts";
import { decodeEntry, type Entry } from "../../../sandbox/ledger/entries.ts";
import { TOTAL_COINS } from "../../../sandbox/ledger/header.ts";
import { type Network, openNetwork } from "./network.ts";

/** One thing that somebody does. */
interface Deed {
  kind: "pay" | "create" | "trust" | "setAside" | "claim" | "send" | "merge" | "data" | "two";
  from: number;
  to: number;
  amount: bigint;
  native: boolean;
}

const deed: fc.Arbitrary<Deed> = fc.record({
  kind: fc.constantFrom(
    "pay",
    "pay",
    "create",
    "trust",
    "setAside",
    "setAside",
    "claim",
    "send",
    "merge",
    "data",
    "two",
  ),
  from: fc.nat(4),
  to: fc.nat(4),
  amount: fc.oneof(fc.bigInt(1n, 30_000_000n), fc.bigInt(1n, 10n ** 11n), fc.constant(2n ** 63n - 1n)),
  native: fc.boolean(),
});

interface World {
  network: Network;
  people: Keypair[];
  asset: Asset;
}

/** The operations of a deed. The first of the people is the issuer. */
function operationsOf({ network, people, asset }: World, act: Deed): xdr.Operation[] {
  const [from, to] = [people[act.from], people[act.to]];
  assert.ok(from !== undefined && to !== undefined);
  const what = act.native ? Asset.native() : asset;
  const amount = formatAmount(act.amount);
  const destination = to.publicKey();
  switch (act.kind) {
    case "pay":
      return [Operation.payment({ destination, asset: what, amount })];
    case "two":
      return [
        Operation.payment({ destination, asset: what, amount }),
        Operation.payment({ destination, asset: Asset.native(), amount }),
      ];
    case "create":
      return [Operation.createAccount({ destination, startingBalance: amount })];
    case "trust":
      return [Operation.changeTrust({ asset, limit: amount })];
    case "send":
      return [Operation.pathPaymentStrictSend({
        sendAsset: what,
        sendAmount: amount,
        destination,
        destAsset: what,
        destMin: amount,
      })];
    case "merge":
      return [Operation.accountMerge({ destination })];
    case "data":
      return [Operation.manageData({ name: `n${act.amount % 3n}`, value: act.native ? "v" : null })];
    case "setAside": {
      const claimants = [
        new Claimant(destination),
        ...act.to === act.from ? [] : [new Claimant(from.publicKey())],
      ];
      return [Operation.createClaimableBalance({ asset: what, amount, claimants })];
    }
    case "claim":
      return [Operation.claimClaimableBalance({ balanceId: balanceFor(network, act)?.id ?? "0".repeat(72) })];
  }
}

/** The balance that a claim is about. */
function balanceFor(network: Network, act: Deed) {
  const balances = network.ledger.snapshot().state.balances();
  return balances[Number(act.amount % BigInt(Math.max(1, balances.length)))];
}

/** Who does a deed. Most claims are made by somebody who may claim. */
function doerOf({ network, people }: World, act: Deed): number {
  if (act.kind !== "claim" || act.to === 0) return act.from;
  const claimant = balanceFor(network, act)?.claimants[act.from % 2]?.destination;
  const index = people.findIndex((one) => one.publicKey() === claimant);
  return index < 0 ? act.from : index;
}

async function storedEntries(network: Network): Promise<Entry[]> {
  const { rows } = await network.store.execute("select entry from ledger_entries");
  return rows.map((row) => decodeEntry(z.object({ entry: z.string() }).parse(row).entry));
}

function sum(values: Iterable<bigint>): bigint {
  let total = 0n;
  for (const value of values) total += value;
  return total;
}

/** What an asset amounts to over all accounts and claimable balances. */
function supply(entries: readonly Entry[], asset: string): bigint {
  return sum(entries.map((entry) => {
    if (entry.kind === "account") return asset === "native" ? entry.balance : 0n;
    if (entry.kind === "trustline") return entry.asset === asset ? entry.balance : 0n;
    return entry.kind === "balance" && entry.asset === asset ? entry.amount : 0n;
  }));
}

/** What a deed of or for the issuer adds to the supply when it succeeds. */
function minted(act: Deed, claimed: bigint): bigint {
  if (act.native && act.kind !== "claim") return 0n;
  if (act.kind === "claim") return act.from === 0 ? -claimed : 0n;
  if (!["pay", "send", "two", "setAside"].includes(act.kind)) return 0n;
  const out = act.from === 0 ? act.amount : 0n;
  const back = act.to === 0 && act.kind !== "setAside" ? act.amount : 0n;
  return out - back;
}

function assertSound(entries: readonly Entry[], feePool: bigint): void {
  assert.equal(supply(entries, "native") + feePool, TOTAL_COINS);
  for (const entry of entries) {
    if (entry.kind === "trustline") assert.ok(entry.balance >= 0n && entry.balance <= entry.limit);
    if (entry.kind !== "account") continue;
    assert.ok(entry.balance >= 0n, "no balance below zero");
    const owned = entries.filter((other) =>
      (other.kind === "trustline" || other.kind === "data") && other.account === entry.id
    );
    assert.equal(entry.subentries, owned.length + entry.signers.length);
    const sponsored = entries.filter((other) => other.kind === "balance" && other.sponsor === entry.id);
    const claimants = sponsored.flatMap((other) => other.kind === "balance" ? other.claimants : []);
    assert.equal(entry.sponsoring, claimants.length);
  }
}

Deno.test("no sequence of operations changes what there is of an asset but minting, burning and fees", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 20, maxLength: 40 }), async (deeds) => {
      const network = await openNetwork();
      try {
        const people = await Promise.all(Array.from({ length: 5 }, () => network.account()));
        const [issuer] = people;
        assert.ok(issuer !== undefined);
        const asset = new Asset("USDX", issuer.publicKey());
        const name = `USDX:${issuer.publicKey()}`;
        const trust = Operation.changeTrust({ asset });
        await Promise.all(people.slice(1, 4).map((one) => network.send(one, [trust])));
        const world = { network, people, asset };
        let expected = 0n;
        for (const planned of deeds) {
          const act = { ...planned, from: doerOf(world, planned) };
          const claimedBalance = act.kind === "claim" ? balanceFor(network, planned) : undefined;
          const source = people[act.from];
          assert.ok(source !== undefined);
          const operations = operationsOf(world, act);
          const { status } = await network.send(source, operations);
          const claimed = claimedBalance?.asset === name ? claimedBalance.amount : 0n;
          if (status === 200) expected += minted(act, claimed);
          const entries = await storedEntries(network);
          assert.equal(supply(entries, name), expected, act.kind);
          assertSound(entries, network.ledger.snapshot().header.feePool);
        }
      } finally {
        await network.end();
      }
    }),
    { numRuns: 8 },
  );
});
