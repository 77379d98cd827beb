import assert from "node:assert/strict";
import { z } from "zod";
import { type Receiver, withReceiver } from "../support/callback-receiver.ts";
import { arrive, type Customer } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";
import { sep6Client } from "../support/sep6-client.ts";

const told = z.object({ transaction: z.looseObject({ id: z.string(), status: z.string() }) });

const statusesOf = (receiver: Receiver, path: string) =>
  receiver.bodiesOf(path).map((body) => told.parse(body).transaction.status);

const answerOf = async (gateway: GatewayUnderTest, { token }: Customer, id: string): Promise<string> =>
  await (await gateway.ask(`/sep6/transaction?id=${id}`, { headers: { authorization: `Bearer ${token}` } }))
    .text();

test.inEveryLayout("R-06-57 R-06-166 R-06-168 both kinds are told of each status in order, the last as GET answers it", ({ withGateway }) =>
  withReceiver((receiver, options) =>
    withGateway(options, async (gateway) => {
      const ada = await arrive(gateway);
      const deposit = await ada.deposit("100", { on_change_callback: receiver.url("/deposit") });
      await gateway.until("the last status", () =>
        Promise.resolve(statusesOf(receiver, "/deposit").includes("completed") ? true : null));
      const statuses = statusesOf(receiver, "/deposit");
      assert.deepEqual(statuses, [
        "pending_anchor",
        "pending_user_transfer_start",
        "pending_anchor",
        "pending_stellar",
        "completed",
      ]);
      assert.equal(receiver.posts.at(-1)?.text, await answerOf(gateway, ada, deposit.id));

      const withdrawal = await ada.withdraw("40", { on_change_callback: receiver.url("/withdrawal") });
      await gateway.until("the last status", () =>
        Promise.resolve(statusesOf(receiver, "/withdrawal").includes("completed") ? true : null));
      assert.equal(receiver.posts.at(-1)?.text, await answerOf(gateway, ada, withdrawal.id));
      for (let round = 0; round < 3; round++) {
        await gateway.advance();
      }
      assert.equal(
        statusesOf(receiver, "/withdrawal").filter((status) =>
          status === "completed"
        ).length,
        1,
      );
      assert.deepEqual(statusesOf(receiver, "/deposit"), statuses);
      await receiver.verifyAll(gateway.publicUrl);
      assert.deepEqual((await gateway.readLog()).faults, []);
    })
  ));

test.inEveryLayout("R-06-170 R-06-57 a receiver that does not answer holds up no transfer, and hears all of it later in order", ({ withGateway }) =>
  withReceiver((receiver, options) =>
    withGateway({ ...options, jobs: true }, async (gateway) => {
      const ada = await arrive(gateway);
      await ada.deposit("10");
      const released = Promise.withResolvers<number>();
      receiver.answers(() => released.promise);
      const id = await ada.openDeposit("100", { on_change_callback: receiver.url("/slow") });
      // Known, so instructions come at once: from the process that was asked, or from another one whose loop was faster.
      // The first statuses are told by now, and nobody has answered.
      await ada.until(id, "pending_user_transfer_start");
      await ada.payIn(id, "100");
      await ada.until(id, "completed");
      assert.ok(new Set(statusesOf(receiver, "/slow")).size <= 1);
      receiver.answers(() => 200);
      released.resolve(200);
      await gateway.until("the last status", () =>
        Promise.resolve(statusesOf(receiver, "/slow").includes("completed") ? true : null));
      const inOrder = statusesOf(receiver, "/slow").filter((status, at, all) =>
        status !== all[at - 1]
      );
      assert.deepEqual(inOrder, [
        "pending_user_transfer_start",
        "pending_anchor",
        "pending_stellar",
        "completed",
      ]);
      await receiver.verifyAll(gateway.publicUrl);
    })
  ));

test.inEveryLayout("R-06-58 a bad on_change_callback is refused with 400 by both, and nothing is opened", ({ withGateway }) =>
  withReceiver((receiver, options) =>
    withGateway(options, async (gateway) => {
      const ada = await arrive(gateway);
      const ask = sep6Client(gateway.publicUrl, ada.token);
      const request = { asset_code: gateway.code, type: "bank_account", amount: "10" };
      const refused: Record<string, string[]> = {
        "callback.url_invalid": [
          "http://wallet.example/cb",
          "ftp://wallet.example/cb",
          "/cb",
          "postMessage",
          "https://ada:secret@wallet.example/cb",
          `https://wallet.example/${"a".repeat(5_000)}`,
        ],
        "callback.url_private": [
          "https://localhost/cb",
          "https://127.0.0.1/cb",
          "https://10.1.2.3/cb",
          "https://169.254.169.254/latest/meta-data",
          "https://[::1]/cb",
          "https://[::ffff:192.168.1.1]/cb",
          "https://[64:ff9b::a00:1]/cb",
          // The exception is for one port.
          receiver.url("/cb").replace(/:\d+/, ":9443"),
        ],
      };
      for (const [code, urls] of Object.entries(refused)) {
        for (const on_change_callback of urls) {
          for (const path of ["/deposit", "/withdraw"]) {
            const { status, body } = await ask(path, {
              ...request,
              ...(path === "/deposit" ? { account: ada.wallet.account } : {}),
              on_change_callback,
            });
            assert.deepEqual([status, body["code"]], [400, code], on_change_callback.slice(0, 60));
          }
        }
      }
      assert.deepEqual((await ask("/transactions", { asset_code: gateway.code })).body.transactions, []);
    })
  ));
