import assert from "node:assert/strict";
import { customerJobs } from "../../../core/jobs/customers.ts";
import { budgetOf, type Job } from "../../../core/jobs/job.ts";
import { readCursor } from "../../../core/records/cursors.ts";
import { repeatable } from "../../../core/records/database.ts";
import { findTransfer } from "../../../core/transfers/find.ts";
import { working } from "../customers/at-work.ts";
import { BASIC, holder } from "../customers/people.ts";
import { arrive, type Customer } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";

/** The sandbox's bureau without its webhooks: as if each of them were lost. */
const DEAF = { kyc: { webhook: "none" } } as const;
const budget = () => budgetOf(10_000);

/** Whose review it is. */
async function customerOf({ wallet }: Customer): Promise<string> {
  const { id } = await wallet.customer();
  assert.ok(id);
  return id;
}

async function stateOf({ running }: TestGateway, id: string): Promise<string | undefined> {
  return (await findTransfer(running.gateway.db, id))?.state;
}

/** A provider's word that was recorded by a process that died before anything followed from it. */
async function recordAlone({ running }: TestGateway, customerId: string, state: string): Promise<void> {
  await running.gateway.db.write([{
    sql:
      "update kyc_cases set state = ?, revision = revision + 1, version = version + 1 where customer_id = ?",
    args: [state, customerId],
  }], repeatable);
}

function jobOf(jobs: readonly Job[], name: string): Job {
  return jobs.find((job) => job.name === name) ?? assert.fail(name);
}

Deno.test("M-22 a withdrawn acceptance whose webhook was lost is found, and ends what nobody has paid", () =>
  withGateway(DEAF, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("100");
    assert.equal(await stateOf(gateway, id), "waiting");
    await gateway.kyc.decide(await customerOf(ada), "rejected");
    assert.equal(await stateOf(gateway, id), "waiting");
    await ada.until(id, "error");
    const { value } = await readCursor(gateway.running.gateway.db, "kyc:bureau");
    assert.ok(value !== null, "the next sweep goes on from here");
    await gateway.advance();
    assert.equal((await readCursor(gateway.running.gateway.db, "kyc:bureau")).value, value);
    await gateway.booksAgree();
  }));

Deno.test("M-22 a withdrawn acceptance that is found after the money came holds the transfer for a person", () =>
  withGateway(DEAF, async (gateway) => {
    // Without a trustline the money waits with us.
    const ada = await arrive(gateway, { trusts: false });
    const id = await ada.askDeposit("100");
    await ada.payIn(id, "100");
    await ada.until(id, "pending_trust");
    await gateway.kyc.decide(await customerOf(ada), "rejected");
    await gateway.advance();
    await ada.wallet.trust(gateway.code, gateway.issuer);
    await gateway.until(
      "the transfer to be held",
      async () => await stateOf(gateway, id) === "on_hold" ? true : null,
    );
    for (let round = 0; round < 3; round++) await gateway.advance();
    assert.equal(await stateOf(gateway, id), "on_hold");
    await ada.holds("0");
    await gateway.booksAgree();
  }));

Deno.test("M-22 what follows from a word is done by the next process when the one that heard it died", () =>
  withGateway(DEAF, async (gateway) => {
    const [ada, bob] = [await arrive(gateway), await arrive(gateway, { lastName: "Review" })];
    const waiting = await ada.askDeposit("100");
    const opened = await bob.wallet.deposit({ asset_code: gateway.code, type: "bank_account", amount: "50" });
    assert.ok("id" in opened);
    const asked = opened.id ?? "";
    await bob.wallet.give(bob.person, asked);
    assert.equal(await stateOf(gateway, asked), "kyc");
    await recordAlone(gateway, await customerOf(ada), "rejected");
    await recordAlone(gateway, await customerOf(bob), "accepted");
    await ada.until(waiting, "error");
    await bob.until(asked, "pending_user_transfer_start");
  }));

Deno.test("M-30 settling twice at once moves each transfer once, and one customer's fault stops no other", () =>
  withGateway(DEAF, async (gateway) => {
    const { db, customers, effects } = gateway.running.gateway;
    const ids: string[] = [];
    for (let person = 0; person < 3; person++) {
      const customer = await arrive(gateway, { lastName: "Review" });
      const opened = await customer.wallet.deposit({
        asset_code: gateway.code,
        type: "bank_account",
        amount: "50",
      });
      assert.ok("id" in opened);
      await customer.wallet.give(customer.person, opened.id);
      await recordAlone(gateway, await customerOf(customer), "accepted");
      ids.push(opened.id ?? "");
    }
    const settled: string[] = [];
    const told: string[] = [];
    const faulty = (await customers.customersToSettle({ after: null, limit: 9 })).due[0]?.customerId;
    const job = () =>
      jobOf(
        customerJobs({
          db,
          customers,
          instances: ["bureau"],
          desk: {
            settle: (customerId) => {
              settled.push(customerId);
              return customerId === faulty
                ? Promise.reject(new Error("unforeseen"))
                : Promise.resolve([`of ${customerId}`]);
            },
          },
          onMoved: (moved) => {
            told.push(...moved);
            return Promise.resolve();
          },
        }),
        "settle",
      );
    const mine = job();
    await assert.rejects(mine.run(budget()), AggregateError);
    assert.deepEqual([settled.length, told.length], [3, 2]);
    assert.ok(!told.includes(`of ${faulty}`));
    await assert.rejects(mine.run(budget()), AggregateError);
    assert.equal(settled.length, 6, "the walk begins again after its last page");

    const history = async () =>
      await db.query({ sql: "select 1 from transfer_history where event = 'customer_accepted'" });
    assert.equal((await history()).length, 0);
    await Promise.all([gateway.running.gateway.runner.tick(10_000), gateway.advance()]);
    assert.equal((await history()).length, ids.length);
    for (const id of ids) {
      await effects.performOf(id, 2_000);
      assert.equal(await stateOf(gateway, id), "waiting");
    }
  }));

Deno.test("an instance that is not ready, or lists no changes, is not asked", () =>
  working(async (at) => {
    await at.put(holder(), BASIC);
    let isReady = false;
    const sweep = jobOf(
      customerJobs({
        db: at.db,
        customers: at.customers,
        desk: { settle: () => Promise.resolve([]) },
        instances: ["bureau"],
        onMoved: () => Promise.resolve(),
        isReady: () => isReady,
      }),
      "kyc:bureau",
    );
    const asked = () => at.calls.filter((call) => call.includes("/changes")).length;
    assert.equal(await sweep.run(budget()), 0);
    assert.equal(asked(), 0);
    isReady = true;
    await sweep.run(budget());
    assert.equal(asked(), 1);
  }));
