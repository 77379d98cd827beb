import assert from "node:assert/strict";
import { Asset, Horizon, type Keypair, Operation, TransactionBuilder } from "@stellar/stellar-sdk";
import type { xdr } from "@stellar/stellar-sdk";
import { z } from "zod";
import { type Network, onNetwork, PASSPHRASE } from "./network.ts";

const refusal = z.object({
  response: z.object({
    data: z.object({ extras: z.object({ result_codes: z.object({ operations: z.array(z.string()) }) }) }),
  }),
});

/** An issuer's and a holder's own programs: the public SDK over HTTP, and nothing of the ledger's inside. */
async function withSdk(
  network: Network,
  test: (
    server: Horizon.Server,
    send: (source: Keypair, ...operations: xdr.Operation[]) => Promise<string[]>,
  ) => Promise<void>,
): Promise<void> {
  const listener = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, network.app.fetch);
  const server = new Horizon.Server(`http://127.0.0.1:${listener.addr.port}/sandbox/horizon`, {
    allowHttp: true,
  });
  try {
    await test(server, async (source, ...operations) => {
      const builder = new TransactionBuilder(await server.loadAccount(source.publicKey()), {
        fee: "100",
        networkPassphrase: PASSPHRASE,
      });
      for (const operation of operations) builder.addOperation(operation);
      const transaction = builder.setTimeout(0).build();
      transaction.sign(source);
      try {
        await server.submitTransaction(transaction);
        return ["op_success"];
      } catch (error) {
        return refusal.parse(error).response.data.extras.result_codes.operations;
      }
    });
  } finally {
    await network.ledger.stop();
    await listener.shutdown();
  }
}

/** An issuer that demands authorization and may claw back, and two accounts that trust it. */
async function regulated(network: Network) {
  const [issuer, holder, other] = [
    await network.account(),
    await network.account(),
    await network.account(),
  ];
  const asset = new Asset("REG", issuer.publicKey());
  return { issuer, holder, other, asset };
}

async function lineOf(server: Horizon.Server, account: Keypair, asset: Asset) {
  const { balances } = await server.loadAccount(account.publicKey());
  const line = balances.find((one) => "asset_code" in one && one.asset_code === asset.getCode());
  assert.ok(line !== undefined && "is_authorized" in line, "there is a trustline");
  return line;
}

Deno.test(
  "M-8 an issuer authorizes, holds back and frees trustlines through the SDK, and payments feel it",
  onNetwork((network) =>
    withSdk(network, async (server, send) => {
      const { issuer, holder, other, asset } = await regulated(network);
      assert.deepEqual(await send(issuer, Operation.setOptions({ setFlags: 11 })), ["op_success"]);
      for (const account of [holder, other]) await send(account, Operation.changeTrust({ asset }));
      const flags = (authorized: boolean, maintain: boolean) =>
        Operation.setTrustLineFlags({
          trustor: holder.publicKey(),
          asset,
          flags: { authorized, authorizedToMaintainLiabilities: maintain },
        });
      const issue = Operation.payment({ destination: holder.publicKey(), asset, amount: "10" });
      const back = Operation.payment({ destination: issuer.publicKey(), asset, amount: "1" });

      assert.equal((await lineOf(server, holder, asset)).is_authorized, false);
      assert.deepEqual(await send(issuer, issue), ["op_not_authorized"]);
      assert.deepEqual(await send(issuer, flags(true, false)), ["op_success"]);
      assert.equal((await lineOf(server, holder, asset)).is_authorized, true);
      assert.deepEqual(await send(issuer, issue), ["op_success"]);

      assert.deepEqual(await send(issuer, flags(false, true)), ["op_success"]);
      const held = await lineOf(server, holder, asset);
      assert.deepEqual(
        [held.is_authorized, held.is_authorized_to_maintain_liabilities, held.balance],
        [false, true, "10.0000000"],
      );
      assert.deepEqual(await send(holder, back), ["op_src_not_authorized"]);
      assert.deepEqual(await send(issuer, flags(false, false)), ["op_success"]);
      assert.deepEqual(await send(issuer, issue), ["op_not_authorized"]);
      assert.deepEqual(await send(issuer, flags(true, false)), ["op_success"]);
      assert.deepEqual(await send(holder, back), ["op_success"]);

      // Nobody but the issuer has a say, and nothing can be said of a line that is not there.
      assert.deepEqual(await send(other, flags(true, false)), ["op_malformed"]);
      const stranger = await network.account();
      const unknown = { trustor: stranger.publicKey(), asset, flags: { authorized: true } };
      assert.deepEqual(await send(issuer, Operation.setTrustLineFlags(unknown)), ["op_no_trust"]);
      const history = await server.operations().forAccount(holder.publicKey()).limit(200).call();
      const told = history.records.filter(({ type }) => String(type) === "set_trust_line_flags");
      assert.equal(told.length, 4);
    })
  ),
);

Deno.test(
  "M-13 M-21 an issuer claws back through the SDK what was agreed to, and never more than is there",
  onNetwork((network) =>
    withSdk(network, async (server, send) => {
      const { issuer, holder, other, asset } = await regulated(network);
      await send(other, Operation.changeTrust({ asset }));
      await send(issuer, Operation.setOptions({ setFlags: 10 }));
      await send(holder, Operation.changeTrust({ asset }));
      for (const account of [holder, other]) {
        await send(issuer, Operation.payment({ destination: account.publicKey(), asset, amount: "10" }));
      }
      const claw = (from: Keypair, amount: string) =>
        Operation.clawback({ asset, from: from.publicKey(), amount });
      assert.deepEqual(await send(issuer, claw(holder, "4.5")), ["op_success"]);
      assert.equal((await lineOf(server, holder, asset)).balance, "5.5000000");
      assert.deepEqual(await send(issuer, claw(holder, "5.5000001")), ["op_underfunded"]);
      // A line that was opened before the issuer could claw back never agreed to it.
      assert.deepEqual(await send(issuer, claw(other, "1")), ["op_not_clawback_enabled"]);
      assert.deepEqual(await send(other, claw(holder, "1")), ["op_malformed"]);
      const given = { trustor: holder.publicKey(), asset, flags: { clawbackEnabled: false } };
      assert.deepEqual(await send(issuer, Operation.setTrustLineFlags(given)), ["op_success"]);
      assert.deepEqual(await send(issuer, claw(holder, "1")), ["op_not_clawback_enabled"]);
      const { records } = await server.operations().forAccount(holder.publicKey()).order("desc").limit(2)
        .call();
      assert.deepEqual(records.map(({ type }) => String(type)), ["set_trust_line_flags", "clawback"]);
    })
  ),
);

Deno.test(
  "M-11 an account is merged away through the SDK: its money moves whole, and it can begin again",
  onNetwork((network) =>
    withSdk(network, async (server, send) => {
      const { holder, other, asset } = await regulated(network);
      const merge = Operation.accountMerge({ destination: other.publicKey() });
      await send(holder, Operation.changeTrust({ asset }));
      assert.deepEqual(await send(holder, merge), ["op_has_sub_entries"]);
      await send(holder, Operation.changeTrust({ asset, limit: "0" }));
      assert.deepEqual(await send(holder, merge), ["op_success"]);
      // Four transactions of one operation were paid for before the rest moved.
      assert.equal((await server.loadAccount(other.publicKey())).balances[0]?.balance, "19999.9999600");
      await assert.rejects(server.loadAccount(holder.publicKey()));
      const { records } = await server.payments().forAccount(other.publicKey()).order("desc").limit(1).call();
      assert.equal(records[0]?.type, "account_merge");
      await server.friendbot(holder.publicKey()).call();
      const again = await server.loadAccount(holder.publicKey());
      assert.equal(BigInt(again.sequence) >> 32n, BigInt(network.ledger.snapshot().header.sequence));
    })
  ),
);
