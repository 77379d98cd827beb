import assert from "node:assert/strict";
import { raiseAlarm } from "../../../core/records/alarms.ts";
import { repeatable } from "../../../core/records/database.ts";
import { type Ending, NOTHING } from "../../../tasks/chaos/stories/story.ts";
import { type Case, differences, judgeCase } from "../../../tasks/chaos/verdict.ts";
import { parseUnits } from "../../../plugins/money.ts";
import { arrive, BENEFICIARY } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";
import { askAs, operatorVariables, rowsIn } from "../../support/operators.ts";

const units = (text: string) => parseUnits(text) ?? assert.fail(text);

/** A customer who deposited 200 and withdrew 40, and the case of it, in which nothing is wrong. */
async function judged(gateway: TestGateway): Promise<Case & { readonly withdrawal: string }> {
  const ada = await arrive(gateway);
  await ada.deposit("200");
  const { id } = await ada.withdraw("40");
  const { account } = ada.wallet;
  const ending = {
    ...NOTHING,
    got: [{ account, amount: units("198.5") }],
    sent: units("40"),
    paid: [units("39.3")],
  };
  return { withdrawal: id, ...caseOf(gateway, account, ending) };
}

/** The case of one customer. */
function caseOf(gateway: TestGateway, account: string, ending: Ending): Case {
  const { code, issuer, db, sandboxUrl, horizonUrl, running } = gateway;
  return {
    witnesses: { sandboxUrl, horizonUrl },
    db,
    distribution: running.gateway.ownAccounts.distribution,
    asset: { id: `${code}:${issuer}`, code, issuer },
    played: [{
      number: 0,
      account,
      bankAccount: BENEFICIARY["bank_account_number"] ?? "",
      ending,
      failure: null,
    }],
    ending,
    before: 0n,
    webhooks: 0,
  };
}

Deno.test("M-25 the verdict of chaos finds nothing where nothing is wrong, and each thing that is", async () => {
  await withGateway({}, async (gateway) => {
    const right = await judged(gateway);
    const { db, played: [customer], withdrawal } = right;
    assert.ok(customer);
    assert.deepEqual(await judgeCase(right), []);
    const faults = async (change: Partial<Case>) => (await judgeCase({ ...right, ...change })).join("\n");
    const played = (ending: Partial<Case["ending"]>) =>
      faults({ played: [{ ...customer, ending: { ...customer.ending, ...ending } }] });
    assert.match(await played({ paid: [units("39.3"), units("39.3")] }), /was paid by the bank \[39\.3/);
    assert.match(await played({ got: [] }), /was paid on the ledger \[198\.5\], not \[\]/);
    assert.match(await played({ sent: 0n }), /sent 40, not 0/);
    assert.match(
      await faults({ played: [{ ...customer, failure: "deposit: lost" }] }),
      /customer 0: deposit: lost/,
    );
    assert.match(await faults({ webhooks: 1_000 }), /1000 webhooks were answered as taken/);
    const apart = { ...NOTHING.apart, bank: [units("7")] };
    assert.match(await faults({ ending: { ...right.ending, apart } }), /kept apart \(bank\): 70000000/);
    await db.write([raiseAlarm("payout_mismatch", withdrawal, "amount")], repeatable);
    assert.match(
      await faults({}),
      /alarms of kind payout_mismatch \(amount\), one of them for [a-z2-7]{26}: 1/,
    );
  });
});

Deno.test("M-25 M-15 the verdict of chaos names a payment that no record tells, one that the records alone tell, and a line of history that is lost", async () => {
  await withGateway({}, async (gateway) => {
    const right = await judged(gateway);
    const { db, withdrawal } = right;
    await db.write([
      { sql: "update attempts set key = 'another' where side = 'bank'", args: [] },
      {
        sql: "delete from transfer_history where transfer_id = ? and version = 2",
        args: [withdrawal],
      },
    ], repeatable);
    const faults = (await judgeCase(right)).join("\n");
    assert.match(faults, /left the bank: bank \w+ 393000000 completed, which no record tells/);
    assert.match(faults, /left the bank: bank another 393000000 completed, which the records alone tell/);
    assert.match(faults, new RegExp(`the history of ${withdrawal} has \\d lines up to version`));
  });
});

Deno.test("M-21 M-25 the verdict of chaos wants what a bank took back settled, its customer free, and what is lost as a story says", async () => {
  await withGateway({ variables: operatorVariables }, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("100");
    const paidIn = await ada.payIn(id, "100");
    await ada.until(id, "completed");
    await gateway.bank.change(paidIn.id, "reversed", "fraud");
    const debt = await gateway.until("what is owed", async () => {
      const [row] = rowsIn(await askAs(gateway, "vera", "/receivables"), "receivables");
      return row ?? null;
    });
    const ending = { ...NOTHING, got: [{ account: ada.wallet.account, amount: units("99") }] };
    const right = caseOf(gateway, ada.wallet.account, { ...ending, lost: [units("100")] });
    const faults = async (change: Partial<Case> = {}) =>
      (await judgeCase({ ...right, ...change })).join("\n");
    const open = await faults();
    assert.match(open, /receivables that are open: 1/);
    assert.match(open, /receivables that freeze somebody: 1/);
    assert.match(open, /alarms of kind receipt_reversed \(fraud\)/);
    assert.match(open, /the books hold 100 as receivable, not 0/);
    const act = (action: string, body: object) =>
      askAs(gateway, "anna", `/receivables/${String(debt["id"])}/${action}`, { body });
    assert.equal((await act("settle", { how: "written_off" })).status, 200);
    assert.match(await faults(), /^receivables that freeze somebody: 1$/);
    assert.equal((await act("lift", {})).status, 200);
    assert.deepEqual(await judgeCase(right), []);
    // Bank and ledger say the same of a debt that was forgotten.
    assert.match(await faults({ ending }), /^the books hold 100 as costs, not 0$/);
  });
});

Deno.test("lists of payments differ where one holds something more often than the other", () => {
  assert.deepEqual(differences("x", ["a", "b", "b"], ["b", "a", "b"]), []);
  assert.deepEqual(differences("x", ["a", "a", "a"], ["a", "c"]), [
    "x (2 times): a, which no record tells",
    "x: c, which the records alone tell",
  ]);
});
