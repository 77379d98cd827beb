import assert from "node:assert/strict";
import {
  Asset,
  hash,
  Keypair,
  Operation,
  StrKey,
  Transaction,
  TransactionBuilder,
  xdr,
} from "@stellar/stellar-sdk";
import { z } from "zod";
import {
  BEGINNING,
  type Network,
  onNetwork,
  openNetwork,
  PASSPHRASE,
  untilWaiting,
} from "./ledger_network.ts";

const NOW = BEGINNING / 1000;

function pay(destination: Keypair, amount = "1") {
  return Operation.payment({ destination: destination.publicKey(), asset: Asset.native(), amount });
}

async function sequenceOf(network: Network, account: Keypair): Promise<bigint> {
  const { body } = await network.get(`/accounts/${account.publicKey()}`);
  return BigInt(z.string().parse(body.sequence));
}

async function balanceOf(network: Network, account: Keypair): Promise<string | undefined> {
  const { body } = await network.get(`/accounts/${account.publicKey()}`);
  return z.array(z.object({ balance: z.string() })).parse(body.balances).at(-1)?.balance;
}

Deno.test(
  "M-6 refusals at the door use neither fee nor sequence number",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const sequence = await sequenceOf(network, owner);
    const code = async (options: Parameters<Network["send"]>[2]) =>
      (await network.send(owner, [pay(other)], options)).codes;
    assert.deepEqual(await code({ sequence: sequence + 2n }), { transaction: "tx_bad_seq" });
    assert.deepEqual(await code({ sequence }), { transaction: "tx_bad_seq" });
    assert.deepEqual(await code({ fee: "99" }), { transaction: "tx_insufficient_fee" });
    assert.deepEqual(await code({ signers: [other] }), { transaction: "tx_bad_auth" });
    assert.deepEqual(await code({ signers: [] }), { transaction: "tx_bad_auth" });
    assert.deepEqual(await code({ signers: [owner, other] }), { transaction: "tx_bad_auth_extra" });
    assert.deepEqual(await code({ signers: [owner, owner] }), { transaction: "tx_bad_auth_extra" });
    assert.deepEqual(await code({ timebounds: { minTime: NOW + 1, maxTime: 0 } }), {
      transaction: "tx_too_early",
    });
    assert.deepEqual(await code({ timebounds: { minTime: 0, maxTime: NOW - 1 } }), {
      transaction: "tx_too_late",
    });
    assert.deepEqual((await network.send(owner, [])).codes, { transaction: "tx_missing_operation" });
    const unknown = Keypair.random();
    assert.deepEqual((await network.send(unknown, [pay(other)])).codes, {
      transaction: "tx_no_source_account",
    });
    assert.equal(await sequenceOf(network, owner), sequence);
    assert.equal(await balanceOf(network, owner), "10000.0000000");
  }),
);

Deno.test(
  "M-6 what the fee would take below the reserve is refused as an insufficient balance",
  onNetwork(async (network) => {
    const funder = await network.account();
    const poor = Keypair.random();
    const create = Operation.createAccount({ destination: poor.publicKey(), startingBalance: "1.0000099" });
    await network.send(funder, [create]);
    const answer = await network.send(poor, [Operation.bumpSequence({ bumpTo: "0" })]);
    assert.deepEqual(answer.codes, { transaction: "tx_insufficient_balance" });
  }),
);

Deno.test(
  "M-6 a failure in a ledger uses fee and sequence number",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const sequence = await sequenceOf(network, owner);
    const answer = await network.send(owner, [pay(other), pay(Keypair.random()), pay(other)]);
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.codes, {
      transaction: "tx_failed",
      operations: ["op_success", "op_no_destination", "op_success"],
    });
    assert.equal(await sequenceOf(network, owner), sequence + 1n);
    assert.equal(await balanceOf(network, owner), "9999.9999700");
    assert.equal(await balanceOf(network, other), "10000.0000000");
    const found = await network.get(
      `/accounts/${owner.publicKey()}/transactions?include_failed=true&order=desc`,
    );
    const { records } = z.object({ records: z.array(z.object({ successful: z.boolean() })) }).parse(
      found.body._embedded,
    );
    assert.equal(records[0]?.successful, false);
    const hidden = await network.get(`/accounts/${owner.publicKey()}/transactions?order=desc`);
    assert.notDeepEqual(hidden.body._embedded, found.body._embedded);
  }),
);

Deno.test(
  "a transaction that is malformed in one operation is refused at the door",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const merge = Operation.accountMerge({ destination: owner.publicKey() });
    const answer = await network.send(owner, [pay(other), merge, pay(other)]);
    assert.deepEqual(answer.codes?.operations, ["op_success", "op_malformed", "op_success"]);
    assert.equal(await balanceOf(network, owner), "10000.0000000");
  }),
);

Deno.test(
  "the same transaction again gives the same answer and pays once",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const transaction = await network.build(owner, [pay(other)]);
    const first = await network.submit(transaction);
    const again = await network.submit(transaction);
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first.body);
    assert.equal(await balanceOf(network, other), "10001.0000000");
    const failing = await network.build(owner, [pay(Keypair.random())]);
    const failed = await network.submit(failing);
    assert.deepEqual((await network.submit(failing)).body, failed.body);
  }),
);

Deno.test(
  "two callers who submit one transaction at once both hear of the one payment",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const transaction = await network.build(owner, [pay(other)]);
    const answers = await Promise.all([network.submit(transaction), network.submit(transaction)]);
    assert.deepEqual(answers.map(({ status }) => status), [200, 200]);
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }),
);

Deno.test(
  "another transaction of an account that has one waiting is not taken; its sender hears nothing",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const first = await network.build(owner, [pay(other)]);
    const second = await network.build(owner, [pay(other, "2")]);
    const waiting = network.submit(first);
    await untilWaiting(network.ledger, 1);
    const later = network.submit(second);
    await untilWaiting(network.ledger, 2);
    await network.ledger.close(3);
    assert.equal((await waiting).status, 200);
    const { status, body } = await later;
    assert.equal(status, 504);
    assert.equal(body.type, "https://stellar.org/horizon-errors/timeout");
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }, { closeEvery: "on demand" }),
);

Deno.test(
  "M-2 what is out of time when its ledger closes is forgotten without a word",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const transaction = await network.build(owner, [pay(other)], {
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
      (await network.send(owner, [pay(other)], { timebounds: { minTime, maxTime } })).codes?.transaction;
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
  "signers, weights and thresholds: an operation needs the weight of its kind",
  onNetwork(async (network) => {
    const [owner, friend, other] = [await network.account(), Keypair.random(), await network.account()];
    await network.send(owner, [Operation.setOptions({
      signer: { ed25519PublicKey: friend.publicKey(), weight: 1 },
      lowThreshold: 1,
      medThreshold: 2,
      highThreshold: 2,
    })]);
    const codes = async (signers: Keypair[]) => (await network.send(owner, [pay(other)], { signers })).codes;
    assert.deepEqual(await codes([owner]), { transaction: "tx_failed", operations: ["op_bad_auth"] });
    assert.deepEqual(await codes([friend]), { transaction: "tx_failed", operations: ["op_bad_auth"] });
    assert.equal(await codes([owner, friend]), undefined);
    const bare = Operation.claimClaimableBalance({ balanceId: "0".repeat(72) });
    assert.deepEqual((await network.send(owner, [bare], { signers: [friend] })).codes?.operations, [
      "op_does_not_exist",
    ]);
    await network.send(owner, [Operation.setOptions({ masterWeight: 0, medThreshold: 1 })], {
      signers: [owner, friend],
    });
    assert.deepEqual(await codes([owner]), { transaction: "tx_bad_auth" });
    assert.equal(await codes([friend]), undefined);
    const { body } = await network.get(`/accounts/${owner.publicKey()}`);
    assert.deepEqual(body.signers, [
      { weight: 1, key: friend.publicKey(), type: "ed25519_public_key" },
      { weight: 0, key: owner.publicKey(), type: "ed25519_public_key" },
    ]);
  }),
);

Deno.test(
  "operations of other accounts need their signatures; an account may be created and used in one transaction",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const foreign = Operation.payment({
      source: other.publicKey(),
      destination: owner.publicKey(),
      asset: Asset.native(),
      amount: "1",
    });
    assert.deepEqual((await network.send(owner, [foreign])).codes?.operations, ["op_bad_auth"]);
    assert.equal((await network.send(owner, [foreign], { signers: [owner, other] })).status, 200);
    const fresh = Keypair.random();
    const create = Operation.createAccount({ destination: fresh.publicKey(), startingBalance: "10" });
    const domain = Operation.setOptions({ source: fresh.publicKey(), homeDomain: "a.example" });
    assert.deepEqual((await network.send(owner, [create, domain])).codes?.operations, [
      "op_success",
      "op_bad_auth",
    ]);
    assert.equal((await network.send(owner, [create, domain], { signers: [owner, fresh] })).status, 200);
    const absent = Keypair.random();
    const lone = Operation.setOptions({ source: absent.publicKey(), homeDomain: "a.example" });
    assert.deepEqual((await network.send(owner, [lone], { signers: [owner, absent] })).codes?.operations, [
      "op_no_source_account",
    ]);
  }),
);

Deno.test(
  "a hash signer is satisfied by its preimage",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const preimage = new TextEncoder().encode("open sesame");
    const signer = { sha256Hash: xdr.encodeBytes(hash(preimage), "hex"), weight: 1 };
    await network.send(owner, [Operation.setOptions({ signer })]);
    const transaction = await network.build(owner, [pay(other)], { signers: [] });
    transaction.signHashX(preimage);
    assert.equal((await network.submit(transaction)).status, 200);
    const wrong = await network.build(owner, [pay(other)], { signers: [] });
    wrong.signHashX(new TextEncoder().encode("open barley"));
    assert.deepEqual((await network.submit(wrong)).codes, { transaction: "tx_bad_auth" });
  }),
);

Deno.test(
  "a transaction authorized beforehand needs no signature, once",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const next = await sequenceOf(network, owner);
    const future = await network.build(owner, [pay(other)], { sequence: next + 2n, signers: [] });
    const preAuthTx = future.hash();
    await network.send(owner, [Operation.setOptions({ signer: { preAuthTx, weight: 1 } })]);
    assert.equal((await network.get(`/accounts/${owner.publicKey()}`)).body.subentry_count, 1);
    assert.equal((await network.submit(future)).status, 200);
    const { body } = await network.get(`/accounts/${owner.publicKey()}`);
    assert.equal(body.subentry_count, 0);
    assert.equal(z.array(z.unknown()).parse(body.signers).length, 1);
  }),
);

Deno.test(
  "extra signers that a transaction demands must all have signed",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const witness = Keypair.random();
    const build = async (signers: Keypair[]) =>
      await network.build(owner, [pay(other)], {
        signers,
        configure: (builder) => builder.setExtraSigners([witness.publicKey()]),
      });
    assert.deepEqual((await network.submit(await build([owner]))).codes, { transaction: "tx_bad_auth" });
    assert.equal((await network.submit(await build([owner, witness]))).status, 200);
  }),
);

Deno.test(
  "preconditions: ledger bounds, least sequence number, age and gap",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const { sequence } = network.ledger.snapshot().header;
    const codes = async (configure: (builder: TransactionBuilder) => void, next?: bigint) => {
      const options = next === undefined ? { configure } : { configure, sequence: next };
      return (await network.send(owner, [pay(other)], options)).codes?.transaction;
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

Deno.test(
  "M-7 a fee bump pays for another's transaction and is found under both hashes",
  onNetwork(async (network) => {
    const [owner, other, sponsor] = [
      await network.account(),
      await network.account(),
      await network.account(),
    ];
    const inner = await network.build(owner, [pay(other)]);
    const bump = TransactionBuilder.buildFeeBumpTransaction(sponsor, "500", inner, PASSPHRASE);
    bump.sign(sponsor);
    const { status, body } = await network.submit(bump);
    assert.equal(status, 200);
    const [outerHash, innerHash] = [xdr.encodeBytes(bump.hash(), "hex"), transactionId(inner)];
    assert.equal(body.hash, outerHash);
    assert.equal(body.fee_account, sponsor.publicKey());
    assert.equal(body.source_account, owner.publicKey());
    assert.equal(body.fee_charged, "200");
    assert.equal(body.max_fee, "1000");
    assert.equal(await balanceOf(network, sponsor), "9999.9999800");
    assert.equal(await balanceOf(network, owner), "9999.0000000");
    const byInner = await network.get(`/transactions/${innerHash}`);
    assert.equal(byInner.body.hash, innerHash);
    assert.equal(byInner.body.id, innerHash);
    const innerPart = z.object({ hash: z.string(), signatures: z.array(z.string()), max_fee: z.string() });
    const parsed = innerPart.parse(byInner.body.inner_transaction);
    assert.equal(parsed.hash, innerHash);
    assert.equal(parsed.max_fee, "100");
    assert.deepEqual(byInner.body.signatures, parsed.signatures);
    assert.deepEqual(byInner.body.fee_bump_transaction, body.fee_bump_transaction);
    const operations = await network.get(`/transactions/${innerHash}/operations`);
    const { records } = z.object({ records: z.array(z.object({ transaction_hash: z.string() })) })
      .parse(operations.body._embedded);
    assert.deepEqual(records.map((record) => record.transaction_hash), [outerHash]);
    // The inside again: it is in a ledger already.
    assert.equal((await network.submit(inner)).status, 200);
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }),
);

Deno.test(
  "M-6 the codes of fee bumps",
  onNetwork(async (network) => {
    const [owner, other, sponsor] = [
      await network.account(),
      await network.account(),
      await network.account(),
    ];
    const bumped = async (inner: Transaction, fee = "200", signers = [sponsor]) => {
      const bump = TransactionBuilder.buildFeeBumpTransaction(sponsor, fee, inner, PASSPHRASE);
      bump.sign(...signers);
      return (await network.submit(bump)).codes;
    };
    const dear = await network.build(owner, [pay(other)], { fee: "300" });
    const wire = TransactionBuilder.buildFeeBumpTransaction(sponsor, "300", dear, PASSPHRASE).toEnvelope()
      .toXdrObject();
    assert.equal(wire.type, 5);
    if (wire.type === 5) wire.feeBump.tx.fee = 599n;
    const cheap = TransactionBuilder.fromXdr(
      xdr.TransactionEnvelope.fromXdrObject(wire).toXdr("base64"),
      PASSPHRASE,
    );
    cheap.sign(sponsor);
    assert.deepEqual((await network.submit(cheap)).codes, { transaction: "tx_insufficient_fee" });
    const good = await network.build(owner, [pay(other)]);
    assert.deepEqual(await bumped(good, "200", [other]), { transaction: "tx_bad_auth" });
    assert.deepEqual(await bumped(good, "200", [sponsor, other]), { transaction: "tx_bad_auth_extra" });
    assert.deepEqual(await bumped(good, "60000000000"), { transaction: "tx_insufficient_balance" });
    const wrong = await network.build(owner, [pay(other)], { sequence: 5n });
    assert.deepEqual(await bumped(wrong), {
      transaction: "tx_fee_bump_inner_failed",
      inner_transaction: "tx_bad_seq",
    });
    const failing = await network.build(owner, [pay(Keypair.random())]);
    assert.deepEqual(await bumped(failing), {
      transaction: "tx_fee_bump_inner_failed",
      inner_transaction: "tx_failed",
      operations: ["op_no_destination"],
    });
    assert.equal(await balanceOf(network, sponsor), "9999.9999800");
    // Whoever asks for the inside is told of the inside.
    assert.deepEqual((await network.submit(failing)).codes, {
      transaction: "tx_failed",
      operations: ["op_no_destination"],
    });
  }),
);

Deno.test(
  "M-7 a bump with ten times the fee takes the place of what waits; a smaller one is refused",
  onNetwork(async (network) => {
    const [owner, other, sponsor] = [
      await network.account(),
      await network.account(),
      await network.account(),
    ];
    await network.control("behaviour", { behaviour: "timeout", included_after: 50 });
    const stuck = await network.build(owner, [pay(other)]);
    assert.equal((await network.submit(stuck)).status, 504);
    const bump = (fee: string) => {
      const built = TransactionBuilder.buildFeeBumpTransaction(sponsor, fee, stuck, PASSPHRASE);
      built.sign(sponsor);
      return built;
    };
    assert.deepEqual((await network.submit(bump("900"))).codes, { transaction: "tx_insufficient_fee" });
    const { status } = await network.submit(bump("1000"));
    assert.equal(status, 200);
    assert.equal((await network.submit(stuck)).status, 200);
    await network.ledger.close(60);
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }),
);

Deno.test(
  "an envelope that cannot be read, and a body of the wrong kind",
  onNetwork(async (network) => {
    const post = async (body: BodyInit, headers: HeadersInit = {}) => {
      const answer = await network.app.request("/sandbox/horizon/transactions", {
        method: "POST",
        body,
        headers,
      });
      return { status: answer.status, body: z.record(z.string(), z.unknown()).parse(await answer.json()) };
    };
    const broken = await post(new URLSearchParams({ tx: "AAAA" }));
    assert.equal(broken.status, 400);
    assert.equal(broken.body.type, "https://stellar.org/horizon-errors/transaction_malformed");
    assert.deepEqual(broken.body.extras, { envelope_xdr: "AAAA" });
    assert.equal((await post(new URLSearchParams())).status, 400);
    const json = await post("{}", { "content-type": "application/json" });
    assert.equal(json.status, 415);
    assert.equal(json.body.type, "https://stellar.org/horizon-errors/unsupported_media_type");
  }),
);

Deno.test(
  "muxed sources and destinations are shown beside their accounts",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const muxed = (account: Keypair, id: bigint): string => {
      const bytes = new Uint8Array(40);
      bytes.set(account.rawPublicKey());
      new DataView(bytes.buffer).setBigUint64(32, id);
      return StrKey.encodeMed25519PublicKey(bytes);
    };
    const to = muxed(other, 2n ** 64n - 1n);
    const from = muxed(owner, 7n);
    const payment = Operation.payment({ source: from, destination: to, asset: Asset.native(), amount: "1" });
    await network.send(owner, [payment]);
    const { body } = await network.get(`/accounts/${other.publicKey()}/payments?order=desc&limit=1`);
    const { records } = z.object({ records: z.array(z.record(z.string(), z.unknown())) }).parse(
      body._embedded,
    );
    const [record] = records;
    assert.equal(record?.to, other.publicKey());
    assert.equal(record?.to_muxed, to);
    assert.equal(record?.to_muxed_id, "18446744073709551615");
    assert.equal(record?.from_muxed_id, "7");
    assert.equal(record?.source_account_muxed, from);
    assert.equal(record?.source_account, owner.publicKey());
  }),
);

Deno.test("the results are the network's own bytes", async () => {
  const network = await openNetwork();
  try {
    const [owner, other] = [await network.account(), await network.account()];
    const { body } = await network.send(owner, [pay(other)]);
    const result = xdr.TransactionResult.fromXdr(z.string().parse(body.result_xdr), "base64").toXdrObject();
    assert.equal(result.feeCharged, 100n);
    assert.equal(result.result.code, 0);
    const changes = xdr.decodeArray(xdr.LedgerEntryChange, z.string().parse(body.fee_meta_xdr), "base64");
    assert.deepEqual(changes.map(({ type }) => type), ["ledgerEntryState", "ledgerEntryUpdated"]);
    const meta = xdr.TransactionMeta.fromXdr(z.string().parse(body.result_meta_xdr), "base64").toXdrObject();
    assert.equal(meta.v, 4);
    if (meta.v !== 4) return;
    const [operation] = meta.v4.operations;
    const balances = operation?.changes.map((change) =>
      change.type === 1 && change.updated.data.type === 0 ? change.updated.data.account.balance : undefined
    ).filter((balance) => balance !== undefined);
    assert.deepEqual(balances?.sort(), [99_989_999_900n, 100_010_000_000n].sort());
  } finally {
    await network.end();
  }
});

function transactionId(transaction: Transaction): string {
  return xdr.encodeBytes(transaction.hash(), "hex");
}
