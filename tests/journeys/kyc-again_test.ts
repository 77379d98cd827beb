/**
 * One key goes through KYC several times: after deletion, after a field was refused, after data changed.
 */
import assert from "node:assert/strict";
import { arrive } from "../support/customer.ts";
import { test } from "../support/layouts.ts";
import { customerShape } from "../support/sep12-shapes.ts";

test.inEveryLayout("P16 R-12-84 one key goes through KYC again after its data were deleted", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const customer = await ada.wallet.customer();
    await ada.wallet.forget();
    const id = await ada.openDeposit("50");
    assert.equal((await ada.wallet.transaction(id)).status, "pending_customer_info_update");
    await ada.wallet.give(ada.person, id);
    await ada.until(id, "pending_user_transfer_start");
    assert.notEqual((await ada.wallet.customer(id)).id, customer.id);
    await ada.payIn(id, "50");
    await ada.until(id, "completed");
    await gateway.booksAgree();
  }));

for (const language of ["en", "es", "pt-BR"]) {
  test.inFewLayouts(`P16 P7 R-12-48 what a review could not confirm is told in ${language} and sent again under the same key`, ({ withGateway }) =>
    withGateway({}, async (gateway) => {
      const ada = await arrive(gateway, { lastName: "Review", language });
      const id = await ada.openDeposit("100");
      const customer = await ada.wallet.give(ada.person, id);
      await gateway.until(
        "the review",
        () =>
          gateway.kyc.decide(customer, "retry", { fields: ["last_name"], reason: "data_mismatch" }).catch(
            () => null,
          ),
      );
      const asked = await gateway.until("the field to be asked again", async () => {
        const shown = customerShape.parse(await ada.wallet.customer(id));
        return shown.status === "NEEDS_INFO" ? shown : null;
      });
      assert.deepEqual(Object.keys(asked.fields ?? {}), ["last_name", "mobile_number"]);
      const { status, error = "" } = asked.provided_fields?.["last_name"] ?? {};
      assert.equal(status, "REJECTED");
      assert.match(error, WRONG[language] ?? /^$/);
      await ada.wallet.give({ last_name: "King" }, id);
      await ada.until(id, "pending_user_transfer_start");
    }));
}

/** What a person is told of a value that does not match. */
const WRONG: Readonly<Record<string, RegExp>> = {
  en: /does not match/,
  es: /no coincide/,
  "pt-BR": /não (confere|corresponde|coincide)/,
};

test.inEveryLayout("P16 R-12-67 one key goes through KYC again when its data change", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    await ada.wallet.give({ last_name: "Review" });
    const id = await ada.openDeposit("50");
    for (let round = 0; round < 3; round++) await gateway.advance();
    assert.equal((await ada.wallet.customer(id)).status, "PROCESSING");
    assert.equal((await ada.wallet.transaction(id)).status, "pending_customer_info_update");
    await ada.wallet.give({ last_name: "King" }, id);
    await ada.until(id, "pending_user_transfer_start");
    await ada.payIn(id, "50");
    await ada.until(id, "completed");
    await gateway.booksAgree();
  }));
