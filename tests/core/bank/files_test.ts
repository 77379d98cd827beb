import assert from "node:assert/strict";
import { readStatementFiles, writePaymentFiles } from "../../../core/bank/files.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import type { RailInstance } from "../../../core/bank/rails.ts";
import { createDatabase, type Database } from "../../../core/records/database.ts";
import { openLocalDriver } from "../../../core/records/local-driver.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { failed } from "../../../plugins/outcome.ts";
import type { PortFiles } from "../../../plugins/ports.ts";
import { inFile } from "../records/files.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { type BankOfFiles, bankOfFiles } from "./bank-of-files.ts";

const HUNDRED = 100n * ONE;
const never = () => false;

const read = (work: MoneyAtWork, instance: RailInstance = work.bank.instance) =>
  readStatementFiles(work.receiving, instance, never);
const write = (work: MoneyAtWork, instance: RailInstance = work.bank.instance) =>
  writePaymentFiles(work.paying, instance);

/** The instance with something before its folders. */
function withFiles(instance: RailInstance, files: (real: PortFiles) => Partial<PortFiles>): RailInstance {
  const { ports } = instance;
  return { ...instance, ports: { ...ports, files: { ...ports.files, ...files(ports.files) } } };
}

/** A process that uses a database file. */
async function during(
  db: Database,
  bank: BankOfFiles,
  test: (work: MoneyAtWork) => Promise<void>,
): Promise<void> {
  try {
    await test(await moneyAtWork({ db, bank: bank.asScript }));
  } finally {
    db.close();
  }
}

async function withBank(test: (work: MoneyAtWork, bank: BankOfFiles) => Promise<void>): Promise<void> {
  await using bank = await bankOfFiles();
  await using file = await inFile();
  await during(await file.open(), bank, (work) => test(work, bank));
}

/** Withdrawals that wait for a file. */
async function ordered(work: MoneyAtWork, count: number): Promise<Transfer[]> {
  const transfers: Transfer[] = [];
  for (let i = 0; i < count; i++) {
    const transfer = await work.fundedWithdrawal(HUNDRED);
    assert.equal((await payAtBank(work.paying, transfer.id)).kind, "again");
    transfers.push(transfer);
  }
  return transfers;
}

/** Each order is in exactly one file; brought to the bank, each is paid, and books and statement agree. */
async function assertEachPaidOnce(
  work: MoneyAtWork,
  bank: BankOfFiles,
  transfers: readonly Transfer[],
): Promise<void> {
  const keys = (await bank.written()).flat().sort();
  const rows = await work.db.query({ sql: "select key from attempts order by key" });
  assert.deepEqual(keys, rows.map(({ key }) => key));
  assert.equal(keys.length, transfers.length);
  await bank.deliver();
  await bank.complete();
  assert.deepEqual(await bank.left(), keys);
  await bank.tell(1);
  await read(work);
  for (const transfer of transfers) assert.equal((await work.now(transfer)).state, "completed");
  const paid = BigInt(transfers.length) * 99n * ONE;
  assert.equal((await work.balances())["bank:bank"], -paid);
}

Deno.test("M-18 a statement is read once, and money that another file tells again is one receipt", () =>
  withBank(async (work, bank) => {
    const deposit = await work.deposit();
    await bank.payIn(`inv. 7 ${deposit.reference} thanks`, HUNDRED);
    const next = await bank.tell(1);
    const { instance } = bank;
    let readings = 0;
    const counted: RailInstance = {
      ...instance,
      rail: {
        ...instance.rail,
        readFile: (file, ports) => {
          readings++;
          return instance.rail.readFile?.(file, ports) ?? assert.fail();
        },
      },
    };
    assert.deepEqual(await read(work, counted), [deposit.id]);
    assert.equal((await work.now(deposit)).state, "funded");
    assert.deepEqual(await read(work, counted), []);
    assert.equal(readings, 1);

    await bank.tell(2);
    await bank.tell(3, next);
    await read(work, counted);
    assert.equal(readings, 3);
    assert.equal((await work.now(deposit)).received, HUNDRED);
    assert.equal(await work.count("receipts"), 1);
    assert.deepEqual(await work.alarms(), []);
    assert.equal((await work.balances())["bank:bank"], HUNDRED);
  }));

Deno.test("M-18 M-30 two processes that read the same statement book its money once", async () => {
  await using bank = await bankOfFiles();
  await using file = await inFile();
  await during(await file.open(), bank, async (one) => {
    await during(await file.open(), bank, async (two) => {
      const deposit = await one.deposit();
      await bank.payIn(deposit.reference ?? "", HUNDRED);
      await bank.payIn("nobody's", 7n * ONE);
      await bank.tell(1);
      await Promise.all([read(one), read(two), read(one)]);
      assert.equal((await two.now(deposit)).received, HUNDRED);
      assert.equal(await two.count("receipts"), 2);
      assert.equal((await one.balances())["bank:bank"], 107n * ONE);
    });
  });
});

Deno.test("M-18 a number that is missing among statements is an alarm, and the late file is read all the same", () =>
  withBank(async (work, bank) => {
    const deposit = await work.deposit();
    const next = await bank.tell(8);
    await bank.payIn(deposit.reference ?? "", HUNDRED);
    await read(work);
    assert.deepEqual(await work.alarms(), [], "the first number that is seen is where counting begins");
    await bank.tell(10, next + 1);
    await read(work);
    assert.deepEqual(await work.alarms(), ["statement_gap:8-10"]);
    await bank.tell(9, next);
    assert.deepEqual(await read(work), [deposit.id]);
    await bank.tell(11, next + 1);
    await read(work);
    assert.deepEqual(await work.alarms(), ["statement_gap:8-10"], "told once, and nothing more is missing");
  }));

Deno.test("files that cannot be read, or not even opened, are an alarm each and block nothing", () =>
  withBank(async (work, bank) => {
    const deposit = await work.deposit();
    await bank.payIn(deposit.reference ?? "", HUNDRED);
    await bank.put("a-half.json", '{"sequence": 1, "inbou');
    await bank.put("b-locked.json", "{}");
    await bank.put("c-strange.json", '{"sequence": 2, "inbound": [], "payouts": [], "debits": []}');
    await bank.tell(1);
    const instance = withFiles(bank.instance, (real) => ({
      read: (box, name) => name.startsWith("b-") ? Promise.reject(new Error("locked")) : real.read(box, name),
    }));
    const { rail } = instance;
    const throwing: RailInstance = {
      ...instance,
      rail: {
        ...rail,
        readFile: (file, ports) => {
          if (file.name.startsWith("c-")) throw new Error("unforeseen");
          return rail.readFile?.(file, ports) ?? assert.fail();
        },
      },
    };
    for (let round = 0; round < 2; round++) await read(work, throwing);
    assert.equal((await work.now(deposit)).state, "funded");
    const rows = await work.db.query({ sql: "select kind, subject from alarms order by subject" });
    assert.deepEqual(
      rows.map(({ kind, subject }) => [kind, subject]),
      ["a-half", "b-locked", "c-strange"].map((name) => ["statement_gap", `bank:${name}.json`]),
    );
    // Mended by somebody, they are read as any other.
    await bank.payIn("for nobody", ONE);
    await bank.tell(2);
    await read(work);
    assert.equal(await work.count("receipts"), 2);
  }));

Deno.test("M-15 no payout waits: no file; those that wait go into one file, later ones into the next", () =>
  withBank(async (work, bank) => {
    assert.equal(await write(work), 0);
    const first = await ordered(work, 3);
    assert.equal(await write(work), 1);
    assert.equal(await write(work), 0);
    const later = await ordered(work, 2);
    assert.equal(await write(work), 1);
    assert.deepEqual((await bank.written()).map(({ length }) => length), [3, 2]);
    await assertEachPaidOnce(work, bank, [...first, ...later]);
    assert.equal(await write(work), 0);
  }));

Deno.test("M-15 a crash between the recorded batch and its file, or after it, leaves each payout in one file", async () => {
  for (const crash of ["before", "after"] as const) {
    await withBank(async (work, bank) => {
      let isDown = true;
      const failing = withFiles(bank.instance, (real) => ({
        async write(box, name, bytes) {
          if (crash === "after") await real.write(box, name, bytes);
          if (isDown) throw new Error("the process dies");
          return await real.write(box, name, bytes);
        },
      }));
      const first = await ordered(work, 2);
      await assert.rejects(write(work, failing), AggregateError);
      assert.equal((await bank.written()).length, crash === "before" ? 0 : 1);
      // More payouts come before anybody tries again: they belong to a batch of their own.
      const later = await ordered(work, 2);
      isDown = false;
      assert.equal(await write(work, failing), 2);
      assert.equal(await write(work, failing), 0);
      assert.deepEqual((await bank.written()).map(({ length }) => length), [2, 2]);
      await assertEachPaidOnce(work, bank, [...first, ...later]);
    });
  }
});

Deno.test("M-15 a batch that cannot be written holds up no other, and an operator hears of it", () =>
  withBank(async (work, bank) => {
    const { instance } = bank;
    const { rail } = instance;
    const refused = new Set<string>();
    const strict: RailInstance = {
      ...instance,
      rail: {
        ...rail,
        writeFile: (payouts, ports) =>
          payouts.some(({ key }) => refused.has(key))
            ? Promise.resolve(failed("invalid_input", { providerCode: "too_long" }))
            : rail.writeFile?.(payouts, ports) ?? assert.fail(),
      },
    };
    const first = await ordered(work, 2);
    const [row] = await work.db.query({ sql: "select key from attempts order by key" });
    refused.add(String(row?.key));
    await assert.rejects(write(work, strict), AggregateError);
    const later = await ordered(work, 1);
    await assert.rejects(write(work, strict), AggregateError);
    assert.deepEqual((await bank.written()).map(({ length }) => length), [1]);
    assert.deepEqual(await work.alarms(), ["payout_refused:too_long"]);
    refused.clear();
    await write(work, strict);
    await assertEachPaidOnce(work, bank, [...first, ...later]);
  }));

Deno.test("M-15 M-30 processes that write at once put each payout into one file", async () => {
  await using bank = await bankOfFiles();
  await using file = await inFile();
  await during(await file.open(), bank, async (one) => {
    await during(await file.open(), bank, async (two) => {
      const transfers = await ordered(one, 4);
      // Both come as far as the file before either writes it.
      let waiting = 0;
      const bothThere = Promise.withResolvers<void>();
      const instance = withFiles(bank.instance, (real) => ({
        async write(box, name, bytes) {
          if (++waiting === 2) bothThere.resolve();
          await bothThere.promise;
          return await real.write(box, name, bytes);
        },
      }));
      await Promise.all([write(one, instance), write(two, instance)]);
      assert.equal((await bank.written()).length, 1);
      const later = await ordered(two, 3);
      await Promise.all([write(two), write(one), write(two)]);
      await assertEachPaidOnce(one, bank, [...transfers, ...later]);
    });
  });
});

Deno.test("M-15 a payout that comes while the answer to a batch is lost is in no batch that is written already", async () => {
  await using bank = await bankOfFiles();
  await using file = await inFile();
  await during(await file.open(), bank, async (other) => {
    const driver = await openLocalDriver({ url: file.url, busyTimeoutMs: 2_000 });
    let meanwhile: (() => Promise<void>) | null = null;
    const unsteady = createDatabase({
      ...driver,
      tries: 3,
      async batch(statements, mode) {
        const rows = await driver.batch(statements, mode);
        const happens = meanwhile;
        if (happens === null || !statements[0]?.sql.includes("set batch")) return rows;
        meanwhile = null;
        await happens();
        throw new TypeError("connection reset");
      },
    });
    await during(unsteady, bank, async (work) => {
      const transfers = await ordered(other, 2);
      meanwhile = async () => {
        assert.equal(await write(other), 1);
        transfers.push(...await ordered(other, 1));
      };
      await write(work);
      await write(work);
      await assertEachPaidOnce(other, bank, transfers);
    });
  });
});

Deno.test("M-15 a payout that waits in its file is known to its rail, and asking again makes no second one", () =>
  withBank(async (work, bank) => {
    const [transfer] = await ordered(work, 1);
    assert.ok(transfer);
    for (let round = 0; round < 3; round++) {
      assert.equal((await payAtBank(work.paying, transfer.id)).kind, "again");
      await write(work);
    }
    assert.equal((await bank.written()).length, 1);
    await bank.deliver();
    // Brought twice, the bank pays it once.
    await bank.deliver();
    await bank.complete();
    assert.deepEqual(await payAtBank(work.paying, transfer.id), { kind: "done" });
    assert.equal((await work.now(transfer)).state, "completed");
    assert.equal((await bank.left()).length, 1);
  }));
