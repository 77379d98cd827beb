import { TransactionBuilder } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { parse } from "yaml";
import { z } from "zod";
import { observe } from "../../../core/stellar/observed.ts";
import type { ObservedOperation } from "../../../core/stellar/observed.ts";
import { resultCodesOf } from "../../../core/stellar/operation-result.ts";
import { hashOf, transactionRecord } from "./horizon-records.ts";
import { scriptedHorizon } from "./scripted-horizon.ts";

const FOLDER = new URL("../../horizon/", import.meta.url);

/** The example of a file, with the file's own name. */
async function example(name: string): Promise<Record<string, unknown>> {
  const text = await Deno.readTextFile(new URL(`${name}.yml`, FOLDER));
  const file = z.object({
    components: z.object({ examples: z.record(z.string(), z.object({ value: z.unknown() })) }),
  }).parse(parse(text, { intAsBigInt: false }));
  return z.record(z.string(), z.unknown()).parse(file.components.examples[name]?.value);
}

/** A Horizon that answers everything but its root with this. */
function answering(body: unknown) {
  return scriptedHorizon((path) => path === "/" ? undefined : [200, body]);
}

Deno.test("Horizon's example of an account is read", async () => {
  await using server = answering(await example("RetrieveAnAccount"));
  const account = await server.horizon.account("GAYOLLLUIZE4DZMBB2ZBKGBUBZLIOYU6XFLW37GBP2VZD3ABNXCW4BVA");
  assert.ok(account.kind === "found");
  assert.equal(account.sequence, 120192344791187470n);
  assert.deepEqual(account.balances.map(({ asset, amount, limit }) => [asset.split(":")[0], amount, limit]), [
    ["EURT", 30_000_000n, 9223372036854775807n],
    ["USD", 40_000_000n, 9223372036854775807n],
    ["native", 728_563_792n, null],
  ]);
  assert.deepEqual(account.thresholds, { low: 0, med: 0, high: 0 });
  assert.equal(account.signers[0]?.weight, 1);
});

Deno.test("Horizon's examples of a transaction are read, asked for and just submitted", async () => {
  const record = await example("RetrieveATransaction");
  await using server = answering(record);
  const transaction = await server.horizon.transaction(String(record.hash));
  assert.ok(transaction.kind === "found");
  assert.deepEqual([transaction.ledger, transaction.closedAt, transaction.feeCharged, transaction.memo], [
    27963785,
    1_580_205_813,
    100n,
    null,
  ]);
  assert.deepEqual(resultCodesOf(transaction.resultXdr), {
    transaction: "tx_success",
    operations: ["op_success"],
  });

  const submitted = await example("SubmitaTransaction");
  await using door = answering(submitted);
  const answer = await door.horizon.submit("AAAA");
  assert.deepEqual(answer, { kind: "included", hash: submitted.hash, ledger: 139575 });
  const again = await door.horizon.transaction(String(submitted.hash));
  assert.ok(again.kind === "found");
  assert.deepEqual(again.memo, { type: "text", value: "Test Transaction" });
});

Deno.test("Horizon's examples of a ledger, of fees and of a claimable balance are read", async () => {
  await using ledger = answering(await example("RetrieveALedger"));
  const found = await ledger.horizon.ledger(27146933);
  assert.ok(found.kind === "found");
  assert.deepEqual([found.closedAt, found.baseFee, found.baseReserve], [1_575_671_972, 100n, 5_000_000n]);

  await using fees = answering(await example("RetrieveFeeStats"));
  const stats = await fees.horizon.feeStats();
  assert.deepEqual([stats.lastLedger, stats.baseFee, stats.feeCharged.p90, stats.maxFee.max], [
    43277313,
    100n,
    5500n,
    616065406n,
  ]);

  await using balances = answering(await example("RetrieveAClaimableBalance"));
  const balance = await balances.horizon.claimableBalance("0".repeat(72));
  assert.ok(balance.kind === "found");
  assert.deepEqual([balance.asset, balance.amount, balance.sponsor], ["native", 100_000_000n, null]);
  assert.deepEqual(balance.claimants, ["GC3C4AKRBQLHOJ45U4XG35ESVWRDECWO5XLDGYADO6DPR3L7KIDVUMML"]);
});

/** Reads an example's operations as if their transactions had been joined. */
async function observed(name: string, ours: string): Promise<ObservedOperation[]> {
  await using server = answering(await example(name));
  const page = await server.horizon.operations(ours, { limit: 10, order: "asc" });
  assert.ok(page.kind === "found");
  return page.records.map((value) => {
    const record = z.looseObject({ id: z.string(), transaction_hash: z.string() }).parse(value);
    const ledger = Number(BigInt(record.id) >> 32n);
    const transaction = transactionRecord({ hash: record.transaction_hash, ledger });
    return observe({ ...record, transaction }, (account) => account === ours);
  });
}

/** What was understood, in a line each. */
function lines(operations: readonly ObservedOperation[]): string[] {
  return operations.map((operation) => {
    if (operation.kind === "unreadable") return `unreadable ${operation.reason}`;
    const amount = operation.kind === "payment"
      ? ` ${operation.amount} ${operation.asset.split(":")[0]}`
      : "";
    return `${operation.kind} ${operation.direction}${amount}`;
  });
}

Deno.test("M-11 Horizon's example of an account's operations is read", async () => {
  const ours = "GAYOLLLUIZE4DZMBB2ZBKGBUBZLIOYU6XFLW37GBP2VZD3ABNXCW4BVA";
  const trust = "trust_changed none";
  assert.deepEqual(lines(await observed("RetrieveAnAccountsOperations", ours)), [
    "payment in 20000000 native",
    "payment in 2000000000 native",
    trust,
    trust,
    trust,
    trust,
    trust,
    "other none",
    "other none",
    trust,
  ]);
});

Deno.test("M-11 Horizon's example of an account's payments is read", async () => {
  const ours = "GCNL55IJTH2HX26HLNIGYD2JIQLTBAQL3SVPNZA6PXK7NAVHU423WOTE";
  assert.deepEqual(lines(await observed("RetrieveAnAccountsPayments", ours)), [
    "payment in 10000000 native",
    // What a merge carried stands in the transaction's result, which the example does not have.
    "unreadable transaction.result_xdr",
    "payment in 6884065454 native",
    "payment in 3553887598 native",
    "payment out 849410878 USD",
    ...Array.from({ length: 5 }, () => "payment in 1 native"),
  ]);
});

Deno.test("M-11 Horizon's example of a claimable balance's operation is read", async () => {
  const ours = "GBEUDKANIFPTFHPWJ5T3R6RIO36RQBFGHYPAQ6STH7KMNDHAT36LHOLD";
  const [operation] = await observed("CBRetrieveRelatedOperations", ours);
  assert.ok(operation?.kind === "claimable_balance_created");
  assert.deepEqual([operation.direction, operation.amount], ["in", 1_000_000n]);
});

Deno.test("M-11 Horizon's example of an operation is read", async () => {
  const record = await example("RetrieveAnOperation");
  const ledger = Number(BigInt(String(record.id)) >> 32n);
  const transaction = transactionRecord({ hash: record.transaction_hash, ledger });
  const operation = observe({ ...record, type: "manage_sell_offer", transaction }, () => true);
  assert.ok(operation.kind === "other" && operation.value);
  assert.equal(
    observe({ ...record, transaction: { ...transaction, hash: hashOf("0") } }, () => true).kind,
    "unreadable",
  );
});

Deno.test("the results of 50 transactions of the real network are read, and their hashes are those of their bytes", async () => {
  const file = z.object({
    records: z.array(z.object({ hash: z.string(), envelope_xdr: z.string(), result_xdr: z.string() })),
  }).parse(JSON.parse(await Deno.readTextFile(new URL("recorded/transactions.json", FOLDER))));
  assert.ok(file.records.length >= 50);
  for (const { hash, envelope_xdr, result_xdr } of file.records) {
    const codes = resultCodesOf(result_xdr);
    assert.ok(codes !== null && /^tx_(success|fee_bump_inner_success)$/.test(codes.transaction));
    assert.ok(codes.operations.length > 0 && codes.operations.every((code) => code === "op_success"));
    const read = TransactionBuilder.fromXDR(envelope_xdr, "Public Global Stellar Network ; September 2015");
    assert.equal(read.hash().toHex(), hash);
  }
});
