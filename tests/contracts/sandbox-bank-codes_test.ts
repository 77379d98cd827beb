import assert from "node:assert/strict";
import type { DepositInstructions } from "../../plugins/bank-rail.ts";
import { valueOf } from "../../plugins/contract-tests/outcomes.ts";
import { openDeposit, railTest } from "../../plugins/contract-tests/rail-bench.ts";
import { checksum } from "../../plugins/pix-code.ts";
import { readIban } from "../../plugins/sep9/accounts.ts";
import { presets, sandboxRail } from "./sandbox-bank-stand-in.ts";

const lineOf = ({ lines }: DepositInstructions, text: string) =>
  lines.find((line) => line.text === text)?.value ?? "";

railTest("sandbox bank as pix: a charge has the code to copy", sandboxRail(presets.pix), async (bench) => {
  const amount = { units: 105_000_000n, currency: "BRL" };
  const instructions = await openDeposit(bench, amount);
  const code = instructions.qr ?? "";
  assert.match(code, /^000201010212/);
  assert.ok(code.includes(`pix.sandbox.invalid/v2/${lineOf(instructions, "account_number")}`));
  assert.equal(code.slice(-4), checksum(code.slice(0, -4)));
});

railTest(
  "sandbox bank as camt: a transfer's code names IBAN and reference",
  sandboxRail(presets.camt),
  async (bench) => {
    const amount = { units: 105_000_000n, currency: "EUR" };
    const instructions = await openDeposit(bench, amount);
    const account = lineOf(instructions, "account_number");
    assert.equal(readIban(account), account);
    const [service, , , , , , iban, euros, , , remittance] = instructions.qr?.split("\n") ?? [];
    assert.deepEqual([service, iban, euros, remittance], ["BCD", account, "", instructions.reference]);
    // Whoever scans it and pays is found by what it says.
    await bench.standIn.payIn(instructions, amount, "booked");
  },
);

railTest(
  "sandbox bank as camt: an amount that is known stands in the code",
  sandboxRail(presets.camt),
  async (bench) => {
    const { rail, ports } = bench;
    assert.ok(rail.depositInstructions);
    const fixed = valueOf(
      await rail.depositInstructions({
        transferKey: "t".repeat(26),
        customerKey: "c".repeat(26),
        reference: "ABCDEFGHJK",
        amount: { units: 105_000_000n, currency: "EUR" },
      }, ports),
    );
    assert.equal(fixed.qr?.split("\n")[7], "EUR10.50");
  },
);

Deno.test("codes that a sandbox bank cannot have are refused when it is set up", () => {
  const made = (shape: Parameters<typeof sandboxRail>[0]) => () =>
    sandboxRail(shape).rail("http://127.0.0.1:1");
  assert.throws(made({ qr: "pix", currency: "BRL" }), /Pix code/);
  assert.throws(made({ qr: "epc" }), /SEPA/);
  assert.doesNotThrow(made({ qr: "epc", currency: "EUR" }));
});
