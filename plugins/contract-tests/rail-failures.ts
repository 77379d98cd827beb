/**
 * Contract tests of what goes wrong on the way, and of the balance.
 * @module
 */
import assert from "node:assert/strict";
import type { BankRail, RailDeclaration } from "../bank-rail.ts";
import type { Outcome } from "../outcome.ts";
import { assertNowhere, errorOf, present, READ_FAULTS, valueOf } from "./outcomes.ts";
import {
  openDeposit,
  payoutRequest,
  type RailBench,
  type RailCall,
  type RailSubject,
  railTest,
  steps,
} from "./rail-bench.ts";

/** Registers the tests of failing reads and of the balance. */
export function failureTests(
  name: string,
  declares: RailDeclaration,
  rail: BankRail,
  subject: RailSubject,
): void {
  for (const [call, ask] of Object.entries(READS)) {
    if (!isOffered(call, rail)) continue;
    railTest(`${name}: failures of ${call} are values of the right kind`, subject, async (bench) => {
      for (const [fault, kinds] of READ_FAULTS) {
        await bench.standIn.fault(call, fault);
        if (fault === "hang") bench.ports.giveUpAfter(10);
        const error = errorOf(await ask(bench), ...kinds);
        assertNowhere(bench.standIn.secrets, error);
        if (fault === "rate_limited") assert.ok((error.retryAfterMs ?? 0) > 0, "Retry-After is passed on");
      }
      // Nothing that went wrong before stands in the way afterwards.
      valueOf(await ask(bench));
    });
  }

  railTest(`${name}: no address of a request holds a secret`, subject, async (bench) => {
    if (declares.deposit) await openDeposit(bench, steps(declares, 100n));
    if (rail.findPayout) await rail.findPayout("k".repeat(declares.payout?.key.length ?? 20), bench.ports);
    assert.ok(bench.ports.requests.length > 0);
    assertNowhere(bench.standIn.secrets, bench.ports.requests.map(({ url }) => url));
  });

  if (declares.balance !== "none") balanceTests(name, declares, subject);
}

/** Reads of the contract, each asked in the simplest way. */
const READS: Readonly<Partial<Record<RailCall, (bench: RailBench) => Promise<Outcome<unknown>>>>> = {
  readStatement: ({ rail, ports }) => present(rail.readStatement, "readStatement")(null, ports),
  findInbound: ({ rail, ports }) => present(rail.findInbound, "findInbound")("unknown-inbound", ports),
  readBalance: ({ rail, ports }) => present(rail.readBalance, "readBalance")(ports),
  findPayout: ({ rail, ports, declares }) =>
    present(rail.findPayout, "findPayout")("k".repeat(declares.payout?.key.length ?? 20), ports),
  checkBeneficiary: ({ rail, ports, standIn }) =>
    present(rail.checkBeneficiary, "checkBeneficiary")(standIn.beneficiary, ports),
  depositInstructions: async (bench) => {
    const { deposit } = bench.declares;
    return await present(bench.rail.depositInstructions, "depositInstructions")({
      transferKey: "t".repeat(26),
      customerKey: "c".repeat(26),
      ...(deposit?.reference && {
        reference: deposit.reference.alphabet.slice(0, 1).repeat(deposit.reference.length),
      }),
      ...(deposit?.amount === "exact" && { amount: steps(bench.declares, 100n) }),
    }, bench.ports);
  },
};

function isOffered(call: string, rail: BankRail): call is RailCall {
  return Object.entries(rail).some(([member, value]) => member === call && value !== undefined);
}

function balanceTests(name: string, declares: RailDeclaration, subject: RailSubject): void {
  const balanceOf = async (bench: RailBench): Promise<bigint> => {
    await bench.standIn.webhooks();
    const now = valueOf(await present(bench.rail.readBalance, "readBalance")(bench.ports));
    assert.equal(now === "later", declares.balance === "later");
    if (now !== "later") return now.booked.units;
    const webhook = present((await bench.standIn.webhooks()).at(-1), "balance webhook");
    const reading = await present(bench.rail.readWebhook, "readWebhook")(webhook, bench.ports);
    const event = reading.verdict === "accepted"
      ? reading.events.find((told) => told.about === "balance")
      : undefined;
    return present(event, "balance event").balance.booked.units;
  };

  railTest(`${name}: M-23 the balance moves by what came in and what went out`, subject, async (bench) => {
    const start = await balanceOf(bench);
    if (declares.deposit) {
      const amount = steps(declares, 7700n);
      const id = await bench.standIn.payIn(await openDeposit(bench, amount), amount, "booked");
      const inbound = valueOf(await present(bench.rail.findInbound, "findInbound")(id, bench.ports));
      assert.equal(await balanceOf(bench), start + present(inbound, "inbound").net.units);
    }
    if (declares.payout && !declares.news.files) {
      const before = await balanceOf(bench);
      const request = payoutRequest(bench, steps(declares, 330n));
      const paid = valueOf(await present(bench.rail.createPayout, "createPayout")(request, bench.ports));
      assert.equal(await balanceOf(bench), before - paid.amount.units - paid.fee.units);
    }
  });
}
