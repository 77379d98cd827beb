import assert from "node:assert/strict";
import { openDatabase } from "../../core/records/database.ts";
import { booksAgree } from "../support/books-agree.ts";
import { arrive } from "../support/customer.ts";
import { startOutside } from "../support/outside.ts";
import { outsideWorld } from "../support/outside-world.ts";
import { freePort } from "../support/ports.ts";
import { startProcess, type TestProcess } from "../support/process.ts";
import { type OnCall, openTap } from "../support/tap.ts";

/** An instant between recording and acting, at which the gateway dies. */
interface Instant {
  readonly name: string;
  readonly call: RegExp;
  readonly when: "before" | "after";
}

const INSTANTS: readonly Instant[] = [
  {
    name: "an envelope is stored and about to be handed in",
    call: /^POST \/horizon\/transactions$/,
    when: "before",
  },
  {
    name: "an envelope is in the ledger and nobody was told",
    call: /^POST \/horizon\/transactions$/,
    when: "after",
  },
  { name: "a payout is stored and the bank not asked yet", call: /^PUT .*\/payouts\//, when: "before" },
  { name: "a payout is made and its answer lost", call: /^PUT .*\/payouts\//, when: "after" },
  { name: "instructions are given and not kept", call: /^PUT .*\/instructions\//, when: "after" },
  { name: "a page of operations is read and not taken in", call: /^GET .*\/operations$/, when: "after" },
];

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

Deno.test("M-1 M-25 M-15 a gateway that is killed between recording and acting pays everything once", async () => {
  const port = freePort();
  const publicUrl = `http://localhost:${port}`;
  const outside = await startOutside({ PUBLIC_URL: publicUrl });
  let onCall: OnCall = () => {};
  const tap = openTap(outside.sandbox.url, (call, when) => onCall(call, when));
  let gateway: TestProcess | undefined;
  const output: string[] = [];
  const start = async () => {
    if (gateway) output.push(gateway.output());
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
  /** Requests that the killed gateway owes an answer fail; that is what a wallet meets. */
  const regardless = (work: Promise<unknown>) => work.then(() => undefined, () => undefined);

  try {
    const world = outsideWorld(outside, publicUrl, () => gateway?.output() ?? "");
    let victim = await start();
    let customers = 0;

    /** A deposit and a withdrawal, with a death in between by `strike`. */
    const journey = async (strike: (victim: TestProcess) => Promise<void>) => {
      customers += 1;
      const ada = await arrive(world);
      const first = await ada.askDeposit("100");
      await ada.payIn(first, "100");
      await ada.until(first, "completed");

      const withdrawal = await ada.askWithdrawal("40");
      const struck = strike(victim);
      const second = ada.wallet.deposit({ asset_code: world.code, type: "bank_account", amount: "50" });
      await regardless(second);
      const secret = ada.wallet.key.secret();
      await regardless(ada.send(withdrawal, "40"));
      await regardless(world.bank.payIn({ reference: await referenceOf(), amount: "50", account: "bank" }));
      await struck;
      victim = await start();
      const again = await arrive(world, { secret });
      await again.until(withdrawal, "completed");

      async function referenceOf(): Promise<string> {
        const opened = await second.catch(() => null);
        const text = JSON.stringify(opened ?? {});
        return /[A-HJ-NP-Z2-9]{10}/.exec(text)?.[0] ?? "nothing";
      }
      // Whatever deposits there are can be paid, once each.
      for (const { id, kind, status } of await again.wallet.transactions(world.code)) {
        if (kind !== "deposit" || status === "completed") continue;
        const shown = await again.until(id, "pending_user_transfer_start", "completed");
        if (shown.status !== "completed") await again.payIn(id, "50");
        await again.until(id, "completed");
      }
    };

    for (const instant of INSTANTS) await journey((one) => killAt(instant, one));
    for (const seed of SEEDS) {
      await journey(async (one) => {
        await new Promise((resolve) => setTimeout(resolve, drawn(seed) * 400));
        await one.end("SIGKILL");
      });
    }

    const out = await world.bank.statement("out");
    assert.equal(out.length, customers, "each withdrawal is paid once");
    await victim.end("SIGTERM");
    const db = await openDatabase({ url: `file:${outside.dataDir}/kedge.db`, onDeploy: false });
    try {
      const { code, issuer } = outside.environment.asset;
      const [row] = await db.query({
        sql: "select account from stellar_sources where role = 'distribution'",
      });
      await booksAgree(world, db, String(row?.account), [{ id: `${code}:${issuer}`, code, issuer }]);
      const [open] = await db.query({
        sql: "select count(*) as open from transfers where state not in ('completed', 'expired')",
      });
      assert.equal(open?.open, 0n, "everything ends");
    } finally {
      db.close();
    }
  } finally {
    await gateway?.end("SIGKILL");
    await tap.stop();
    await outside.stop();
  }
});
