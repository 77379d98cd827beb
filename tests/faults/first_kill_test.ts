import assert from "node:assert/strict";
import { moveClock } from "../../core/records/clock.ts";
import { type Database, openDatabase } from "../../core/records/database.ts";
import { createOutbox } from "../../core/records/outbox.ts";
import { orderRefund } from "../../core/transfers/order-refund.ts";
import { formatUnits, parseUnits } from "../../plugins/money.ts";
import { testVault } from "../core/records/memory.ts";
import { booksAgree } from "../support/books-agree.ts";
import { addressOf, arrive } from "../support/customer.ts";
import { startOutside } from "../support/outside.ts";
import { outsideWorld } from "../support/outside-world.ts";
import { freePort } from "../support/ports.ts";
import { startProcess, type TestProcess } from "../support/process.ts";
import { type OnCall, openTap } from "../support/tap.ts";

/** An instant between recording and acting, at which the gateway dies. */
interface Instant {
  readonly call: RegExp;
  readonly when: "before" | "after";
}

const INSTANTS: readonly Instant[] = [
  // An envelope is stored and about to be handed in; it is in the ledger and nobody was told.
  { call: /^POST \/horizon\/transactions$/, when: "before" },
  { call: /^POST \/horizon\/transactions$/, when: "after" },
  // A payout is stored and the bank not asked yet; it is made and its answer lost.
  { call: /^PUT .*\/payouts\//, when: "before" },
  { call: /^PUT .*\/payouts\//, when: "after" },
  // Operations are read and not taken in.
  { call: /^GET .*\/operations$/, when: "after" },
];

const parse = (amount: string) => parseUnits(amount) ?? 0n;

/** Milliseconds after money was sent, by seeds. */
const SEEDS = [1, 2, 3];

/** A number from 0 to 1 that depends on the seed alone. */
function drawn(seed: number): number {
  let state = (seed * 0x9e3779b9) >>> 0;
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
}

Deno.test("M-1 M-25 M-15 a gateway that is killed between recording and acting pays, and pays back, everything once", async () => {
  const port = freePort();
  const publicUrl = `http://localhost:${port}`;
  const outside = await startOutside({ PUBLIC_URL: publicUrl });
  let onCall: OnCall = () => {};
  const tap = openTap(outside.sandbox.url, (call, when) => onCall(call, when));
  let gateway: TestProcess | undefined;
  let db: Database | undefined;
  const start = async () => {
    // What the dead one held is free again.
    if (db) await moveClock(db, 70_000);
    gateway = await startProcess({
      program: "tests/support/gateway-child.ts",
      folder: outside.dataDir,
      variables: {
        DATA_DIR: outside.dataDir,
        SANDBOX_LIBSQL_URL: `file:${outside.dataDir}/unused.db`,
        TEST_SANDBOX_URL: tap.url,
        HORIZON_URL: `${tap.url}/horizon`,
        PORT: String(port),
      },
      readyAt: publicUrl,
    });
    return gateway;
  };
  /** Kills it at an instant of its own choosing; what waits for the answer waits for ever. */
  function killAt(instant: Instant, victim: TestProcess): Promise<void> {
    return new Promise((resolve) => {
      onCall = async (call, when) => {
        if (when !== instant.when || !instant.call.test(call)) return;
        onCall = () => {};
        await victim.end("SIGKILL");
        resolve();
      };
    });
  }
  try {
    let victim = await start();
    db = await openDatabase({ url: `file:${outside.dataDir}/kedge.db`, onDeploy: false });
    const world = outsideWorld(outside, publicUrl, { describe: () => gateway?.output() ?? "", db });
    const ada = await arrive(world);
    // In all no more than what the lightest tier allows.
    await ada.deposit("200");

    /** Money comes in on both sides, and the gateway dies; afterwards both sides end as if it had not. */
    const moneyAndDeath = async (strike: (victim: TestProcess) => Promise<void>) => {
      const withdrawal = await ada.askWithdrawal("40");
      const deposit = await ada.askDeposit("50");
      const { withdraw_anchor_account: to, withdraw_memo: memo } = await ada.wallet.transaction(withdrawal);
      const reference = await addressOf(ada.wallet, deposit);
      const struck = strike(victim);
      await world.bank.payIn({ reference, amount: "50" });
      await ada.wallet.pay({
        to: String(to),
        memo: String(memo),
        amount: "40",
        code: world.code,
        issuer: world.issuer,
      });
      await struck;
      victim = await start();
      await ada.until(withdrawal, "completed");
      await ada.until(deposit, "completed");
    };

    for (const instant of INSTANTS) await moneyAndDeath((one) => killAt(instant, one));
    for (const seed of SEEDS) {
      await moneyAndDeath(async (one) => {
        await new Promise((resolve) => setTimeout(resolve, drawn(seed) * 400));
        await one.end("SIGKILL");
      });
    }

    // Money on its way back, in an envelope that is stored and not handed in, or in the ledger with nobody told.
    const outbox = createOutbox({ db, vault: testVault() });
    for (const when of ["before", "after"] as const) {
      const id = await ada.askWithdrawal("40");
      await ada.send(id, "20");
      await ada.until(id, "on_hold");
      const struck = killAt({ call: /^POST \/horizon\/transactions$/, when }, victim);
      assert.equal((await orderRefund({ db, outbox }, id)).kind, "ordered");
      await struck;
      victim = await start();
      await ada.until(id, "refunded");
    }

    // Instructions that were given and not kept are given again, the same ones.
    const struck = killAt({ call: /^PUT .*\/instructions\//, when: "after" }, victim);
    await assert.rejects(() =>
      ada.wallet.deposit({ asset_code: world.code, type: "bank_account", amount: "50" })
    );
    await struck;
    victim = await start();
    const [opened] = await ada.wallet.transactions(world.code, { limit: 1 });
    await ada.until(opened?.id ?? "", "pending_user_transfer_start");
    await ada.payIn(opened?.id ?? "", "50");
    await ada.until(opened?.id ?? "", "completed");

    const deaths = INSTANTS.length + SEEDS.length;
    const out = await world.bank.statement("out");
    assert.deepEqual(out.map(({ amount }) => amount), Array.from({ length: deaths }, () => "39.30"));
    // 200 less 1.5 of fee, and for each death 50 less 0.75 in and 40 out; at the end 50 less 0.75.
    await ada.holds(formatUnits(parse("198.5") + BigInt(deaths) * parse("9.25") + parse("49.25")));
    await victim.end("SIGTERM");
    const { code, issuer } = outside.environment.asset;
    const [row] = await db.query({ sql: "select account from stellar_sources where role = 'distribution'" });
    await booksAgree(world, db, String(row?.account), [{ id: `${code}:${issuer}`, code, issuer }]);
    const [open] = await db.query({
      sql: "select count(*) as open from transfers where state not in ('completed', 'refunded', 'expired')",
    });
    assert.equal(open?.open, 0n, "everything ends");
  } finally {
    await gateway?.end("SIGKILL");
    db?.close();
    await tap.stop();
    await outside.stop();
  }
});
