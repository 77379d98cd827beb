import assert from "node:assert/strict";
import { z } from "zod";
import { type Receiver, withReceiver } from "../support/callback-receiver.ts";
import { withGateway } from "../support/gateway.ts";
import { arriveHosted } from "../support/hosted-customer.ts";
import { pageVisitor } from "../support/page-visitor.ts";
import { sep24TransactionShape } from "../support/sep24-shapes.ts";

const told = z.strictObject({ transaction: sep24TransactionShape });

const statusesOf = (receiver: Receiver, path: string) =>
  receiver.bodiesOf(path).map((body) => told.parse(body).transaction.status);

/** A link as a wallet opens it. */
function withCallbacks(url: string, callbacks: Readonly<Record<string, string>>): string {
  const link = new URL(url);
  for (const [name, value] of Object.entries(callbacks)) link.searchParams.set(name, value);
  return link.href;
}

const CALLED = {
  deposit: "R-24-75 R-24-78 R-24-80",
  withdraw: "R-24-76 R-24-79 R-24-81",
} as const;

for (const kind of ["deposit", "withdraw"] as const) {
  Deno.test(`${CALLED[kind]} a ${kind}'s link names who is told: of each change, and once of the end, signed`, () =>
    withReceiver((receiver, options) =>
      withGateway(options, async (gateway) => {
        const ada = await arriveHosted(gateway);
        if (kind === "withdraw") await ada.deposit("100");
        const { id, url } = await ada.link(kind);
        await pageVisitor().open(withCallbacks(url, {
          callback: receiver.url("/end"),
          on_change_callback: receiver.url("/changes"),
        }));
        assert.deepEqual(receiver.posts, [], "nothing has changed yet");
        const payable = await ada.choose(id, "40");
        if (kind === "deposit") await ada.payIn(id, "40");
        else await ada.send(id, "40");
        const done = await ada.until(id, "completed");
        await gateway.until("the last status", () =>
          Promise.resolve(statusesOf(receiver, "/changes").includes("completed") ? true : null));
        for (let round = 0; round < 3; round++) {
          await gateway.advance();
        }
        assert.deepEqual(receiver.bodiesOf("/end"), [{ transaction: payable }], "once, as GET answered it");
        const statuses = statusesOf(receiver, "/changes");
        assert.deepEqual(
          statuses.filter((status, at) =>
            status === statuses[at - 1]
          ),
          [],
          "changes alone",
        );
        assert.ok(statuses.includes("pending_user_transfer_start"));
        assert.deepEqual(receiver.bodiesOf("/changes").at(-1), { transaction: done });
        await receiver.verifyAll(gateway.publicUrl);
        assert.deepEqual((await gateway.readLog()).faults, []);
      })
    ));
}

Deno.test("R-24-83 an address that is private, or no HTTPS, is not called, and the person does not notice", () =>
  withReceiver((receiver, { caCerts }) =>
    // Nothing is excepted here, so the receiver's own address is as private as any.
    withGateway({ caCerts }, async (gateway) => {
      const ada = await arriveHosted(gateway);
      const addresses = [
        receiver.url("/told"),
        receiver.url("/told").replace("localhost", "127.0.0.1"),
        receiver.url("/told").replace("https:", "http:"),
        "https://[::ffff:10.0.0.1]/told",
        "/told",
        "javascript:alert(1)",
      ];
      for (const address of addresses) {
        const { id, url } = await ada.link("deposit");
        const page = await pageVisitor().open(
          withCallbacks(url, { callback: address, on_change_callback: address }),
        );
        assert.equal(page.status, 200, address);
        await ada.choose(id, "10");
        await ada.payIn(id, "10");
        await ada.until(id, "completed");
      }
      assert.deepEqual(receiver.posts, []);
      const { lines } = await gateway.readLog();
      const refused = lines.filter((line) => line.includes("page.callback_refused"));
      assert.equal(refused.length, addresses.length * 2);
      assert.ok(refused.every((line) => !line.includes("/told")), "addresses are not logged");
    })
  ));

Deno.test("R-24-84 at the end of the flow a transfer is no longer incomplete", () =>
  withReceiver((receiver, options) =>
    withGateway(options, async (gateway) => {
      const ada = await arriveHosted(gateway);
      await ada.deposit("100");
      for (const kind of ["deposit", "withdraw"] as const) {
        const { id, url } = await ada.link(kind);
        await pageVisitor().open(withCallbacks(url, { callback: receiver.url(`/${kind}`) }));
        assert.equal((await ada.transaction(id)).status, "incomplete");
        await ada.choose(id, "40");
        await gateway.until("the end", () =>
          Promise.resolve(receiver.bodiesOf(`/${kind}`).length > 0 ? true : null));
        assert.deepEqual(statusesOf(receiver, `/${kind}`), ["pending_user_transfer_start"]);
      }
    })
  ));
