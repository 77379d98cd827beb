import assert from "node:assert/strict";
import { arrive, type Customer } from "../support/customer.ts";
import { type Instant, killedGateway } from "../support/killed-gateway.ts";
import { askAs, operatorVariables } from "../support/operators.ts";
import { refundsOf } from "../support/refunds-of.ts";

/** An envelope is stored and about to be handed in, or in the ledger with nobody told; the same at the bank. */
const AT_LEDGER = /^POST \/horizon\/transactions$/;
const AT_BANK = /^PUT .*\/refunds\//;

Deno.test("M-1 M-15 M-19 a gateway killed while a part goes back, or the rest is paid, sends each once", async () => {
  await using gateway = await killedGateway(operatorVariables);
  const { world } = gateway;
  const ada = await arrive(world);
  await ada.deposit("200");
  /** What an operator orders, of what is shown of the transfer now; the gateway dies on it. */
  const dieOn = async (
    instant: Instant,
    id: string,
    path: "pay" | "refund",
    more: Readonly<Record<string, unknown>> = {},
  ) => {
    const { body } = await askAs(world, "vera", `/transfers/${id}`);
    const { version, amount_out: amount, payee } = body;
    const died = gateway.killAt(instant);
    const answered = askAs(world, "anna", `/transfers/${id}/${path}`, {
      body: path === "pay" ? { version, amount, payee } : { version, ...more },
    }).then(({ status, body: said }) => {
      assert.equal(status, 200, JSON.stringify(said));
      // Ordered and answered before it came to that: a job performs it.
      return died;
    }, () => died);
    await answered;
    await gateway.restart();
  };
  const partsOf = (transaction: Awaited<ReturnType<Customer["until"]>>) =>
    refundsOf(transaction).payments.map(({ amount }) => amount);

  for (const when of ["before", "after"] as const) {
    const out = await ada.askWithdrawal("40");
    await ada.send(out, "60");
    await ada.until(out, "on_hold");
    await dieOn({ call: AT_LEDGER, when }, out, "refund", { amount: "20", then: "pay" });
    assert.deepEqual(partsOf(await ada.until(out, "completed")), ["20"]);

    const bob = await arrive(world, { trusts: false });
    const into = await bob.askDeposit("50");
    await bob.payIn(into, "50");
    await bob.until(into, "pending_trust");
    await dieOn({ call: AT_BANK, when }, into, "refund", { amount: "20" });
    assert.deepEqual(partsOf(await bob.until(into, "on_hold")), ["20"]);
    await bob.wallet.trust(world.code, world.issuer);
    await dieOn({ call: AT_LEDGER, when }, into, "pay");
    const done = await bob.until(into, "completed");
    assert.deepEqual([done["amount_in"], done["amount_out"]], ["50", "29.35"]);
    await bob.holds("29.35");
  }
  // 200 less 1.5 of fee, and twice 60 out and 20 back.
  await ada.holds("118.5");
  const left = (await world.bank.statement("out")).map(({ kind, amount }) => `${kind} ${amount}`).toSorted();
  assert.deepEqual(left, ["payout 39.30", "payout 39.30", "refund 20.00", "refund 20.00"]);
  await gateway.settle();
});
