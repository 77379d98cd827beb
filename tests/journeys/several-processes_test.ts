import assert from "node:assert/strict";
import { arrive, text } from "../support/customer.ts";
import { test } from "../support/layouts.ts";

const CUSTOMERS = 4;

test.inSeveralProcesses("M-30 M-4 gateways on the same records behind one address, all at work, pay everything once", ({ withGateway }) =>
  // Rounds move the clock by which leases end far faster than jobs are done: several processes do the same one at once.
  withGateway({ jobs: true, closeEvery: 40 }, async (gateway) => {
    await Promise.all(Array.from({ length: CUSTOMERS }, async () => {
      const ada = await arrive(gateway);
      await ada.deposit("100");
      await ada.holds("99");
      const withdrawn = await ada.withdraw("40");
      assert.equal(text(withdrawn, "amount_out"), "39.3");
      await ada.holds("59");
    }));
    for (const { lines } of await gateway.readLogs()) {
      assert.ok(lines.some((line) => line.includes('"route":"/sep6/')), "each of them has served");
    }
    assert.equal((await gateway.bank.statement("in")).length, CUSTOMERS);
    assert.equal((await gateway.bank.statement("out")).length, CUSTOMERS);
    await gateway.booksAgree();
  }));
