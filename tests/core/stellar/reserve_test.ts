import assert from "node:assert/strict";
import { accountSchema } from "../../../core/stellar/horizon-schemas.ts";
import { spendableXlm } from "../../../core/stellar/reserve.ts";
import { accountRecord, ALICE } from "./horizon-records.ts";

const RESERVE = 5_000_000n;

Deno.test("M-5 what an account may spend of its XLM is above its entries, sponsorships and offers", () => {
  const spendable = (xlm: string, more: Record<string, unknown> = {}, selling = "0.0000000") => {
    const balances = [{ balance: xlm, asset_type: "native", selling_liabilities: selling }];
    return spendableXlm(accountSchema.parse(accountRecord(ALICE, { balances, ...more })), RESERVE);
  };
  // Two entries, 0.5 XLM each.
  assert.equal(spendable("1.5000000"), RESERVE);
  assert.equal(spendable("1.4999999"), RESERVE - 1n);
  assert.equal(spendable("1.5000000", { subentry_count: 1 }), 0n);
  assert.equal(spendable("2.0000000", { subentry_count: 1 }), RESERVE);
  assert.equal(spendable("2.0000000", { subentry_count: 1, num_sponsoring: 1 }), 0n);
  assert.equal(spendable("1.5000000", { subentry_count: 1, num_sponsored: 1 }), RESERVE);
  assert.equal(spendable("2.0000000", {}, "0.5000001"), RESERVE - 1n);
});
