/**
 * Contract tests of money that comes in.
 * @module
 */
import assert from "node:assert/strict";
import type { InboundTransfer, RailDeclaration, StatementPage } from "../bank-rail.ts";
import { errorOf, present, valueOf } from "./outcomes.ts";
import { inboundNow, openDeposit, type RailBench, type RailSubject, railTest, steps } from "./rail-bench.ts";

/** Registers the tests of deposits, refunds and statements. */
export function depositTests(name: string, declares: RailDeclaration, subject: RailSubject): void {
  const { deposit, news } = declares;
  if (!deposit) return;

  railTest(`${name}: deposit instructions asked twice are the same`, subject, async (bench) => {
    const { rail, ports } = bench;
    const request = {
      transferKey: "t".repeat(26),
      customerKey: "c".repeat(26),
      ...(deposit.reference &&
        { reference: deposit.reference.alphabet.slice(0, 1).repeat(deposit.reference.length) }),
      ...(deposit.amount === "exact" && { amount: steps(declares, 700n) }),
    };
    const first = valueOf(await present(rail.depositInstructions, "depositInstructions")(request, ports));
    const second = valueOf(await present(rail.depositInstructions, "depositInstructions")(request, ports));
    assert.deepEqual(second, first);
    assert.ok(first.lines.length > 0);
    if (deposit.reference) assert.equal(first.reference, request.reference);
    if (deposit.amount === "exact") assert.deepEqual(first.amount, steps(declares, 700n));
    // What a QR code of error correction M holds.
    const codeBytes = first.qr === undefined ? 1 : new TextEncoder().encode(first.qr).length;
    assert.ok(codeBytes > 0 && codeBytes <= 2331, `a QR code cannot hold ${codeBytes} bytes`);
  });

  railTest(`${name}: addresses belong to what the declaration says`, subject, async (bench) => {
    const amount = steps(declares, 500n);
    const one = await openDeposit(bench, amount, "customer-one");
    const again = await openDeposit(bench, amount, "customer-one");
    const other = await openDeposit(bench, amount, "customer-two");
    assert.notEqual(other.id, one.id);
    assert.equal(again.id === one.id, deposit.address === "per_customer");
    if (deposit.address === "shared_with_reference") assert.notEqual(again.reference, one.reference);
  });

  if (deposit.amount === "exact") {
    railTest(`${name}: instructions without an amount are refused`, subject, async ({ rail, ports }) => {
      const request = { transferKey: "t".repeat(26), customerKey: "c".repeat(26) };
      errorOf(
        await present(rail.depositInstructions, "depositInstructions")(request, ports),
        "invalid_input",
      );
    });
  }

  railTest(`${name}: M-24 money comes in exactly, down to the smallest step`, subject, async (bench) => {
    for (const count of [subject.leastReceipt ?? 1n, 1001n, 123_456_789n]) {
      const amount = steps(declares, count);
      const instructions = await openDeposit(bench, amount);
      const inbound = await inboundNow(bench, await bench.standIn.payIn(instructions, amount, "booked"));
      assert.deepEqual(inbound.gross, amount);
      assert.equal(inbound.gross.units, inbound.fee.units + inbound.net.units);
      assert.ok(inbound.fee.units >= 0n);
      assert.equal(inbound.state, "booked");
      assert.ok(inbound.bookedAt !== undefined && Math.abs(inbound.bookedAt - bench.ports.now()) < 3600);
    }
  });

  railTest(`${name}: M-17 money names its address or its reference`, subject, async (bench) => {
    const amount = steps(declares, 900n);
    const instructions = await openDeposit(bench, amount);
    const inbound = await inboundNow(bench, await bench.standIn.payIn(instructions, amount, "booked"));
    if (deposit.address === "shared_with_reference") {
      const words = `${inbound.match.reference ?? ""} ${inbound.match.remittance ?? ""}`;
      assert.ok(words.includes(present(instructions.reference, "reference")));
    } else {
      assert.equal(inbound.match.instructionId, instructions.id);
    }
    assert.equal(inbound.payer.account.kind, deposit.payer.account);
    assert.equal(inbound.payer.account.value === undefined, deposit.payer.account === "none");
    assert.equal(inbound.payer.nameTrusted, deposit.payer.nameTrusted);
  });

  railTest(`${name}: every inbound state is told, each with a higher revision`, subject, async (bench) => {
    const { standIn } = bench;
    const amount = steps(declares, 300n);
    const open = async () => await standIn.payIn(await openDeposit(bench, amount), amount, "pending");
    const [kept, refused] = [await open(), await open()];
    const pending = await inboundNow(bench, kept);
    assert.equal(pending.state, "pending");
    await standIn.changeInbound(kept, "booked");
    const booked = await inboundNow(bench, kept);
    assert.equal(booked.state, "booked");
    await standIn.changeInbound(kept, "reversed");
    const reversed = await inboundNow(bench, kept);
    assert.equal(reversed.state, "reversed");
    assert.ok(reversed.reversal !== undefined, "a reversal says of what kind it is");
    assert.ok(pending.revision < booked.revision && booked.revision < reversed.revision);
    await standIn.changeInbound(refused, "rejected");
    assert.equal((await inboundNow(bench, refused)).state, "rejected");
  });

  if (news.pollEverySeconds !== null) statementTests(name, declares, subject);
  if (deposit.refund !== "none") refundTests(name, declares, subject);
}

function statementTests(name: string, declares: RailDeclaration, subject: RailSubject): void {
  const paid = async (bench: RailBench, count: number): Promise<string[]> => {
    const amount = steps(declares, 250n);
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      ids.push(await bench.standIn.payIn(await openDeposit(bench, amount), amount, "booked"));
    }
    return ids;
  };

  railTest(
    `${name}: a statement is read in pages, and a cursor may be used again`,
    subject,
    async (bench) => {
      const early = await paid(bench, bench.standIn.pageSize + 2);
      const first = valueOf(await present(bench.rail.readStatement, "readStatement")(null, bench.ports));
      const late = await paid(bench, 3);
      const rest = await readAll(bench, first.next);
      const seen = new Set([...first.inbound, ...rest].map(({ id }) => id));
      assert.deepEqual([...early, ...late].filter((id) => !seen.has(id)), []);
      const replayed = await readAll(bench, first.next);
      assert.deepEqual(replayed, rest);
      assert.match(first.next, /^v\d+:/);
      const end = valueOf(
        await present(bench.rail.readStatement, "readStatement")(await endOf(bench), bench.ports),
      );
      assert.deepEqual([end.inbound, end.payouts, end.otherDebits, end.more], [[], [], [], false]);
    },
  );

  railTest(`${name}: M-18 look-up and statement tell one and the same money`, subject, async (bench) => {
    const [id = ""] = await paid(bench, 1);
    const listed = present(
      (await readAll(bench, null)).find((inbound) => inbound.id === id),
      "statement line",
    );
    if (bench.rail.findInbound) {
      assert.deepEqual(valueOf(await bench.rail.findInbound(id, bench.ports)), listed);
      assert.equal(valueOf(await bench.rail.findInbound("never-seen", bench.ports)), null);
    }
  });

  railTest(`${name}: M-14 a debit that is no payout of ours is listed as such`, subject, async (bench) => {
    const start = await endOf(bench);
    await bench.standIn.debit(steps(declares, 77n));
    const page = valueOf(await present(bench.rail.readStatement, "readStatement")(start, bench.ports));
    assert.deepEqual(page.otherDebits.map(({ amount }) => amount), [steps(declares, 77n)]);
    assert.deepEqual(page.payouts, []);
  });

  railTest(
    `${name}: a line of an unknown status is an alarm and stops no other line`,
    subject,
    async (bench) => {
      await paid(bench, 2);
      await bench.standIn.fault("readStatement", "unknown_status");
      const page = valueOf(await present(bench.rail.readStatement, "readStatement")(null, bench.ports));
      assert.deepEqual(page.inbound, []);
      assert.equal(page.unreadable?.length, 2);
    },
  );
}

function refundTests(name: string, declares: RailDeclaration, subject: RailSubject): void {
  railTest(`${name}: M-19 a refund is made once and looked up by its key`, subject, async (bench) => {
    const { rail, ports } = bench;
    const amount = steps(declares, 1000n);
    const refundInbound = present(rail.refundInbound, "refundInbound");
    const inboundId = await bench.standIn.payIn(await openDeposit(bench, amount), amount, "booked");
    const request = { inboundId, key: "r".repeat(declares.payout?.key.length ?? 26), amount };
    const first = valueOf(await refundInbound(request, ports));
    assert.deepEqual(first.amount, amount);
    const second = valueOf(await refundInbound(request, ports));
    assert.equal(second.id, first.id);
    errorOf(await refundInbound({ ...request, amount: steps(declares, 999n) }, ports), "conflict");
    errorOf(
      await refundInbound({ ...request, key: "s".repeat(request.key.length) }, ports),
      "rejected_by_bank",
      "invalid_input",
      "limit_exceeded",
    );
    const found = valueOf(await present(rail.findPayout, "findPayout")(request.key, ports));
    assert.equal(found?.id, first.id);
    assert.equal((await inboundNow(bench, inboundId)).state, "returned");
  });

  if (declares.deposit?.refund !== "partial") return;
  railTest(`${name}: M-25 refunds in parts never exceed what came in`, subject, async (bench) => {
    const { rail, ports } = bench;
    const refundInbound = present(rail.refundInbound, "refundInbound");
    const amount = steps(declares, 1000n);
    const inboundId = await bench.standIn.payIn(await openDeposit(bench, amount), amount, "booked");
    const part = (letter: string, count: bigint) =>
      refundInbound({
        inboundId,
        key: letter.repeat(declares.payout?.key.length ?? 26),
        amount: steps(declares, count),
      }, ports);
    valueOf(await part("a", 400n));
    assert.equal((await inboundNow(bench, inboundId)).state, "booked");
    errorOf(await part("b", 601n), "rejected_by_bank", "limit_exceeded");
    valueOf(await part("c", 600n));
    assert.equal((await inboundNow(bench, inboundId)).state, "returned");
  });
}

/** All inbound lines after a cursor. */
async function readAll(bench: RailBench, from: string | null): Promise<InboundTransfer[]> {
  return (await pages(bench, from)).flatMap(({ inbound }) => inbound);
}

/** The cursor behind the last line. */
export async function endOf(bench: RailBench): Promise<string> {
  return present((await pages(bench, null)).at(-1), "page").next;
}

/** All pages after a cursor. */
export async function pages({ rail, ports }: RailBench, from: string | null): Promise<StatementPage[]> {
  const read: StatementPage[] = [];
  let cursor = from;
  for (let page = 0; page < 100; page++) {
    const next = valueOf(await present(rail.readStatement, "readStatement")(cursor, ports));
    read.push(next);
    if (!next.more) return read;
    cursor = next.next;
  }
  throw new Error("Cannot read the statement: it has no end");
}
