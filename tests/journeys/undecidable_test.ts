import { Account, Keypair, Operation, TransactionBuilder } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { openAlarms } from "../../core/records/alarms.ts";
import { createHorizon } from "../../core/stellar/horizon.ts";
import { arrive } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";
import { askAs, operatorVariables, rowsIn } from "../support/operators.ts";

/** Somebody signs with the distribution account's key by hand. @returns the transaction's hash */
async function byHand({ horizonUrl, environment: { passphrase, seeds } }: TestGateway): Promise<string> {
  const keys = Keypair.fromSecret(seeds.distribution);
  const horizon = createHorizon({ url: horizonUrl, passphrase, timeoutMs: 5_000 });
  const account = await horizon.account(keys.publicKey());
  assert.ok(account.kind === "found");
  const transaction = new TransactionBuilder(new Account(account.id, String(account.sequence)), {
    fee: "200",
    networkPassphrase: passphrase,
  }).addOperation(Operation.manageData({ name: "by", value: "hand" })).setTimeout(0).build();
  transaction.sign(keys);
  const answer = await horizon.submit(transaction.toXdr());
  assert.ok(answer.kind === "included");
  return answer.hash;
}

Deno.test("M-2 M-5 M-28 operators have a payment decided that the ledger could not tell, and every payout behind it goes on", () =>
  withGateway({ variables: operatorVariables }, async (gateway) => {
    const [ada, bob] = [await arrive(gateway), await arrive(gateway)];
    const id = await ada.askDeposit("100");
    await gateway.ledger.behave({
      behaviour: "timeout",
      included_after: "never",
      account: gateway.distribution,
    });
    await ada.payIn(id, "100");
    await ada.until(id, "pending_stellar");
    const inItsPlace = await byHand(gateway);
    const { closed_at } = await gateway.ledger.close();
    await gateway.ledger.close(1, Math.floor(Date.parse(closed_at) / 1000) + 480);
    await gateway.until("the transfer to wait for an operator", async () => {
      const kinds = (await openAlarms(gateway.db, 99)).map(({ kind }) => kind);
      return kinds.includes("payout_undecidable") ? true : null;
    });
    const other = await bob.askDeposit("50");
    await bob.payIn(other, "50");
    for (let round = 0; round < 5; round++) await gateway.advance();
    assert.equal((await bob.wallet.transaction(other)).status, "pending_anchor", "its source is taken");

    const [envelope, ...others] = rowsIn(await askAs(gateway, "vera", "/envelopes"), "envelopes");
    assert.ok(envelope && others.length === 0);
    assert.deepEqual(
      [envelope["transfer"], envelope["purpose"], envelope["source"]],
      [id, "payout", gateway.distribution],
    );
    const decide = (name: "sam" | "anna", body: unknown) =>
      askAs(gateway, name, `/envelopes/${String(envelope["id"])}/decide`, { body });
    assert.equal((await decide("sam", { transaction: inItsPlace })).status, 403);
    assert.equal((await decide("anna", { transaction: "nothing" })).status, 400);
    assert.equal((await decide("anna", { transaction: "ab".repeat(32) })).status, 409);
    await ada.holds("0");

    const decided = await decide("anna", { transaction: inItsPlace });
    assert.deepEqual([decided.status, decided.body], [200, { decided: "absent" }]);
    assert.equal((await decide("anna", { transaction: inItsPlace })).status, 404);
    await ada.until(id, "completed");
    await bob.until(other, "completed");
    await ada.holds("99");
    await bob.holds("49.25");
    assert.deepEqual(rowsIn(await askAs(gateway, "vera", "/envelopes"), "envelopes"), []);
    await gateway.booksAgree();
  }));
