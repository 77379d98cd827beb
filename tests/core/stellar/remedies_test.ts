import assert from "node:assert/strict";
import { remedyOf } from "../../../core/stellar/remedies.ts";
import type { Remedy } from "../../../core/stellar/remedies.ts";

const TRANSACTION_CODES: Readonly<Record<string, Remedy>> = {
  tx_bad_seq: "build_anew",
  tx_too_late: "build_anew",
  tx_internal_error: "build_anew",
  tx_insufficient_fee: "offer_more",
  tx_insufficient_balance: "refill",
  tx_bad_auth: "operator",
};

const OPERATION_CODES: Readonly<Record<string, Remedy>> = {
  op_no_trust: "wait_for_trust",
  op_line_full: "wait_for_room",
  op_not_authorized: "wait_for_authorization",
  op_no_destination: "create_account",
  op_already_exists: "pay_account",
  op_underfunded: "refill",
  op_low_reserve: "refill",
  op_no_issuer: "operator",
  op_src_not_authorized: "operator",
};

Deno.test("M-6 every result code of the rule has its remedy", () => {
  for (const [transaction, remedy] of Object.entries(TRANSACTION_CODES)) {
    assert.equal(remedyOf({ transaction, operations: [] }), remedy, transaction);
  }
  for (const [code, remedy] of Object.entries(OPERATION_CODES)) {
    assert.equal(remedyOf({ transaction: "tx_failed", operations: ["op_success", code] }), remedy, code);
  }
});

Deno.test("M-6 the rule and the table name the same codes", async () => {
  const rules = await Deno.readTextFile(new URL("../../../docs/requirements/money.md", import.meta.url));
  const rule = /^- \*\*M-6.*(?:\n(?!- \*\*).*)*/m.exec(rules)?.[0] ?? "";
  const named = [...rule.matchAll(/`((?:tx|op)_\w+)`/g)].map(([, code]) => code);
  const listed = [
    ...Object.keys(TRANSACTION_CODES),
    ...Object.keys(OPERATION_CODES),
    "tx_fee_bump_inner_failed",
  ];
  assert.deepEqual(named.sort(), listed.sort());
});

Deno.test("M-6 M-7 of a failed fee bump the inner transaction's code counts", () => {
  const bump = { transaction: "tx_fee_bump_inner_failed", operations: [] };
  assert.equal(remedyOf({ ...bump, inner: "tx_insufficient_balance" }), "refill");
  assert.equal(remedyOf({ ...bump, inner: "tx_failed", operations: ["op_no_trust"] }), "wait_for_trust");
  assert.equal(remedyOf(bump), "operator");
});

Deno.test("M-6 what is not listed, or cannot be read, is an operator's", () => {
  assert.equal(remedyOf(null), "operator");
  assert.equal(remedyOf({ transaction: "tx_brand_new", operations: [] }), "operator");
  assert.equal(remedyOf({ transaction: "tx_failed", operations: ["op_brand_new"] }), "operator");
  assert.equal(remedyOf({ transaction: "toString", operations: [] }), "operator");
  assert.equal(remedyOf({ transaction: "tx_failed", operations: ["constructor"] }), "operator");
});
