import assert from "node:assert/strict";
import { findTransfer } from "../../core/transfers/find.ts";
import { arrive, BENEFICIARY, type Customer } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";
import { type PageVisitor, pageVisitor, type Visited } from "../support/page-visitor.ts";

/** What a form asks, as this customer knows it; what it does not know is left out. */
function filled(page: Visited, known: Readonly<Record<string, string>>): Record<string, string> {
  const asked = Object.keys(page.form("/customer").values);
  return Object.fromEntries(Object.entries(known).filter(([name]) => asked.includes(name)));
}

/** Names of what a person is asked on a page, without what forms carry by themselves. */
const askedOn = (page: Visited) =>
  Object.keys(page.form("/customer").values).filter((name) => name !== "form_token");

async function statusOf({ wallet }: Customer, id: string): Promise<string> {
  return (await wallet.hosted.transaction(id)).status;
}

/** Looks at the one page of a visit until the transfer can be paid. */
async function untilPayable(gateway: GatewayUnderTest, ada: Customer, person: PageVisitor, id: string) {
  return await gateway.until("the page to say how to pay", async () => {
    if (await statusOf(ada, id) !== "pending_user_transfer_start") return null;
    return await person.get(`${gateway.publicUrl}/interactive/${id}`);
  });
}

test.inEveryLayout("R-24-71 R-24-86 P6 a person goes through a deposit and a withdrawal on the pages, is asked once, and for no password", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const known = { ...ada.person, ...BENEFICIARY };
    const seen: Visited[] = [];
    const look = (page: Visited) => {
      assert.equal(page.status, 200, page.text);
      seen.push(page);
      return page;
    };

    const deposit = await ada.wallet.hosted.deposit({ assetCode: gateway.code });
    const person = pageVisitor();
    const form = look(await person.send(look(await person.open(deposit.url)), { amount: "100" }));
    assert.equal(await statusOf(ada, deposit.id), "incomplete");
    // Back to an older page of the same form, and once more: the transfer stands where it stood.
    look(await person.send(seen[0] ?? form, { amount: "100" }));
    // Sent twice at once, to two processes where there are two.
    const given = filled(form, known);
    (await Promise.all([person.send(form, given), person.send(form, given)])).forEach(look);
    const told = look(await untilPayable(gateway, ada, person, deposit.id));
    const reference = (await findTransfer(gateway.db, deposit.id))?.reference ?? "";
    assert.ok(reference !== "" && told.text.includes(reference), told.text);
    await gateway.bank.payIn({ reference, amount: "100" });
    await gateway.until(
      "the deposit",
      async () => await statusOf(ada, deposit.id) === "completed" ? true : null,
    );
    look(await person.get(told.url));
    await ada.holds("99");

    const withdrawal = await ada.wallet.hosted.withdraw({ assetCode: gateway.code });
    const account = look(await person.send(look(await person.open(withdrawal.url)), { amount: "40" }));
    const again = askedOn(account).filter((name) => Object.hasOwn(ada.person, name));
    assert.deepEqual(again, [], "what is known is not asked again");
    assert.ok(!askedOn(account).includes("mobile_number"), "nor offered again what was left out");
    look(await person.send(account, filled(account, known)));
    const owed = look(await untilPayable(gateway, ada, person, withdrawal.id));
    const { withdraw_memo: memo } = await ada.wallet.hosted.transaction(withdrawal.id);
    assert.ok(typeof memo === "string" && owed.text.includes(memo), owed.text);
    await ada.wallet.pay({
      to: gateway.distribution,
      memo,
      amount: "40",
      code: gateway.code,
      issuer: gateway.issuer,
    });
    await gateway.until(
      "the withdrawal",
      async () => await statusOf(ada, withdrawal.id) === "completed" ? true : null,
    );
    look(await person.get(owed.url));
    await ada.holds("59");

    const { more_info_url } = await ada.wallet.hosted.transaction(withdrawal.id);
    const status = look(await pageVisitor().get(String(more_info_url)));
    for (const value of Object.values(known)) assert.ok(!status.html.includes(value), "it is masked");

    for (const page of seen) {
      assert.equal(page.attribute("input[type=password]", "name"), null, page.title);
      for (const value of Object.values(ada.person)) {
        assert.ok(
          page.passed.every((url) => !url.includes(encodeURIComponent(value))),
          "no value in an address",
        );
      }
    }
    const { lines, faults } = await gateway.readLog();
    assert.ok(lines.every((line) => !line.includes("ada@example.com")));
    assert.deepEqual(faults, []);
    await gateway.booksAgree();
  }));
