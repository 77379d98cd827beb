import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import fc from "fast-check";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { orderedPart } from "../transfers/part-orders.ts";
import type { Behaviour } from "../../../sandbox/ledger/mod.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { dyingRefund, refundingWorld, THOUSAND, underpaid } from "./paid-back.ts";

const count = fc.integer({ min: 1, max: 3 });

/** What the network may do to us. */
const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  count.map((included_after): Behaviour => ({ behaviour: "timeout", included_after, count: 1 })),
  fc.constant<Behaviour>({ behaviour: "timeout", included_after: "never", count: 1 }),
  fc.constantFrom("op_line_full", "op_underfunded").map((code): Behaviour => ({
    behaviour: "fail",
    code,
    count: 1,
  })),
  count.map((times): Behaviour => ({ behaviour: "lag", count: times })),
  count.map((times): Behaviour => ({ behaviour: "rate_limit", count: times })),
);

/** One step of a story: the network, time, processes that work or die, a bureau and an operator who change their mind. */
const step = fc.oneof(
  { weight: 2, arbitrary: behaviour.map((what) => ({ kind: "behave", what }) as const) },
  { weight: 2, arbitrary: fc.constantFrom(1, 120, 300).map((by) => ({ kind: "pass", by }) as const) },
  { weight: 4, arbitrary: count.map((processes) => ({ kind: "refund", processes }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "die" } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: "order" } as const) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 25 }).map((whole) => ({ kind: "part", whole }) as const),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("accepted", "rejected").map((state) => ({ kind: "kyc", state }) as const),
  },
);

const parts = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 20 })), {
  minLength: 1,
  maxLength: 3,
});

Deno.test("M-19 M-25 M-30 whatever happens meanwhile, each part goes back to who sent it, once", async () => {
  await using world = await ledgerWorld();
  const { user, friend, work } = await refundingWorld(world);
  using _ = work;
  const asset = new Asset("USDX", world.issuer.publicKey());
  await fc.assert(
    fc.asyncProperty(parts, fc.array(step, { minLength: 2, maxLength: 10 }), async (sent, steps) => {
      const operations = sent.map(([isFriend, amount]) =>
        Operation.payment({
          source: (isFriend ? friend : user).publicKey(),
          destination: world.distribution.publicKey(),
          asset,
          amount: String(amount),
        })
      );
      const transfer = await underpaid(world, work, user, {
        operations,
        signers: sent.some(([isFriend]) => isFriend) ? [friend] : [],
      });
      for (const one of steps) {
        if (one.kind === "behave") world.ledger.behave(one.what);
        else if (one.kind === "pass") {
          await world.ledger.close(1, world.ledger.snapshot().header.closeTime + one.by);
        } else if (one.kind === "die") await dyingRefund(work)(transfer.id);
        else if (one.kind === "order") await orderRefund(work.books, transfer.id);
        else if (one.kind === "part") await orderedPart(work, transfer, BigInt(one.whole) * ONE);
        else if (one.kind === "kyc") await work.setKyc("alice", one.state);
        else await Promise.all(Array.from({ length: one.processes }, () => work.refund(transfer)));
        await work.balances();
      }
      world.ledger.behave({ behaviour: "clear" });
      for (let round = 0; round < 12 && (await work.now(transfer)).state !== "refunded"; round++) {
        await work.refund(transfer);
        await orderRefund(work.books, transfer.id);
        await world.pass(430);
      }
      const { state, message } = await work.now(transfer);
      assert.equal(state, "refunded", `${state} ${message}`);
      assert.deepEqual([await work.holds(user), await work.holds(friend)], [THOUSAND, THOUSAND]);
      assert.deepEqual(await work.balances(), {});
      assert.deepEqual(await work.watch(), []);
      assert.ok((await work.alarms()).every((alarm) => !alarm.startsWith("statement_debit")));
    }),
    // All stories share one ledger, so a story that failed cannot be told again in a shorter form.
    { numRuns: 12, endOnFailure: true },
  );
});
