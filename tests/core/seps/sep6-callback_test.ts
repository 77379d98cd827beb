import { deepEqual, equal, ok } from "node:assert/strict";
import { z } from "zod";
import { instruct } from "../../../core/bank/instructions.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { createTexts } from "../../../core/i18n/mod.ts";
import { rowsOfTable } from "../../../core/records/rows.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { refundAll, refundingWorld, underpaid } from "../stellar/paid-back.ts";
import { type MoneyAtWork, moneyAtWork, ONE, OURS } from "../transfers/money-at-work.ts";

const URL = "https://wallet.example/on-change?user=1";
const texts = createTexts();
const outbox = rowsOfTable("outbox");
const body = z.object({ url: z.literal(URL), text: z.string() });
const posted = z.object({ transaction: z.object({ status: z.string() }) });

/** Bodies that were queued, in order; each has to name the address. */
async function bodies({ db, vault }: MoneyAtWork): Promise<string[]> {
  const rows = await db.query({
    sql: "select id, body from outbox where kind = 'transfer_callback' and lane = 'post' order by rowid",
  });
  return rows.map((row) => {
    const place = { table: "outbox", column: "body", row: outbox.text(row, "id") };
    return body.parse(vault.openJson(place, outbox.bytes(row, "body"))).text;
  });
}

const statuses = async (work: MoneyAtWork) =>
  (await bodies(work)).map((text) => posted.parse(JSON.parse(text)).transaction.status);

/** Asserts that the last body is, to the byte, what GET answers now. */
async function assertTold(work: MoneyAtWork, transfer: Transfer, status: string): Promise<void> {
  const now = await work.now(transfer);
  const answer = { transaction: await work.view.transaction(now, texts.translatorOf(now.language)) };
  equal((await bodies(work)).at(-1), JSON.stringify(answer));
  equal((await statuses(work)).at(-1), status);
}

/** Lets something happen, and asserts that it was told, or not when no status is given. */
async function happens(
  work: MoneyAtWork,
  transfer: Transfer,
  what: TransferEvent | (() => Promise<unknown>),
  status: string | null,
): Promise<void> {
  const before = (await bodies(work)).length;
  if (typeof what === "function") await what();
  else equal((await apply(work.books, transfer.id, what)).kind, "recorded", what.type);
  equal((await bodies(work)).length, before + (status === null ? 0 : 1), `${status}`);
  if (status !== null) await assertTold(work, transfer, status);
}

const instructing = ({ books, vault, bank }: MoneyAtWork, { id }: Transfer) => () =>
  instruct({ books, vault, railOf: () => bank.instance, payerOf: () => Promise.resolve({}) }, id);

Deno.test("R-06-57 R-06-166 each change of a deposit's status is queued as GET answers it, in its language", async () => {
  using work = await moneyAtWork();
  const transfer = await work.open({ callback: URL, language: "pt-BR" });
  equal(transfer.state, "kyc");
  deepEqual(await bodies(work), []);
  const step = (what: TransferEvent | (() => Promise<unknown>), status: string | null) =>
    happens(work, transfer, what, status);
  await step({ type: "customer_accepted" }, "pending_anchor");
  await step(instructing(work, transfer), "pending_user_transfer_start");
  await step({ type: "credit_announced" }, "pending_external");
  await step({ type: "credit_vanished" }, "pending_user_transfer_start");
  const waiting = await work.now(transfer);
  await step(() => work.pay(waiting, 100n * ONE), "pending_anchor");
  await step({ type: "destination_waits", reason: "no_trustline" }, "pending_trust");
  // The reason is another one and the status is not.
  await step({ type: "destination_waits", reason: "not_authorized" }, null);
  await step({ type: "destination_ready" }, "pending_anchor");
  await step({ type: "payout_stored" }, "pending_stellar");
  const completed: TransferEvent = {
    type: "payout_completed",
    amount: 99n * ONE,
    stellarTransactionId: "cd".repeat(32),
    place: OURS,
  };
  await step(completed, "completed");
  equal((await apply(work.books, transfer.id, completed)).kind, "ignored");
  equal((await statuses(work)).length, 9);
});

Deno.test("R-06-57 R-06-166 a withdrawal is told too, and after a repair it goes on", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(100n * ONE, { callback: URL });
  await assertTold(work, transfer, "pending_anchor");
  const step = (what: TransferEvent, status: string | null) => happens(work, transfer, what, status);
  const { name } = work.bank.instance;
  await step({ type: "payout_stored" }, "pending_external");
  const completed: TransferEvent = {
    type: "payout_completed",
    amount: 99n * ONE,
    externalTransactionId: "bank-1",
    place: name,
  };
  await step(completed, "completed");
  await step({ type: "payout_returned", place: name }, "on_hold");
  await step(completed, "completed");
});

Deno.test("R-06-57 R-06-166 what a bank sends back is told with the refund that ends it", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
  const transfer = await work.deposit({ callback: URL });
  await happens(work, transfer, () => work.pay(transfer, 50n * ONE), "pending_external");
  await happens(
    work,
    transfer,
    () => refundAtBank(work.refunding, transfer.id),
    "refunded",
  );
  ok((await bodies(work)).at(-1)?.includes('"refunds":{"amount_refunded":"50"'));
});

Deno.test("R-06-57 R-06-166 what goes back on Stellar is told with the refund that ends it", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user, { request: { callback: URL } });
  await assertTold(work, transfer, "pending_stellar");
  await refundAll(work, transfer);
  await assertTold(work, transfer, "refunded");
  ok((await bodies(work)).at(-1)?.includes('"id_type":"stellar"'));
});

Deno.test("R-06-57 two processes that tell the same fact queue one callback", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit({ callback: URL });
  const before = (await bodies(work)).length;
  await Promise.all(
    Array.from({ length: 5 }, () => apply(work.books, transfer.id, { type: "credit_announced" })),
  );
  equal((await bodies(work)).length, before + 1);
});

Deno.test("R-06-57 nobody is told who did not ask, and the address is sealed", async () => {
  using work = await moneyAtWork();
  await work.deposit();
  deepEqual(await bodies(work), []);
  await work.deposit({ callback: URL });
  const [row] = await work.db.query({ sql: "select callback from transfers where callback is not null" });
  const sealed = row?.["callback"];
  ok(sealed instanceof Uint8Array && !new TextDecoder("latin1").decode(sealed).includes("wallet"));
});
