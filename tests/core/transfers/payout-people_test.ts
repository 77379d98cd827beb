import assert from "node:assert/strict";
import type { BankRail } from "../../../plugins/bank-rail.ts";
import type { KycCase } from "../../../plugins/kyc-provider.ts";
import { done, failed } from "../../../plugins/outcome.ts";
import { sealedValue } from "../../../core/customers/customer.ts";
import { sealedAnswer } from "../../../core/customers/kyc-case.ts";
import { repeatable } from "../../../core/records/database.ts";
import { payoutPeople } from "../../../core/transfers/payout-people.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const ALICE = "customer-alice";

/** Gives the customer of these tests a name. */
async function named(work: MoneyAtWork, names: Readonly<Record<string, string>>): Promise<void> {
  await work.db.write(
    Object.entries(names).map(([name, text]) => ({
      sql:
        `insert into customer_values (customer_id, name, value, given_version, given_ms) values (?, ?, ?, 1, 0)`,
      args: [ALICE, name, work.vault.seal(sealedValue.place(ALICE, name), text)],
    })),
    repeatable,
  );
}

/** What the KYC provider said of the customer. */
async function said(work: MoneyAtWork, more: Partial<KycCase>): Promise<void> {
  const answer: KycCase = { state: "accepted", revision: 1, missing: [], fields: {}, reasons: [], ...more };
  const [row] = await work.db.query({ sql: "select id from kyc_cases where customer_id = ?", args: [ALICE] });
  const id = String(row?.id);
  await work.db.write([{
    sql: "update kyc_cases set answer = ? where id = ?",
    args: [work.vault.sealJson(sealedAnswer.place(id), answer), id],
  }], repeatable);
}

function peopleOf(work: MoneyAtWork, checkBeneficiary?: BankRail["checkBeneficiary"]) {
  const { db, vault, bank: { instance } } = work;
  const rail = { ...instance.rail, ...(checkBeneficiary ? { checkBeneficiary } : {}) };
  return payoutPeople({
    db,
    vault,
    railOf: () => ({ ...instance, rail }),
    beneficiaryOf: work.paying.beneficiaryOf,
  });
}

Deno.test("P14 who paid a deposit is compared with the customer by the words of the name; what the bank does not vouch for is nobody's", async () => {
  const payers = [
    ["LOVELACE, ADA", true, false],
    ["Ada Augusta King Lovelace", true, false],
    ["Adá  lovelace", true, false],
    ["Charles Babbage", true, true],
    ["Ada", true, true],
    ["A. Lovelace", true, true],
    ["Ada Lovelace", false, true],
    [undefined, true, true],
  ] as const;
  for (const [name, nameTrusted, isDifferent] of payers) {
    using work = await moneyAtWork();
    const transfer = await work.deposit();
    await named(work, { first_name: "Ada", last_name: "Lovelace" });
    await work.pay(transfer, 100n * ONE, "in", {
      payer: {
        nameTrusted,
        account: { kind: "none", trusted: false },
        ...(name === undefined ? {} : { name }),
      },
    });
    const now = await work.now(transfer);
    assert.equal(now.state, "funded");
    assert.equal(await peopleOf(work).isNameDifferent(now), isDifferent, String(name));
  }
});

Deno.test("P14 whose the account is that a withdrawal pays is asked of the bank; no answer is no match", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(100n * ONE);
  await named(work, { first_name: "Ada", last_name: "Lovelace" });
  const holder = (nameOnFile: string) => () => Promise.resolve(done({ exists: true, nameOnFile }));
  const different = (check?: BankRail["checkBeneficiary"]) => peopleOf(work, check).isNameDifferent(transfer);
  assert.equal(await different(holder("LOVELACE ADA")), false);
  assert.equal(await different(holder("BABBAGE CHARLES")), true);
  assert.equal(await different(() => Promise.resolve(done({ exists: true }))), true);
  assert.equal(await different(() => Promise.resolve(failed("unavailable"))), true);
  assert.equal(await different(() => Promise.reject(new Error("cut"))), true);
  assert.equal(await different(), true);
  // What a document says goes before what was typed.
  await said(work, { verified: { first_name: "Augusta", last_name: "King" } });
  assert.equal(await different(holder("LOVELACE ADA")), true);
  assert.equal(await different(holder("Augusta King")), false);
});

Deno.test("P14 a flag of the KYC provider counts until the review is superseded, and an erased customer has one", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(100n * ONE);
  const flagged = () => peopleOf(work).hasRiskFlag(transfer);
  assert.equal(await flagged(), false);
  await said(work, { risk: { sanctions: false } });
  assert.equal(await flagged(), false);
  for (const risk of [{ sanctions: true }, { politicallyExposed: true }, { adverseMedia: true }]) {
    await said(work, { risk });
    assert.equal(await flagged(), true);
  }
  await work.db.write([{ sql: "update kyc_cases set state = 'superseded'" }], repeatable);
  assert.equal(await flagged(), false);
  await work.db.write([{ sql: "update customers set erased_ms = 1" }], repeatable);
  assert.equal(await flagged(), true);
});
