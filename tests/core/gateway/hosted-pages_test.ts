import assert from "node:assert/strict";
import { sep12Customer } from "../../../core/seps/sep12-customer.ts";
import { chosen, draft, type Guest, nowOf, withGuest } from "./guest.ts";

const ALONE = { kyc: { hosted: true, fields: false, documents: false } } as const;
const BACK = { returnPath: "/back", language: "en" } as const;
const PERSON = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };

/** Fills the bureau's page as a browser does. @returns where it leads */
async function fill(url: string): Promise<string | null> {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(PERSON), redirect: "manual" });
  await answer.body?.cancel();
  assert.equal(answer.status, 303);
  return answer.headers.get("location");
}

/** A deposit that waits for its customer. */
async function waiting(guest: Guest) {
  const transfer = await chosen(guest, await draft(guest, "deposit"), "100");
  assert.equal(transfer.state, "kyc");
  return transfer;
}

Deno.test("P4 P6 a deposit goes on when its customer comes back from the provider's page, and the next one at once", () =>
  withGuest(ALONE, async (guest) => {
    const { gateway: { hosted, customers, texts }, owner, test } = guest;
    const transfer = await waiting(guest);
    const offer = await hosted.offer(transfer);
    assert.deepEqual([offer?.instance, offer?.alone], ["bureau", true]);
    const answer = await customers.read(owner, { type: "sep24" });
    const { status, fields, message } = sep12Customer(answer, texts.translatorOf("en"));
    assert.deepEqual([status, fields], ["NEEDS_INFO", {}]);
    assert.match(message ?? "", /on a page of our partner/);
    const back = `/interactive/${transfer.id}`;
    const there = { returnPath: back, language: "en" } as const;
    assert.equal(await hosted.visit(transfer, there), null, "nothing was begun yet");
    await hosted.begin(transfer);
    const visit = await hosted.visit(transfer, there);
    assert.ok(visit && visit.offer.origins.includes(new URL(visit.url).origin));
    assert.equal((await hosted.returned(transfer)).state, "kyc", "nothing was given yet");
    assert.equal(await fill(visit.url), test.publicUrl + back);
    const returned = await hosted.returned(transfer);
    assert.ok(["instructing", "waiting"].includes(returned.state), returned.state);
    assert.deepEqual([await hosted.offer(returned), await hosted.visit(returned, there)], [null, null]);
    const next = await chosen(guest, await draft(guest, "deposit"), "50");
    assert.notEqual((await nowOf(guest, next)).state, "kyc");
    assert.deepEqual(await guest.reviews(), ["sep24 accepted"]);
  }));

Deno.test("P4 news that comes by webhook settles a transfer whose person never comes back", () =>
  withGuest(ALONE, async (guest) => {
    const transfer = await waiting(guest);
    await guest.gateway.hosted.begin(transfer);
    const visit = await guest.gateway.hosted.visit(transfer, BACK);
    await fill(visit?.url ?? "");
    await guest.until(transfer, "waiting");
  }));

Deno.test("P4 a bureau that is away costs a visit and nothing else, and no job opens another case", () =>
  withGuest(ALONE, async (guest) => {
    const { gateway: { hosted, db }, test } = guest;
    const transfer = await waiting(guest);
    const set = await fetch(`${test.running.sandbox?.url}/kyc/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ on: "open", fault: "unauthorized" }),
    });
    await set.body?.cancel();
    assert.equal(set.status, 201);
    await hosted.begin(transfer);
    await assert.rejects(hosted.visit(transfer, BACK), /its review is not opened yet/);
    await hosted.begin(transfer);
    const visit = await hosted.visit(transfer, BACK);
    await test.advance();
    await fill(visit?.url ?? "");
    await hosted.returned(transfer);
    const cases = await db.query({ sql: "select attempt, state from kyc_cases" });
    assert.deepEqual(cases.map(({ attempt, state }) => [attempt, state]), [[1n, "accepted"]]);
  }));
