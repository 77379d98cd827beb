import assert from "node:assert/strict";
import { z } from "zod";
import { addressOf, arrive, text } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { customerShape } from "../support/sep12-shapes.ts";

/** A picture of one pixel. */
const PHOTO = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

test.inEveryLayout("P6 P16 who was accepted once is asked nothing again, and a new key is asked", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const second = await ada.wallet.deposit({ asset_code: gateway.code, type: "bank_account", amount: "50" });
    assert.ok("instructions" in second && "id" in second, "the second deposit is answered with instructions");
    const id = second.id ?? "";
    assert.equal((await ada.wallet.transaction(id)).status, "pending_user_transfer_start");
    await ada.payIn(id, "50");
    await ada.until(id, "completed");

    // The same person, known under one key, comes with another one: it is a customer of its own (P16).
    const again = await arrive(gateway);
    const opened = await again.openDeposit("10");
    assert.equal(
      (await again.wallet.transaction(opened)).status,
      "pending_customer_info_update",
    );
    await again.wallet.give(again.person, opened);
    await again.payIn(opened, "10");
    await again.until(opened, "completed");
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-10-101 R-06-116 R-06-129 users of one account, by memo and by muxed id, are strangers", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const one = await arrive(gateway, { memoId: "1" });
    const secret = one.wallet.key.secret();
    const two = await arrive(gateway, { memoId: "2", secret });
    const muxed = await arrive(gateway, { muxedId: "3", secret });
    const bare = await arrive(gateway, { secret });
    const users = [one, two, muxed, bare];
    const ids: string[] = [];
    for (const user of users) {
      // Each of them is asked: what the others gave is not theirs.
      const opened = await user.openDeposit("20");
      await user.until(opened, "pending_customer_info_update");
      await user.wallet.give({ ...user.person, first_name: `User ${ids.length}` }, opened);
      await user.until(opened, "pending_user_transfer_start");
      ids.push(opened);
    }
    const customers = await Promise.all(users.map(async ({ wallet }) => (await wallet.customer()).id));
    assert.equal(new Set(customers).size, users.length);
    for (const [index, { wallet }] of users.entries()) {
      const listed = await wallet.transactions(gateway.code);
      assert.deepEqual(listed.map(({ id }) => id), [ids[index]]);
      for (const foreign of ids.filter((id) => id !== ids[index])) {
        assert.equal((await refusalOf(() => wallet.transaction(foreign))).status, 404);
      }
    }
    assert.ok(muxed.wallet.name.startsWith("M"));
    await two.payIn(ids[1] ?? "", "20");
    await two.until(ids[1] ?? "", "completed");
    for (const [index, user] of users.entries()) {
      if (index !== 1) {
        assert.equal((await user.wallet.transaction(ids[index] ?? "")).status, "pending_user_transfer_start");
      }
    }
    await gateway.booksAgree();
  }));

test.inEveryLayout("W3 P16 a rejected customer's transfer ends and the next one is refused", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { lastName: "Reject" });
    const id = await ada.openDeposit("100");
    await ada.wallet.give(ada.person, id);
    const ended = await ada.until(id, "error");
    assert.ok(text(ended, "message").length > 10);
    const again = await refusalOf(() =>
      ada.wallet.deposit({ asset_code: gateway.code, type: "bank_account", amount: "100" })
    );
    assert.equal(again.status, 400);
    assert.ok(again.error.length > 10);
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-12-66 P4 W3 a review by a person goes on when it is decided", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { lastName: "Review" });
    const id = await ada.openDeposit("100");
    const customer = await ada.wallet.give(ada.person, id);
    for (let round = 0; round < 3; round++) await gateway.advance();
    assert.equal((await ada.wallet.customer(id)).status, "PROCESSING");
    assert.equal((await ada.wallet.transaction(id)).status, "pending_customer_info_update");
    await gateway.kyc.decide(customer, "accepted");
    await ada.until(id, "pending_user_transfer_start");
    await ada.payIn(id, "100");
    await ada.until(id, "completed");
    await gateway.booksAgree();
  }));

test.inEveryLayout("W2 P4 a document that the provider wants is given through the wallet as a file", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { lastName: "More" });
    const id = await ada.openDeposit("100");
    await ada.wallet.give(ada.person, id);
    await gateway.until("the document to be asked for", async () => {
      const { status, fields } = await ada.wallet.customer(id);
      return status === "NEEDS_INFO" && fields && "photo_id_front" in fields ? fields : null;
    });
    await ada.wallet.give({}, id, { photo_id_front: PHOTO });
    await ada.until(id, "pending_user_transfer_start");
    await ada.payIn(id, "100");
    await ada.until(id, "completed");
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-06-155 P5 P6 a larger amount asks for what the heavier tier needs, and only for that", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const id = await ada.openDeposit("2000");
    assert.equal((await ada.wallet.transaction(id)).status, "pending_customer_info_update");
    const { fields = {} } = await ada.wallet.customer(id);
    const asked = Object.keys(fields);
    assert.ok(asked.includes("birth_date") && !asked.includes("first_name"), asked.join(", "));
    const values: Readonly<Record<string, string>> = {
      birth_date: "1990-12-10",
      address: "12 Analytical Street",
      city: "London",
      postal_code: "N1 9GU",
      address_country_code: "GBR",
    };
    const files = asked.includes("photo_id_front") ? { photo_id_front: PHOTO } : {};
    await ada.wallet.give(values, id, files);
    await ada.until(id, "pending_user_transfer_start");
    await ada.payIn(id, "2000");
    const done = await ada.until(id, "completed");
    assert.equal(text(done, "amount_out"), "1989.5");
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-12-69 R-12-70 R-12-66 a deposit of a customer whose number is asked waits for the code sent to it", ({ withGateway }) =>
  withGateway({ setting: { is: "mobile number asked" } }, async (gateway) => {
    // The gateway makes itself known at the bureau.
    await gateway.advance();
    const ada = await arrive(gateway);
    const id = await ada.openDeposit("100");
    await ada.wallet.give({ ...ada.person, mobile_number: "+14155550123" }, id);
    assert.equal((await ada.wallet.transaction(id)).status, "pending_customer_info_update");
    const customer = async () => customerShape.parse(await ada.wallet.customer());
    const { status, provided_fields: given = {} } = await customer();
    assert.deepEqual([status, given["mobile_number"]?.status], ["NEEDS_INFO", "VERIFICATION_REQUIRED"]);
    const codes = z.object({ codes: z.array(z.object({ code: z.string() })) });
    const sent = await gateway.until("the code", async () => {
      const [last] = codes.parse(await gateway.send("/kyc/codes")).codes;
      return last ?? null;
    });
    await ada.wallet.give({ mobile_number_verification: sent.code }, id);
    await ada.until(id, "pending_user_transfer_start");
    assert.equal((await customer()).status, "ACCEPTED");
    assert.deepEqual((await gateway.readLog()).faults, []);
  }));

test.inEveryLayout("P16 P7 malformed data is refused with what to do, and nothing of it is kept", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.openDeposit("100");
    const refused = await refusalOf(() =>
      ada.wallet.give({ ...ada.person, email_address: "not an address" }, id)
    );
    assert.equal(refused.status, 400);
    assert.match(refused.error, /e-?mail/i);
    assert.equal((await ada.wallet.transaction(id)).status, "pending_customer_info_update");
    await ada.wallet.give(ada.person, id);
    await ada.until(id, "pending_user_transfer_start");
    assert.ok((await addressOf(ada.wallet, id)).length > 0);
  }));

test.inEveryLayout("M-22 a customer who is no longer accepted while money is here is neither paid nor sent back", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway, { trusts: false });
    const id = await ada.askDeposit("100");
    await ada.payIn(id, "100");
    await ada.until(id, "pending_trust");
    const { id: customer = "" } = await ada.wallet.customer();
    await gateway.kyc.decide(customer, "rejected", { reason: "watchlist" });
    await ada.wallet.trust(gateway.code, gateway.issuer);
    const held = await ada.until(id, "on_hold");
    assert.ok(!/watchlist/i.test(JSON.stringify(held)), "nobody is told why");
    for (let round = 0; round < 3; round++) await gateway.advance();
    await ada.holds("0");
    assert.deepEqual(await gateway.bank.statement("out"), []);
    await gateway.booksAgree();
  }));

for (const webhook of ["signed", "wake_up", "none"] as const) {
  test.inFewLayouts(`W3 P4 a decision of a bureau that tells by ${webhook} reaches the transfer`, ({ withGateway }) =>
    withGateway({ kyc: { webhook, pollEverySeconds: 1 } }, async (gateway) => {
      const ada = await arrive(gateway, { lastName: "Review" });
      const id = await ada.openDeposit("100");
      const customer = await ada.wallet.give(ada.person, id);
      // The bureau knows of the case once the gateway has made itself known there.
      await gateway.until("the review", () => gateway.kyc.decide(customer, "accepted").catch(() => null));
      await ada.until(id, "pending_user_transfer_start");
    }));
}
