import { deepEqual, equal, ok } from "node:assert/strict";
import { z } from "zod";
import { instruct } from "../../../core/bank/instructions.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { receive } from "../../../core/bank/receive.ts";
import { createTexts } from "../../../core/i18n/mod.ts";
import { rowsOfTable } from "../../../core/records/rows.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { createFlowEndTeller, createSep24Teller } from "../../../core/seps/sep24-callback.ts";
import { kycVerified } from "../../../core/seps/sep24-transaction.ts";
import { createSep24View } from "../../../core/seps/sep24-view.ts";
import { STATUS_TABLE, statusOf } from "../../../core/seps/statuses.ts";
import type { TransactionView } from "../../../core/seps/transaction-view.ts";
import { TABLE } from "../../../core/transfers/decide.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import { apply, type Books, type Change, type Tell } from "../../../core/transfers/record.ts";
import { IN_FLOW, type Kind, KINDS, type State, STATES } from "../../../core/transfers/states.ts";
import { sealedBeneficiary, type Transfer } from "../../../core/transfers/transfer.ts";
import { sep24TransactionShape } from "../../support/sep24-shapes.ts";
import { inbound } from "../bank/scripted-rail.ts";
import { exampleTransfer } from "../transfers/example-transfer.ts";
import { type MoneyAtWork, moneyAtWork, ONE, OURS } from "../transfers/money-at-work.ts";

const URL = "https://wallet.example/told?user=1";
const CHANGES = "transfer_callback";
const END = "transfer_callback_once";
const texts = createTexts();
const outboxTable = rowsOfTable("outbox");
const body = z.object({ url: z.literal(URL), text: z.string() });
const posted = z.strictObject({ transaction: sep24TransactionShape });

/** Transfers at work whose wallets are told in SEP-24's words, of changes or of the end. */
interface Telling {
  readonly work: MoneyAtWork;
  readonly books: Books;
  readonly view: TransactionView;
  readonly open: (request?: Parameters<MoneyAtWork["open"]>[0]) => Promise<Transfer>;
  /** Bodies of a kind that were queued, in order; each has to name the address. */
  readonly bodies: (kind: string) => Promise<string[]>;
}

function telling(
  work: MoneyAtWork,
  tellOf: (parts: Parameters<typeof createSep24Teller>[0]) => Tell,
): Telling {
  const { db, vault, books } = work;
  const view = createSep24View({
    db,
    vault,
    receivingAccount: OURS,
    moreInfoUrl: ({ id }) => `https://anchor.example/interactive/${id}/status?key=k`,
  });
  const tell = tellOf({ view, vault, outbox: books.outbox, texts });
  return {
    work,
    view,
    books: { ...books, tell },
    open: (request) => work.open({ protocol: "sep24", callback: URL, ...request }),
    async bodies(kind) {
      const rows = await db.query({
        sql: "select id, body from outbox where kind = ? and lane = 'post' order by rowid",
        args: [kind],
      });
      return rows.map((row) => {
        const place = { table: "outbox", column: "body", row: outboxTable.text(row, "id") };
        return body.parse(vault.openJson(place, outboxTable.bytes(row, "body"))).text;
      });
    },
  };
}

const ofChanges = (work: MoneyAtWork) => telling(work, createSep24Teller);
const ofTheEnd = (work: MoneyAtWork, addressOf: (transfer: Transfer) => string | null = () => URL) =>
  telling(work, ({ view, outbox, texts }) => createFlowEndTeller({ view, outbox, texts, addressOf }));

const statusesOf = (bodies: readonly string[]) =>
  bodies.map((text) => posted.parse(JSON.parse(text)).transaction.status);

/** Lets something happen, and asserts that it was told with this status as GET answers it now, or not when none is given. */
async function happens(
  { work, books, view, bodies }: Telling,
  transfer: Transfer,
  what: TransferEvent | (() => Promise<unknown>),
  status: string | null,
  kind = CHANGES,
): Promise<void> {
  const before = (await bodies(kind)).length;
  if (typeof what === "function") await what();
  else equal((await apply(books, transfer.id, what)).kind, "recorded", what.type);
  const told = await bodies(kind);
  equal(told.length, before + (status === null ? 0 : 1), `${status}`);
  if (status === null) return;
  const now = await work.now(transfer);
  const answer = { transaction: await view.transaction(now, texts.translatorOf(now.language)) };
  equal(told.at(-1), JSON.stringify(answer));
  equal(statusesOf(told).at(-1), status);
}

const instructing = ({ work: { vault, bank }, books }: Telling, { id }: Transfer) => () =>
  instruct({ books, vault, railOf: () => bank.instance, payerOf: () => Promise.resolve({}) }, id);

/** Money at the bank for a deposit. */
const paying = ({ work, books }: Telling, transfer: Transfer, units: bigint) => async () => {
  const { reference } = await work.now(transfer);
  const money = inbound(`in-${transfer.id}`, units, { match: { reference: reference ?? "" } });
  await receive({ ...work.receiving, books }, work.bank.instance, money);
};

const completed: TransferEvent = {
  type: "payout_completed",
  amount: 99n * ONE,
  stellarTransactionId: "cd".repeat(32),
  place: OURS,
};

Deno.test("R-24-78 R-24-79 each change of a deposit's status is queued as GET answers it, in its language", async () => {
  using work = await moneyAtWork();
  const told = ofChanges(work);
  const transfer = await told.open({ language: "pt-BR" });
  deepEqual(await told.bodies(CHANGES), []);
  const step = (what: TransferEvent | (() => Promise<unknown>), status: string | null) =>
    happens(told, transfer, what, status);
  await step({ type: "customer_accepted" }, "pending_anchor");
  await step(instructing(told, transfer), "pending_user_transfer_start");
  await step(paying(told, transfer, 100n * ONE), "pending_anchor");
  await step({ type: "destination_waits", reason: "no_trustline" }, "pending_trust");
  // The reason is another one and the status is not.
  await step({ type: "destination_waits", reason: "not_authorized" }, null);
  await step({ type: "destination_ready" }, "pending_anchor");
  await step({ type: "payout_stored" }, "pending_stellar");
  await step(completed, "completed");
  equal((await apply(told.books, transfer.id, completed)).kind, "ignored");
  deepEqual((await told.bodies(CHANGES)).length, 7);
});

Deno.test("R-24-78 R-24-79 R-24-115 a withdrawal is told with its account masked, and after a repair it goes on", async () => {
  using work = await moneyAtWork();
  const told = ofChanges(work);
  const transfer = await told.open({ kind: "withdrawal" });
  const place = sealedBeneficiary.place(transfer.id);
  const beneficiary = work.vault.sealJson(place, { bank_account_number: "000123456789", last_name: "Roe" });
  const step = (what: TransferEvent, status: string | null) => happens(told, transfer, what, status);
  await step({ type: "customer_accepted", beneficiary }, "pending_user_transfer_start");
  const [first = ""] = await told.bodies(CHANGES);
  equal(posted.parse(JSON.parse(first)).transaction.to, "********6789");
  ok(!first.includes("00012345") && !first.includes("Roe"));
  await step({
    type: "money_received",
    amount: 100n * ONE,
    kept: 0n,
    place: OURS,
    stellarTransactionId: "ab".repeat(32),
    paidFrom: "GPAYER",
    clearance: { kind: "asks", tier: "heavy" },
  }, "pending_user");
  await step({ type: "customer_accepted" }, "pending_anchor");
  await step({ type: "payout_stored" }, "pending_external");
  const { name } = work.bank.instance;
  const paid: TransferEvent = { type: "payout_completed", amount: 99n * ONE, place: name };
  await step(paid, "completed");
  await step({ type: "payout_returned", place: name }, "on_hold");
  await step(paid, "completed");
});

Deno.test("R-24-78 R-24-79 R-24-152 what a bank sends back is told with the refund that ends it", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
  const told = ofChanges(work);
  await work.setKyc("alice", "accepted");
  const transfer = await told.open();
  await instructing(told, transfer)();
  await happens(told, transfer, paying(told, transfer, 50n * ONE), "pending_external");
  const refund = () => refundAtBank({ ...work.refunding, books: told.books }, transfer.id);
  await happens(told, transfer, refund, "refunded");
  const last = posted.parse(JSON.parse((await told.bodies(CHANGES)).at(-1) ?? "")).transaction;
  deepEqual([last.refunded, last.refunds?.amount_refunded, last.refunds?.payments.length], [true, "50", 1]);
});

Deno.test("R-24-78 each arc that shows in status or kyc_verified is told, one that shows in the latter alone too", async () => {
  using work = await moneyAtWork();
  const view = { transaction: () => Promise.resolve({}) };
  const tell = createSep24Teller({ view, vault: work.vault, outbox: work.books.outbox, texts });
  const { id, callback } = await work.open({ protocol: "sep24", callback: URL });
  const at = (kind: Kind, state: State) => exampleTransfer({ id, callback, kind, state, protocol: "sep24" });
  const seen = { status: 0, kyc: 0, neither: 0 };
  for (const [kind, from, to] of arcs()) {
    const [before, after] = [at(kind, from), at(kind, to)];
    const moved = statusOf("sep24", kind, from) !== statusOf("sep24", kind, to);
    const verified = kycVerified(before) !== kycVerified(after);
    seen[moved ? "status" : verified ? "kyc" : "neither"]++;
    const statements = await tell({ before, after, event: { type: "refund_ordered" } });
    equal(statements.length, moved || verified ? 1 : 0, `${kind}: ${from} to ${to}`);
  }
  ok(Object.values(seen).every((count) => count > 0), JSON.stringify(seen));
});

Deno.test("R-24-78 nobody is told who did not ask, or who asked by SEP-6", async () => {
  using work = await moneyAtWork();
  const told = ofChanges(work);
  const silent = await work.open({ protocol: "sep24" });
  const sep6 = await work.open({ protocol: "sep6", callback: URL });
  for (const { id } of [silent, sep6]) {
    equal((await apply(told.books, id, { type: "customer_accepted" })).kind, "recorded");
  }
  deepEqual(await told.bodies(CHANGES), []);
});

/** Ends of stories: the events of a flow, and the status that its end is told with. */
const FLOWS: readonly [Kind, string, readonly (TransferEvent | "instruct")[], string | null][] = [
  [
    "deposit",
    "that is to be paid",
    [{ type: "customer_accepted" }, "instruct"],
    "pending_user_transfer_start",
  ],
  ["withdrawal", "that is to be paid", [{ type: "customer_accepted" }], "pending_user_transfer_start"],
  ["deposit", "whose customer is refused", [{ type: "customer_rejected" }], "error"],
  [
    "deposit",
    "that the bank refuses",
    [{ type: "customer_accepted" }, { type: "instructions_refused" }],
    "error",
  ],
  ["withdrawal", "that was left alone", [{ type: "time_ran_out" }], null],
  ["deposit", "whose customer was erased", [{ type: "customer_erased" }], null],
];

for (const [kind, which, events, status] of FLOWS) {
  Deno.test(`R-24-75 R-24-76 R-24-77 the end of the flow of a ${kind} ${which} is told ${status ?? "to nobody"}`, async () => {
    using work = await moneyAtWork();
    const told = ofTheEnd(work);
    const transfer = await told.open({ kind });
    for (const [at, what] of events.entries()) {
      const isLast = at === events.length - 1;
      const event = what === "instruct" ? instructing(told, transfer) : what;
      await happens(told, transfer, event, isLast ? status : null, END);
    }
  });
}

Deno.test("R-24-76 R-24-79 the end is told at most once, whatever happens afterwards, and never sent a second time", async () => {
  using work = await moneyAtWork();
  const told = ofTheEnd(work);
  const transfer = await told.open({ kind: "withdrawal" });
  const accepted: TransferEvent = { type: "customer_accepted" };
  await Promise.all(Array.from({ length: 5 }, () => apply(told.books, transfer.id, accepted)));
  const { name } = work.bank.instance;
  const paid: TransferEvent = { type: "payout_completed", amount: 99n * ONE, place: name };
  const later: TransferEvent[] = [
    { type: "money_received", amount: 100n * ONE, kept: 0n, place: OURS },
    { type: "payout_stored" },
    paid,
    { type: "payout_returned", place: name },
    paid,
  ];
  for (const event of later) await happens(told, transfer, event, null, END);
  deepEqual(statusesOf(await told.bodies(END)), ["pending_user_transfer_start"]);
  // Its performer dies: it may have been sent, so it is not begun again.
  const { outbox } = work.books;
  const [due] = await outbox.duePosts(10);
  equal(due, `${END}:${transfer.id}`);
  const effect = await outbox.markSending(due);
  deepEqual([effect?.delivery, effect?.subject], ["at_most_once", transfer.id]);
  await moveClock(work.db, 3_600_000);
  deepEqual([await outbox.duePosts(10), await outbox.markSending(due)], [[], null]);
});

Deno.test("R-24-76 no transfer comes back into the flow that it has left", () => {
  const inFlow = (kind: Kind, state: State) =>
    state === "instructing" || STATUS_TABLE[state].sep24[kind] === "incomplete";
  const back = arcs().filter(([kind, from, to]) => !inFlow(kind, from) && inFlow(kind, to));
  deepEqual(back, []);
  const states = KINDS.flatMap((kind) => STATES.map((state): [Kind, State] => [kind, state]));
  const reached = states.filter(([kind, state]) => STATUS_TABLE[state].sep24[kind] !== null);
  for (const [kind, state] of reached) equal(IN_FLOW.has(state), inFlow(kind, state), `${kind} ${state}`);
  ok(arcs().some(([kind, from, to]) => inFlow(kind, from) && !inFlow(kind, to)));
});

Deno.test("R-24-76 the end is told to nobody who did not ask, or whose transfer is SEP-6's", async () => {
  using work = await moneyAtWork();
  const change = (more: Partial<Transfer>): Change => ({
    before: exampleTransfer({ state: "kyc", kind: "withdrawal", ...more }),
    after: exampleTransfer({ state: "waiting", kind: "withdrawal", ...more }),
    event: { type: "customer_accepted" },
  });
  const asked: string[] = [];
  const { tell = () => Promise.resolve([]) } = ofTheEnd(work, ({ protocol }) => {
    asked.push(protocol);
    return null;
  }).books;
  deepEqual(await tell(change({ protocol: "sep24" })), []);
  deepEqual(await tell(change({ protocol: "sep6" })), []);
  deepEqual(asked, ["sep24"]);
});

/** Each step that the table of transfers has, one state at a time. */
function arcs(): [Kind, State, State][] {
  return TABLE.flatMap(({ kinds, from, to }) =>
    kinds.flatMap((kind) =>
      from.filter((state) => STATUS_TABLE[state].sep24[kind] !== null)
        .flatMap((before) => to.map((after): [Kind, State, State] => [kind, before, after]))
    )
  );
}
