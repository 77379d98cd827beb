import assert from "node:assert/strict";
import { decide } from "../../../core/transfers/decide.ts";
import type { Decision } from "../../../core/transfers/decision.ts";
import { KINDS, MAY_HAVE_BEEN_PAID, STATES } from "../../../core/transfers/states.ts";
import { exampleTransfer } from "./example-transfer.ts";
import { ONE } from "./money-at-work.ts";

const place = "bank";

Deno.test("M-14 M-23 what was found without its attempt comes out of suspense on the ledger, and out of the bank's account there", () => {
  const found = { amount: 99n * ONE, place } as const;
  const back = { id: "back", idType: "external", amount: 100n * ONE, fee: 0n, place } as const;
  for (const state of MAY_HAVE_BEEN_PAID) {
    for (const kind of KINDS) {
      const transfer = exampleTransfer({ kind, state, amountIn: 100n * ONE, received: 100n * ONE });
      const [paid, returned] = [
        decide(transfer, { type: "payout_found", ...found }),
        decide(transfer, { type: "refund_found", ...back }),
      ];
      assert.ok(!("ignored" in paid) && !("ignored" in returned));
      assert.deepEqual([paid.state, returned.state], ["completed", "refunded"]);
      const from = ({ postings }: Decision) =>
        postings.filter(({ account, amount }) => amount < 0n && !/fees|rounding/.test(account))
          .map(({ account }) => account);
      const [out, home] = kind === "deposit" ? ["suspense", "bank:bank"] : ["bank:bank", "suspense"];
      assert.deepEqual([from(paid), from(returned)], [[out], [home]], `${kind} ${state}`);
      assert.deepEqual([paid.effects, returned.effects], [[], []], "nothing is left to be done");
    }
  }
  for (const state of STATES.filter((state) => !MAY_HAVE_BEEN_PAID.includes(state))) {
    const transfer = exampleTransfer({ state, received: 100n * ONE });
    assert.deepEqual(decide(transfer, { type: "payout_found", ...found }), { ignored: true });
    assert.deepEqual(decide(transfer, { type: "refund_found", ...back }), { ignored: true });
  }
});
