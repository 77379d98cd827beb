import assert from "node:assert/strict";
import { Keypair } from "@stellar/stellar-sdk";
import { parseUnits } from "../../plugins/money.ts";
import { seedAsset } from "../../sandbox/ledger/mod.ts";
import { assetOf, BANK_SHAPES, type BankShape } from "../support/bank-shapes.ts";
import { arrive, BENEFICIARY, type Customer, text } from "../support/customer.ts";
import { fileCourier } from "../support/file-courier.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";

/** Issues what the sandbox does not issue by itself. */
async function issueOthers(
  { environment, assets, horizonUrl, passphrase, code: known }: GatewayUnderTest,
): Promise<void> {
  const { seeds, homeDomains } = environment;
  for (const { code } of assets) {
    if (code === known) continue;
    await seedAsset({
      horizonUrl,
      passphrase,
      issuer: Keypair.fromSecret(seeds.sandboxIssuer ?? ""),
      distribution: Keypair.fromSecret(seeds.distribution),
      code,
      amount: "1000000",
      homeDomain: homeDomains[0],
    });
  }
}

/** A whole deposit and a whole withdrawal over one rail; the bank's statement says what moved there. */
async function throughBank(
  gateway: GatewayUnderTest,
  ada: Customer,
  method: string,
  shape: BankShape,
): Promise<void> {
  const { code, currency } = assetOf(shape, gateway.code);
  const lines = async (direction: "in" | "out") =>
    (await gateway.bank.statement(direction)).filter(({ account }) => account === method);

  const id = await ada.askDeposit("100", { type: method });
  await ada.payIn(id, "100", { currency });
  const deposited = await ada.until(id, "completed");
  assert.equal(text(deposited, "amount_out"), "99");
  await ada.holds("99", code);

  const withdrawalId = await ada.askWithdrawal("50", { type: method });
  await ada.send(withdrawalId, "50");
  if (shape.payoutAfterSeconds === null) {
    await ada.until(withdrawalId, "pending_external");
    const sent = await gateway.until(
      "the bank to have the payout",
      async () => (await lines("out"))[0] ?? null,
    );
    await gateway.bank.change(sent.id, "completed");
  }
  const withdrawn = await ada.until(withdrawalId, "completed");
  assert.equal(text(withdrawn, "amount_out"), "49");
  await ada.holds("49", code);

  const [[paidIn, ...moreIn], [paidOut, ...moreOut]] = [await lines("in"), await lines("out")];
  assert.deepEqual([moreIn, moreOut], [[], []]);
  assert.deepEqual([paidIn?.state, parseUnits(paidIn?.amount ?? "")], ["booked", parseUnits("100")]);
  assert.deepEqual([paidOut?.state, parseUnits(paidOut?.amount ?? "")], ["completed", parseUnits("49")]);
  const [field = ""] = shape.payoutFields ?? ["bank_account_number"];
  assert.equal(paidOut?.beneficiary?.[field], BENEFICIARY[field]);
}

test.inFewLayouts("W7 P10 P11 a deposit and a withdrawal go through a bank of every shape", ({ withGateway }) =>
  withGateway({ setting: { is: "every bank shape" } }, async (gateway) => {
    await issueOthers(gateway);
    for (const [method, shape] of Object.entries(BANK_SHAPES)) {
      if ("files" in shape && shape.files) gateway.beside.push(await fileCourier(gateway, method));
    }
    const failures: unknown[] = [];
    // One after the other: what logging in costs this process at once would keep it from answering in time.
    const customers: (readonly [string, BankShape, Customer])[] = [];
    for (const [method, shape] of Object.entries(BANK_SHAPES)) {
      const { code } = assetOf(shape, gateway.code);
      customers.push([method, shape, await arrive({ ...gateway, code })]);
    }
    // All at once: they share the rounds in which the gateway works.
    await Promise.all(
      customers.map(([method, shape, ada]) =>
        throughBank(gateway, ada, method, shape).catch((error: unknown) => {
          failures.push(new Error(`a bank of the shape "${method}"`, { cause: error }));
        })
      ),
    );
    if (failures.length > 0) throw new AggregateError(failures);
    await gateway.booksAgree();
  }));
