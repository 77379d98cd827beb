import assert from "node:assert/strict";
import { Asset, Claimant, Keypair, Operation, StrKey, xdr } from "@stellar/stellar-sdk";
import { z } from "zod";
import { onNetwork, openNetwork } from "./network.ts";
import { listed, payNative } from "./steps.ts";

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
    const { body } = await network.send(owner, [payNative(other)]);
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

Deno.test(
  "paging tokens are ledger, transaction and operation in one number",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const { body } = await network.send(owner, [payNative(other), payNative(other)]);
    const ledger = BigInt(z.number().parse(body.ledger));
    assert.equal(body.paging_token, (ledger << 32n | 1n << 12n).toString());
    const { body: operations } = await network.get(`/transactions/${body.hash}/operations`);
    const tokens = listed.parse(operations)._embedded.records.map(({ paging_token }) => BigInt(paging_token));
    assert.deepEqual(tokens, [ledger << 32n | 1n << 12n | 1n, ledger << 32n | 1n << 12n | 2n]);
  }),
);

Deno.test(
  "operations joined with their transactions carry the memo",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const { body } = await network.send(owner, [payNative(other)]);
    const { body: list } = await network.get(
      `/accounts/${other.publicKey()}/operations?join=transactions&order=desc&limit=1`,
    );
    const [record] = listed.parse(list)._embedded.records;
    assert.deepEqual(record?.transaction, body);
  }),
);

Deno.test(
  "every participant sees an operation, claimants included; payments leave out what is none",
  onNetwork(async (network) => {
    const [owner, claimant, stranger] = [
      await network.account(),
      await network.account(),
      await network.account(),
    ];
    await network.send(owner, [
      Operation.createClaimableBalance({
        asset: Asset.native(),
        amount: "1",
        claimants: [new Claimant(claimant.publicKey())],
      }),
    ]);
    const types = async (who: Keypair, list: string): Promise<unknown[]> => {
      const { body } = await network.get(`/accounts/${who.publicKey()}/${list}`);
      return listed.parse(body)._embedded.records.map(({ type }) => type);
    };
    assert.deepEqual(await types(claimant, "operations"), ["create_account", "create_claimable_balance"]);
    assert.deepEqual(await types(claimant, "payments"), ["create_account"]);
    assert.deepEqual(await types(owner, "operations"), ["create_account", "create_claimable_balance"]);
    assert.deepEqual(await types(stranger, "operations"), ["create_account"]);
  }),
);
