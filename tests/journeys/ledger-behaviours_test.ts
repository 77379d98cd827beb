import assert from "node:assert/strict";
import { arrive, type Customer, text } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";
import type { Place } from "../support/place.ts";
import { slowLedger } from "../support/slow-ledger.ts";

/** Runs a journey on a ledger that closes every five seconds by its own clock. */
async function onSlowLedger(
  { withGateway }: Place,
  journey: (gateway: GatewayUnderTest, ada: Customer) => Promise<void>,
): Promise<void> {
  await withGateway({}, async (gateway) => {
    const slow = await slowLedger(gateway);
    try {
      await journey(gateway, await arrive(gateway));
      await gateway.booksAgree();
    } finally {
      await slow.stop();
    }
  });
}

/** A deposit and a withdrawal with a behaviour on while the gateway works; the wallet's own requests are left alone. */
async function withBehaviour(
  gateway: GatewayUnderTest,
  ada: Customer,
  behaviour: Readonly<Record<string, unknown>>,
): Promise<{ depositHash: string }> {
  const id = await ada.askDeposit("100");
  await gateway.ledger.behave(behaviour);
  await ada.payIn(id, "100");
  const deposited = await ada.until(id, "completed");
  await gateway.ledger.behave({ behaviour: "clear" });
  await gateway.advance();
  await ada.holds("99");

  const withdrawal = await ada.askWithdrawal("40");
  await ada.send(withdrawal, "40");
  await gateway.ledger.behave(behaviour);
  await ada.until(withdrawal, "completed");
  await gateway.ledger.behave({ behaviour: "clear" });
  await gateway.advance();
  await ada.holds("59");
  assert.deepEqual((await gateway.bank.statement("out")).map(({ amount }) => amount), ["39.30"]);
  return { depositHash: text(deposited, "stellar_transaction_id") };
}

/** Attempts on the ledger, as they ended. */
async function attempts({ db }: GatewayUnderTest): Promise<string[]> {
  const rows = await db.query({
    sql: "select state from attempts where side = 'ledger' order by number",
  });
  return rows.map(({ state }) => String(state));
}

test.inFewLayouts("W7 the journey passes on a ledger that closes every five seconds", (place) =>
  onSlowLedger(place, async (gateway, ada) => {
    await withBehaviour(gateway, ada, { behaviour: "close_every", seconds: 5 });
  }));

test.inEveryLayout("M-1 M-2 a submission that is answered 504 and included two ledgers later is paid once", (place) =>
  onSlowLedger(place, async (gateway, ada) => {
    const source = gateway.distribution;
    await withBehaviour(gateway, ada, { behaviour: "timeout", included_after: 2, account: source });
    assert.deepEqual(await attempts(gateway), ["completed"]);
  }));

test.inEveryLayout("M-2 M-6 a payout that fails in a ledger, with sequence and fee used, is built anew", (place) =>
  onSlowLedger(place, async (gateway, ada) => {
    const source = gateway.distribution;
    await withBehaviour(gateway, ada, { behaviour: "fail", code: "op_no_trust", account: source });
    assert.deepEqual(await attempts(gateway), ["failed", "completed"]);
  }));

test.inEveryLayout("M-6 a payout that fails in a ledger for want of funds waits for an operator with its money", (place) =>
  onSlowLedger(place, async (gateway, ada) => {
    const source = gateway.distribution;
    const id = await ada.askDeposit("100");
    await gateway.ledger.behave({ behaviour: "fail", code: "op_underfunded", account: source });
    await ada.payIn(id, "100");
    await ada.until(id, "on_hold");
    for (let round = 0; round < 3; round++) await gateway.advance();
    assert.deepEqual(await attempts(gateway), ["failed"]);
    await ada.holds("0");
  }));

test.inEveryLayout("M-2 M-9 the journey passes while reads come from the state before the last ledger", (place) =>
  onSlowLedger(place, async (gateway, ada) => {
    await withBehaviour(gateway, ada, { behaviour: "lag", count: "until_cleared" });
    assert.deepEqual(await attempts(gateway), ["completed"]);
  }));

test.inFewLayouts("M-6 the journey passes when Horizon answers 429 for a while", (place) =>
  onSlowLedger(place, async (gateway, ada) => {
    await withBehaviour(gateway, ada, { behaviour: "rate_limit", count: 6 });
    assert.deepEqual(await attempts(gateway), ["completed"]);
  }));

test.inFewLayouts("M-9 the journey passes when streams are ended", (place) =>
  onSlowLedger(place, async (gateway, ada) => {
    gateway.beside.push(async () => void await gateway.ledger.behave({ behaviour: "end_streams" }));
    await withBehaviour(gateway, ada, { behaviour: "end_streams" });
    assert.deepEqual(await attempts(gateway), ["completed"]);
  }));

test.inEveryLayout("M-2 a submission that is swallowed is proven absent past the margin by the ledger's clock, then built anew", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("100");
    const source = gateway.distribution;
    await gateway.ledger.behave({ behaviour: "timeout", included_after: "never", account: source });
    await ada.payIn(id, "100");
    await ada.until(id, "pending_stellar");
    for (let round = 0; round < 5; round++) await gateway.advance();
    assert.deepEqual(await attempts(gateway), ["stored"]);

    // Past the upper time bound alone nothing is proven: the margin has to pass as well.
    const { closed_at } = await gateway.ledger.close();
    const closed = Math.floor(Date.parse(closed_at) / 1000);
    await gateway.ledger.close(1, closed + 330);
    for (let round = 0; round < 5; round++) await gateway.advance();
    assert.deepEqual(await attempts(gateway), ["stored"]);
    assert.equal((await ada.wallet.transaction(id)).status, "pending_stellar");

    await gateway.ledger.close(1, closed + 480);
    await ada.until(id, "completed");
    assert.deepEqual(await attempts(gateway), ["absent", "completed"]);
    await ada.holds("99");
    await ada.withdraw("40");
    await ada.holds("59");
    await gateway.booksAgree();
  }));
