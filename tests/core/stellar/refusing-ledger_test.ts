/**
 * Every code of M-6 that a ledger can be brought to: what makes it answer so happens between the building of an envelope and
 * its hand-in, and the ledger's own rules do the rest.
 */
import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { formatUnits } from "../../../plugins/money.ts";
import { createHorizon, type SubmissionAnswer } from "../../../core/stellar/horizon.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { spendableXlm } from "../../../core/stellar/reserve.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { keysOf } from "./horizon-records.ts";
import { type LedgerWorld, ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { PAID } from "./paid-deposits.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";

/** What a case needs, and how it ends. */
interface Case {
  /** What happens between building and hand-in. */
  readonly meanwhile: (world: LedgerWorld) => Promise<unknown>;
  /** Codes of the answer to the first hand-in. */
  readonly answer: readonly string[];
  /** What is mended before the rest; nothing when absent: the payout goes on by itself. */
  readonly mended?: (world: LedgerWorld) => Promise<unknown>;
  /** The transfer's state and its attempts, after everything that follows by itself. */
  readonly ends: readonly [state: string, ...attempts: string[]];
  /** An account that is not there yet, and gets so much. */
  readonly startingBalance?: bigint;
  /** Alarms that an operator reads. */
  readonly told?: readonly string[];
  /** Seconds that pass before the rest. */
  readonly seconds?: number;
}

const assetOf = (world: LedgerWorld) => new Asset("USDX", world.issuer.publicKey());
const flags = (world: LedgerWorld, trustor: string, authorized: boolean) =>
  world.put(world.issuer, [
    Operation.setTrustLineFlags({ trustor, asset: assetOf(world), flags: { authorized } }),
  ]);
const user = () => keysOf("user");
/** Past bound and margin. */
const PAST = 421;

const CASES: Readonly<Record<string, Case>> = {
  "tx_bad_seq": {
    meanwhile: (world) => world.put(world.distribution, [Operation.manageData({ name: "x", value: "y" })]),
    answer: ["tx_bad_seq"],
    seconds: PAST,
    ends: ["on_hold", "payout:undecidable"],
  },
  "tx_too_late": {
    meanwhile: (world) => world.pass(301),
    answer: ["tx_too_late"],
    seconds: PAST,
    ends: ["completed", "payout:absent", "payout:completed"],
  },
  "tx_bad_auth": {
    // Within a transaction of another account, so that our sequence stays.
    meanwhile: (world) =>
      world.put(user(), [
        Operation.setOptions({
          source: world.distribution.publicKey(),
          masterWeight: 0,
          signer: { ed25519PublicKey: keysOf("safe").publicKey(), weight: 1 },
        }),
      ], { signers: [world.distribution] }),
    answer: ["tx_bad_auth"],
    seconds: PAST,
    ends: ["funded", "payout:absent"],
    told: ["payout_refused:operator", "source_unfit:no_signer"],
  },
  "tx_insufficient_balance": {
    meanwhile: async (world) => {
      const source = world.distribution.publicKey();
      const found = await world.horizon.account(source);
      assert.ok(found.kind === "found");
      const { baseReserve } = await world.horizon.latestLedger();
      const amount = formatUnits(spendableXlm(found, baseReserve));
      await world.put(user(), [
        Operation.payment({ source, destination: world.issuer.publicKey(), asset: Asset.native(), amount }),
      ], { signers: [world.distribution] });
    },
    answer: ["tx_insufficient_balance"],
    seconds: PAST,
    ends: ["funded", "payout:absent"],
    told: ["payout_refused:refill", "source_unfit:no_funds"],
  },
  "op_no_trust": {
    meanwhile: (world) => world.put(user(), [Operation.changeTrust({ asset: assetOf(world), limit: "0" })]),
    answer: ["tx_failed", "op_no_trust"],
    mended: (world) => world.put(user(), [Operation.changeTrust({ asset: assetOf(world) })]),
    ends: ["completed", "payout:failed:op_no_trust", "payout:completed"],
  },
  "op_no_destination": {
    meanwhile: async (world) => {
      await world.put(user(), [Operation.changeTrust({ asset: assetOf(world), limit: "0" })]);
      await world.put(user(), [Operation.accountMerge({ destination: world.issuer.publicKey() })]);
    },
    answer: ["tx_failed", "op_no_destination"],
    mended: (world) => world.account("user", { trusts: true }),
    ends: ["completed", "payout:failed:op_no_destination", "payout:completed"],
  },
  "op_line_full": {
    meanwhile: (world) => world.put(user(), [Operation.changeTrust({ asset: assetOf(world), limit: "1" })]),
    answer: ["tx_failed", "op_line_full"],
    mended: (world) => world.put(user(), [Operation.changeTrust({ asset: assetOf(world) })]),
    ends: ["completed", "payout:failed:op_line_full", "payout:completed"],
  },
  "op_not_authorized": {
    meanwhile: (world) => flags(world, user().publicKey(), false),
    answer: ["tx_failed", "op_not_authorized"],
    mended: (world) => flags(world, user().publicKey(), true),
    ends: ["completed", "payout:failed:op_not_authorized", "payout:completed"],
  },
  "op_src_not_authorized": {
    meanwhile: (world) => flags(world, world.distribution.publicKey(), false),
    answer: ["tx_failed", "op_src_not_authorized"],
    ends: ["on_hold", "payout:failed:op_src_not_authorized"],
  },
  "op_underfunded": {
    meanwhile: (world) =>
      world.put(user(), [
        Operation.payment({
          source: world.distribution.publicKey(),
          destination: world.issuer.publicKey(),
          asset: assetOf(world),
          amount: "999950",
        }),
      ], { signers: [world.distribution] }),
    answer: ["tx_failed", "op_underfunded"],
    ends: ["on_hold", "payout:failed:op_underfunded"],
  },
  "op_already_exists": {
    meanwhile: (world) => world.account("newcomer", { trusts: true }),
    answer: ["tx_failed", "op_already_exists"],
    startingBalance: 2n * ONE,
    ends: ["completed", "create_account:failed:op_already_exists", "payout:completed"],
  },
  "op_low_reserve": {
    meanwhile: () => Promise.resolve(),
    answer: ["tx_failed", "op_low_reserve"],
    startingBalance: 1n,
    ends: ["on_hold", "create_account:failed:op_low_reserve"],
  },
};

async function attemptsOf({ db }: MoneyWorld, id: string): Promise<string[]> {
  const rows = await db.query({
    sql: "select purpose, state, code from attempts where transfer_id = ? order by number",
    args: [id],
  });
  return rows.map(({ purpose, state, code }) => `${purpose}:${state}${code === null ? "" : `:${code}`}`);
}

/** An issuer that may freeze what others hold. */
async function strictIssuer(world: LedgerWorld): Promise<void> {
  const revocable = 2;
  await world.put(world.issuer, [Operation.setOptions({ setFlags: revocable })]);
}

for (const [code, its] of Object.entries(CASES)) {
  Deno.test(`M-2 M-6 ${code}, as the ledger itself gives it, has its written answer`, async () => {
    await using world = await ledgerWorld();
    await strictIssuer(world);
    const { startingBalance = null } = its;
    using work = await moneyWorld(world, { rules: { startingBalance, claimableBalances: false } });
    const to = startingBalance === null ? await world.account("user", { trusts: true }) : keysOf("newcomer");
    const transfer = await work.fundedDeposit(to);
    const answers: SubmissionAnswer[] = [];
    const horizon = {
      ...work.ledgerPaying.horizon,
      async submit(xdr: string, timeoutMs?: number) {
        if (answers.length === 0) await its.meanwhile(world);
        const answer = await work.ledgerPaying.horizon.submit(xdr, timeoutMs);
        answers.push(answer);
        return answer;
      },
    };
    const on = { ...work.ledgerPaying, horizon };
    await payOnLedger(on, transfer.id);
    const [first] = answers;
    assert.ok(first?.kind === "refused", `it is ${first?.kind}`);
    assert.deepEqual([first.codes.transaction, ...first.codes.operations], its.answer);
    if (its.seconds !== undefined) {
      // Said at the door, which decides nothing.
      assert.deepEqual(await attemptsOf(work, transfer.id), ["payout:stored"]);
      await world.pass(its.seconds);
      await payOnLedger(on, transfer.id);
    }
    await its.mended?.(world);
    for (let round = 0; round < 4; round++) await work.performAll(transfer);
    const [state, ...attempts] = its.ends;
    assert.deepEqual([(await work.now(transfer)).state, await attemptsOf(work, transfer.id)], [
      state,
      attempts,
    ]);
    assert.equal(await work.holds(to), state === "completed" ? PAID : 0n);
    if (its.told) assert.deepEqual(await work.alarms(), its.told);
    await work.balances();
  });
}

Deno.test("M-6 M-7 tx_fee_bump_inner_failed: what is inside a bump is refused, and decided as itself", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const fees = await world.account("fees");
  const to = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(to);
  const answers: SubmissionAnswer[] = [];
  const horizon = {
    ...work.ledgerPaying.horizon,
    async submit(xdr: string, timeoutMs?: number) {
      // The second one is the bump.
      if (answers.length === 0) {
        await world.ledger.behave({ behaviour: "surge", fee: 5_000, turns_away: "door" });
      } else if (answers.length === 1) {
        await world.ledger.behave({ behaviour: "surge", fee: 100, turns_away: "door" });
        await world.put(world.distribution, [Operation.manageData({ name: "x", value: "y" })]);
      }
      const answer = await work.ledgerPaying.horizon.submit(xdr, timeoutMs);
      answers.push(answer);
      return answer;
    },
  };
  const bumping = { payer: localSigner(fees.secret()), cap: 100_000n };
  const on = { ...work.ledgerPaying, horizon, bumping };
  await payOnLedger(on, transfer.id);
  await payOnLedger(on, transfer.id);
  assert.deepEqual(answers.map((answer) => answer.kind === "refused" ? answer.codes : answer.kind), [
    { transaction: "tx_insufficient_fee", operations: [] },
    { transaction: "tx_fee_bump_inner_failed", operations: [], inner: "tx_bad_seq" },
  ]);
  assert.deepEqual(await attemptsOf(work, transfer.id), ["payout:stored"]);
  await world.pass(PAST);
  await payOnLedger(on, transfer.id);
  assert.deepEqual(await attemptsOf(work, transfer.id), ["payout:undecidable"]);
  assert.equal(await work.holds(to), 0n);
});

const problem = (type: string, status: number, extras: unknown = {}): Response =>
  Response.json({ type: `https://stellar.org/horizon-errors/${type}`, title: type, status, extras }, {
    status,
    headers: { "retry-after": "7" },
  });
const failed = (transaction: string, ...operations: string[]) =>
  problem("transaction_failed", 400, {
    result_codes: { transaction, ...(operations.length === 0 ? {} : { operations }) },
  });

/** What the sandbox's ledger cannot be brought to: the answer, whether a person is told, when it is asked again. */
const STOOD_IN: Readonly<Record<string, readonly [answer: () => Response, told: boolean, afterMs: number]>> =
  {
    "tx_internal_error": [() => failed("tx_internal_error"), false, 1_000],
    "op_no_issuer": [() => failed("tx_failed", "op_no_issuer"), true, 1_000],
    "a code that is not listed": [() => failed("tx_never_heard_of"), true, 1_000],
    "429": [() => problem("rate_limit_exceeded", 429), false, 7_000],
    "504": [() => problem("timeout", 504), false, 1_000],
    "stale history": [() => problem("stale_history", 503), false, 7_000],
    "an answer that is none": [() => new Response("<html>"), false, 1_000],
  };

for (const [what, [answer, isTold, afterMs]] of Object.entries(STOOD_IN)) {
  Deno.test(`M-2 M-6 ${what}, from a stand-in for Horizon, decides nothing: the same bytes are handed in again`, async () => {
    await using world = await ledgerWorld();
    using work = await moneyWorld(world);
    const to = await world.account("user", { trusts: true });
    const transfer = await work.fundedDeposit(to);
    const handedIn: string[] = [];
    const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
      const { pathname, search } = new URL(request.url);
      const body = request.method === "POST" ? await request.text() : undefined;
      if (body !== undefined && handedIn.push(body) === 1) return answer();
      return await fetch(`${world.url}${pathname === "/" ? "" : pathname}${search}`, {
        method: request.method,
        ...(body === undefined
          ? {}
          : { body, headers: { "content-type": "application/x-www-form-urlencoded" } }),
      });
    });
    try {
      const url = `http://127.0.0.1:${server.addr.port}`;
      const horizon = createHorizon({ url, passphrase: PASSPHRASE, timeoutMs: 5_000 });
      const on = { ...work.ledgerPaying, horizon };
      assert.deepEqual(await payOnLedger(on, transfer.id), { kind: "again", afterMs });
      assert.deepEqual(await attemptsOf(work, transfer.id), ["payout:stored"]);
      assert.equal((await work.alarms()).length, isTold ? 1 : 0);
      assert.deepEqual(await payOnLedger(on, transfer.id), { kind: "done" });
      assert.equal(handedIn.length, 2);
      assert.equal(handedIn[0], handedIn[1]);
    } finally {
      await server.shutdown();
    }
    assert.equal(await work.holds(to), PAID);
    await work.balances();
  });
}
