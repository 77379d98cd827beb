import assert from "node:assert/strict";
import { arrive, text } from "../support/customer.ts";
import { test } from "../support/layouts.ts";

test.inEveryLayout("M-1 M-25 W7 a gateway that is stopped at any step goes on where it was", async (place) => {
  const start = () => place.startGateway({ newProcesses: true });
  let gateway = await start();
  /** Stops it and starts it again; the customer's wallet and token stay as they are. */
  const again = async (secret: string) => {
    await gateway.stop();
    gateway = await start();
    return await arrive(gateway, { secret });
  };
  try {
    let ada = await arrive(gateway);
    const secret = ada.wallet.key.secret();
    const before = ada.token;

    const id = await ada.askDeposit("100");
    ada = await again(secret);
    assert.equal(
      await gateway.ask("/sep6/transactions?asset_code=USDX", {
        headers: { authorization: `Bearer ${before}` },
      }).then(async (answer) => (await answer.body?.cancel(), answer.status)),
      200,
      "tokens outlive a restart",
    );
    assert.equal((await ada.wallet.transaction(id)).status, "pending_user_transfer_start");

    // Told by webhook while nobody listens: found by the statement.
    const address = await ada.wallet.transaction(id);
    await gateway.bank.fault({ on: "webhook", fault: "lost" });
    await ada.payIn(id, "100");
    ada = await again(secret);
    await ada.until(id, "completed");
    assert.deepEqual((await ada.wallet.transaction(id))["instructions"], address["instructions"]);

    const withdrawal = await ada.askWithdrawal("40");
    await ada.send(withdrawal, "40");
    ada = await again(secret);
    const done = await ada.until(withdrawal, "completed");
    assert.equal(text(done, "amount_out"), "39.3");
    await ada.holds("59");
    assert.equal((await gateway.bank.statement("out")).length, 1);
    await gateway.booksAgree();
  } finally {
    await gateway.stop();
  }
});
