/**
 * Contract tests of money that goes out.
 * @module
 */
import assert from "node:assert/strict";
import type { PayoutState, RailDeclaration } from "../bank-rail.ts";
import { UNITS_PER_WHOLE } from "../money.ts";
import { assertNowhere, errorOf, present, valueOf } from "./outcomes.ts";
import {
  inboundNow,
  openDeposit,
  payoutRequest,
  type RailBench,
  type RailSubject,
  railTest,
  steps,
} from "./rail-bench.ts";
import { pages } from "./rail-deposits.ts";

/** A thousand million whole units: more than a stand-in's account holds. */
const MORE_THAN_HELD = 10n ** 9n * UNITS_PER_WHOLE;

/** Registers the tests of payouts that are instructed by calls. */
export function payoutTests(name: string, declares: RailDeclaration, subject: RailSubject): void {
  const { payout } = declares;
  if (!payout || declares.news.files) return;

  railTest(
    `${name}: M-15 a key pays once, and another request on it is a conflict`,
    subject,
    async (bench) => {
      const { rail, ports } = bench;
      const createPayout = present(rail.createPayout, "createPayout");
      const request = payoutRequest(bench, steps(declares, 1234n));
      const first = valueOf(await createPayout(request, ports));
      assert.equal(first.key, request.key);
      assert.deepEqual(first.amount, request.amount);
      const second = valueOf(await createPayout(request, ports));
      assert.equal(second.id, first.id);
      errorOf(await createPayout({ ...request, amount: steps(declares, 1235n) }, ports), "conflict");
      assert.equal(valueOf(await present(rail.findPayout, "findPayout")(request.key, ports))?.id, first.id);
      if (rail.readStatement) {
        const listed = (await pages(bench, null)).flatMap(({ payouts }) => payouts);
        assert.deepEqual(new Set(listed.map(({ id }) => id)), new Set([first.id]));
      }
    },
  );

  const { payerField } = payout;
  if (declares.deposit && payerField !== undefined) {
    railTest(`${name}: M-19 the account of a payer can be paid`, subject, async (bench) => {
      const amount = steps(declares, 1000n);
      const instructions = await openDeposit(bench, amount);
      const { payer } = await inboundNow(bench, await bench.standIn.payIn(instructions, amount, "booked"));
      const { value, kind, trusted } = payer.account;
      assert.deepEqual([kind, trusted], ["full", true]);
      const beneficiary = { [payerField]: present(value, "the payer's account") };
      const request = { ...payoutRequest(bench, amount), beneficiary };
      const made = valueOf(await present(bench.rail.createPayout, "createPayout")(request, bench.ports));
      assert.deepEqual(made.amount, amount);
      assert.notEqual(made.state, "failed");
    });
  }

  railTest(`${name}: a key that was never used is looked up as nothing`, subject, async (bench) => {
    const { key } = payoutRequest(bench, steps(declares, 1n));
    assert.equal(valueOf(await present(bench.rail.findPayout, "findPayout")(key, bench.ports)), null);
  });

  railTest(`${name}: M-24 payouts are exact, down to the smallest step`, subject, async (bench) => {
    for (const count of [1n, 1001n, 98_765_432n]) {
      const request = payoutRequest(bench, steps(declares, count));
      const made = valueOf(await present(bench.rail.createPayout, "createPayout")(request, bench.ports));
      assert.deepEqual(made.amount, request.amount);
      assert.ok(made.fee.units >= 0n);
    }
  });

  if (declares.minUnit > 1n) {
    railTest(`${name}: M-24 less than the smallest step is refused`, subject, async (bench) => {
      const tooFine = { units: declares.minUnit + 1n, currency: declares.currency };
      const request = payoutRequest(bench, tooFine);
      errorOf(
        await present(bench.rail.createPayout, "createPayout")(request, bench.ports),
        "invalid_input",
        "rejected_by_bank",
      );
      const found = await present(bench.rail.findPayout, "findPayout")(request.key, bench.ports);
      assert.equal(valueOf(found), null);
    });
  }

  railTest(`${name}: more than the account holds is refused and nothing moves`, subject, async (bench) => {
    const request = payoutRequest(bench, { ...steps(declares, 1n), units: MORE_THAN_HELD });
    errorOf(
      await present(bench.rail.createPayout, "createPayout")(request, bench.ports),
      "insufficient_funds",
      "limit_exceeded",
    );
    const found = await present(bench.rail.findPayout, "findPayout")(request.key, bench.ports);
    assert.equal(valueOf(found), null);
  });

  railTest(
    `${name}: a refused beneficiary names the fields, and no value is told`,
    subject,
    async (bench) => {
      const [first = ""] = payout.fields;
      const request = { ...payoutRequest(bench, steps(declares, 5n)), beneficiary: { [first]: "!" } };
      const error = errorOf(
        await present(bench.rail.createPayout, "createPayout")(request, bench.ports),
        "invalid_input",
      );
      assert.ok(Object.hasOwn(error.fields ?? {}, first), `the error does not name ${first}`);
    },
  );

  railTest(
    `${name}: a completed payout is final exactly where the rail declares it`,
    subject,
    async (bench) => {
      const done = await completed(bench, subject);
      assert.equal(done.state, "completed");
      assert.equal(done.final, payout.finality.kind === "final");
      if (payout.finality.kind === "returnable") {
        const until = present(done.returnableUntil, "returnableUntil");
        const days = (until - bench.ports.now()) / 86_400;
        assert.ok(days > payout.finality.returnableDays - 1 && days < payout.finality.returnableDays + 1);
      }
    },
  );

  if (payout.finality.kind === "returnable") {
    railTest(`${name}: M-21 a payout that came back names itself`, subject, async (bench) => {
      const { key, revision } = await completed(bench, subject);
      const known = new Set((await pages(bench, null)).flatMap(({ inbound }) => inbound.map(({ id }) => id)));
      await bench.standIn.changePayout(key, "returned");
      const now = await stateOf(bench, key);
      const credits = (await pages(bench, null)).flatMap(({ inbound }) => inbound)
        .filter(({ id }) => !known.has(id));
      if (now.state === "returned") {
        assert.ok(now.revision > revision && now.final);
        assert.deepEqual(credits, [], "one return is told in one way only");
      } else {
        const credit = present(credits[0], "credit of the return");
        assert.equal(credit.original?.payoutKey, key);
        assert.deepEqual(credit.gross, now.amount);
        assert.equal((await inboundNow(bench, credit.id)).state, "booked");
      }
    });
  }

  if (!subject.payoutsCompleteAtOnce) {
    railTest(`${name}: every payout state is told, each with a higher revision`, subject, async (bench) => {
      const states: PayoutState["state"][][] = [["in_review", "sent", "completed"], ["sent", "failed"], [
        "failed",
      ]];
      for (const path of states) {
        const request = payoutRequest(bench, steps(declares, 40n));
        let last = valueOf(await present(bench.rail.createPayout, "createPayout")(request, bench.ports));
        assert.equal(last.state, "accepted");
        for (const state of path) {
          if (state === "accepted") continue;
          await bench.standIn.changePayout(request.key, state);
          const now = await stateOf(bench, request.key);
          assert.equal(now.state, state);
          assert.ok(now.revision > last.revision);
          assert.equal(
            now.final,
            state === "failed" || (state === "completed" && payout.finality.kind === "final"),
          );
          last = now;
        }
        if (last.state === "failed") assert.ok(last.reason !== undefined, "a failure has a reason");
      }
    });
  }

  railTest(`${name}: an unknown payout status is an alarm`, subject, async (bench) => {
    const request = payoutRequest(bench, steps(declares, 15n));
    valueOf(await present(bench.rail.createPayout, "createPayout")(request, bench.ports));
    await bench.standIn.fault("findPayout", "unknown_status");
    const error = errorOf(
      await present(bench.rail.findPayout, "findPayout")(request.key, bench.ports),
      "unknown_outcome",
    );
    assert.equal(error.alarm, true);
  });

  railTest(`${name}: M-16 a lost answer is settled by a look-up alone`, subject, async (bench) => {
    const { rail, standIn, ports } = bench;
    for (
      const [fault, landed] of [["commit_then_drop", true], ["commit_then_hang", true], [
        "hang",
        false,
      ]] as const
    ) {
      const request = payoutRequest(bench, steps(declares, 21n));
      await standIn.fault("createPayout", fault);
      // Long enough for the request to arrive; what hangs without doing anything need not even do that.
      if (fault !== "commit_then_drop") bench.ports.giveUpAfter(landed ? 100 : 10);
      const error = errorOf(
        await present(rail.createPayout, "createPayout")(request, ports),
        "unknown_outcome",
      );
      assertNowhere(standIn.secrets, error);
      const found = valueOf(await present(rail.findPayout, "findPayout")(request.key, ports));
      assert.equal(found !== null, landed, `after ${fault}`);
      const again = valueOf(await present(rail.createPayout, "createPayout")(request, ports));
      if (found) assert.equal(again.id, found.id);
    }
  });

  railTest(
    `${name}: M-16 failures of a payout call say whether it may have happened`,
    subject,
    async (bench) => {
      const faults = [
        ["rate_limited", ["rate_limited"]],
        ["unavailable", ["unavailable", "unknown_outcome"]],
        ["server_error", ["unknown_outcome"]],
        ["html", ["unknown_outcome"]],
        ["garbage", ["unknown_outcome"]],
        ["unauthorized", ["auth"]],
      ] as const;
      for (const [fault, kinds] of faults) {
        await bench.standIn.fault("createPayout", fault);
        const request = payoutRequest(bench, steps(declares, 9n));
        const error = errorOf(
          await present(bench.rail.createPayout, "createPayout")(request, bench.ports),
          ...kinds,
        );
        assertNowhere(bench.standIn.secrets, error);
        if (fault === "rate_limited") assert.ok((error.retryAfterMs ?? 0) > 0, "Retry-After is passed on");
      }
    },
  );

  railTest(`${name}: a payout is never marked as safe to send twice`, subject, async (bench) => {
    const before = bench.ports.requests.length;
    const request = payoutRequest(bench, steps(declares, 9n));
    valueOf(await present(bench.rail.createPayout, "createPayout")(request, bench.ports));
    const moving = bench.ports.requests.slice(before).filter(({ body }) =>
      typeof body === "string" &&
      Object.values(bench.standIn.beneficiary).some((value) => body.includes(value))
    );
    assert.ok(moving.length > 0 && moving.every(({ idempotent }) => !idempotent));
  });

  if (payout.beneficiaryCheck !== "none") {
    railTest(`${name}: an account is checked beforehand`, subject, async ({ rail, ports, standIn }) => {
      const check = present(rail.checkBeneficiary, "checkBeneficiary");
      const checked = valueOf(await check(standIn.beneficiary, ports));
      assert.equal(checked.exists, true);
      assert.equal(checked.nameOnFile !== undefined, payout.beneficiaryCheck === "name");
    });
  }
}

async function completed(bench: RailBench, subject: RailSubject): Promise<PayoutState> {
  const request = payoutRequest(bench, steps(bench.declares, 620n));
  valueOf(await present(bench.rail.createPayout, "createPayout")(request, bench.ports));
  if (!subject.payoutsCompleteAtOnce) await bench.standIn.changePayout(request.key, "completed");
  return await stateOf(bench, request.key);
}

async function stateOf({ rail, ports }: RailBench, key: string): Promise<PayoutState> {
  return present(valueOf(await present(rail.findPayout, "findPayout")(key, ports)), "payout");
}
