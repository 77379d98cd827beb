import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import { VaultError } from "../../../core/records/vault.ts";
import { choose } from "../../../core/transfers/choose.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import { setPageCallbacks } from "../../../core/transfers/page-callbacks.ts";
import { apply, type Change } from "../../../core/transfers/record.ts";
import { sealedCallback, sealedEndCallback, type Transfer } from "../../../core/transfers/transfer.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const END = "https://wallet.example/end?user=1";
const CHANGES = "https://wallet.example/changes?user=1";
const OTHER = "https://other.example/told";
const BOTH = { callback: END, onChangeCallback: CHANGES };
const accepted: TransferEvent = { type: "customer_accepted" };

const set = ({ db, vault }: MoneyAtWork, { id }: Transfer, given: Parameters<typeof setPageCallbacks>[3]) =>
  setPageCallbacks(db, vault, id, given);

/** Where a transfer's end and its changes are told. */
function addresses({ vault }: MoneyAtWork, { id, callback, endCallback }: Transfer): (string | null)[] {
  return [
    endCallback && vault.openText(sealedEndCallback.place(id), endCallback),
    callback && vault.openText(sealedCallback.place(id), callback),
  ];
}

const toldAt = async (work: MoneyAtWork, transfer: Transfer) => addresses(work, await work.now(transfer));

Deno.test("R-24-75 R-24-78 a page sets both addresses once, sealed each for its own place", async () => {
  using work = await moneyAtWork();
  const [draft, other] = [await work.draft(), await work.draft()];
  await set(work, draft, BOTH);
  const { state, callback, endCallback } = await work.now(draft);
  assert.equal(state, "draft");
  assert.deepEqual(await toldAt(work, draft), [END, CHANGES]);
  assert.deepEqual(await toldAt(work, other), [null, null]);
  const bytes = new TextDecoder("latin1").decode(endCallback ?? undefined);
  assert.doesNotMatch(bytes, /wallet/);
  assert.ok(callback && endCallback);
  const swapped = () => work.vault.openText(sealedCallback.place(draft.id), endCallback);
  assert.throws(swapped, (error) => error instanceof VaultError);
});

Deno.test("R-24-86 the same addresses once more change nothing, and neither do others: news go nowhere else", async () => {
  using work = await moneyAtWork();
  const draft = await work.draft();
  await set(work, draft, { callback: END });
  const first = await work.now(draft);
  for (const given of [{}, { callback: END }, { callback: OTHER }]) {
    await set(work, draft, given);
    assert.deepEqual(await work.now(draft), first);
  }
  // What was not given before may still be.
  await set(work, draft, { callback: OTHER, onChangeCallback: CHANGES });
  assert.deepEqual(await toldAt(work, draft), [END, CHANGES]);
  assert.deepEqual((await work.now(draft)).endCallback, first.endCallback);
});

Deno.test("R-24-75 addresses are taken in each state of the flow, and in no other one nor for SEP-6", async () => {
  using work = await moneyAtWork();
  const withdrawal = await work.open({ protocol: "sep24", kind: "withdrawal" });
  const deposit = await work.open({ protocol: "sep24" });
  for (const transfer of [withdrawal, deposit]) assert.equal(transfer.state, "kyc");
  await set(work, withdrawal, { callback: END });
  await apply(work.books, deposit.id, accepted);
  await set(work, deposit, { callback: END });
  assert.equal((await work.now(deposit)).state, "instructing");
  for (const transfer of [withdrawal, deposit]) {
    assert.deepEqual(await toldAt(work, transfer), [END, null]);
  }
  await apply(work.books, withdrawal.id, accepted);
  const over = await work.open({ protocol: "sep24" });
  await apply(work.books, over.id, { type: "time_ran_out" });
  for (const transfer of [withdrawal, over, await work.open()]) {
    const before = await work.now(transfer);
    await set(work, transfer, BOTH);
    assert.deepEqual(await work.now(transfer), before);
  }
  await assert.rejects(
    setPageCallbacks(work.db, work.vault, "nobody", BOTH),
    /nobody is told: it is not there/,
  );
});

Deno.test("M-30 addresses and decisions of one moment: whoever is second reads again, and the change is told", async () => {
  for (const second of ["addresses", "decision"] as const) {
    using work = await moneyAtWork();
    const told: (string | null)[][] = [];
    const opening = {
      ...work.opening,
      tell: (change: Change) => {
        told.push(addresses(work, change.after));
        return Promise.resolve([]);
      },
    };
    const draft = await work.draft();
    const decide = () => choose(opening, draft, { amount: 100n * ONE });
    /** The records, with something that happens right before the next batch. */
    const overtaken = (happens: () => Promise<unknown>): MoneyAtWork["db"] => {
      const before = [happens];
      return {
        ...work.db,
        async write(statements, written) {
          await before.pop()?.();
          return await work.db.write(statements, written);
        },
      };
    };
    if (second === "addresses") await setPageCallbacks(overtaken(decide), work.vault, draft.id, BOTH);
    else {await choose({ ...opening, db: overtaken(() => set(work, draft, BOTH)) }, draft, {
        amount: 100n * ONE,
      });}
    const now = await work.now(draft);
    assert.equal(now.state, "kyc");
    assert.deepEqual(addresses(work, now), [END, CHANGES]);
    assert.deepEqual(told.at(-1), second === "addresses" ? [null, null] : [END, CHANGES]);
  }
});

Deno.test("addresses whose first answer was lost are set once", async () => {
  using work = await moneyAtWork();
  const draft = await work.draft();
  const losing: MoneyAtWork["db"] = {
    ...work.db,
    async write(statements, written) {
      await work.db.write(statements, written);
      return await work.db.write(statements, written);
    },
  };
  await setPageCallbacks(losing, work.vault, draft.id, BOTH);
  const now = await work.now(draft);
  assert.deepEqual([addresses(work, now), now.version], [[END, CHANGES], draft.version + 1]);
});

Deno.test("a transfer that changes without end is given up with an error, and nothing is set", async () => {
  using work = await moneyAtWork();
  const draft = await work.draft();
  const restless: MoneyAtWork["db"] = {
    ...work.db,
    async write(statements, written) {
      const sql = "update transfers set version = version + 1 where id = ?";
      await work.db.write([{ sql, args: [draft.id] }], repeatable);
      return await work.db.write(statements, written);
    },
  };
  await assert.rejects(setPageCallbacks(restless, work.vault, draft.id, BOTH), /changed 8 times/);
  assert.deepEqual(await toldAt(work, draft), [null, null]);
});
