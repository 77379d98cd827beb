import { AsyncLocalStorage } from "node:async_hooks";
import assert from "node:assert/strict";
import { createGateway, type Gateway } from "../../core/gateway.ts";
import { budgetOf } from "../../core/jobs/job.ts";
import { noLog } from "../../core/log.ts";
import { openAlarms } from "../../core/records/alarms.ts";
import { moveClock } from "../../core/records/clock.ts";
import { type Database, openDatabase } from "../../core/records/database.ts";
import { openReceiver } from "../support/callback-receiver.ts";
import { arrive } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";

const DAY = 86_400_000;

/** Jobs that write nothing here, and why. */
const IDLE: Readonly<Record<string, string>> = {
  prepare: "asks providers whether they are ready, and keeps nothing",
  errands:
    "nothing of our own accounts is under way; two at once are tried in tests/core/stellar/errands_test.ts",
  settle:
    "who is accepted is settled by the request that brought the news; two at once: tests/core/jobs/customers_test.ts",
  freezes: "nobody took anything back; who did may have died: tests/core/bank/debts_test.ts",
  "callbacks:overdue": "nothing is found that was not told already",
  "callbacks:abandoned": "no performer died",
  "ledger:channels-1": "nothing ever happens on a channel that is not there yet",
};

/** Two further processes' worth of jobs on the gateway's records, each with a connection of its own. */
async function workers({ running, environment, db }: TestGateway, caCerts: readonly string[]) {
  const writing = new AsyncLocalStorage<string>();
  /** Jobs that have written something. */
  const wrote = new Set<string>();
  const watched = (opened: Database): Database => ({
    ...opened,
    async write(statements, options) {
      const result = await opened.write(statements, options);
      const job = writing.getStore();
      if (job !== undefined && result.kind === "written") wrote.add(job);
      return result;
    },
  });
  const gateways: Gateway[] = [];
  const databases: Database[] = [];
  for (let n = 0; n < 2; n++) {
    const opened = await openDatabase({ url: environment.storage.database.url, onDeploy: false });
    databases.push(opened);
    gateways.push(
      await createGateway({
        environment,
        anchor: running.anchor,
        db: watched(opened),
        horizonUrl: running.sandbox?.horizonUrl ?? "",
        log: noLog,
        caCerts,
      }),
    );
  }
  const [one, other] = gateways;
  assert.ok(one && other);
  const failed: string[] = [];
  return {
    names: one.runner.jobs.map(({ name }) => name),
    wrote,
    failed,
    /** Every job, by both at the same moment; nobody takes a lease. */
    async round() {
      for (const [at, { name }] of one.runner.jobs.entries()) {
        const both = [one, other].map(async ({ runner }) => {
          const job = runner.jobs[at];
          assert.equal(job?.name, name);
          // Neither asks first whether there is anything to do: the other may be doing it.
          await writing.run(name, () => job.run(budgetOf(10_000)));
        });
        for (const end of await Promise.allSettled(both)) {
          if (end.status === "rejected") failed.push(`${name}: ${String(end.reason)}`);
        }
      }
    },
    async leases(): Promise<number> {
      return (await db.query({ sql: "select 1 from leases where name like 'job:%' and holder <> ''" }))
        .length;
    },
    close() {
      for (const gateway of gateways) gateway.close();
      for (const opened of databases) opened.close();
    },
  };
}

Deno.test("M-30 every job is done by two at the same moment without leases, and each thing happens once", async () => {
  const receiver = await openReceiver();
  try {
    await withGateway({
      config: (given) => ({
        ...given,
        assets: given.assets.map((asset) => ({ ...asset, returnUnmatched: { above: "1" } })),
      }),
      caCerts: [receiver.authority],
      variables: {
        OUTGOING_ALLOW: receiver.host,
        CHANNEL_SEED: new Uint8Array(32).fill(7).map((byte, at) => byte * at).toBase64(),
        CHANNEL_COUNT: "2",
      },
    }, async (gateway) => {
      const { db } = gateway;
      const pair = await workers(gateway, [receiver.authority]);
      gateway.beside.push(pair.round);
      try {
        const ada = await arrive(gateway);
        const done = await ada.deposit("100", { on_change_callback: receiver.url("/cb") });
        assert.equal((await ada.withdraw("40")).status, "completed");
        await ada.holds("59");
        // Tokens that belong to nobody and go back, money on its way to an account that cannot take it, and a deposit that nobody pays.
        const asked = await ada.wallet.transaction(await ada.askWithdrawal("10"));
        await ada.wallet.pay({
          to: String(asked["withdraw_anchor_account"]),
          code: gateway.code,
          issuer: gateway.issuer,
          amount: "10",
        });
        await gateway.until("the tokens to be back", async () => {
          const back = await db.query({ sql: "select 1 from receipts where state = 'returned'" });
          return back.length === 1 ? true : null;
        });
        await ada.holds("59");
        const bob = await arrive(gateway, { trusts: false });
        const waiting = await bob.askDeposit("30");
        await bob.payIn(waiting, "30");
        await bob.until(waiting, "pending_trust");
        // A review that only asking tells of, and a webhook that its request had no time to read.
        const eve = await arrive(gateway, { lastName: "Review" });
        await eve.wallet.give(eve.person, await eve.openDeposit("100"));
        await gateway.running.gateway.inbox.putRaw({
          id: "late",
          contract: "rail",
          instance: "bank",
          request: { method: "POST", path: "", query: "", headers: [], body: new Uint8Array([1]) },
        });
        const forgotten = await ada.askDeposit("20");
        await moveClock(db, 8 * DAY);
        await ada.until(forgotten, "expired");
        // Webhooks are forgotten after a month, and so are effects.
        await moveClock(db, 31 * DAY);
        await bob.wallet.trust(gateway.code, gateway.issuer);
        await bob.until(waiting, "completed");
        await bob.holds("29.35");
        for (let round = 0; round < 3; round++) await gateway.advance();

        assert.deepEqual(pair.failed, []);
        const idle = pair.names.filter((name) => !pair.wrote.has(name));
        assert.deepEqual(idle.sort(), Object.keys(IDLE).sort(), "every job had something to do");
        assert.equal(await pair.leases(), 0);
        assert.deepEqual(
          [(await gateway.bank.statement("in")).length, (await gateway.bank.statement("out")).length],
          [2, 1],
        );
        const alarms = (await openAlarms(db, 50)).map(({ kind }) => kind).sort();
        assert.deepEqual(alarms, [
          "clock_differs",
          "source_unfit",
          "source_unfit",
          "transfer_waiting",
        ]);
        const statuses = receiver.bodiesOf("/cb").length;
        assert.ok(statuses >= 3, `${done.id} was told of ${statuses} times`);
        const readings = await db.query({ sql: "select number from reserve_readings order by number" });
        assert.deepEqual(readings.map(({ number }) => Number(number)), readings.map((_, at) => at + 1));
        await gateway.booksAgree();
      } finally {
        pair.close();
      }
    });
  } finally {
    await receiver.stop();
  }
});
