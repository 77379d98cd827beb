import assert from "node:assert/strict";
import { addressOf, arrive, text } from "../support/customer.ts";
import { needsServers, noFaults, startFaultyStorage } from "../support/faulty-storages.ts";
import { withGateway } from "../support/gateway.ts";

Deno.test({
  name: "M-25 M-1 a database that is away in the midst of everything and comes back loses nothing",
  ...needsServers(async () => {
    const storage = await startFaultyStorage(noFaults);
    try {
      await withGateway({ variables: storage.variables }, async (gateway) => {
        const [ada, eve, zoe] = [await arrive(gateway), await arrive(gateway), await arrive(gateway)];
        await eve.deposit("100");
        const deposit = await ada.askDeposit("100");
        const withdrawal = await eve.askWithdrawal("40");
        const asked = await zoe.openDeposit("30");
        const { tick } = gateway.running.gateway.runner;

        const reference = await addressOf(ada.wallet, deposit);

        storage.records.isAway = true;
        // The bank's webhook finds nobody, the ledger is not read, and whoever asks is told to come again.
        const paid = await gateway.bank.payIn({ reference, amount: "100" });
        assert.equal(paid.state, "booked");
        const { failed } = await tick(20_000);
        assert.ok(failed.length > 3, "jobs fail, and the process lives");
        for (const path of [`/sep6/transaction?id=${deposit}`, "/sep6/transactions?asset_code=USDX"]) {
          const answer = await gateway.ask(path, {
            headers: { authorization: `Bearer ${ada.token}`, "accept-language": "pt-BR" },
          });
          const body = await answer.json();
          assert.deepEqual([answer.status, body.code], [503, "records.unreachable"], path);
          assert.ok(Number(answer.headers.get("retry-after")) > 0);
          assert.equal(answer.headers.get("content-language"), "pt-BR");
        }
        const ready = await gateway.ask("/health/ready");
        assert.equal(ready.status, 503);
        await ready.body?.cancel();
        storage.records.isAway = false;

        await ada.until(deposit, "completed");
        await ada.holds("99");
        await eve.send(withdrawal, "40");
        // Away again, at the very moment at which money leaves.
        storage.records.isAway = true;
        await tick(20_000);
        storage.records.isAway = false;
        assert.equal(text(await eve.until(withdrawal, "completed"), "amount_out"), "39.3");
        assert.equal((await gateway.bank.statement("out")).length, 1);
        await zoe.wallet.give(zoe.person, asked);
        await zoe.until(asked, "pending_user_transfer_start");
        await gateway.booksAgree();
      });
    } finally {
      await storage.stop();
    }
  }),
});
