import assert from "node:assert/strict";
import { moveClock } from "../../core/records/clock.ts";
import { withReceiver } from "../support/callback-receiver.ts";
import { arrive, type Customer } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";

/** PUTs JSON with the customer's token. */
async function put(
  gateway: GatewayUnderTest,
  { token }: Customer,
  path: string,
  body: unknown,
): Promise<number> {
  const answer = await gateway.ask(`/sep12${path}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  await answer.body?.cancel();
  return answer.status;
}

/** The bureau accepts, once the review has reached it. */
async function accept(gateway: GatewayUnderTest, { wallet }: Customer): Promise<void> {
  const { id } = await wallet.customer();
  const decide = () => gateway.kyc.decide(id ?? "", "accepted").then(() => true, () => null);
  await gateway.until("a review", decide);
}

const get = async (gateway: GatewayUnderTest, { token }: Customer): Promise<string> =>
  await (await gateway.ask("/sep12/customer", { headers: { authorization: `Bearer ${token}` } })).text();

test.inEveryLayout("R-12-91 R-12-92 R-12-96 each status is posted as GET answers it, the final one last, then nothing", ({ withGateway }) =>
  withReceiver((receiver, options) =>
    withGateway(options, async (gateway) => {
      const ada = await arrive(gateway, { funded: false });
      assert.equal(await put(gateway, ada, "/customer", { first_name: "Ada" }), 202);
      assert.equal(await put(gateway, ada, "/customer/callback", { url: receiver.url("/a") }), 200);
      const rest = { last_name: "Review", email_address: "ada@example.com" };
      assert.equal(await put(gateway, ada, "/customer", rest), 202);
      const texts = () => receiver.posts.map(({ text }) => text);
      await gateway.until("a first callback", () => Promise.resolve(receiver.posts.at(0) ?? null));
      assert.deepEqual(texts(), [await get(gateway, ada)]);
      await accept(gateway, ada);
      await gateway.until("a second callback", () => Promise.resolve(receiver.posts.at(1) ?? null));
      assert.deepEqual(texts().slice(1), [await get(gateway, ada)]);
      assert.match(texts().at(1) ?? "", /"ACCEPTED"/);
      // Another name begins another review; nobody hears of it.
      assert.equal(await put(gateway, ada, "/customer", { last_name: "King" }), 202);
      for (let round = 0; round < 3; round++) await gateway.advance();
      assert.equal(receiver.posts.length, 2);
      // Until the callback is set again (R-12-97), elsewhere.
      assert.equal(await put(gateway, ada, "/customer/callback", { url: receiver.url("/b") }), 200);
      assert.equal(await put(gateway, ada, "/customer", { last_name: "Reject" }), 202);
      await gateway.until("the end", () => Promise.resolve(receiver.bodiesOf("/b").at(1) ?? null));
      assert.equal(texts().at(-1), await get(gateway, ada));
      assert.equal(receiver.posts.length, 4);
      await receiver.verifyAll(gateway.publicUrl);
    })
  ));

test.inEveryLayout("R-12-90 R-12-99 R-12-94 an address that fails is tried again, and is left alone once it is replaced", ({ withGateway }) =>
  withReceiver((receiver, options) =>
    withGateway(options, async (gateway) => {
      const ada = await arrive(gateway, { funded: false });
      await put(gateway, ada, "/customer", { first_name: "Ada" });
      await put(gateway, ada, "/customer/callback", { url: receiver.url("/old") });
      receiver.answers(() => 503);
      await put(gateway, ada, "/customer", { last_name: "Review", email_address: "ada@example.com" });
      for (let tries = 0; tries < 3; tries++) {
        await gateway.until("a try", () => Promise.resolve(receiver.posts.at(tries) ?? null));
        await moveClock(gateway.db, 60_000);
      }
      const tried = receiver.posts.length;
      assert.equal(new Set(receiver.posts.map(({ text }) => text)).size, 1);
      // The status moved, whatever the receiver says of it.
      assert.match(await get(gateway, ada), /"PROCESSING"/);
      await put(gateway, ada, "/customer/callback", { url: receiver.url("/new") });
      receiver.answers(() => 200);
      await accept(gateway, ada);
      await gateway.until("the new one", () => Promise.resolve(receiver.bodiesOf("/new").at(0) ?? null));
      for (let round = 0; round < 3; round++) await gateway.advance();
      assert.equal(receiver.posts.length, tried + 1);
      assert.match(receiver.posts.at(-1)?.text ?? "", /"ACCEPTED"/);
      await receiver.verifyAll(gateway.publicUrl);
      assert.deepEqual((await gateway.readLog()).faults, []);
    })
  ));

test.inEveryLayout("R-12-98 R-12-89 over HTTP too, a bad address answers 400 and a stranger 404", ({ withGateway }) =>
  withReceiver((receiver, options) =>
    withGateway(options, async (gateway) => {
      const ada = await arrive(gateway, { funded: false });
      const set = (url: string) => put(gateway, ada, "/customer/callback", { url });
      assert.equal(await set(receiver.url("/a")), 404);
      await put(gateway, ada, "/customer", { first_name: "Ada" });
      assert.equal(await set("https://127.0.0.1:9443/a"), 400);
      assert.equal(await set("http://wallet.example/a"), 400);
      assert.equal(await set(receiver.url("/a")), 200);
      assert.deepEqual(receiver.posts, []);
    })
  ));
