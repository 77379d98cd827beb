/**
 * The ledger forgets, or begins anew, under a gateway that has money under way (M-10).
 * @module
 */
import assert from "node:assert/strict";
import { moveClock } from "../../core/records/clock.ts";
import { closeAlarm, openAlarms } from "../../core/records/alarms.ts";
import { reportHistory, skipHistory } from "../../core/stellar/history-skip.ts";
import { createHorizon } from "../../core/stellar/horizon.ts";
import { arrive } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";

/** Alarms about the ledger's history; the rounds below also run away from the process's own clock, which says so. */
const alarmKinds = async ({ db }: GatewayUnderTest) =>
  (await openAlarms(db, 100)).filter(({ kind }) => kind.startsWith("ledger_"))
    .map(({ kind, detail }) => `${kind}:${detail.split(":")[0]}`);

/** Where reading stands, of every account. */
const places = async ({ db }: GatewayUnderTest) =>
  await db.query({ sql: "select name, value from cursors where name like 'ledger:%' order by name" });

/** Everything that is due now, and what rests for a minute. */
async function rounds(gateway: GatewayUnderTest): Promise<void> {
  for (const restMs of [0, 0, 70_000, 0, 0]) {
    await moveClock(gateway.db, restMs);
    await gateway.advance();
  }
}

const horizonOf = ({ horizonUrl, passphrase }: GatewayUnderTest) =>
  createHorizon({ url: horizonUrl, passphrase, timeoutMs: 5_000 });

/** An operator looks, and lets reading go on where it can. */
async function skip(gateway: GatewayUnderTest): Promise<void> {
  const [horizon, accounts] = [horizonOf(gateway), [gateway.distribution]];
  const { goesOnAfter } = await reportHistory(gateway.db, horizon, accounts);
  assert.ok(goesOnAfter !== null);
  assert.equal(
    (await skipHistory(gateway.db, horizon, accounts, goesOnAfter, "task:history")).kind,
    "skipped",
  );
}

test.inEveryStorage("M-10 M-14 history that is forgotten before it was read stops watching and payouts, nothing else", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("100");
    const withdrawal = await arrive(gateway);
    await gateway.ledger.close(80);
    await gateway.ledger.behave({ behaviour: "prune", keep: 10 });
    const before = await places(gateway);
    await ada.payIn(id, "100");
    await rounds(gateway);

    assert.deepEqual(await alarmKinds(gateway), ["ledger_history:history_gone"]);
    assert.deepEqual(await places(gateway), before, "no cursor is moved silently");
    await ada.holds("0");
    assert.deepEqual(await gateway.db.query({ sql: "select 1 from attempts" }), []);
    // Who asks for something that needs no payout is served as ever.
    const { status } = await ada.wallet.transaction(id);
    assert.equal(status, "pending_anchor");
    await withdrawal.askDeposit("20");
    const info = await gateway.ask("/sep6/info");
    assert.equal(info.status, 200);
    await info.body?.cancel();

    // Closing the alarm alone is no remedy; an order that names the ledger is.
    const alarm = (await openAlarms(gateway.db, 100)).find(({ kind }) => kind === "ledger_history");
    assert.ok(alarm && await closeAlarm(gateway.db, alarm.id));
    await rounds(gateway);
    assert.deepEqual(await alarmKinds(gateway), ["ledger_history:history_gone"]);
    await ada.holds("0");
    await skip(gateway);
    await ada.until(id, "completed");
    await ada.holds("99");
    assert.deepEqual(await alarmKinds(gateway), ["ledger_skipped:history_gone"]);
    await gateway.booksAgree();
  }));

test.inEveryStorage("M-10 a network that begins anew, and comes past all that was read, stops watching and payouts", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const second = await ada.askDeposit("50");
    const { ledger } = await gateway.ledger.close();
    const before = await places(gateway);
    const { environment: { seeds, asset, homeDomains }, sandbox } = gateway;
    assert.ok(sandbox && seeds.sandboxIssuer !== null);
    await gateway.ledger.behave({ behaviour: "reset" });
    await sandbox.seed({
      issuerSecret: seeds.sandboxIssuer,
      distributionSecret: seeds.distribution,
      code: asset.code,
      homeDomain: homeDomains[0],
    });
    await gateway.fund(ada.wallet.account);
    await ada.wallet.trust(gateway.code, gateway.issuer);
    await gateway.ledger.close(ledger + 20);
    // By the time that money comes in, nothing about heights is strange any more.
    await ada.payIn(second, "50");
    await rounds(gateway);

    assert.deepEqual(await alarmKinds(gateway), ["ledger_history:history_other"]);
    assert.deepEqual(await places(gateway), before, "no cursor is moved silently");
    await ada.holds("0");
    assert.equal((await ada.wallet.transaction(second)).status, "pending_anchor");
    await skip(gateway);
    await ada.until(second, "completed");
    await ada.holds("49.25");
  }));
