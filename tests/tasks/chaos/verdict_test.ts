import assert from "node:assert/strict";
import { move, postingStatements } from "../../../core/money/postings.ts";
import { enter } from "../../../core/records/audit.ts";
import { raiseAlarm } from "../../../core/records/alarms.ts";
import { repeatable } from "../../../core/records/database.ts";
import { BY_HAND } from "../../../tasks/chaos/config.ts";
import { heldNative } from "../../../tasks/chaos/native.ts";
import { approvalFaults } from "../../../tasks/chaos/records.ts";
import { type Ending, NOTHING } from "../../../tasks/chaos/stories/story.ts";
import { tellTo } from "../../../tasks/chaos/tell.ts";
import { ledgerPayments } from "../../../tasks/chaos/witnesses.ts";
import { type Case, differences, judgeCase, unread } from "../../../tasks/chaos/verdict.ts";
import { parseUnits } from "../../../plugins/money.ts";
import { arrive, BENEFICIARY } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";
import { askAs, operatorVariables, rowsIn } from "../../support/operators.ts";

const units = (text: string) => parseUnits(text) ?? assert.fail(text);

/** A customer who deposited 200 and withdrew 40, and the case of it, in which nothing is wrong. */
async function judged(gateway: TestGateway): Promise<Case & { readonly withdrawal: string }> {
  const native = await nativeOf(gateway);
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
  return { withdrawal: id, ...caseOf(gateway, account, ending, native) };
}

/** What our account holds before anything moves. */
async function nativeOf({ running, horizonUrl }: TestGateway): Promise<Case["native"]> {
  const accounts = [running.gateway.ownAccounts.distribution];
  return { accounts, before: await heldNative(horizonUrl, accounts) };
}

/** The case of one customer. */
function caseOf(gateway: TestGateway, account: string, ending: Ending, native: Case["native"]): Case {
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
    native,
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
    const native = await nativeOf(gateway);
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
    const right = caseOf(gateway, ada.wallet.account, { ...ending, lost: [units("100")] }, native);
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

Deno.test("M-27 the verdict of chaos names a payout that waits for two and went out with less than two people's approval", async () => {
  await withGateway({}, async (gateway) => {
    const { db, withdrawal } = await judged(gateway);
    const approved = (actor: string) =>
      enter(db, "actions", { actor, action: "transfer.approve", subject: withdrawal });
    assert.deepEqual(await approvalFaults(db), [], "nobody has to agree");
    await db.write([{
      sql: "update transfers set method = ? where id = ?",
      args: [BY_HAND, withdrawal],
    }], repeatable);
    await approved("anna");
    await approved("anna");
    assert.deepEqual(await approvalFaults(db), [`${withdrawal} was paid with the approval of 1`]);
    await approved("bert");
    assert.deepEqual(await approvalFaults(db), []);
  });
});

Deno.test("M-7 M-23 the verdict of chaos names a fee bump that was not stored, and XLM that the books do not tell", async () => {
  await withGateway({}, async (gateway) => {
    const right = await judged(gateway);
    const { db, asset, distribution } = right;
    const tell = tellTo(gateway.sandboxUrl);
    const eve = await arrive(gateway);
    await tell("/ledger/behaviour", { behaviour: "timeout", included_after: "never", account: distribution });
    const id = await eve.askDeposit("100");
    await eve.payIn(id, "100");
    await gateway.until(
      "an envelope that nobody includes",
      async () =>
        (await db.query({
          sql: "select 1 from attempts where transfer_id = ? and state <> 'completed'",
          args: [id],
        }))[0] ?? null,
    );
    await tell("/ledger/behaviour", { behaviour: "surge", fee: 5_000 });
    await eve.until(id, "completed");
    // It is known by its envelope alone, and the ledger has still to be read.
    await gateway.until(
      "what left to be seen",
      async () => (await unread(right)).length === 0 ? true : null,
    );
    const bumps = (await ledgerPayments(right.witnesses, distribution, asset.issuer))
      .flatMap(({ bump }) => bump ?? []);
    assert.equal(bumps.length, 1);
    const got = [...right.ending.got, { account: eve.wallet.account, amount: units("99") }];
    const [customer] = right.played;
    assert.ok(customer);
    const whole = { ...right, played: [{ ...customer, ending: { ...customer.ending, got } }] };
    assert.deepEqual(await judgeCase(whole), []);
    await db.write([
      { sql: "delete from fee_bumps", args: [] },
      ...postingStatements("a fee that nobody paid", move("native", 1n, "costs", "bank:stellar")),
    ], repeatable);
    const faults = await judgeCase(whole);
    assert.equal(faults.length, 2);
    assert.equal(faults[0], `the fee bump ${bumps[0]} is not stored`);
    assert.match(faults[1] ?? "", /^our accounts hold -0\.\d+ XLM more, and the books say -0\.\d+$/);
    await db.write([{
      sql: "update cursors set value = '1', version = version + 1 where name = ?",
      args: [`ledger:${distribution}`],
    }], repeatable);
    assert.deepEqual(await unread(right), [`operations of ${distribution} that nobody has seen`]);
  });
});

Deno.test("lists of payments differ where one holds something more often than the other", () => {
  assert.deepEqual(differences("x", ["a", "b", "b"], ["b", "a", "b"]), []);
  assert.deepEqual(differences("x", ["a", "a", "a"], ["a", "c"]), [
    "x (2 times): a, which no record tells",
    "x: c, which the records alone tell",
  ]);
});
