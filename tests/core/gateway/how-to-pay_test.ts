import assert from "node:assert/strict";
import { BALANCE_WARNS, chosen, draft, nowOf, withGuest } from "./guest.ts";

const ACCOUNT = "000123456789";

Deno.test("how a deposit is paid is told while it waits, its reference apart from the other lines", () =>
  withGuest({}, async (guest) => {
    const { howToPay } = guest.gateway.pages;
    const begun = await draft(guest, "deposit");
    assert.equal(howToPay(begun), null);
    await guest.give("sep24");
    await chosen(guest, begun, "100");
    await guest.until(begun, "waiting");
    const transfer = await nowOf(guest, begun);
    const how = howToPay(transfer);
    assert.ok(how?.kind === "deposit");
    assert.deepEqual(how.lines.map(({ text }) => text), ["bank_name", "account_number"]);
    assert.ok(transfer.reference);
    assert.equal(how.reference, transfer.reference);
    assert.equal(how.qr, null);
    assert.equal(howToPay({ ...transfer, reference: null })?.kind, "deposit");
    assert.equal(howToPay({ ...transfer, instructions: null }), null);
    assert.equal(howToPay({ ...transfer, state: "expired" }), null);
  }));

Deno.test("R-24-104 how a withdrawal is paid is told with address, memo and SEP-7, and where it goes only masked", () =>
  withGuest(BALANCE_WARNS, async (guest) => {
    const { gateway } = guest;
    const begun = await draft(guest, "withdrawal");
    await guest.give("sep24", { bank_account_number: ACCOUNT });
    await chosen(guest, begun, "100");
    await guest.until(begun, "waiting");
    const transfer = await nowOf(guest, begun);
    const how = gateway.pages.howToPay(transfer);
    assert.ok(how?.kind === "withdrawal");
    assert.equal(how.destination, gateway.ownAccounts.distribution);
    assert.equal(how.memo, transfer.receiveMemo?.toString());
    const asked = new URL(how.uri).searchParams;
    assert.equal(asked.get("destination"), how.destination);
    assert.equal(asked.get("memo"), how.memo);
    assert.equal(asked.get("amount"), "100");
    assert.equal(`${asked.get("asset_code")}:${asked.get("asset_issuer")}`, transfer.asset);
    assert.equal(how.payoutAccount, "********6789");
    assert.ok(!JSON.stringify(how).includes(ACCOUNT));
    const { steps, refunds, payoutAccount } = await gateway.pages.story(transfer);
    assert.deepEqual(steps.filter(({ is }) => is === "now").map(({ name }) => name), ["pay"]);
    assert.deepEqual([refunds, payoutAccount], [[], "********6789"]);
  }));
