import assert from "node:assert/strict";
import { sandboxKey } from "../../core/gateway/stamp.ts";
import { moveClock } from "../../core/records/clock.ts";
import { createVault } from "../../core/records/vault.ts";
import { arrive, BENEFICIARY } from "../support/customer.ts";
import { databaseText } from "../support/database-text.ts";
import { test } from "../support/layouts.ts";
import { refusalOf } from "../support/refusal-of.ts";

const DAY = 86_400_000;

test.inEveryLayout("R-12-78 R-12-79 R-12-85 the SDK's wallet has its customer deleted: nothing stays, at the bureau neither", ({ withGateway }) =>
  withGateway({}, async (gateway) => {
    const { db, environment } = gateway;
    const vault = createVault(environment);
    await gateway.advance();
    const ada = await arrive(gateway);
    const waiting = await ada.askDeposit("100");
    await ada.askWithdrawal("50");
    const traces = [...Object.values(ada.person), BENEFICIARY["bank_account_number"] ?? ""];
    const before = await databaseText(db, vault);
    for (const trace of traces) assert.ok(before.includes(trace), `${trace} is there before`);
    const [row] = await db.query({ sql: "select ref from kyc_cases" });

    await ada.wallet.forget();
    const after = await databaseText(db, vault);
    for (const trace of traces) assert.ok(!after.includes(trace), `${trace} is gone`);
    assert.equal((await ada.wallet.transaction(waiting)).status, "error");
    const atBureau = await fetch(`${gateway.sandboxUrl}/kyc/bureaus/bureau/cases/${row?.["ref"]}`, {
      headers: { authorization: `Bearer ${sandboxKey(environment.webhookSecret)}` },
    });
    assert.equal(atBureau.status, 404);
    assert.match(await atBureau.text(), /case_unknown/);

    assert.equal((await refusalOf(() => ada.wallet.forget())).status, 404);
    // The same person may come again and is asked as anybody is (P16).
    await ada.deposit("20");
    await gateway.booksAgree();
  }));

test.inEveryLayout("R-12-78 R-12-86 what transfers had to keep of a deleted customer goes when the retention is over", ({ withGateway }) =>
  withGateway({ setting: { is: "retention", days: 40 } }, async (gateway) => {
    const { db, environment } = gateway;
    const vault = createVault(environment);
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const paid = await ada.withdraw("50");
    const account = BENEFICIARY["bank_account_number"] ?? "";
    await ada.wallet.forget();
    const traces = [...Object.values(ada.person), account, "GB33BUKB20201555555555"];
    const found = async () => {
      const text = await databaseText(db, vault);
      return traces.filter((trace) => text.includes(trace));
    };
    // Whom was paid, by whom, and what the bank told of it.
    assert.ok((await found()).includes(account));
    await moveClock(db, 39 * DAY);
    await gateway.tick();
    assert.ok((await found()).includes(account), "not yet");
    await moveClock(db, 2 * DAY);
    await gateway.tick();
    assert.deepEqual(await found(), []);
    // The payment itself stays, for its owner and for the books.
    assert.equal((await ada.wallet.transaction(paid.id)).status, "completed");
    assert.equal((await ada.wallet.transactions(gateway.code)).length, 2);
    await gateway.booksAgree();
  }));
