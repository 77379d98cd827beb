/**
 * Contract tests of rails that speak by files.
 * @module
 */
import assert from "node:assert/strict";
import type { RailDeclaration } from "../bank-rail.ts";
import { errorOf, present, valueOf } from "./outcomes.ts";
import { openDeposit, payoutRequest, type RailSubject, railTest, steps } from "./rail-bench.ts";

/** Registers the tests of files. */
export function fileTests(name: string, declares: RailDeclaration, subject: RailSubject): void {
  if (!declares.news.files) return;

  if (declares.deposit) {
    railTest(
      `${name}: M-18 a statement file tells what came in, and reads the same twice`,
      subject,
      async (bench) => {
        const amount = steps(declares, 800n);
        const id = await bench.standIn.payIn(await openDeposit(bench, amount), amount, "booked");
        const file = await present(bench.standIn.statementFile, "statementFile")();
        const readFile = present(bench.rail.readFile, "readFile");
        const read = valueOf(await readFile(file, bench.ports));
        const told = present(read.inbound.find((inbound) => inbound.id === id), "line");
        assert.deepEqual([told.gross, told.state], [amount, "booked"]);
        assert.deepEqual(valueOf(await readFile(file, bench.ports)), read);
        if (bench.rail.findInbound) {
          assert.deepEqual(valueOf(await bench.rail.findInbound(id, bench.ports)), told);
        }
      },
    );
  }

  railTest(`${name}: files are numbered so that a gap shows`, subject, async (bench) => {
    const readFile = present(bench.rail.readFile, "readFile");
    const statementFile = present(bench.standIn.statementFile, "statementFile");
    const first = valueOf(await readFile(await statementFile(), bench.ports)).sequence;
    await bench.standIn.debit(steps(declares, 3n));
    const second = valueOf(await readFile(await statementFile(), bench.ports));
    assert.ok(second.sequence > first);
    assert.deepEqual(second.otherDebits.map(({ amount }) => amount), [steps(declares, 3n)]);
  });

  railTest(`${name}: a file that is cut off or foreign is refused whole`, subject, async (bench) => {
    const file = await present(bench.standIn.statementFile, "statementFile")();
    const readFile = present(bench.rail.readFile, "readFile");
    for (
      const bytes of [file.bytes.slice(0, -5), new Uint8Array(), new TextEncoder().encode("<Document/>")]
    ) {
      errorOf(await readFile({ name: file.name, bytes }, bench.ports), "invalid_input", "unknown_outcome");
    }
  });

  if (!declares.payout) return;
  railTest(
    `${name}: M-15 payouts are written as one file, the same whenever it is written`,
    subject,
    async (bench) => {
      const { rail, ports, standIn } = bench;
      const writeFile = present(rail.writeFile, "writeFile");
      const requests = [
        payoutRequest(bench, steps(declares, 210n)),
        payoutRequest(bench, steps(declares, 340n)),
      ];
      for (const request of requests) {
        const registered = valueOf(await present(rail.createPayout, "createPayout")(request, ports));
        assert.deepEqual([registered.state, registered.final], ["accepted", false]);
      }
      const file = valueOf(await writeFile(requests, ports));
      assert.deepEqual(valueOf(await writeFile(requests.toReversed(), ports)), file);
      await ports.files.write("out", file.name, file.bytes);
      if (rail.findPayout) {
        const waiting = valueOf(await rail.findPayout(present(requests[0], "request").key, ports));
        assert.equal(waiting?.state, "accepted", "what waits in a file will be acted on");
      }
      // The same file twice pays once.
      await present(standIn.takeFile, "takeFile")(file.bytes);
      await present(standIn.takeFile, "takeFile")(file.bytes);
      for (const { key } of requests) await standIn.changePayout(key, "completed");
      const statement = await present(standIn.statementFile, "statementFile")();
      const told = valueOf(await present(rail.readFile, "readFile")(statement, ports)).payouts;
      for (const { key, amount } of requests) {
        const paid = told.filter((payout) => payout.key === key).at(-1);
        assert.deepEqual([paid?.state, paid?.amount], ["completed", amount]);
        assert.equal(new Set(told.filter((payout) => payout.key === key).map(({ id }) => id)).size, 1);
      }
    },
  );
}
