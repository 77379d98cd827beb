import assert from "node:assert/strict";
import { noLog } from "../../../core/log.ts";
import { webhookUrl } from "../../../core/outgoing/webhook-address.ts";
import { createApp } from "../../../routes/app.ts";
import { addressOf, arrive } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";

/** The application of a gateway that commits webhooks and does not read them yet. */
async function unreadApp({ running }: TestGateway) {
  const { environment, anchor, gateway } = running;
  const { app } = await createApp({
    gateway: {
      ...gateway,
      readInbox: { isDue: () => Promise.resolve(false), due: () => Promise.resolve(0) },
    },
    environment,
    anchor,
    log: noLog,
  });
  return app;
}

const addressIn = ({ running: { environment } }: TestGateway, instance: string) =>
  new URL(webhookUrl(environment.publicUrl, environment.webhookSecret, instance)).pathname;

Deno.test("P11 an unknown instance, a wrong secret and no secret answer the same 404, and keep nothing", () =>
  withGateway({}, async (gateway) => {
    const app = await unreadApp(gateway);
    const right = addressIn(gateway, "bank");
    const others = [
      right.replace("/bank/", "/nobody/"),
      right.replace("/bank/", "/bureau/"),
      `${right}x`,
      right.slice(0, -1),
      "/webhooks/bank/wrong",
      "/webhooks/bank",
      "/webhooks/constructor/x",
      "/webhooks/__proto__/x/y",
    ];
    const bodies = new Set<string>();
    for (const path of others) {
      const answer = await app.request(path, { method: "POST", body: "{}" });
      assert.equal(answer.status, 404, path);
      bodies.add((await answer.text()).replace(/"request_id":"[^"]*"/, ""));
    }
    assert.equal(bodies.size, 1);
    assert.deepEqual(await gateway.running.gateway.inbox.takeDue(10), []);
  }));

Deno.test("P11 a webhook of any method and tail is committed before it is answered, byte for byte", () =>
  withGateway({}, async (gateway) => {
    const app = await unreadApp(gateway);
    const { inbox, db } = gateway.running.gateway;
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const address = addressIn(gateway, "bank");
    const sent: readonly [string, string, string][] = [
      ["POST", "", ""],
      ["PUT", "/news/of%20today", "a=1&a=2"],
      ["GET", "/", "challenge=x"],
    ];
    for (const [method, tail, query] of sent) {
      const answer = await app.request(`${address}${tail}${query ? `?${query}` : ""}`, {
        method,
        headers: { "x-signature": "as it came", cookie: "not=ours" },
        ...(method === "GET" ? {} : { body }),
      });
      assert.equal(answer.status, 200);
      const [item, ...others] = await inbox.takeDue(10);
      assert.ok(item && others.length === 0);
      assert.deepEqual([item.request.method, item.request.path, item.request.query], [method, tail, query]);
      assert.deepEqual(item.request.body, method === "GET" ? new Uint8Array() : body);
      const headers = new Map(item.request.headers.map(([name, value]) => [name, value]));
      assert.equal(headers.get("x-signature"), "as it came");
      assert.equal(headers.has("cookie"), false);
    }
    const [row] = await db.query({
      sql: "select count(*) as kept, sum(instr(cast(request as text), 'as it came')) as plain from inbox",
    });
    assert.deepEqual([row?.kept, row?.plain], [3n, 0n], "what came is sealed at rest");
  }));

Deno.test("P11 a webhook that cannot be committed is not answered with 2xx", () =>
  withGateway({}, async (gateway) => {
    const { environment, anchor, gateway: core } = gateway.running;
    const { app } = await createApp({
      gateway: {
        ...core,
        inbox: { ...core.inbox, putRaw: () => Promise.reject(new Error("the disk is full")) },
      },
      environment,
      anchor,
      log: noLog,
    });
    const answer = await app.request(addressIn(gateway, "bank"), { method: "POST", body: "{}" });
    await answer.body?.cancel();
    assert.ok(answer.status >= 500, String(answer.status));
  }));

Deno.test("M-18 P11 news that come doubled, disordered, forged, stale or not at all move money once", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await gateway.advance();
    let held = 0;
    for (const fault of ["duplicate", "out_of_order", "bad_signature", "stale", "lost"]) {
      const id = await ada.askDeposit("10");
      await gateway.bank.fault({ on: "webhook", fault });
      const reference = await addressOf(ada.wallet, id);
      await gateway.bank.payIn({ reference, amount: "10" });
      await ada.until(id, "completed");
      held += 1;
    }
    // 10 less 0.5 and half a percent.
    await ada.holds(`${(945 * held) / 100}`);
    const [row] = await gateway.running.gateway.db.query({
      sql: "select count(*) as receipts from receipts",
    });
    assert.equal(row?.receipts, BigInt(held));
    await gateway.booksAgree();
  }));
