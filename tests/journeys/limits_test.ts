import assert from "node:assert/strict";
import { arrive, text } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { PNG } from "../core/customers/people.ts";

/** What the full tier of the default config wants more than the basic one. */
const FULL = {
  birth_date: "1990-12-31",
  address: "12 St James's Square",
  city: "London",
  postal_code: "SW1Y",
  address_country_code: "GBR",
};
const DOCUMENT = { photo_id_front: PNG };

test.inEveryLayout("M-18 R-06-154 R-06-155 more came than the tier allows: asked through SEP-12, told, then paid out", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const id = await ada.askDeposit("900");
    await ada.payIn(id, "1500");
    const asking = await ada.until(id, "pending_customer_info_update");
    assert.equal(text(asking, "amount_in"), "1500");
    assert.match(text(asking, "message"), /more about you/);
    assert.equal(asking["user_action_required_by"], undefined);
    // By the transaction, and without it too.
    for (const which of [`&transaction_id=${id}`, ""]) {
      const asked = await gateway.ask(`/sep12/customer?type=sep6${which}`, {
        headers: { authorization: `Bearer ${ada.token}` },
      });
      const { status, fields }: { status: string; fields: Record<string, unknown> } = await asked.json();
      assert.equal(status, "NEEDS_INFO");
      assert.deepEqual([...Object.keys(FULL), "photo_id_front"].filter((name) => !(name in fields)), []);
      assert.ok(!("first_name" in fields), "what is known is not asked again");
    }
    // Nothing ends it, however long it takes.
    for (let round = 0; round < 3; round++) await gateway.advance();
    assert.equal((await ada.wallet.transaction(id)).status, "pending_customer_info_update");
    await ada.wallet.give(FULL, id, DOCUMENT);
    await ada.until(id, "completed");
    await ada.holds("1492");
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-18 P6 who gave everything before is asked nothing, whatever comes", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.wallet.give({ ...ada.person, ...FULL }, undefined, DOCUMENT);
    const id = await ada.openDeposit("900");
    await ada.until(id, "pending_user_transfer_start");
    await ada.payIn(id, "1500");
    await ada.until(id, "completed");
    await ada.withdraw("1400");
    await gateway.booksAgree();
  }));

test.inEveryLayout("M-18 R-06-42 what is left of a limit is told, opens nothing beyond it, and holds what came beyond it", ({ withGateway }) =>
  withGateway({ setting: { is: "limited", limits: { "day": "100" } } }, async (gateway) => {
    const ada = await arrive(gateway);
    const { status, error } = await refusalOf(() => ada.openDeposit("100.01"));
    assert.deepEqual([status, /between 1 and 100 /.test(error)], [400, true], error);
    const early = await ada.askDeposit("50");
    await ada.deposit("80");
    const refused = await refusalOf(() => ada.openDeposit("20.01"));
    assert.equal(refused.status, 400);
    assert.match(refused.error, /20 \w+ are left for now.*after \w+ \d+, \d{4} at .* UTC,/);
    await ada.askDeposit("20");
    // It was opened when there was room, and is paid when there is none.
    await ada.payIn(early, "50");
    const held = await ada.until(early, "on_hold");
    assert.match(text(held, "message"), /More came in than you may move/);
    await gateway.booksAgree();
  }));
