import assert from "node:assert/strict";
import { judge } from "../../../core/stellar/decided.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { accountRecord, ALICE, hashOf, ledgerRecord, pageOf, transactionRecord } from "./horizon-records.ts";
import { NOT_FOUND, NOT_FOUND_PROBLEM, root, scriptedHorizon } from "./scripted-horizon.ts";
import type { Reply } from "./scripted-horizon.ts";

const VALID_UNTIL = 1_800_000_300;
const ENVELOPE = { hash: hashOf("a"), source: ALICE, sequence: 42n, validUntil: VALID_UNTIL };
/** The first second at which a ledger proves anything. */
const PROVEN = VALID_UNTIL + 121;

/** What a Horizon shows; a list is shown one by one, its last entry again and again. */
interface Scene {
  readonly transaction?: readonly Reply[];
  readonly closedAt?: number;
  readonly sequence?: string;
  readonly account?: Reply;
  readonly ledgers?: Reply;
  readonly root?: Reply;
}

async function judged(scene: Scene) {
  const transactions = [...scene.transaction ?? [NOT_FOUND]];
  await using server = scriptedHorizon((path) => {
    if (path === "/") return scene.root ?? root();
    if (path.startsWith("/transactions/")) {
      return transactions.length > 1 ? transactions.shift() : transactions[0];
    }
    if (path.startsWith("/accounts/")) {
      return scene.account ?? [200, accountRecord(ALICE, { sequence: scene.sequence ?? "41" })];
    }
    return scene.ledgers ?? [200, pageOf([ledgerRecord(1000, scene.closedAt ?? PROVEN)])];
  });
  const judgement = await judge(server.horizon, ENVELOPE);
  return { judgement, asked: server.asked.filter((path) => path !== "/").map((path) => path.split("/")[1]) };
}

const found: Reply = [200, transactionRecord()];

Deno.test("M-2 in a ledger as success: decided at once", async () => {
  const { judgement, asked } = await judged({ transaction: [found], closedAt: 0 });
  assert.deepEqual(judgement, {
    kind: "succeeded",
    ledger: 100,
    closedAt: 1_795_255_200,
    hash: hashOf("a"),
    feeCharged: 100n,
  });
  assert.deepEqual(asked, ["transactions"]);
});

Deno.test("M-2 in a ledger as failure: decided, with the codes of the result", async () => {
  const noTrust = "AAAAAAAAAGT/////AAAAAQAAAAAAAAAB////+gAAAAA=";
  const failed: Reply = [200, transactionRecord({ successful: false, result_xdr: noTrust })];
  const { judgement } = await judged({ transaction: [failed] });
  assert.ok(judgement.kind === "failed");
  assert.deepEqual(judgement.codes, { transaction: "tx_failed", operations: ["op_no_trust"] });
});

Deno.test("M-2 a failure whose result cannot be read is a failure nevertheless", async () => {
  const failed: Reply = [200, transactionRecord({ successful: false, result_xdr: "AAAA" })];
  const { judgement } = await judged({ transaction: [failed] });
  assert.ok(judgement.kind === "failed");
  assert.equal(judgement.codes, null);
});

Deno.test("M-2 M-7 found under a fee bump: the outer hash is the one that is listed", async () => {
  const bumped = transactionRecord({
    fee_bump_transaction: { hash: hashOf("c") },
    inner_transaction: { hash: hashOf("a") },
  });
  const { judgement } = await judged({ transaction: [[200, bumped]] });
  assert.ok(judgement.kind === "succeeded");
  assert.equal(judgement.hash, hashOf("c"));
});

Deno.test("M-2 absent: ledger first, then the sequence, then the hash once more", async () => {
  const { judgement, asked } = await judged({});
  assert.deepEqual(judgement, { kind: "absent" });
  assert.deepEqual(asked, ["transactions", "ledgers?order=desc&limit=1", "accounts", "transactions"]);
});

Deno.test("M-2 a ledger that closed at the very end of the margin proves nothing", async () => {
  const { judgement } = await judged({ closedAt: VALID_UNTIL + 120 });
  assert.deepEqual(judgement, { kind: "undecided", mayStillEnter: false });
});

Deno.test("M-2 not found before the bound: undecided, and the same bytes may be sent again", async () => {
  const { judgement, asked } = await judged({ closedAt: VALID_UNTIL - 1 });
  assert.deepEqual(judgement, { kind: "undecided", mayStillEnter: true });
  assert.deepEqual(asked, ["transactions", "ledgers?order=desc&limit=1"]);
});

Deno.test("M-2 a sequence that has moved on proves nothing before the bound", async () => {
  const { judgement } = await judged({ closedAt: VALID_UNTIL - 1, sequence: "42" });
  assert.equal(judgement.kind, "undecided");
});

for (const sequence of ["42", "43", "9223372036854775807"]) {
  Deno.test(`M-2 sequence ${sequence} after the margin without the hash is undecidable`, async () => {
    assert.deepEqual((await judged({ sequence })).judgement, { kind: "undecidable" });
  });
}

Deno.test("M-2 a source account that is gone is undecidable, not absent", async () => {
  assert.deepEqual((await judged({ account: NOT_FOUND })).judgement, { kind: "undecidable" });
});

Deno.test("M-2 the look-up after the ledger counts, not the one before it", async () => {
  const { judgement } = await judged({ transaction: [NOT_FOUND, found], sequence: "42" });
  assert.equal(judgement.kind, "succeeded");
});

/** Says that it stands on this ledger; the scenes' latest one is 1000. */
const standingOn = (ledger: number, status: number, body: unknown): Reply =>
  Response.json(body, { status, headers: { "latest-ledger": String(ledger) } });

Deno.test("M-2 what stands on the ledger past the margin, or on a later one, proves the absence", async () => {
  const account = accountRecord(ALICE, { sequence: "41" });
  for (const ledger of [1000, 1001]) {
    const { judgement } = await judged({
      account: standingOn(ledger, 200, account),
      transaction: [NOT_FOUND, standingOn(ledger, 404, NOT_FOUND_PROBLEM)],
    });
    assert.deepEqual(judgement, { kind: "absent" });
  }
});

const NO_PROOF: Readonly<Record<string, Scene>> = {
  "an account as of a ledger before the margin": {
    account: standingOn(999, 200, accountRecord(ALICE, { sequence: "41" })),
  },
  "a hash that is not found as of a ledger before the margin": {
    transaction: [NOT_FOUND, standingOn(999, 404, NOT_FOUND_PROBLEM)],
  },
  "an account that is missing as of a ledger before the margin": {
    account: standingOn(999, 404, NOT_FOUND_PROBLEM),
  },
  "a plain 404 for the hash": { transaction: [[404, "gone"]] },
  "a plain 404 for the hash in the second look-up": { transaction: [NOT_FOUND, [404, "gone"]] },
  "a plain 404 for the account": { account: [404, "gone"] },
  "a 504 in the second look-up": { transaction: [NOT_FOUND, [504, {}]] },
  "a Horizon of another network": { root: root(1000, 1, "another") },
  "no ledger at all": { ledgers: [200, pageOf([])] },
  "a ledger without a time": { ledgers: [200, pageOf([{ ...ledgerRecord(1, 1), closed_at: "soon" }])] },
  "a stale history": { ledgers: [503, { type: "https://stellar.org/horizon-errors/stale_history" }] },
  "another transaction": { transaction: [[200, transactionRecord({ hash: hashOf("f") })]] },
};

for (const [proof, scene] of Object.entries(NO_PROOF)) {
  Deno.test(`M-2 M-3 ${proof} proves nothing`, async () => {
    await assert.rejects(judged(scene), HorizonUnavailable);
  });
}
