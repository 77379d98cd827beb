import assert from "node:assert/strict";
import { Asset, Claimant, Keypair, Operation } from "@stellar/stellar-sdk";
import { z } from "zod";
import { onNetwork } from "./network.ts";
import { held, NATIVE } from "./steps.ts";

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
  "the codes of creating a claimable balance",
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
