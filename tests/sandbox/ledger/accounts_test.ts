import assert from "node:assert/strict";
import { Asset, Keypair, Operation } from "@stellar/stellar-sdk";
import { z } from "zod";
import { onNetwork } from "./network.ts";
import { held, NATIVE, pay } from "./steps.ts";

Deno.test(
  "the codes of creating an account",
  onNetwork(async (network) => {
    const funder = await network.account();
    const create = async (destination: string, startingBalance: string) => {
      const operation = Operation.createAccount({ destination, startingBalance });
      return (await network.send(funder, [operation])).codes?.operations ?? ["op_success"];
    };
    const fresh = Keypair.random().publicKey();
    assert.deepEqual(await create(fresh, "0.9999999"), ["op_low_reserve"]);
    assert.deepEqual(await create(fresh, "20000"), ["op_underfunded"]);
    assert.deepEqual(await create(fresh, "1"), ["op_success"]);
    assert.deepEqual(await create(fresh, "1"), ["op_already_exists"]);
    assert.deepEqual(await create(funder.publicKey(), "1"), ["op_malformed"]);
  }),
);

Deno.test(
  "a new account begins at the number of its ledger shifted by 32 bits",
  onNetwork(async (network) => {
    const funder = await network.account();
    const fresh = Keypair.random();
    const operation = Operation.createAccount({ destination: fresh.publicKey(), startingBalance: "5" });
    const { body } = await network.send(funder, [operation]);
    const account = await network.get(`/accounts/${fresh.publicKey()}`);
    assert.equal(account.body.sequence, (BigInt(z.number().parse(body.ledger)) << 32n).toString());
    assert.equal(account.body.sequence_ledger, undefined);
  }),
);

Deno.test(
  "the codes of changing trust",
  onNetwork(async (network) => {
    const { asset, issuer, holder } = await network.asset();
    const trust = async (source: Keypair, line: Asset, limit?: string) => {
      const operation = Operation.changeTrust(limit === undefined ? { asset: line } : { asset: line, limit });
      return (await network.send(source, [operation])).codes?.operations ?? ["op_success"];
    };
    const unknown = new Asset("NONE", Keypair.random().publicKey());
    assert.deepEqual(await trust(holder, unknown), ["op_no_issuer"]);
    assert.deepEqual(await trust(holder, asset, "999.9999999"), ["op_invalid_limit"]);
    assert.deepEqual(await trust(holder, asset, "0"), ["op_invalid_limit"]);
    assert.deepEqual(await trust(issuer, asset), ["op_malformed"]);
    const poor = Keypair.random();
    const create = Operation.createAccount({ destination: poor.publicKey(), startingBalance: "1.4" });
    await network.send(holder, [create]);
    assert.deepEqual(await trust(poor, asset), ["op_low_reserve"]);
    assert.deepEqual(await trust(holder, asset, "1000"), ["op_success"]);
    await network.send(holder, [pay(issuer, asset, "1000")]);
    assert.deepEqual(await trust(holder, asset, "0"), ["op_success"]);
    assert.equal(await held(network, holder, asset), undefined);
    assert.equal((await network.get(`/accounts/${holder.publicKey()}`)).body.subentry_count, 0);
    assert.deepEqual(await trust(holder, asset, "0"), ["op_invalid_limit"]);
  }),
);

Deno.test(
  "manage data sets, changes and takes away values; each costs a reserve",
  onNetwork(async (network) => {
    const owner = await network.account();
    const set = async (name: string, value: string | null) =>
      (await network.send(owner, [Operation.manageData({ name, value })])).codes?.operations ??
        ["op_success"];
    assert.deepEqual(await set("config.memo_required", "1"), ["op_success"]);
    assert.deepEqual(await set("config.memo_required", "2"), ["op_success"]);
    const { body } = await network.get(`/accounts/${owner.publicKey()}`);
    assert.deepEqual(body.data, { "config.memo_required": "Mg==" });
    assert.equal(body.subentry_count, 1);
    const value = await network.get(`/accounts/${owner.publicKey()}/data/config.memo_required`);
    assert.deepEqual(value.body, { value: "Mg==" });
    assert.deepEqual(await set("nothing", null), ["op_data_name_not_found"]);
    assert.deepEqual(await set("config.memo_required", null), ["op_success"]);
    assert.equal((await network.get(`/accounts/${owner.publicKey()}/data/config.memo_required`)).status, 404);
    assert.deepEqual(await set("tab\there", "1"), ["op_data_invalid_name"]);
  }),
);

Deno.test(
  "set options: home domain, flags, and what may not be set",
  onNetwork(async (network) => {
    const owner = await network.account();
    const set = async (options: Parameters<typeof Operation.setOptions>[0]) =>
      (await network.send(owner, [Operation.setOptions(options)])).codes?.operations ?? ["op_success"];
    assert.deepEqual(await set({ homeDomain: "anchor.example" }), ["op_success"]);
    assert.equal((await network.get(`/accounts/${owner.publicKey()}`)).body.home_domain, "anchor.example");
    assert.deepEqual(await set({ setFlags: 8 }), ["op_auth_revocable_required"]);
    assert.deepEqual(await set({ setFlags: 10 }), ["op_success"]);
    assert.deepEqual(await set({ setFlags: 1, clearFlags: 1 }), ["op_bad_flags"]);
    assert.deepEqual(await set({ setFlags: 16 }), ["op_unknown_flag"]);
    assert.deepEqual(await set({ signer: { ed25519PublicKey: owner.publicKey(), weight: 1 } }), [
      "op_bad_signer",
    ]);
    assert.deepEqual(await set({ inflationDest: Keypair.random().publicKey() }), ["op_invalid_inflation"]);
    assert.deepEqual(await set({ homeDomain: "a\u0001b" }), ["op_invalid_home_domain"]);
    assert.deepEqual(await set({ setFlags: 4 }), ["op_success"]);
    assert.deepEqual(await set({ clearFlags: 2 }), ["op_cant_change"]);
  }),
);

Deno.test(
  "merging moves what is left and ends the account",
  onNetwork(async (network) => {
    const [gone, heir] = [await network.account(), await network.account()];
    const merge = Operation.accountMerge({ destination: heir.publicKey() });
    await network.send(gone, [Operation.manageData({ name: "a", value: "b" })]);
    assert.deepEqual((await network.send(gone, [merge])).codes?.operations, ["op_has_sub_entries"]);
    await network.send(gone, [Operation.manageData({ name: "a", value: null })]);
    assert.equal((await network.send(gone, [merge])).status, 200);
    assert.equal(await held(network, heir, NATIVE), "19999.9999600");
    assert.equal((await network.get(`/accounts/${gone.publicKey()}`)).status, 404);
    const { body, status } = await network.get(`/accounts/${gone.publicKey()}/payments?order=desc&limit=1`);
    assert.equal(status, 200);
    const page = z.object({ records: z.array(z.record(z.string(), z.unknown())) }).parse(body._embedded);
    assert.equal(page.records[0]?.type, "account_merge");
    assert.equal(page.records[0]?.into, heir.publicKey());
  }),
);
