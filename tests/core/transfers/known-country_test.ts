import assert from "node:assert/strict";
import { Refusal } from "../../../core/refusal.ts";
import { type AtWork, customersAtWork } from "../customers/at-work.ts";
import { BASIC, holder } from "../customers/people.ts";
import { atDesk } from "./at-desk.ts";
import { ONE } from "./money-at-work.ts";

/** Brazil asks for everything from the first unit on; the rest of the world does not. */
const STRICT = { BRA: { tiers: [{ name: "light", fields: ["tax_id"], levels: { bureau: "full" } }] } };

async function strictly(work: (at: AtWork) => Promise<void>): Promise<void> {
  const { at, close } = await customersAtWork({ countries: STRICT });
  try {
    await work(at);
  } finally {
    await close();
  }
}

Deno.test("P5 R-12-36 the country that a customer gave goes before the one that a wallet names", () =>
  strictly(async (at) => {
    const { desk, open, review } = await atDesk(at, { countries: STRICT });
    await at.put(holder(), { ...BASIC, address_country_code: "BRA" });
    const named = await open({ country: "USA", amount: 10n * ONE });
    assert.deepEqual(await review(named), []);
    assert.equal(named.state, "kyc", "BASIC would be enough elsewhere");
    assert.equal(await desk.isAccepted(named), false);
    const asked = await at.customers.needOfTransfer(named.customerId, { ...named, type: "sep6" });
    assert.ok(asked.required.includes("tax_id"));
  }));

Deno.test("P5 a country that is given after the transfer was opened counts from then on", () =>
  strictly(async (at) => {
    const { desk, open, review } = await atDesk(at, { countries: STRICT });
    const opened = await open({ country: "USA", amount: 10n * ONE });
    await at.put(holder(), { ...BASIC, address_country_code: "BRA" });
    assert.deepEqual(await review(opened), []);
    await at.put(holder(), { address_country_code: "USA" });
    await review(opened);
    assert.equal(await desk.isAccepted(opened), true);
  }));

Deno.test("a service that does not serve the country that a customer gave is refused", () =>
  strictly(async (at) => {
    const { open } = await atDesk(at, { countries: STRICT, service: { countries: ["USA"] } });
    await at.put(holder(), { ...BASIC, address_country_code: "BRA" });
    await assert.rejects(
      open({ country: "USA", amount: 10n * ONE }),
      (error) => error instanceof Refusal && error.code === "transfer.country_not_served",
    );
    await at.put(holder(), { address_country_code: "USA" });
    assert.equal((await open({ country: "USA", amount: 10n * ONE })).tier, "light");
  }));
