import { xdr } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import fc from "fast-check";
import { observe } from "../../../core/stellar/observed.ts";
import type { PaymentHappening, UnderstoodOperation } from "../../../core/stellar/observed.ts";
import { ALICE, BOB, CAROL, hashOf, ISSUER, operationRecord, transactionRecord } from "./horizon-records.ts";
import { muxedOf } from "./muxed.ts";

const isOurs = (account: string) => account === BOB;
const USDX = `USDX:${ISSUER}`;

function understood(record: unknown): UnderstoodOperation {
  const operation = observe(record, isOurs);
  if (operation.kind === "unreadable") assert.fail(`unreadable: ${operation.reason}`);
  return operation;
}

function payment(record: unknown): UnderstoodOperation & PaymentHappening {
  const operation = understood(record);
  if (operation.kind !== "payment") assert.fail(operation.kind);
  return operation;
}

function reasonOf(record: unknown): string {
  const operation = observe(record, isOurs);
  assert.ok(operation.kind === "unreadable", `understood as ${operation.kind}`);
  return operation.reason;
}

Deno.test("M-11 a payment to us: asset with issuer, whole units, place and close time", () => {
  const operation = payment(operationRecord());
  assert.deepEqual(
    [operation.direction, operation.from, operation.to, operation.asset, operation.amount],
    ["in", ALICE, BOB, USDX, 125_000_000n],
  );
  assert.deepEqual(
    [
      operation.position,
      operation.ledger,
      operation.hash,
      operation.closedAt,
      operation.memo,
      operation.toMuxed,
    ],
    [(100n << 32n) + 4097n, 100, hashOf("a"), 1_795_255_200, null, null],
  );
});

Deno.test("M-11 the direction follows whose accounts they are", () => {
  const directions = (from: string, to: string) => payment(operationRecord({ from, to })).direction;
  assert.equal(directions(ALICE, BOB), "in");
  assert.equal(directions(BOB, ALICE), "out");
  assert.equal(directions(ALICE, CAROL), "none");
});

Deno.test("M-13 what our accounts send each other is internal", () => {
  assert.equal(payment(operationRecord({ from: BOB, to: BOB })).direction, "internal");
});

for (const type of ["path_payment_strict_send", "path_payment_strict_receive", "path_payment"]) {
  Deno.test(`M-11 of a ${type} the delivered amount counts`, () => {
    const operation = payment(operationRecord({
      type,
      amount: "9.7000000",
      destination_min: "9.0000000",
      source_max: "11.0000000",
      source_amount: "10.0000000",
      source_asset_type: "native",
      path: [],
    }));
    assert.deepEqual([operation.asset, operation.amount], [USDX, 97_000_000n]);
    assert.deepEqual(operation.spent, { asset: "native", amount: 100_000_000n });
  });
}

Deno.test("M-11 muxed payments keep both forms, and every digit of the id", () => {
  const [source, destination] = [muxedOf(ALICE, 7n), muxedOf(BOB, 18_446_744_073_709_551_615n)];
  const operation = payment(operationRecord({
    from_muxed: source,
    from_muxed_id: "7",
    to_muxed: destination,
    to_muxed_id: "18446744073709551615",
  }));
  assert.deepEqual(
    [operation.from, operation.fromMuxed, operation.to, operation.toMuxed, operation.toMuxedId],
    [ALICE, source, BOB, destination, "18446744073709551615"],
  );
});

Deno.test("M-11 a muxed form of another account is not believed", () => {
  assert.equal(reasonOf(operationRecord({ to_muxed: muxedOf(CAROL, 1n) })), "to_muxed");
  assert.equal(reasonOf(operationRecord({ from_muxed: muxedOf(CAROL, 1n) })), "from_muxed");
});

Deno.test("M-11 an account merge is a payment of what the result says", () => {
  const transaction = transactionRecord({ result_xdr: mergeResult(2, 5_000_000_123n) });
  const merge = { type: "account_merge", account: ALICE, into: BOB };
  const operation = payment(operationRecord(merge, transaction, [1, 2]));
  assert.deepEqual(
    [operation.direction, operation.from, operation.asset, operation.amount],
    ["in", ALICE, "native", 5_000_000_123n],
  );
  // At the first place of this transaction the result shows no merge.
  assert.equal(reasonOf(operationRecord(merge, transaction, [1, 1])), "transaction.result_xdr");
});

Deno.test("M-7 an account merge in a fee-bumped transaction is read from the inner result", () => {
  const [outer, inner] = [hashOf("c"), hashOf("d")];
  const transaction = transactionRecord({
    hash: outer,
    fee_bump_transaction: { hash: outer },
    inner_transaction: { hash: inner },
    result_xdr: mergeResult(1, 42n, true),
  });
  const operation = payment(
    operationRecord({ type: "account_merge", account: ALICE, into: BOB }, transaction),
  );
  assert.deepEqual([operation.amount, operation.hash, operation.innerHash], [42n, outer, inner]);
});

Deno.test("M-11 an account created by its sponsor is a payment of its starting balance", () => {
  const record = { type: "create_account", funder: ALICE, account: BOB, starting_balance: "2.0000000" };
  const operation = payment(operationRecord(record));
  assert.deepEqual([operation.direction, operation.asset, operation.amount], ["in", "native", 20_000_000n]);
});

Deno.test("M-11 a claimable balance for us is understood", () => {
  const operation = understood(operationRecord({
    type: "create_claimable_balance",
    asset: USDX,
    amount: "3.0000000",
    claimants: [{ destination: CAROL, predicate: {} }, {
      destination: BOB,
      predicate: { unconditional: true },
    }],
  }));
  assert.ok(operation.kind === "claimable_balance_created");
  assert.deepEqual([operation.direction, operation.asset, operation.amount], ["in", USDX, 30_000_000n]);
  const claimed = understood(operationRecord({
    type: "claim_claimable_balance",
    claimant: BOB,
    balance_id: "00000000" + hashOf("9"),
  }));
  assert.deepEqual([claimed.kind, claimed.direction], ["claimable_balance_claimed", "in"]);
});

Deno.test("M-13 what an issuer does to us is understood", () => {
  const clawback = understood(operationRecord({ type: "clawback", from: BOB, source_account: ISSUER }));
  assert.deepEqual([clawback.kind, clawback.direction], ["clawback", "out"]);
  const flags = {
    type: "set_trust_line_flags",
    trustor: BOB,
    clear_flags: [1],
    clear_flags_s: ["authorized"],
  };
  const cleared = understood(operationRecord(flags));
  assert.ok(cleared.kind === "authorization_changed");
  assert.deepEqual([cleared.trustor, cleared.asset, cleared.authorized], [BOB, USDX, false]);
  const allowed = understood(operationRecord({ type: "allow_trust", trustor: BOB, authorize: true }));
  assert.ok(allowed.kind === "authorization_changed" && allowed.authorized === true);
});

Deno.test("M-11 other types are no money; those that change balances say so", () => {
  const kinds = ["manage_data", "manage_sell_offer", "invoke_host_function", "something_new", "constructor"]
    .map((type) => {
      const operation = understood(operationRecord({ type }));
      return operation.kind === "other" && operation.value;
    });
  assert.deepEqual(kinds, [false, true, true, true, true]);
});

const MEMOS: [Record<string, string>, unknown][] = [
  [{ memo_type: "none" }, null],
  [{ memo_type: "id", memo: "18446744073709551615" }, { type: "id", value: "18446744073709551615" }],
  [{ memo_type: "text", memo: "ünter", memo_bytes: "w7xudGVy" }, { type: "text", value: "ünter" }],
  [{ memo_type: "text", memo: "ünter" }, { type: "text", value: "ünter" }],
  [{ memo_type: "text", memo: "a\uFFFD", memo_bytes: "Yf8=" }, { type: "text_bytes", value: "Yf8=" }],
  [{ memo_type: "hash", memo: `${"A".repeat(43)}=` }, { type: "hash", value: `${"A".repeat(43)}=` }],
  [{ memo_type: "return", memo: `${"A".repeat(43)}=` }, { type: "return", value: `${"A".repeat(43)}=` }],
];

for (const [fields, expected] of MEMOS) {
  Deno.test(`M-11 the memo ${JSON.stringify(fields)} is read`, () => {
    assert.deepEqual(understood(operationRecord({}, transactionRecord(fields))).memo, expected);
  });
}

Deno.test("M-11 a memo that cannot be read sets the operation aside", () => {
  const memos = [
    { memo_type: "id", memo: "18446744073709551616" },
    { memo_type: "id", memo: "1.0" },
    { memo_type: "text", memo: "a\uFFFD" },
    { memo_type: "hash", memo: "AAAA" },
    { memo_type: "colour", memo: "red" },
  ];
  for (const memo of memos) {
    assert.equal(reasonOf(operationRecord({}, transactionRecord(memo))), "transaction.memo");
  }
});

Deno.test("M-11 what contradicts itself or lacks something is set aside, with a reason", () => {
  const plain = transactionRecord();
  assert.equal(reasonOf(operationRecord({ transaction: undefined })), "transaction");
  assert.equal(reasonOf(operationRecord({ amount: "1e7" })), "amount");
  assert.equal(reasonOf(operationRecord({ amount: "-1.0000000" })), "amount");
  assert.equal(reasonOf(operationRecord({ amount: "1.00000001" })), "amount");
  assert.equal(reasonOf(operationRecord({ amount: 12.5 })), "amount");
  assert.equal(reasonOf(operationRecord({ asset_type: "liquidity_pool_shares" })), "asset");
  assert.equal(reasonOf(operationRecord({ asset_issuer: "GABC" })), "asset");
  assert.equal(reasonOf(operationRecord({ to: "GABC" })), "to");
  assert.equal(reasonOf(operationRecord({ transaction_successful: false })), "transaction_successful");
  assert.equal(
    reasonOf(operationRecord({}, transactionRecord({ successful: false }))),
    "transaction_successful",
  );
  assert.equal(reasonOf(operationRecord({ transaction_hash: hashOf("e") }, plain)), "transaction.hash");
  assert.equal(reasonOf(operationRecord({ paging_token: "1" })), "paging_token");
  assert.equal(reasonOf(operationRecord({ transaction: { ...plain, ledger: 99 } })), "transaction.ledger");
  assert.equal(reasonOf(null), "");
});

Deno.test("M-11 no record whatever makes the reader throw", () => {
  const keys = Object.keys(operationRecord());
  fc.assert(
    fc.property(fc.constantFrom(...keys), fc.jsonValue(), (key, value) => {
      assert.ok(observe(operationRecord({ [key]: value }), isOurs).kind.length > 0);
    }),
    { numRuns: 300 },
  );
});

/** A successful result whose operation at this place (from 1) merged an account, the ones before it paid. */
function mergeResult(place: number, balance: bigint, bumped = false): string {
  const results = Array.from({ length: place }, (_, index) =>
    xdr.OperationResult.opInner(
      index + 1 === place
        ? xdr.OperationResultTr.accountMerge(xdr.AccountMergeResult.accountMergeSuccess(balance))
        : xdr.OperationResultTr.payment(xdr.PaymentResult.paymentSuccess()),
    ));
  const plain = { feeCharged: 100n, ext: xdr.TransactionResultExt.v0() };
  if (!bumped) {
    return new xdr.TransactionResult({ ...plain, result: xdr.TransactionResultResult.txSuccess(results) })
      .toXdr("base64");
  }
  const inner = new xdr.InnerTransactionResult({
    feeCharged: 100n,
    result: xdr.InnerTransactionResultResult.txSuccess(results),
    ext: xdr.InnerTransactionResultExt.v0(),
  });
  const pair = new xdr.InnerTransactionResultPair({
    transactionHash: new xdr.Hash(new Uint8Array(32)),
    result: inner,
  });
  return new xdr.TransactionResult({
    ...plain,
    result: xdr.TransactionResultResult.txFeeBumpInnerSuccess(pair),
  }).toXdr("base64");
}
