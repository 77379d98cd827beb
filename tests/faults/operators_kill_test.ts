import { Asset, Horizon, Keypair, Operation, TransactionBuilder } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import type { Point } from "../../core/pause.ts";
import { openAlarms } from "../../core/records/alarms.ts";
import { lastEntries } from "../../core/records/audit.ts";
import { checkChain } from "../../core/records/audit-check.ts";
import { moveClock } from "../../core/records/clock.ts";
import { openDatabase } from "../../core/records/database.ts";
import { lastReading } from "../../core/reserve/readings.ts";
import { booksAgree } from "../support/books-agree.ts";
import { arrive } from "../support/customer.ts";
import { askAs, operatorVariables, rowsIn } from "../support/operators.ts";
import { startOutside } from "../support/outside.ts";
import { outsideWorld } from "../support/outside-world.ts";
import { freePort } from "../support/ports.ts";
import { startProcess, type TestProcess } from "../support/process.ts";
import { type OnCall, openTap } from "../support/tap.ts";

/** A gateway in a process of its own, which dies where it is told to, beside an outside that lives on. */
async function openDying(closeEvery?: "on submit") {
  const port = freePort();
  const publicUrl = `http://localhost:${port}`;
  const outside = await startOutside({ PUBLIC_URL: publicUrl }, closeEvery ? { closeEvery } : {});
  const diesAt = `${outside.dataDir}/dies-at`;
  await Deno.writeTextFile(diesAt, "");
  let onCall: OnCall = () => {};
  const tap = openTap(outside.sandbox.url, (call, when) => onCall(call, when));
  const db = await openDatabase({ url: `file:${outside.dataDir}/kedge.db`, onDeploy: false });
  let gateway: TestProcess | undefined;
  const world = outsideWorld(outside, publicUrl, { describe: () => gateway?.output() ?? "", db });
  async function start(isWaitedFor = true): Promise<void> {
    gateway = await startProcess({
      program: "tests/support/gateway-child.ts",
      folder: outside.dataDir,
      variables: {
        ...operatorVariables,
        DATA_DIR: outside.dataDir,
        SANDBOX_LIBSQL_URL: `file:${outside.dataDir}/unused.db`,
        TEST_SANDBOX_URL: tap.url,
        TEST_DIES_AT: diesAt,
        HORIZON_URL: `${tap.url}/horizon`,
        PORT: String(port),
      },
      ...(isWaitedFor ? { readyAt: publicUrl } : {}),
      // It kills nobody but itself.
      permissions: ["--allow-run"],
    });
  }
  await start();
  return {
    world,
    outside,
    db,
    /** Restarts what has died; what it held is free again. @param isWaitedFor false where it may die before it answers */
    async again(waitMs = 70_000, isWaitedFor = true): Promise<void> {
      await Deno.writeTextFile(diesAt, "");
      await gateway?.end("SIGKILL");
      await moveClock(db, waitMs);
      await start(isWaitedFor);
    },
    /** Dies at a named point from now on. */
    dieAt: (point: Point) => Deno.writeTextFile(diesAt, point),
    /** Dies once a request to the outside has been answered, or is about to be sent. @returns when it is dead */
    dieOver: (call: RegExp, when: "before" | "after") =>
      new Promise<void>((resolve) => {
        onCall = async (called, at) => {
          if (at !== when || !call.test(called)) return;
          onCall = () => {};
          await gateway?.end("SIGKILL");
          resolve();
        };
      }),
    isDead: () => gateway?.ended ?? Promise.resolve(0),
    async [Symbol.asyncDispose]() {
      await gateway?.end("SIGKILL");
      db.close();
      // What listens to the ledger ends with it.
      await outside.stop();
      await tap.stop();
    },
  };
}

type Dying = Awaited<ReturnType<typeof openDying>>;

/** The books, after what served has ended. */
async function agree({ world, outside, db }: Dying): Promise<void> {
  const { code, issuer } = outside.environment.asset;
  const [row] = await db.query({ sql: "select account from stellar_sources where role = 'distribution'" });
  await booksAgree(world, db, String(row?.account), [{ id: `${code}:${issuer}`, code, issuer }]);
}

Deno.test("M-28 M-25 a gateway that is killed between an operator's decision and its effect does it once, with one entry", async () => {
  await using dying = await openDying();
  const { world, db } = dying;
  const ada = await arrive(world);
  await ada.deposit("300");
  const decided: string[] = [];

  /** Decides, dies over the effect, and decides again when it is back: nobody heard that it was done. */
  async function decide(point: Point, path: string, body: unknown, action: string): Promise<void> {
    await dying.dieAt(point);
    await assert.rejects(askAs(world, "anna", path, { body }), "the answer is lost");
    await dying.isDead();
    await dying.again();
    const { status } = await askAs(world, "bert", path, { body });
    assert.ok(status === 404 || status === 409, `${action} is done: ${status}`);
    decided.push(`anna ${action}`);
  }

  for (const point of ["effect.ledger_payout.begun", "effect.ledger_payout.done"] as const) {
    const id = await ada.askDeposit("40");
    await world.bank.payIn({ reference: "nobody", amount: "40" });
    const money = await world.until("unmatched money", async () => {
      const [one] = rowsIn(await askAs(world, "vera", "/unmatched"), "unmatched");
      return one ? String(one["id"]) : null;
    });
    await decide(point, `/unmatched/${money}/assign`, { transfer: id }, "receipt.assign");
    await ada.until(id, "completed");
  }
  for (const point of ["effect.ledger_refund.begun", "effect.ledger_refund.done"] as const) {
    const id = await ada.askWithdrawal("40");
    await ada.send(id, "20");
    await ada.until(id, "on_hold");
    await decide(point, `/transfers/${id}/refund`, {}, "transfer.refund");
    await ada.until(id, "refunded");
  }
  const entries = (await lastEntries(db, "actions", 99)).reverse();
  assert.deepEqual(entries.map(({ actor, action }) => `${actor} ${action}`), decided);
  assert.equal((await checkChain(db, "actions")).kind, "whole");
  // 300 less 2 of fee, and twice 40 less 0.7.
  await ada.holds("376.6");
  assert.equal((await world.bank.statement("in")).length, 3);
  assert.deepEqual(await world.bank.statement("out"), []);
  await agree(dying);
});

const SIX_MINUTES = 6 * 60_000;

Deno.test("M-26 a gateway that is killed while it takes the reserve's readings skips none and tells of a difference once", async () => {
  await using dying = await openDying("on submit");
  const { world, db, outside } = dying;
  const ada = await arrive(world);
  await ada.deposit("100");
  const numbers = async () =>
    (await db.query({ sql: "select number from reserve_readings order by number" })).map(({ number }) =>
      Number(number)
    );
  const differences = async () =>
    (await openAlarms(db, 50)).filter(({ kind }) => kind === "reserve_difference").length;
  /** A further reading by whoever is alive. */
  const nextReading = (than: number) =>
    world.until("a reading", async () => ((await lastReading(db))?.number ?? 0) > than ? true : null);

  // It dies in the midst of a reading, and takes it when it is back.
  async function reading(when: "before" | "after"): Promise<void> {
    const before = (await numbers()).length;
    // Of the same ledger it would be the same reading.
    await world.ledger.close();
    const dead = dying.dieOver(/^GET \/horizon\/assets/, when);
    await dying.again(SIX_MINUTES, false);
    await dead;
    assert.equal((await numbers()).length, before, "it died before it had read everything");
    await dying.again(SIX_MINUTES);
    await nextReading(before);
  }
  await nextReading(0);
  for (const when of ["before", "after"] as const) await reading(when);
  assert.equal(await differences(), 0, "what was read in halves is no difference");

  // The issuer gives away what nobody paid in for.
  const { code, issuer } = outside.environment.asset;
  const keys = Keypair.fromSecret(outside.environment.seeds.sandboxIssuer ?? "");
  const server = new Horizon.Server(outside.horizonUrl, { allowHttp: true });
  const transaction = new TransactionBuilder(await server.loadAccount(issuer), {
    fee: "1000",
    networkPassphrase: world.passphrase,
  }).addOperation(
    Operation.payment({ destination: ada.wallet.account, asset: new Asset(code, issuer), amount: "5" }),
  ).setTimeout(60).build();
  transaction.sign(keys);
  await server.submitTransaction(transaction);
  for (let readings = 0; readings < 3; readings++) await reading("after");
  assert.equal(await differences(), 1);
  const all = await numbers();
  assert.deepEqual(all, all.map((_, at) => at + 1));
});
