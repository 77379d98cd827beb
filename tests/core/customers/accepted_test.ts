import { deepEqual } from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import { ACCOUNT, BASIC, customersAtWork, holder, OTHER } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";

/** A transfer's row, of which only customer, protocol and state count here. */
async function transferOf(at: AtWork, customerId: string, protocol: string, state: string) {
  const id = crypto.randomUUID().replaceAll("-", "").slice(0, 26);
  await at.db.write([{
    sql:
      `insert into transfers (id, kind, protocol, state, version, owner, account, customer_id, asset, currency, method,
        rail, kyc, tier, terms, language, started_ms, status_ms)
      values (?, 'deposit', ?, ?, 1, ?, ?, ?, 'USDX', 'USD', 'bank_account', 'bank', 'bureau', 'light', '{}', 'en', 0, 0)`,
    args: [id, protocol, state, ACCOUNT, ACCOUNT, customerId],
  }], repeatable);
}

Deno.test("transfers that wait for a decided customer are found, page by page, and no others", async () => {
  const at = await customersAtWork();
  try {
    const accepted = await at.put(holder(), BASIC);
    const rejected = await at.put(holder(OTHER), { ...BASIC, last_name: "Reject" });
    const asked = await at.put(holder(ACCOUNT, "1"), { first_name: "Ada" });
    for (const id of [accepted, rejected, asked]) await transferOf(at, id, "sep6", "kyc");
    await transferOf(at, accepted, "sep6", "kyc");
    await transferOf(at, accepted, "sep24", "kyc");
    await transferOf(at, rejected, "sep6", "waiting");
    const expected = [accepted, rejected].sort().map((customerId) => ({ customerId, type: "sep6" }));
    deepEqual(await at.customers.customersToSettle({ after: null, limit: 10 }), expected);
    deepEqual(await at.customers.customersToSettle({ after: null, limit: 1 }), expected.slice(0, 1));
    const after = expected[0]?.customerId ?? null;
    deepEqual(await at.customers.customersToSettle({ after, limit: 10 }), expected.slice(1));
  } finally {
    await at.close();
  }
});

Deno.test("a transfer may be opened before anything is given: one customer, unknown to SEP-12", async () => {
  const at = await customersAtWork();
  try {
    const ids = await Promise.all([at.customers.ensure(holder()), at.customers.ensure(holder())]);
    deepEqual(new Set(ids).size, 1);
    const { id, standing } = await at.customers.read(holder(), {});
    deepEqual([id, standing.status], [null, "NEEDS_INFO"]);
    deepEqual(await at.put(holder(), BASIC), ids[0]);
    deepEqual((await at.customers.read(holder(), {})).id, ids[0]);
  } finally {
    await at.close();
  }
});
