import assert from "node:assert/strict";
import {
  AccountRequiresMemoError,
  Asset,
  Claimant,
  Horizon,
  Keypair,
  Operation,
  TransactionBuilder,
} from "@stellar/stellar-sdk";
import { z } from "zod";
import { seedAsset } from "../../../sandbox/ledger/mod.ts";
import { type Network, onNetwork, PASSPHRASE } from "./network.ts";

/** Serves a network on a port for as long as a test needs it. */
async function served(network: Network, test: (origin: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, network.app.fetch);
  try {
    await test(`http://127.0.0.1:${server.addr.port}/sandbox`);
  } finally {
    await network.ledger.stop();
    await server.shutdown();
  }
}

Deno.test(
  "the SDK's client works on the ledger as on any Horizon",
  onNetwork(async (network) => {
    await served(network, async (origin) => {
      const server = new Horizon.Server(`${origin}/horizon`, { allowHttp: true });
      const [issuer, distribution, user] = [Keypair.random(), Keypair.random(), await network.account()];
      const options = {
        horizonUrl: `${origin}/horizon`,
        passphrase: PASSPHRASE,
        issuer,
        distribution,
        code: "USDX",
        amount: "5000",
        homeDomain: "anchor.example",
      };
      await seedAsset(options);
      const before = network.ledger.snapshot().header.sequence;
      await seedAsset(options);
      assert.equal(network.ledger.snapshot().header.sequence, before, "seeding again changes nothing");
      const asset = new Asset("USDX", issuer.publicKey());
      assert.equal((await server.loadAccount(issuer.publicKey())).home_domain, "anchor.example");

      const build = async (
        source: Keypair,
        ...operations: Parameters<TransactionBuilder["addOperation"]>[0][]
      ) => {
        const account = await server.loadAccount(source.publicKey());
        const builder = new TransactionBuilder(account, { fee: "100", networkPassphrase: PASSPHRASE });
        for (const operation of operations) builder.addOperation(operation);
        const transaction = builder.setTimeout(0).build();
        transaction.sign(source);
        return transaction;
      };
      await server.submitTransaction(await build(user, Operation.changeTrust({ asset })));
      const received: string[] = [];
      const heard = Promise.withResolvers<void>();
      const stop = server.payments().forAccount(user.publicKey()).cursor("now").stream({
        onmessage(record) {
          received.push(record.type);
          heard.resolve();
        },
      });
      const payment = Operation.payment({ destination: user.publicKey(), asset, amount: "12.5" });
      // The stream may begin after this payment; it is then sent again.
      const submitted = await server.submitTransaction(await build(distribution, payment));
      assert.equal(submitted.successful, true);
      const again = setInterval(
        () => void build(distribution, payment).then((tx) => server.submitTransaction(tx)),
        200,
      );
      await heard.promise;
      clearInterval(again);
      stop();
      assert.equal(received[0], "payment");

      const claimants = [new Claimant(user.publicKey())];
      await server.submitTransaction(
        await build(distribution, Operation.createClaimableBalance({ asset, amount: "3", claimants })),
      );
      const balances = await server.claimableBalances().claimant(user.publicKey()).asset(asset).call();
      assert.deepEqual(balances.records.map(({ amount }) => amount), ["3.0000000"]);
      assert.equal((await server.feeStats()).last_ledger_base_fee, "100");
      assert.equal(await server.fetchBaseFee(), 100);
      const fresh = Keypair.random().publicKey();
      await server.friendbot(fresh).call();
      assert.equal((await server.loadAccount(fresh)).balances[0]?.balance, "10000.0000000");
      const root = await server.root();
      assert.equal(root.network_passphrase, PASSPHRASE);

      await server.submitTransaction(
        await build(user, Operation.manageData({ name: "config.memo_required", value: "1" })),
      );
      await assert.rejects(
        server.submitTransaction(await build(distribution, payment)),
        AccountRequiresMemoError,
      );
      const refused = await server.submitTransaction(
        await build(
          user,
          Operation.payment({
            destination: Keypair.random().publicKey(),
            asset,
            amount: "1",
          }),
        ),
      ).then(() => undefined, (error: unknown) => error);
      const { response } = z.object({
        response: z.object({ data: z.looseObject({ extras: z.looseObject({}) }) }),
      })
        .parse(refused);
      assert.deepEqual(response.data.extras.result_codes, {
        transaction: "tx_failed",
        operations: ["op_no_destination"],
      });
    });
  }),
);
