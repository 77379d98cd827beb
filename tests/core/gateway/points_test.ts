import assert from "node:assert/strict";
import { horizonWithPoints } from "../../../core/gateway/points.ts";
import { type Point, POINTS } from "../../../core/pause.ts";
import { createHorizon } from "../../../core/stellar/horizon.ts";
import { arrive } from "../../support/customer.ts";
import { type ChangeConfig, type TestGateway, withGateway } from "../../support/gateway.ts";
import { arriveHosted } from "../../support/hosted-customer.ts";
import { askAs, operatorVariables, rowsIn } from "../../support/operators.ts";

/** Counts how often each point is passed, and looks at the records at some of them. */
function watch() {
  const passed = new Map<Point, number>();
  const changed = new Set<string>();
  const seen: string[] = [];
  let gateway: TestGateway | undefined;
  /** The state of the last row of some that were begun one after the other. */
  const last = async (rows: string) =>
    (await gateway?.db.query({ sql: `select state from (${rows}) order by at_ms desc limit 1` }))?.[0]?.[
      "state"
    ] ?? null;
  const envelopes = `select state, stored_ms as at_ms from attempts where side = 'ledger'
    union all select state, stored_ms from ledger_errands`;
  const refunds = `select state, at_ms from refunds where side = 'bank'
    union all select state, ordered_ms from returns where side = 'bank'`;
  const payouts = "select state, stored_ms as at_ms from attempts where side = 'bank'";
  return {
    passed,
    changed,
    seen,
    at: (one: TestGateway) => void (gateway = one),
    pause: async (point: Point, tables: readonly string[] = []) => {
      for (const table of tables) changed.add(table);
      passed.set(point, (passed.get(point) ?? 0) + 1);
      if (point.startsWith("ledger.submit")) seen.push(`${point} ${await last(envelopes)}`);
      if (point === "bank.payout.begun") seen.push(`${point} ${await last(payouts)}`);
      if (point === "bank.refund.begun") seen.push(`${point} ${await last(refunds)}`);
      if (point === "inbox.written") {
        seen.push(`${point} ${await last("select state, received_ms as at_ms from inbox")}`);
      }
    },
  };
}

Deno.test("M-1 M-15 every named point of money is passed: what is about to be done is stored by then, and what was done is not told yet", async () => {
  const { passed, changed, seen, at, pause } = watch();
  const config: ChangeConfig = (given) => ({
    ...given,
    services: given.services.map((service) => ({ ...service, amountRule: { kind: "refund" } })),
  });
  await withGateway({ pause, config, variables: operatorVariables }, async (gateway) => {
    at(gateway);
    const ada = await arrive(gateway);
    await ada.deposit("200");
    await ada.withdraw("40");
    const tooLittle = await ada.askDeposit("100");
    await ada.payIn(tooLittle, "60");
    await ada.until(tooLittle, "refunded");
    const tooFew = await ada.askWithdrawal("40");
    await ada.send(tooFew, "20");
    await ada.until(tooFew, "refunded");
    const apart = (await ada.wallet.transaction(await ada.askWithdrawal("40")))["withdraw_anchor_account"];
    await ada.wallet.pay({ to: String(apart), code: gateway.code, issuer: gateway.issuer, amount: "7" });
    await gateway.bank.payIn({ reference: "NOBODYS", amount: "8" });
    const money = await gateway.until("unmatched money", async () => {
      const rows = rowsIn(await askAs(gateway, "vera", "/unmatched"), "unmatched");
      return rows.length === 2 ? rows : null;
    });
    for (const { id } of money) await askAs(gateway, "anna", `/unmatched/${id}/return`, { body: {} });
    await gateway.until(
      "all of it is back",
      async () => rowsIn(await askAs(gateway, "vera", "/unmatched"), "unmatched").length === 0 || null,
    );
    const eve = await arriveHosted(gateway, { lastName: "Byron" });
    await eve.ask("deposit", "100");
    await gateway.booksAgree();
  });
  const notPassed = POINTS.filter((point) => !passed.has(point));
  assert.deepEqual(
    notPassed.filter((point) => !/callback|kyc_code|erase|customer_review|clawback/.test(point)),
    [],
  );
  const tables = [
    "ledger_operations",
    "cursors",
    "receipts",
    "attempts",
    "refunds",
    "returns",
    "stellar_sources",
  ];
  assert.deepEqual(
    tables.filter((table) => !changed.has(table)),
    [],
    "what a batch changes is told with its point",
  );
  assert.deepEqual(
    [...new Set(seen)].sort(),
    [
      "bank.payout.begun stored",
      "bank.refund.begun stored",
      "inbox.written due",
      "ledger.submit.begun stored",
      "ledger.submit.done stored",
    ],
  );
});

Deno.test("where nobody stands at the points nothing is put around anything", () => {
  const horizon = createHorizon({ url: "http://127.0.0.1:9", passphrase: "none", timeoutMs: 1 });
  assert.equal(horizonWithPoints(horizon), horizon);
  assert.notEqual(horizonWithPoints(horizon, () => {}), horizon);
});
