import assert from "node:assert/strict";
import { matchInbound } from "../../../core/bank/match.ts";
import type { InboundTransfer } from "../../../plugins/bank-rail.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { inbound, scriptedRail } from "./scripted-rail.ts";

type Clues = Parameters<typeof inbound>[2];

const owner = (sub: string) => ({
  owner: { sub, account: sub, memo: null, muxedId: null, clientDomain: null },
});

/** To whom 100 belong, told with these clues. */
async function match(
  work: MoneyAtWork,
  clues: Clues,
  units = 100n * ONE,
  more: Partial<InboundTransfer> = {},
) {
  const { instance } = work.bank;
  const told = { ...inbound("one", units, clues), ...more };
  return await matchInbound(work.receiving.matching, instance.name, instance.rail.declares, told);
}

const matched = ({ id, customerId, asset }: Transfer) => ({
  kind: "transfer",
  transferId: id,
  customerId,
  asset,
});

Deno.test("M-17 an address of its own says which deposit, and what comes late is linked to it", async () => {
  const bank = scriptedRail({ deposit: { address: "per_transaction", reference: null } });
  using work = await moneyAtWork({ bank });
  const [first, second] = [await work.deposit(), await work.deposit()];
  const at = (transfer: Transfer) => match(work, { match: { instructionId: transfer.id } });
  assert.deepEqual(await at(first), matched(first));
  assert.deepEqual(await at(second), matched(second));
  await work.pay(first, 100n * ONE, "paid", { match: { instructionId: first.id } });
  assert.deepEqual(await at(first), {
    kind: "unmatched",
    reason: "not_waiting",
    customerId: first.customerId,
    likely: first.id,
  });
  assert.deepEqual(await match(work, { match: { instructionId: "unknown" } }), {
    kind: "unmatched",
    reason: "no_address",
  });
});

Deno.test("M-17 a customer's address: the one open deposit that the amount fits, none, or several", async () => {
  const bank = scriptedRail({
    deposit: { address: "per_customer", reference: { alphabet: "ABCDEFGH234567", length: 10 } },
  });
  using work = await moneyAtWork({ bank });
  const address = { match: { instructionId: "account-customer-alice" } };
  const none = { kind: "unmatched", reason: "no_address" };
  assert.deepEqual(await match(work, address), none);
  const small = await work.deposit({ amount: 50n * ONE });
  const big = await work.deposit({ amount: 100n * ONE });
  assert.deepEqual(await match(work, address), matched(big));
  assert.deepEqual(await match(work, address, 50n * ONE), matched(small));
  const { customerId } = big;
  assert.deepEqual(await match(work, address, 70n * ONE), {
    kind: "unmatched",
    reason: "no_open_transfer",
    customerId,
    likely: small.id,
  });
  const twin = await work.deposit({ amount: 100n * ONE });
  assert.deepEqual(await match(work, address), {
    kind: "unmatched",
    reason: "several_transfers",
    customerId,
    likely: small.id,
  });
  // Between twins the reference tells, and age never does.
  const named = { match: { ...address.match, remittance: `deposit ${twin.reference}` } };
  assert.deepEqual(await match(work, named), matched(twin));
});

Deno.test("M-17 M-18 where what is above goes back, the deposit that fits exactly goes first, then the only one below", async () => {
  const bank = scriptedRail({
    deposit: { address: "per_customer", reference: { alphabet: "ABCDEFGH234567", length: 10 } },
  });
  using work = await moneyAtWork({ bank, service: { amountRule: { kind: "excess" } } });
  const address = { match: { instructionId: "account-customer-alice" } };
  const small = await work.deposit({ amount: 50n * ONE });
  assert.deepEqual(await match(work, address, 70n * ONE), matched(small));
  const big = await work.deposit({ amount: 100n * ONE });
  assert.deepEqual(await match(work, address), matched(big));
  assert.deepEqual(await match(work, address, 70n * ONE), matched(small));
  const said = await match(work, address, 120n * ONE);
  assert.ok(said.kind === "unmatched" && said.reason === "several_transfers");
});

Deno.test("M-17 an address and a reference that contradict each other decide nothing", async () => {
  const bank = scriptedRail({
    deposit: { address: "per_customer", reference: { alphabet: "ABCDEFGH234567", length: 10 } },
  });
  using work = await moneyAtWork({ bank });
  await work.deposit();
  const bobs = await work.deposit(owner("bob"));
  const clues = { match: { instructionId: "account-customer-alice", reference: bobs.reference ?? "" } };
  assert.deepEqual(await match(work, clues), { kind: "unmatched", reason: "several_transfers" });
});

Deno.test("M-17 an address that is shared says nothing, even while one customer alone has been given it", async () => {
  using work = await moneyAtWork();
  await work.deposit();
  assert.deepEqual(await match(work, { match: { instructionId: "account" } }), {
    kind: "unmatched",
    reason: "no_address",
  });
});

Deno.test("M-17 a reference is found inside noisy text, and a wrong one is nobody's", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  const { reference } = transfer;
  assert.ok(reference);
  const noisy = `pmt/INV 7 ${reference.slice(0, 4).toLowerCase()}-${reference.slice(4)} thanks`;
  assert.deepEqual(await match(work, { match: { remittance: noisy } }), matched(transfer));
  assert.deepEqual(await match(work, { match: { reference } }), matched(transfer));
  const wrong = reference.replace(/.$/, (last) => last === "A" ? "B" : "A");
  const unmatched = { kind: "unmatched", reason: "no_reference" };
  assert.deepEqual(await match(work, { match: { reference: wrong } }), unmatched);
  assert.deepEqual(await match(work, {}), unmatched);
});

Deno.test("M-17 a text that names several deposits decides only among those of one customer, by amount", async () => {
  using work = await moneyAtWork();
  const big = await work.deposit({ amount: 100n * ONE });
  const small = await work.deposit({ amount: 50n * ONE });
  const bobs = await work.deposit(owner("bob"));
  const text = (...transfers: Transfer[]) => ({
    match: { remittance: transfers.map(({ reference }) => reference).join(" or ") },
  });
  assert.deepEqual(await match(work, text(small, big)), matched(big));
  assert.deepEqual(await match(work, text(big, bobs)), { kind: "unmatched", reason: "several_transfers" });
});

Deno.test("M-17 the payer's identity leads to the customer's one open deposit, P16 also under several keys", async () => {
  using work = await moneyAtWork();
  const identity = {
    payer: { identity: "123", nameTrusted: true, account: { kind: "none", trusted: false } },
  } as const;
  assert.equal((await match(work, identity)).kind, "unmatched");
  const first = await work.deposit();
  work.identities.set("123", [first.customerId]);
  assert.deepEqual(await match(work, identity), matched(first));
  const bobs = await work.deposit({ ...owner("bob"), amount: 30n * ONE });
  work.identities.set("123", [first.customerId, bobs.customerId]);
  assert.deepEqual(await match(work, identity), matched(first));
  assert.deepEqual(await match(work, identity, 30n * ONE), matched(bobs));
  assert.deepEqual(await match(work, identity, 31n * ONE), { kind: "unmatched", reason: "no_open_transfer" });
  await work.deposit(owner("bob"));
  assert.deepEqual(await match(work, identity), { kind: "unmatched", reason: "several_transfers" });
});

Deno.test("M-17 twins of one person are not settled by a single deposit of their other key", async () => {
  using work = await moneyAtWork();
  const identity = {
    payer: { identity: "123", nameTrusted: true, account: { kind: "none", trusted: false } },
  } as const;
  const first = await work.deposit();
  await work.deposit();
  const bobs = await work.deposit(owner("bob"));
  work.identities.set("123", [first.customerId, bobs.customerId]);
  assert.deepEqual(await match(work, identity), { kind: "unmatched", reason: "several_transfers" });
});

Deno.test("M-17 the rail's own word on the customer counts like an address of theirs", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  assert.deepEqual(await match(work, { match: { customerKey: transfer.customerId } }), matched(transfer));
});

Deno.test("M-17 own payouts that come back and other currencies belong to no deposit", async () => {
  using work = await moneyAtWork();
  const { reference } = await work.deposit();
  const clues = { match: { reference: reference ?? "" } };
  assert.deepEqual(await match(work, { ...clues, original: { payoutKey: "x" } }), {
    kind: "unmatched",
    reason: "own_payout_back",
  });
  const euros = { units: 100n * ONE, currency: "EUR" };
  assert.deepEqual(await match(work, clues, ONE, { gross: euros }), {
    kind: "unmatched",
    reason: "other_currency",
  });
});

Deno.test("M-17 a withdrawal's reference is never a deposit's", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await work.db.write(
    [{ sql: "update transfers set kind = 'withdrawal' where id = ?", args: [transfer.id] }],
    { committed: { sql: "select 1 where false" } },
  );
  const found = await match(work, { match: { reference: transfer.reference ?? "" } });
  assert.deepEqual([found.kind, found.kind === "unmatched" && found.reason], ["unmatched", "not_waiting"]);
});
