import assert from "node:assert/strict";
import { type Actor, actor, opened } from "../support/page-actor.ts";
import type { PageVisitor, Visited } from "../support/page-visitor.ts";
import { BENEFICIARY, text } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import type { World } from "../support/world.ts";

/** What a person gives who is asked. */
const ADA = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };

/** Looks again, as a waiting page does, until it holds what is looked for. */
async function until(world: World, person: PageVisitor, url: string, selector: string): Promise<Visited> {
  return await world.until(`${selector} on the page`, async () => {
    const page = await person.get(url);
    assert.equal(page.status, 200, page.text);
    return page.attribute(selector, "class") === null && page.all(selector).length === 0 ? null : page;
  });
}

async function status(ada: Actor<World>, id: string, wanted: string) {
  return await ada.gateway.until(`${id} to be ${wanted}`, async () => {
    const transaction = await ada.transaction(id);
    return transaction["status"] === wanted ? transaction : null;
  });
}

test.inEveryLayout(
  "R-24-41 R-24-72 P6 a person deposits and withdraws by the pages, whichever process answers",
  ({ withGateway }) =>
    withGateway({}, async (gateway) => {
      const ada = await actor(gateway);
      const deposit = await ada.link("deposit", { amount: "100", lang: "en" });
      const { person, page } = await opened(deposit);
      const asked = await person.send(page);
      assert.equal(asked.status, 200, asked.text);
      // A post that is sent twice at once, to two processes where there are two.
      const [given, twice] = await Promise.all([person.send(asked, ADA), person.send(asked, ADA)]);
      assert.deepEqual([given.status, twice.status], [200, 200]);
      const payable = await until(gateway, person, page.url, "main [data-copy]");
      const waiting = await status(ada, deposit.id, "pending_user_transfer_start");
      assert.equal(waiting["amount_out"], "99");
      const copies = [...payable.html.matchAll(/data-copy="([^"]*)"/g)].map(([, value = ""]) => value);
      await gateway.bank.payIn({ reference: copies.at(-1) ?? "", amount: "100" });
      const done = await status(ada, deposit.id, "completed");
      assert.match((await person.get(page.url)).html, new RegExp(String(done["stellar_transaction_id"])));
      await ada.customer.holds("99");

      const withdrawal = await ada.link("withdraw", { amount: "40" });
      const second = await opened(withdrawal);
      // Nobody has said a language here, so it is asked first.
      const chosen = await second.person.send(second.page, {}, { button: ["lang", "pt-BR"] });
      const where = await second.person.send(chosen);
      assert.equal(where.all("[name=first_name]").length, 0, "nothing is asked twice");
      const paid = await second.person.send(where, {
        bank_account_number: BENEFICIARY["bank_account_number"] ?? "",
      });
      assert.equal(paid.status, 200, paid.text);
      await until(gateway, second.person, second.page.url, "main [data-copy]");
      const told = await ada.transaction(withdrawal.id);
      const { code, issuer } = gateway;
      await ada.customer.wallet.pay({
        to: String(told["withdraw_anchor_account"]),
        memo: String(told["withdraw_memo"]),
        code,
        issuer,
        amount: "40",
      });
      const out = await status(ada, withdrawal.id, "completed");
      assert.equal(out["amount_out"], "39.3");
      await ada.customer.holds("59");

      const more = await fetch(text({ id: "", status: "", ...out }, "more_info_url"));
      assert.equal(more.status, 200);
      const html = await more.text();
      for (const value of [...Object.values(ADA), BENEFICIARY["bank_account_number"] ?? ""]) {
        assert.ok(!html.includes(value), `${value} is masked`);
      }
      await gateway.booksAgree();
    }),
);
