import assert from "node:assert/strict";
import { Asset, Claimant, Keypair, Operation } from "@stellar/stellar-sdk";
import { z } from "zod";
import { type Network, onNetwork } from "./ledger_network.ts";

const NATIVE = Asset.native();

/** What an account holds of an asset, as Horizon says. */
async function held(network: Network, account: Keypair, asset: Asset): Promise<string | undefined> {
  const { body } = await network.get(`/accounts/${account.publicKey()}`);
  const balances = z.array(z.object({
    balance: z.string(),
    asset_type: z.string(),
    asset_code: z.string().optional(),
    asset_issuer: z.string().optional(),
  })).parse(body.balances);
  return balances.find((one) =>
    asset.isNative()
      ? one.asset_type === "native"
      : one.asset_code === asset.getCode() && one.asset_issuer === asset.getIssuer()
  )?.balance;
}

function pay(destination: Keypair, asset: Asset, amount: string) {
  return Operation.payment({ destination: destination.publicKey(), asset, amount });
}

Deno.test(
  "a native payment moves the amount and costs the fee",
  onNetwork(async (network) => {
    const [payer, payee] = [await network.account(), await network.account()];
    const { status, body } = await network.send(payer, [pay(payee, NATIVE, "1.5")]);
    assert.equal(status, 200);
    assert.equal(body.fee_charged, "100");
    assert.equal(await held(network, payer, NATIVE), "9998.4999900");
    assert.equal(await held(network, payee, NATIVE), "10001.5000000");
  }),
);

Deno.test(
  "M-6 the codes of a payment of native money",
  onNetwork(async (network) => {
    const [payer, payee] = [await network.account(), await network.account()];
    const codes = async (destination: Keypair, amount: string) =>
      (await network.send(payer, [pay(destination, NATIVE, amount)])).codes?.operations;
    assert.deepEqual(await codes(Keypair.random(), "1"), ["op_no_destination"]);
    assert.deepEqual(await codes(payee, "9999.5"), ["op_underfunded"]);
    // Its reserve of 1 XLM and the fee stay: 10000 - 1 - 3 fees can be spent.
    assert.deepEqual(await codes(payee, "9998.9999701"), ["op_underfunded"]);
    const last = await network.send(payer, [pay(payee, NATIVE, "9998.9999600")]);
    assert.equal(last.status, 200);
    assert.equal(await held(network, payer, NATIVE), "1.0000000");
  }),
);

Deno.test(
  "native money to oneself succeeds whatever the amount",
  onNetwork(async (network) => {
    const payer = await network.account();
    assert.equal((await network.send(payer, [pay(payer, NATIVE, "123456789")])).status, 200);
    assert.equal(await held(network, payer, NATIVE), "9999.9999900");
  }),
);

Deno.test(
  "M-6 the codes of a payment of an issued asset",
  onNetwork(async (network) => {
    const { asset, issuer, holder } = await network.asset();
    const [stranger, trusting] = [await network.account(), await network.account()];
    await network.send(trusting, [Operation.changeTrust({ asset, limit: "10" })]);
    const codes = async (from: Keypair, to: Keypair, amount: string) =>
      (await network.send(from, [pay(to, asset, amount)])).codes?.operations ?? ["op_success"];
    assert.deepEqual(await codes(holder, stranger, "1"), ["op_no_trust"]);
    assert.deepEqual(await codes(stranger, holder, "1"), ["op_src_no_trust"]);
    assert.deepEqual(await codes(holder, trusting, "10.0000001"), ["op_line_full"]);
    assert.deepEqual(await codes(trusting, holder, "1"), ["op_underfunded"]);
    assert.deepEqual(await codes(holder, trusting, "10"), ["op_success"]);
    assert.deepEqual(await codes(holder, trusting, "0.0000001"), ["op_line_full"]);
    // The receiver is looked at first.
    assert.deepEqual(await codes(holder, stranger, "1000000"), ["op_no_trust"]);
    assert.deepEqual(await codes(issuer, trusting, "1"), ["op_line_full"]);
  }),
);

Deno.test(
  "an issuer mints by paying and burns by being paid",
  onNetwork(async (network) => {
    const { asset, issuer, holder } = await network.asset();
    assert.equal((await network.send(issuer, [pay(holder, asset, "5")])).status, 200);
    assert.equal(await held(network, holder, asset), "1005.0000000");
    assert.equal((await network.send(holder, [pay(issuer, asset, "1005")])).status, 200);
    assert.equal(await held(network, holder, asset), "0.0000000");
    assert.equal(await held(network, issuer, asset), undefined);
  }),
);

Deno.test(
  "M-6 an issuer that demands authorization: nobody may hold or send before it",
  onNetwork(async (network) => {
    const [issuer, holder] = [await network.account(), await network.account()];
    const asset = new Asset("AUTH", issuer.publicKey());
    await network.send(issuer, [Operation.setOptions({ setFlags: 3 })]);
    await network.send(holder, [Operation.changeTrust({ asset })]);
    const trust = await network.get(`/accounts/${holder.publicKey()}`);
    const [line] = z.array(z.record(z.string(), z.unknown())).parse(trust.body.balances);
    assert.equal(line?.is_authorized, false);
    assert.equal(line?.is_authorized_to_maintain_liabilities, false);
    assert.deepEqual((await network.send(issuer, [pay(holder, asset, "1")])).codes?.operations, [
      "op_not_authorized",
    ]);
    assert.deepEqual((await network.send(holder, [pay(issuer, asset, "1")])).codes?.operations, [
      "op_src_not_authorized",
    ]);
    const allow = { trustor: holder.publicKey(), asset, flags: { authorized: true } };
    assert.equal((await network.send(issuer, [Operation.setTrustLineFlags(allow)])).status, 200);
    assert.equal((await network.send(issuer, [pay(holder, asset, "1")])).status, 200);
    const revoke = { trustor: holder.publicKey(), asset, flags: { authorized: false } };
    assert.equal((await network.send(issuer, [Operation.setTrustLineFlags(revoke)])).status, 200);
    assert.deepEqual((await network.send(holder, [pay(issuer, asset, "1")])).codes?.operations, [
      "op_src_not_authorized",
    ]);
  }),
);

Deno.test(
  "M-6 the codes of creating an account",
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
  "M-6 the codes of changing trust",
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
  "M-6 path payments of an asset to itself, and the codes where no path leads",
  onNetwork(async (network) => {
    const { asset, issuer, holder } = await network.asset();
    const payee = await network.account();
    await network.send(payee, [Operation.changeTrust({ asset })]);
    const destination = payee.publicKey();
    const receive = Operation.pathPaymentStrictReceive({
      sendAsset: asset,
      sendMax: "7",
      destination,
      destAsset: asset,
      destAmount: "7",
    });
    assert.equal((await network.send(holder, [receive])).status, 200);
    const send = Operation.pathPaymentStrictSend({
      sendAsset: asset,
      sendAmount: "3",
      destination,
      destAsset: asset,
      destMin: "2",
    });
    assert.equal((await network.send(holder, [send])).status, 200);
    assert.equal(await held(network, payee, asset), "10.0000000");
    assert.equal(await held(network, holder, asset), "990.0000000");

    const code = async (operation: typeof receive) =>
      (await network.send(holder, [operation])).codes?.operations;
    const other = new Asset("EURX", issuer.publicKey());
    const over = { sendAsset: asset, sendMax: "6", destination, destAsset: asset, destAmount: "7" };
    assert.deepEqual(await code(Operation.pathPaymentStrictReceive(over)), ["op_over_source_max"]);
    const under = { sendAsset: asset, sendAmount: "6", destination, destAsset: asset, destMin: "7" };
    assert.deepEqual(await code(Operation.pathPaymentStrictSend(under)), ["op_under_dest_min"]);
    const across = { sendAsset: NATIVE, sendMax: "6", destination, destAsset: asset, destAmount: "1" };
    assert.deepEqual(await code(Operation.pathPaymentStrictReceive(across)), ["op_too_few_offers"]);
    const acrossSend = { sendAsset: NATIVE, sendAmount: "6", destination, destAsset: other, destMin: "1" };
    assert.deepEqual(await code(Operation.pathPaymentStrictSend(acrossSend)), ["op_too_few_offers"]);
    const nowhere = { ...over, destination: Keypair.random().publicKey() };
    assert.deepEqual(await code(Operation.pathPaymentStrictReceive(nowhere)), ["op_no_destination"]);
    const short = { ...under, sendAmount: "5000", destMin: "5000" };
    assert.deepEqual(await code(Operation.pathPaymentStrictSend(short)), ["op_underfunded"]);
  }),
);

Deno.test(
  "the delivered and the sent amount of path payments are shown",
  onNetwork(async (network) => {
    const { asset, holder } = await network.asset();
    const payee = await network.account();
    await network.send(payee, [Operation.changeTrust({ asset })]);
    const send = Operation.pathPaymentStrictSend({
      sendAsset: asset,
      sendAmount: "3",
      destination: payee.publicKey(),
      destAsset: asset,
      destMin: "2",
    });
    await network.send(holder, [send]);
    const { body } = await network.get(`/accounts/${payee.publicKey()}/payments?order=desc&limit=1`);
    const page = z.object({ records: z.array(z.record(z.string(), z.unknown())) }).parse(body._embedded);
    const [record] = page.records;
    assert.equal(record?.amount, "3.0000000");
    assert.equal(record?.source_amount, "3.0000000");
    assert.equal(record?.destination_min, "2.0000000");
    assert.deepEqual(record?.path, []);
    assert.equal(record?.source_asset_code, "USDX");
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
  "claimable balances: created, seen, claimed once",
  onNetwork(async (network) => {
    const { asset, holder } = await network.asset();
    const claimant = await network.account();
    const create = Operation.createClaimableBalance({
      asset,
      amount: "25",
      claimants: [new Claimant(claimant.publicKey()), new Claimant(holder.publicKey())],
    });
    const transaction = await network.build(holder, [create]);
    const id = transaction.getClaimableBalanceId(0);
    assert.equal((await network.submit(transaction)).status, 200);
    assert.equal(await held(network, holder, asset), "975.0000000");
    assert.equal((await network.get(`/accounts/${holder.publicKey()}`)).body.num_sponsoring, 2);
    const balance = await network.get(`/claimable_balances/${id}`);
    assert.equal(balance.body.id, id);
    assert.equal(balance.body.amount, "25.0000000");
    const found = await network.get(`/claimable_balances?claimant=${claimant.publicKey()}`);
    const { records } = z.object({ records: z.array(z.object({ id: z.string() })) }).parse(
      found.body._embedded,
    );
    assert.deepEqual(records.map((record) => record.id), [id]);

    const claim = async (by: Keypair, balanceId = id) =>
      (await network.send(by, [Operation.claimClaimableBalance({ balanceId })])).codes?.operations ??
        ["op_success"];
    const stranger = await network.account();
    assert.deepEqual(await claim(stranger), ["op_cannot_claim"]);
    assert.deepEqual(await claim(claimant), ["op_no_trust"]);
    await network.send(claimant, [Operation.changeTrust({ asset, limit: "24" })]);
    assert.deepEqual(await claim(claimant), ["op_line_full"]);
    await network.send(claimant, [Operation.changeTrust({ asset, limit: "25" })]);
    assert.deepEqual(await claim(claimant), ["op_success"]);
    assert.deepEqual(await claim(claimant), ["op_does_not_exist"]);
    assert.equal(await held(network, claimant, asset), "25.0000000");
    assert.equal((await network.get(`/accounts/${holder.publicKey()}`)).body.num_sponsoring, 0);
    assert.equal((await network.get(`/claimable_balances/${id}`)).status, 404);
  }),
);

Deno.test(
  "M-6 the codes of creating a claimable balance",
  onNetwork(async (network) => {
    const { asset, holder } = await network.asset();
    const stranger = await network.account();
    const create = async (by: Keypair, what: Asset, amount: string, claimants: Claimant[]) => {
      const operation = Operation.createClaimableBalance({ asset: what, amount, claimants });
      return (await network.send(by, [operation])).codes?.operations ?? ["op_success"];
    };
    const self = new Claimant(stranger.publicKey());
    assert.deepEqual(await create(stranger, asset, "1", [self]), ["op_no_trust"]);
    assert.deepEqual(await create(holder, asset, "1000.0000001", [self]), ["op_underfunded"]);
    assert.deepEqual(await create(holder, asset, "1", [self, self]), ["op_malformed"]);
    // All but one reserve of 0.5 and the fees may be spent; the balance itself needs that reserve.
    assert.deepEqual(await create(stranger, NATIVE, "9998.9", [self]), ["op_low_reserve"]);
    assert.deepEqual(await create(stranger, NATIVE, "10000", [self]), ["op_underfunded"]);
  }),
);

Deno.test(
  "claim predicates hold by the close time of the ledger that claims",
  onNetwork(async (network) => {
    const funder = await network.account();
    const [early, late] = [await network.account(), await network.account()];
    const now = network.ledger.snapshot().header.closeTime;
    const create = Operation.createClaimableBalance({
      asset: NATIVE,
      amount: "5",
      claimants: [
        new Claimant(early.publicKey(), Claimant.predicateBeforeRelativeTime("60")),
        new Claimant(
          late.publicKey(),
          Claimant.predicateAnd(
            Claimant.predicateNot(Claimant.predicateBeforeAbsoluteTime(String(now + 60))),
            Claimant.predicateOr(
              Claimant.predicateUnconditional(),
              Claimant.predicateBeforeAbsoluteTime(String(now + 1)),
            ),
          ),
        ),
      ],
    });
    const transaction = await network.build(funder, [create]);
    const balanceId = transaction.getClaimableBalanceId(0);
    await network.submit(transaction);
    const { body } = await network.get(`/claimable_balances/${balanceId}`);
    const claimants = z.array(z.object({ predicate: z.unknown() })).parse(body.claimants);
    assert.deepEqual(claimants[0]?.predicate, {
      abs_before: "2026-01-01T00:01:00Z",
      abs_before_epoch: String(now + 60),
    });
    const claim = Operation.claimClaimableBalance({ balanceId });
    assert.deepEqual((await network.send(late, [claim])).codes?.operations, ["op_cannot_claim"]);
    await network.ledger.close(1, now + 60);
    assert.deepEqual((await network.send(early, [claim])).codes?.operations, ["op_cannot_claim"]);
    assert.equal((await network.send(late, [claim])).status, 200);
    assert.equal(await held(network, late, NATIVE), "10004.9999800");
  }),
);

Deno.test(
  "M-11 merging moves what is left and ends the account",
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

Deno.test(
  "M-13 an issuer claws back what was agreed to",
  onNetwork(async (network) => {
    const [issuer, holder] = [await network.account(), await network.account()];
    const asset = new Asset("CLAW", issuer.publicKey());
    await network.send(issuer, [Operation.setOptions({ setFlags: 10 })]);
    await network.send(holder, [Operation.changeTrust({ asset })]);
    await network.send(issuer, [pay(holder, asset, "10")]);
    const claw = (amount: string) => Operation.clawback({ asset, from: holder.publicKey(), amount });
    assert.deepEqual((await network.send(issuer, [claw("11")])).codes?.operations, ["op_underfunded"]);
    assert.equal((await network.send(issuer, [claw("4")])).status, 200);
    assert.equal(await held(network, holder, asset), "6.0000000");
  }),
);

Deno.test(
  "an operation that the sandbox does not know is refused at the door as not supported",
  onNetwork(async (network) => {
    const owner = await network.account();
    const answer = await network.send(owner, [Operation.inflation({})]);
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.codes, { transaction: "tx_failed", operations: ["op_not_supported"] });
    assert.equal(await held(network, owner, NATIVE), "10000.0000000");
  }),
);
