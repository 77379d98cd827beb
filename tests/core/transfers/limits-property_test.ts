import assert from "node:assert/strict";
import fc from "fast-check";
import { moveClock } from "../../../core/records/clock.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { working } from "../customers/at-work.ts";
import { BASIC, holder } from "../customers/people.ts";
import { atDesk } from "./at-desk.ts";
import { ONE } from "./money-at-work.ts";

const HOUR = 3_600_000;
const MONTH = 720;

/** A deposit of whole tokens, so many hours after the one before. */
const step = fc.record({
  whole: fc.bigInt({ min: 2n, max: 130n }),
  hours: fc.constantFrom(0, 1, 20, 23, 24, 300, 400, 695, 719),
});

Deno.test("M-18 however deposits follow each other, each is judged by what came in its own 24 hours and 30 days", () =>
  working(async (at) => {
    // A light tier up to 100 in 30 days, and never more than 120 in a day or 250 in 30 days.
    const limits = { "day": "120", "30 days": "250" };
    const { work, waiting } = await atDesk(at, {
      service: { amountRule: { kind: "accept" } },
      pack: { limits },
    });
    await at.put(holder(), BASIC);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 6 }), async (steps) => {
        // Nothing of the run before counts any more.
        await moveClock(at.db, (MONTH + 1) * HOUR);
        // All are open before the first is paid: what is announced counts for nothing.
        const open: Transfer[] = [];
        for (const _ of steps) open.push(await waiting({ amount: 2n * ONE }));
        let now = 0;
        const came: { readonly whole: bigint; readonly at: number }[] = [];
        const within = (hours: number) =>
          came.filter((one) => one.at > now - hours).reduce((sum, { whole }) => sum + whole, 0n);
        for (const [index, { whole, hours }] of steps.entries()) {
          // Half a minute keeps what the test itself takes from deciding at a window's edge.
          await moveClock(at.db, hours * HOUR + 30_000);
          now += hours + 30 / 3600;
          const deposit = open[index] ?? assert.fail("one for each step");
          await work.pay(deposit, whole * ONE);
          const [day, month] = [within(24) + whole, within(MONTH) + whole];
          const expected = day > 120n || month > 250n ? "on_hold" : month > 100n ? "asking" : "funded";
          assert.equal((await work.now(deposit)).state, expected, JSON.stringify({ now, came }, asText));
          came.push({ whole, at: now });
        }
      }),
      { numRuns: 20 },
    );
    await work.balances();
  }));

const asText = (_key: string, value: unknown) => typeof value === "bigint" ? value.toString() : value;
