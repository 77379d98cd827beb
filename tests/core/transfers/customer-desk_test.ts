import assert from "node:assert/strict";
import { instruct } from "../../../core/bank/instructions.ts";
import { Refusal } from "../../../core/refusal.ts";
import { repeatable } from "../../../core/records/database.ts";
import { customersByIndex } from "../../../core/transfers/customer-desk.ts";
import { identityNumber } from "../../../core/records/normalise.ts";
import { working } from "../customers/at-work.ts";
import { ACCOUNT, BASIC, holder } from "../customers/people.ts";
import { atDesk } from "./at-desk.ts";
import { ONE } from "./money-at-work.ts";

Deno.test("R-06-156 a deposit that waits for the customer goes on when the review accepts", () =>
  working(async (at) => {
    const { desk, work, open } = await atDesk(at);
    const transfer = await open();
    assert.equal(transfer.state, "kyc");
    assert.deepEqual(await desk.settle(transfer.customerId, "sep6"), []);
    const id = await at.put(holder(), BASIC);
    assert.equal(id, transfer.customerId);
    assert.deepEqual(await desk.settle(id, "sep24"), []);
    assert.deepEqual(await desk.settle(id, "sep6"), [transfer.id]);
    assert.equal((await work.now(transfer)).state, "instructing");
    assert.deepEqual(await desk.settle(id, "sep6"), []);
    assert.equal((await open()).state, "instructing");
  }));

Deno.test("R-06-157 M-22 a rejection ends whatever nobody has paid, and holds what is paid", () =>
  working(async (at) => {
    const { desk, work, open } = await atDesk(at);
    const id = await at.put(holder(), BASIC);
    const [waiting, paid, instructing] = [await open(), await open(), await open()];
    const on = {
      books: work.books,
      vault: at.vault,
      railOf: () => work.bank.instance,
      payerOf: () => Promise.resolve({}),
    };
    for (const transfer of [waiting, paid]) await instruct(on, transfer.id);
    await work.pay(paid, 50n * ONE);
    assert.equal(await desk.isAccepted(paid), true);
    assert.equal((await at.db.write([await desk.accepted(paid)], repeatable)).kind, "written");
    await at.db.write(
      [{ sql: "update kyc_cases set state = 'rejected', version = version + 1" }],
      repeatable,
    );
    assert.deepEqual((await desk.settle(id, "sep6")).sort(), [waiting.id, instructing.id].sort());
    const states = await Promise.all(
      [waiting, instructing, paid].map(async (one) => (await work.now(one)).state),
    );
    assert.deepEqual(states, ["failed", "failed", "funded"]);
    assert.equal(await desk.isAccepted(paid), false);
    assert.equal((await at.db.write([await desk.accepted(paid)], repeatable)).kind, "stale");
    await assert.rejects(
      open(),
      (error) => error instanceof Refusal && error.code === "transfer.customer_rejected",
    );
  }));

Deno.test("P5 an amount names its tier, and an open amount goes as far as the customer is known", () =>
  working(async (at) => {
    const { work, open } = await atDesk(at);
    const light = await open({ amount: 100n * ONE });
    const heavy = await open({ amount: 100n * ONE + 100_000n });
    assert.deepEqual([light.tier, heavy.tier], ["light", "heavy"]);
    const stranger = await open({ amount: null });
    assert.deepEqual([stranger.tier, stranger.terms.upTo], ["light", 100n * ONE]);
    await at.put(holder(), BASIC);
    const known = await open({ amount: null, kind: "withdrawal" });
    // The account to pay is still missing, and makes nobody a stranger.
    assert.deepEqual([known.state, known.tier], ["kyc", "light"]);
    assert.equal((await work.now(heavy)).state, "kyc");
  }));

Deno.test("R-12-36 M-22 a withdrawal keeps the account that was given when it opened, sealed", () =>
  working(async (at) => {
    const { desk, work, open } = await atDesk(at);
    const fields = at.policy.rails.bank?.module.declares.payout?.fields ?? assert.fail("no payout");
    const account = Object.fromEntries(
      fields.map((name) => [name, name.includes("number") ? "12345678" : "SAVINGS"]),
    );
    await at.put(holder(), BASIC);
    await at.put(holder(), account);
    const transfer = await open({ kind: "withdrawal" });
    assert.equal(transfer.state, "waiting");
    assert.ok(transfer.beneficiary);
    assert.doesNotMatch(new TextDecoder("latin1").decode(transfer.beneficiary), /12345678/);
    await at.put(holder(), { ...account, bank_account_number: "99999999" });
    assert.deepEqual((await desk.beneficiaryOf(await work.now(transfer))).bank_account_number, "12345678");
  }));

Deno.test("P12 P16 an identity number finds every customer that gave it, however it was written", () =>
  working(async (at) => {
    for (const who of [holder(), holder(ACCOUNT, "7")]) {
      await at.put(who, { ...BASIC, id_number: "12.345-k" });
    }
    const found = await customersByIndex(at, "identity", identityNumber("12345K"));
    assert.equal(found.length, 2);
    assert.deepEqual(await customersByIndex(at, "identity", identityNumber("12345L")), []);
    // Corrected: the wrong number finds its customer no longer.
    const id = await at.put(holder(), { id_number: "67890-L" });
    assert.deepEqual(await customersByIndex(at, "identity", identityNumber("67890L")), [id]);
    assert.equal((await customersByIndex(at, "identity", identityNumber("12345K"))).length, 1);
  }));
