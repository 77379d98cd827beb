import { FeeBumpTransaction, Operation, TransactionBuilder } from "@stellar/stellar-sdk";
import type { Keypair } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { buildEnvelope } from "../../../core/stellar/build.ts";
import type { Envelope } from "../../../core/stellar/build.ts";
import { settle } from "../../../core/stellar/pay.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import { accountRecord, ALICE, hashOf, ledgerRecord, pageOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import type { LedgerWorld } from "./ledger-world.ts";
import { NOT_FOUND, PASSPHRASE, root, scriptedHorizon } from "./scripted-horizon.ts";
import type { Reply } from "./scripted-horizon.ts";

/** A payment of 1 USDX from the distribution account, built on the ledger as it is, good for five minutes. */
async function paymentTo(world: LedgerWorld, destination: string): Promise<Envelope> {
  const signer = localSigner(world.distribution.secret());
  const account = await world.horizon.account(signer.account);
  assert.ok(account.kind === "found");
  return await buildEnvelope({
    order: { kind: "payment", destination, asset: world.asset, amount: 10_000_000n },
    memo: null,
    payer: signer,
    source: signer,
    ledgerSequence: account.sequence,
    fee: 200n,
    validUntil: (await world.horizon.latestLedger()).closedAt + 300,
    passphrase: PASSPHRASE,
  });
}

async function balanceOf(world: LedgerWorld, keys: Keypair): Promise<bigint | undefined> {
  const account = await world.horizon.account(keys.publicKey());
  assert.ok(account.kind === "found");
  return account.balances.find(({ asset }) => asset === world.asset)?.amount;
}

Deno.test("M-1 M-2 a payment is handed in and found in the ledger", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user", { trusts: true });
  const finding = await settle(world.horizon, await paymentTo(world, user.publicKey()));
  assert.equal(finding.judgement.kind, "succeeded");
  assert.equal(finding.submission?.kind, "included");
  assert.equal(await balanceOf(world, user), 10_000_000n);
});

Deno.test("M-30 two processes and a repetition pay once", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user", { trusts: true });
  const envelope = await paymentTo(world, user.publicKey());
  const both = await Promise.all([settle(world.horizon, envelope), settle(world.horizon, envelope)]);
  const again = await settle(world.horizon, envelope);
  for (const { judgement } of [...both, again]) assert.equal(judgement.kind, "succeeded");
  assert.equal(again.submission, null);
  assert.equal(await balanceOf(world, user), 10_000_000n);
});

Deno.test("M-2 M-6 a 504 decides nothing; the payment is found when a later ledger has it", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user", { trusts: true });
  world.ledger.behave({ behaviour: "timeout", included_after: 2, count: 1 });
  const envelope = await paymentTo(world, user.publicKey());
  const first = await settle(world.horizon, envelope);
  assert.deepEqual([first.submission?.kind, first.judgement.kind], ["timeout", "undecided"]);
  await world.pass(5);
  await world.pass(5);
  const second = await settle(world.horizon, envelope);
  assert.deepEqual([second.submission, second.judgement.kind], [null, "succeeded"]);
  assert.equal(await balanceOf(world, user), 10_000_000n);
});

Deno.test("M-1 M-2 M-29 swallowed for ever: only a ledger after bound and margin proves it absent", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user", { trusts: true });
  world.ledger.behave({ behaviour: "timeout", included_after: "never", count: "until_cleared" });
  const envelope = await paymentTo(world, user.publicKey());
  for (
    const [seconds, submitted, kind] of [
      [0, true, "undecided"],
      [299, true, "undecided"],
      [1, false, "undecided"],
      [120, false, "undecided"],
      [1, false, "absent"],
      [1, false, "absent"],
    ] as const
  ) {
    if (seconds > 0) await world.pass(seconds);
    const { judgement, submission } = await settle(world.horizon, envelope);
    assert.deepEqual([submission !== null, judgement.kind], [submitted, kind], `after ${seconds} s more`);
  }
  assert.equal(await balanceOf(world, user), 0n);
});

Deno.test("M-2 a failure in a ledger is decided, with its codes", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user", { trusts: true });
  world.ledger.behave({ behaviour: "fail", code: "op_line_full", count: 1 });
  const { judgement } = await settle(world.horizon, await paymentTo(world, user.publicKey()));
  assert.ok(judgement.kind === "failed");
  assert.deepEqual(judgement.codes, { transaction: "tx_failed", operations: ["op_line_full"] });
  assert.equal(await balanceOf(world, user), 0n);
});

Deno.test("M-2 M-6 a refusal at the door is no failure: nothing is decided by its codes", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user");
  const envelope = await paymentTo(world, user.publicKey());
  // Somebody else uses the sequence: every hand-in is refused with tx_bad_seq from now on.
  await world.put(world.distribution, [Operation.manageData({ name: "x", value: "y" })]);
  const first = await settle(world.horizon, envelope);
  assert.ok(first.submission?.kind === "refused");
  assert.equal(first.submission.codes.transaction, "tx_bad_seq");
  assert.equal(first.judgement.kind, "undecided");
  await world.pass(421);
  assert.equal((await settle(world.horizon, envelope)).judgement.kind, "undecidable");
});

Deno.test("M-6 tx_bad_seq may hide an earlier inclusion: the hash is looked up", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user", { trusts: true });
  const envelope = await paymentTo(world, user.publicKey());
  await world.horizon.submit(envelope.xdr);
  // The first look-up comes from before the ledger that has it.
  world.ledger.behave({ behaviour: "lag", count: 1 });
  const { judgement } = await settle(world.horizon, envelope);
  assert.equal(judgement.kind, "succeeded");
  assert.equal(await balanceOf(world, user), 10_000_000n);
});

Deno.test("M-7 a payment that somebody fee-bumped is found by its inner hash and listed under the outer", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user", { trusts: true });
  const envelope = await paymentTo(world, user.publicKey());
  const inner = TransactionBuilder.fromXDR(envelope.xdr, PASSPHRASE);
  assert.ok(!(inner instanceof FeeBumpTransaction));
  const bump = TransactionBuilder.buildFeeBumpTransaction(user, "1000", inner, PASSPHRASE);
  bump.sign(user);
  assert.equal((await world.horizon.submit(bump.toXdr())).kind, "included");
  const { judgement, submission } = await settle(world.horizon, envelope);
  assert.ok(judgement.kind === "succeeded");
  assert.equal(judgement.hash, bump.hash().toHex());
  assert.equal(submission, null);
});

Deno.test("M-6 429 decides nothing and says when to come back", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user", { trusts: true });
  const envelope = await paymentTo(world, user.publicKey());
  world.ledger.behave({ behaviour: "rate_limit", path: "/transactions", count: "until_cleared" });
  const limited = await settle(world.horizon, envelope);
  assert.deepEqual(limited, {
    judgement: { kind: "undecided", mayStillEnter: false },
    submission: null,
    trouble: "busy",
    retryAfterMs: 1000,
  });
  world.ledger.behave({ behaviour: "clear" });
  assert.equal((await settle(world.horizon, envelope)).judgement.kind, "succeeded");
});

const SUBMISSIONS: [string, Reply, string][] = [
  ["a 200 that the ledger does not confirm", [200, { hash: hashOf("a"), ledger: 5 }], "included"],
  ["a 200 of nothing", [200, "ok"], "unavailable"],
  ["tx_failed", [400, failure("tx_failed", ["op_no_trust"])], "refused"],
  ["tx_too_late", [400, failure("tx_too_late")], "refused"],
  ["tx_internal_error", [400, failure("tx_internal_error")], "refused"],
  ["a code that nobody knows", [400, failure("tx_brand_new")], "refused"],
  [
    "transaction_malformed",
    [400, { type: "https://stellar.org/horizon-errors/transaction_malformed" }],
    "malformed",
  ],
  ["504", [504, { type: "https://stellar.org/horizon-errors/timeout" }], "timeout"],
  ["504 of a proxy", [504, "gateway time-out"], "timeout"],
  ["429", [429, {}], "busy"],
  ["503", [503, {}], "unavailable"],
  ["404", NOT_FOUND, "unavailable"],
  ["a dropped connection", [500, "dropped"], "unavailable"],
];

for (const [answer, reply, kind] of SUBMISSIONS) {
  Deno.test(`M-2 M-6 to ${answer} the ledger is asked, and nothing else counts`, async () => {
    const validUntil = 1_800_000_300;
    let posted: string[] = [];
    await using server = scriptedHorizon(async (path, request) => {
      if (request.method === "POST") {
        posted = [...posted, String((await request.formData()).get("tx"))];
        return reply;
      }
      if (path.startsWith("/transactions/")) return NOT_FOUND;
      if (path.startsWith("/accounts/")) return [200, accountRecord(ALICE)];
      return path === "/" ? root() : [200, pageOf([ledgerRecord(9, validUntil - 10)])];
    });
    const stored = { hash: hashOf("a"), source: ALICE, sequence: 42n, validUntil, xdr: "AAAA+/==" };
    const { judgement, submission } = await settle(server.horizon, stored);
    assert.equal(submission?.kind, kind);
    assert.deepEqual(judgement, { kind: "undecided", mayStillEnter: true });
    assert.deepEqual(posted, ["AAAA+/=="]);
  });
}

function failure(transaction: string, operations?: string[]) {
  const codes = operations === undefined ? { transaction } : { transaction, operations };
  return { type: "https://stellar.org/horizon-errors/transaction_failed", extras: { result_codes: codes } };
}
