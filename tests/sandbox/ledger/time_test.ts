import assert from "node:assert/strict";
import { TransactionBuilder } from "@stellar/stellar-sdk";
import { z } from "zod";
import { onNetwork, untilWaiting } from "./network.ts";
import { NOW, payNative, sequenceOf, transactionId } from "./steps.ts";

Deno.test(
  "what is out of time when its ledger closes is forgotten without a word",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const transaction = await network.build(owner, [payNative(other)], {
      timebounds: { minTime: 0, maxTime: NOW + 30 },
    });
    const waiting = network.submit(transaction);
    await untilWaiting(network.ledger, 1);
    await network.ledger.close(3, NOW + 31);
    assert.equal((await waiting).status, 504);
    assert.equal((await network.get(`/transactions/${transactionId(transaction)}`)).status, 404);
    const again = await network.submit(transaction);
    assert.deepEqual(again.codes, { transaction: "tx_too_late" });
  }, { closeEvery: "on demand" }),
);

Deno.test(
  "time bounds hold by the ledger's own clock, whole seconds included",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const send = async (minTime: number, maxTime: number) =>
      (await network.send(owner, [payNative(other)], { timebounds: { minTime, maxTime } })).codes
        ?.transaction;
    assert.equal(await send(NOW, NOW), undefined);
    await network.ledger.close(1, NOW + 1000);
    assert.equal(await send(0, NOW + 999), "tx_too_late");
    assert.equal(await send(NOW + 1000, NOW + 1000), undefined);
  }),
);

Deno.test(
  "the ledger's clock never goes back and goes on from where it was moved",
  onNetwork(async (network) => {
    await network.ledger.close(1, NOW + 600);
    await assert.rejects(network.ledger.close(1, NOW), RangeError);
    network.clock.now += 5000;
    assert.equal((await network.ledger.close()).closeTime, NOW + 605);
    network.clock.now -= 60_000;
    assert.equal((await network.ledger.close()).closeTime, NOW + 605);
  }),
);

Deno.test(
  "preconditions: ledger bounds, least sequence number, age and gap",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const { sequence } = network.ledger.snapshot().header;
    const codes = async (configure: (builder: TransactionBuilder) => void, next?: bigint) => {
      const options = next === undefined ? { configure } : { configure, sequence: next };
      return (await network.send(owner, [payNative(other)], options)).codes?.transaction;
    };
    assert.equal(await codes((builder) => builder.setLedgerbounds(sequence + 100, 0)), "tx_too_early");
    assert.equal(await codes((builder) => builder.setLedgerbounds(0, sequence - 1)), "tx_too_late");
    assert.equal(await codes((builder) => builder.setLedgerbounds(0, sequence + 5)), undefined);
    const now = await sequenceOf(network, owner);
    assert.equal(
      await codes((builder) => builder.setMinAccountSequence(String(now + 1n)), now + 9n),
      "tx_bad_seq",
    );
    assert.equal(await codes((builder) => builder.setMinAccountSequence(String(now)), now + 9n), undefined);
    assert.equal(await sequenceOf(network, owner), now + 9n);
    assert.equal(await codes((builder) => builder.setMinAccountSequenceAge(10n)), "tx_bad_minseq_age_or_gap");
    await network.ledger.close(1, NOW + 60);
    assert.equal(await codes((builder) => builder.setMinAccountSequenceAge(10n)), undefined);
    assert.equal(
      await codes((builder) => builder.setMinAccountSequenceLedgerGap(5)),
      "tx_bad_minseq_age_or_gap",
    );
    await network.ledger.close(5);
    assert.equal(await codes((builder) => builder.setMinAccountSequenceLedgerGap(5)), undefined);
    const { body } = await network.get(`/accounts/${owner.publicKey()}/transactions?order=desc&limit=1`);
    const { records } = z.object({ records: z.array(z.object({ preconditions: z.unknown() })) }).parse(
      body._embedded,
    );
    assert.deepEqual(records[0]?.preconditions, {
      timebounds: { min_time: "0" },
      min_account_sequence_ledger_gap: 5,
    });
  }),
);
