import { Asset, Claimant, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { z } from "zod";
import { createTexts } from "../../../core/i18n/mod.ts";
import { decideEnvelope, undecidedEnvelopes } from "../../../core/operators/decide-envelope.ts";
import { releaseAsset } from "../../../core/operators/release-asset.ts";
import { hashOfNote, settleAlarm } from "../../../core/operators/settle-alarm.ts";
import { openAlarms, sealedNote } from "../../../core/records/alarms.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import { checkChain } from "../../../core/records/audit-check.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { muxedOf } from "../stellar/muxed.ts";
import { type MoneyWorld, moneyWorld } from "../stellar/money-world.ts";
import { refundingWorld, standing, THOUSAND, underpaid } from "../stellar/paid-back.ts";
import { holder, payment } from "../stellar/withdrawals.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { explain, of, onlyDebit, unexplained } from "./debits-at-work.ts";

const PAID = 99n * ONE;
const nobody = { id: "a".repeat(26) };

async function entered({ db }: MoneyWorld): Promise<string[]> {
  assert.equal((await checkChain(db, "actions")).kind, "whole");
  return (await lastEntries(db, "actions", 99)).reverse().map(({ actor, action, subject, detail }) =>
    `${actor} ${action} ${subject} ${detail}`
  );
}

Deno.test("M-14 M-23 what paid a deposit without its attempt is tied to it, and it is not paid again", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const hash = await world.put(world.distribution, [payment(world, user.publicKey(), "99")]);
  await work.watch();
  assert.equal((await work.perform(transfer)).kind, "again", "payouts rest");
  const [debit, ...others] = await unexplained(work);
  assert.deepEqual([debit?.candidates, others], [[`payout ${transfer.id}`], []]);
  const id = debit?.id ?? "";
  assert.equal(await explain(work, id, of(nobody)), "unknown");
  assert.equal(await explain(work, "ledger:0", of(transfer)), "unknown");
  assert.equal(await explain(work, id, of(transfer)), "explained");
  const paid = await work.now(transfer);
  assert.deepEqual(
    [paid.state, paid.message, paid.stellarTransactionId, paid.completedMs !== null],
    ["completed", null, hash, true],
  );
  assert.deepEqual(await work.balances(), { "bank:bank": 100n * ONE, fees: -ONE, outstanding: -PAID });
  assert.deepEqual(await openAlarms(work.db, 9), []);
  assert.deepEqual(await unexplained(work), []);
  assert.equal(await explain(work, id, of(transfer)), "debit_explained");
  assert.deepEqual(await entered(work), [
    `anna debit.explain ${id} ${JSON.stringify({ as: "payout", transfer: transfer.id })}`,
  ]);
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.equal(await work.holds(user), PAID, "paid once");
  const next = await work.fundedDeposit(user);
  await work.performAll(next);
  assert.equal((await work.now(next)).state, "completed", "payouts go on");
  assert.deepEqual(await work.watch(), []);
  assert.equal(await work.count("debits"), 1);
});

Deno.test("M-14 a claimable balance, a memo and a muxed account are what the deposit asked for, or it is another's", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const asset = new Asset("USDX", world.issuer.publicKey());
  const memo = { type: "text", value: "for Ada" } as const;
  const plain = await work.fundedDeposit(user);
  const noted = await work.fundedDeposit(user, { memo });
  const held = [
    Operation.createClaimableBalance({ asset, amount: "99", claimants: [new Claimant(user.publicKey())] }),
  ];
  await world.put(world.distribution, held, { memo });
  await work.watch();
  const first = await onlyDebit(work);
  assert.equal(await explain(work, first, of(plain)), "debit_destination");
  assert.equal(await explain(work, first, of(noted)), "explained");
  assert.match((await work.now(noted)).claimableBalanceId ?? "", /^0{8}[0-9a-f]{64}$/, "it can be claimed");
  await world.put(world.distribution, [payment(world, user.publicKey(), "99")], {
    memo: { type: "id", value: "7" },
  });
  await work.watch();
  const second = await onlyDebit(work);
  assert.equal(await explain(work, second, of(plain)), "debit_destination", "a memo that nobody asked for");
  assert.equal(await explain(work, second, of(noted)), "debit_not_owed", "paid already");
  assert.equal(await explain(work, second, { as: "loss", note: "x" }), "explained");
  const muxed = await work.fundedDeposit(muxedOf(user.publicKey(), 7n));
  for (
    const [to, told] of [[user.publicKey(), "debit_destination"], [muxed.destination, "explained"]] as const
  ) {
    await world.put(world.distribution, [payment(world, to ?? "", "99")]);
    await work.watch();
    const fresh = (await unexplained(work)).at(-1)?.id ?? "";
    assert.equal(await explain(work, fresh, of(muxed)), told);
  }
  assert.equal(
    await explain(work, await onlyDebit(work), of(plain)),
    "explained",
    "without a memo it is the plain one's",
  );
  await work.balances();
});

Deno.test("M-14 a debit that is not the transfer's own is refused, each with its reason, and changes nothing", async () => {
  await using world = await ledgerWorld();
  const holding = await holder(world);
  using work = await moneyWorld(world);
  const [user, other] = [
    await world.account("one", { trusts: true }),
    await world.account("two", { trusts: true }),
  ];
  const transfer = await work.fundedDeposit(user);
  const waiting = await work.deposit({ destination: user.publicKey() });
  const withdrawal = await work.fundedWithdrawal(100n * ONE);
  const pays = async (operation: Parameters<typeof world.put>[1][number]) => {
    const known = new Set((await unexplained(work)).map(({ id }) => id));
    await world.put(world.distribution, [operation]);
    await work.watch();
    const [fresh] = (await unexplained(work)).filter(({ id }) => !known.has(id));
    assert.ok(fresh);
    return fresh;
  };
  const before = await work.balances();
  const elsewhere = await pays(payment(world, other.publicKey(), "99"));
  const less = await pays(payment(world, user.publicKey(), "98"));
  const xlm = await pays(
    Operation.payment({ destination: user.publicKey(), asset: Asset.native(), amount: "99" }),
  );
  assert.deepEqual([elsewhere.candidates, less.candidates, xlm.candidates], [[], [], []]);
  const right = await pays(payment(world, user.publicKey(), "99"));
  assert.deepEqual(right.candidates, [`payout ${transfer.id}`]);
  const wrong = [
    [elsewhere, of(transfer), "debit_destination"],
    [less, of(transfer), "debit_amount"],
    [xlm, of(transfer), "debit_asset"],
    [right, of(transfer, "refund"), "debit_asset"],
    [right, of(waiting), "debit_not_owed"],
    [right, of(withdrawal), "debit_asset"],
    [right, of(withdrawal, "refund"), "debit_amount"],
  ] as const;
  for (const [debit, said, reason] of wrong) assert.equal(await explain(work, debit.id, said), reason);
  assert.deepEqual(await entered(work), []);
  assert.equal((await work.now(transfer)).state, "funded");
  assert.deepEqual(await work.balances(), {
    ...before,
    outstanding: (before["outstanding"] ?? 0n) - 296n * ONE,
    suspense: 296n * ONE,
  });
  assert.ok(holding);
});

Deno.test("M-14 M-1 while an envelope of the transfer is undecided no debit is its payout", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const horizon = { ...work.ledgerPaying.horizon, submit: () => Promise.reject(new Error("died")) };
  await assert.rejects(payOnLedger({ ...work.ledgerPaying, horizon }, transfer.id), /died/);
  assert.equal((await work.now(transfer)).state, "paying");
  const hash = await world.put(world.distribution, [payment(world, user.publicKey(), "99")]);
  await work.watch();
  const debit = await onlyDebit(work);
  assert.equal(await explain(work, debit, of(transfer)), "debit_undecided");
  await world.pass(500);
  await work.perform(transfer);
  assert.deepEqual(await standing(work, transfer), ["on_hold", "payout_undecidable"]);
  assert.equal(await explain(work, debit, of(transfer)), "debit_undecided");
  // What took the envelope's sequence proves that it never will be in a ledger; then the debit may be the payout.
  const [stuck] = await undecidedEnvelopes(work.db);
  const decided = await decideEnvelope({ settling: work.ledgerPaying, actor: "anna" }, stuck?.id ?? "", hash);
  assert.equal(decided.kind, "decided");
  assert.equal((await work.perform(transfer)).kind, "again", "the debit is still unexplained");
  assert.equal(await explain(work, debit, of(transfer)), "explained");
  assert.equal((await work.now(transfer)).stellarTransactionId, hash);
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
  await work.balances();
});

Deno.test("M-14 M-19 what sent a receipt back without its attempt is tied to that receipt, and it is not sent again", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  const memo = { type: "id", value: String(transfer.receiveMemo) } as const;
  await world.put(world.distribution, [payment(world, user.publicKey(), "60")]);
  await world.put(world.distribution, [payment(world, user.publicKey(), "60")], { memo });
  await work.watch();
  const [unmarked, marked] = await unexplained(work);
  assert.deepEqual([unmarked?.candidates, marked?.candidates], [[`refund ${transfer.id}`], [
    `refund ${transfer.id}`,
  ]]);
  assert.equal(await explain(work, unmarked?.id ?? "", of(transfer, "refund")), "debit_destination");
  assert.equal(await explain(work, marked?.id ?? "", of(transfer)), "debit_asset");
  assert.equal(await explain(work, marked?.id ?? "", of(transfer, "refund")), "explained");
  assert.deepEqual(await standing(work, transfer), ["refunded", "sent_back"]);
  const said = await work.view.transaction(await work.now(transfer), createTexts().translatorOf("en"));
  const refunds = z.object({ refunds: z.object({ amount_refunded: z.string() }) }).parse(said).refunds;
  assert.equal(refunds.amount_refunded, "60");
  assert.equal(await explain(work, unmarked?.id ?? "", of(transfer, "refund")), "debit_not_owed");
  assert.equal(await explain(work, unmarked?.id ?? "", { as: "loss", note: "gone" }), "explained");
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  assert.equal(await work.holds(user), THOUSAND + 60n * ONE);
  assert.deepEqual(await work.balances(), { costs: 60n * ONE, outstanding: -60n * ONE });
  assert.equal((await orderRefund(work.books, transfer.id)).kind, "refused");
});

Deno.test("M-14 M-23 what was nobody's is the anchor's cost, with a note that is sealed and whose hash is entered", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const stranger = await world.account("stranger", { trusts: true });
  await world.put(world.distribution, [
    payment(world, stranger.publicKey(), "5"),
    Operation.payment({ destination: stranger.publicKey(), asset: Asset.native(), amount: "3" }),
  ]);
  await work.watch();
  const note = "Stolen, case 4711 of Ada Lovelace";
  const debits = await unexplained(work);
  assert.equal(debits.length, 2);
  for (const { id } of debits) {
    const all = ["anna", "bert", "root"].map((actor) => explain(work, id, { as: "loss", note }, actor));
    assert.deepEqual((await Promise.all(all)).sort(), ["debit_explained", "debit_explained", "explained"]);
  }
  assert.deepEqual(await work.balances(), { costs: 5n * ONE, outstanding: -5n * ONE });
  assert.deepEqual(await work.balances("native"), { "bank:stellar": -3n * ONE, costs: 3n * ONE });
  assert.deepEqual(await openAlarms(work.db, 9), []);
  const entries = await lastEntries(work.db, "actions", 9);
  assert.equal(entries.length, 2);
  const rows = await work.db.query({ sql: "select id, note from alarms order by rowid desc" });
  entries.forEach(({ detail }, at) => {
    const { id, note: sealed } = rows[at] ?? {};
    const place = sealedNote.place(String(id));
    const opened = z.object({ salt: z.string(), note: z.string() }).parse(
      work.vault.openJson(place, z.instanceof(Uint8Array).parse(sealed)),
    );
    assert.equal(opened.note, note);
    assert.deepEqual(JSON.parse(detail), { as: "loss", note: hashOfNote(opened) });
  });
});

Deno.test("M-14 no alarm of a debit is closed and no asset released before the debit is explained", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await world.put(world.distribution, [payment(world, user.publicKey(), "99")]);
  await work.watch();
  const { db, vault, books } = work;
  const unit = { asset: world.asset, currency: "USD" };
  const [alarm] = await openAlarms(db, 9);
  assert.ok(alarm);
  for (const by of [{ db, actor: "anna", vault }, { db, actor: "task:alarms" }]) {
    assert.equal(await settleAlarm(by, alarm.id, "looks fine"), "unexplained");
  }
  assert.equal(await releaseAsset({ books, actor: "anna" }, unit), "debit_unexplained");
  assert.equal(
    await releaseAsset({ books, actor: "anna" }, { asset: "OTHER:G", currency: "EUR" }),
    "not_stopped",
  );
  assert.equal((await work.perform(transfer)).kind, "again");
  assert.deepEqual(await entered(work), []);
  assert.equal(await explain(work, await onlyDebit(work), of(transfer)), "explained");
  assert.equal(await releaseAsset({ books, actor: "anna" }, unit), "not_stopped");
  assert.equal(await settleAlarm({ db, actor: "anna", vault }, alarm.id, "x"), "unknown");
});

Deno.test("M-30 of operators who explain one debit by two transfers, or one transfer by two debits, one wins", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const pay = async () => {
    await world.put(world.distribution, [payment(world, user.publicKey(), "99")]);
    await work.watch();
  };
  const transfers = [await work.fundedDeposit(user), await work.fundedDeposit(user)];
  await pay();
  const debit = await onlyDebit(work);
  const byTwo = await Promise.all(
    transfers.flatMap((transfer) => ["anna", "bert"].map((name) => explain(work, debit, of(transfer), name))),
  );
  assert.equal(byTwo.filter((said) => said === "explained").length, 1, String(byTwo));
  const left = (await Promise.all(transfers.map(work.now))).filter(({ state }) => state === "funded");
  const [last, ...others] = left;
  assert.ok(last && others.length === 0);
  await pay();
  await pay();
  const two = await unexplained(work);
  assert.equal(two.length, 2);
  const ofTwo = await Promise.all(two.map(({ id }) => explain(work, id, of(last))));
  assert.deepEqual(ofTwo.sort(), ["debit_not_owed", "explained"]);
  assert.equal((await unexplained(work)).length, 1);
  assert.deepEqual((await work.balances())["suspense"], PAID);
  assert.equal((await entered(work)).length, 2);
});
