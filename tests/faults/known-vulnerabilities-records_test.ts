/**
 * What other anchor servers had to mend, tried on ours: whose records are told to whom, and what one request may cost.
 * See `known-vulnerabilities_test.ts` for what is not ours.
 */
import assert from "node:assert/strict";
import { repeatable } from "../../core/records/database.ts";
import { webhookSecret } from "../../core/outgoing/webhook-address.ts";
import { createApp } from "../../routes/app.ts";
import { arrive } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";

/** Asks with a token. */
function asking(gateway: TestGateway, token: string) {
  return async (path: string, init: RequestInit = {}) => {
    const answer = await gateway.ask(path, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${token}` },
    });
    const text = await answer.text();
    return { status: answer.status, text, headers: answer.headers };
  };
}

Deno.test("R-06-129 #1891 #2025 users of one shared account learn nothing of each other's transactions", () =>
  withGateway({}, async (gateway) => {
    const one = await arrive(gateway, { memoId: "1" });
    const secret = one.wallet.key.secret();
    const mine = (await one.deposit("20")).id;
    const hash = String((await one.wallet.transaction(mine))["stellar_transaction_id"]);
    const others = [
      await arrive(gateway, { secret, memoId: "2" }),
      await arrive(gateway, { secret, muxedId: "1" }),
      await arrive(gateway, { secret }),
    ];
    for (const { token } of others) {
      const ask = asking(gateway, token);
      const listed = await ask(`/sep6/transactions?asset_code=${gateway.code}`);
      assert.deepEqual(JSON.parse(listed.text), { transactions: [] });
      for (const query of [`id=${mine}`, `stellar_transaction_id=${hash}`]) {
        assert.equal((await ask(`/sep6/transaction?${query}`)).status, 404);
      }
    }
  }));

Deno.test("R-12-35 #1916 a transaction of somebody else opens no way to their customer", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const bob = await arrive(gateway, { lastName: "Victimsson" });
    const theirs = await bob.askDeposit("20");
    const ask = asking(gateway, ada.token);
    const foreign = await ask(`/sep12/customer?type=sep6&transaction_id=${theirs}`);
    const unknown = await ask(`/sep12/customer?type=sep6&transaction_id=${"a".repeat(26)}`);
    assert.equal(foreign.status, 404);
    const withoutId = ({ text }: { text: string }) => text.replace(/"request_id":"\w+"/, "");
    assert.equal(withoutId(foreign), withoutId(unknown));
    const given = await ask("/sep12/customer", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ type: "sep6", transaction_id: theirs, first_name: "Mallory" }),
    });
    assert.equal(given.status, 404);
  }));

Deno.test("R-12-32 R-12-61 #1946 #1997 the id of somebody else's customer is an unknown one", () =>
  withGateway({}, async (gateway) => {
    const bob = await arrive(gateway, { lastName: "Victimsson" });
    const theirs = await bob.wallet.give(bob.person);
    const ada = await arrive(gateway);
    await ada.wallet.give(ada.person);
    const ask = asking(gateway, ada.token);
    const values = async () =>
      (await gateway.running.gateway.db.query({
        sql: "select version from customers where id = ?",
        args: [theirs],
      }))[0]?.version;
    const before = await values();
    const read = await ask(`/sep12/customer?id=${theirs}`);
    assert.equal(read.status, 404);
    assert.doesNotMatch(read.text, /Victimsson|ACCEPTED|provided/);
    const body = JSON.stringify({ id: theirs, first_name: "Mallory", url: "https://mallory.example/" });
    for (const path of ["/sep12/customer", "/sep12/customer/callback"]) {
      const written = await ask(path, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body,
      });
      assert.ok(written.status === 404 || written.status === 400, `${path} ${written.status}`);
    }
    assert.equal(await values(), before);
  }));

Deno.test("R-06-40 #1903 an amount with a huge exponent costs nothing and is no amount", () =>
  withGateway({}, async (gateway) => {
    const { token, wallet } = await arrive(gateway);
    const ask = asking(gateway, token);
    for (
      const amount of [
        "1E+500000000",
        "1e-500000000",
        "1e500000000",
        "9".repeat(7_000),
        `0.${"0".repeat(7_000)}1`,
      ]
    ) {
      for (const path of [`deposit?account=${wallet.account}&`, "withdraw?"]) {
        const begun = performance.now();
        const { status } = await ask(
          `/sep6/${path}asset_code=${gateway.code}&amount=${encodeURIComponent(amount)}`,
        );
        assert.equal(status, 400);
        assert.ok(performance.now() - begun < 5_000);
      }
    }
  }));

Deno.test("R-06-120 R-06-125 #1909 #2008 no list is longer than its limit, whatever is asked (Polaris)", () =>
  withGateway({}, async (gateway) => {
    const { token, wallet, openDeposit } = await arrive(gateway);
    const id = await openDeposit("20");
    const { db } = gateway.running.gateway;
    const columns = (await db.query({ sql: "select name from pragma_table_info('transfers')" })).map((
      { name },
    ) => String(name)).filter((name) => name !== "id" && name !== "reference");
    await db.write([{
      sql: `insert into transfers (id, ${columns.join(", ")})
        with recursive many (n) as (select 1 union all select n + 1 from many where n < 300)
        select printf('%026d', n), ${columns.join(", ")} from many, transfers where id = ?`,
      args: [id],
    }], repeatable);
    const ask = asking(gateway, token);
    for (const limit of ["999999999", "201", ""]) {
      const { text } = await ask(`/sep6/transactions?asset_code=${gateway.code}&limit=${limit}`);
      assert.ok(JSON.parse(text).transactions.length <= 200);
    }
    assert.equal((await wallet.transactions(gateway.code, { limit: 200 })).length, 200);
  }));

Deno.test("R-06-55 #1924 an error is one JSON object, whatever was sent", () =>
  withGateway({}, async (gateway) => {
    const { token } = await arrive(gateway);
    const ask = asking(gateway, token);
    for (const hostile of ['"},{"status":"completed', "\u2028\u2029", "\\", "\u0007", "<!--"]) {
      for (const path of ["/sep6/deposit?asset_code=", "/sep6/transaction?id=", "/sep12/customer?type="]) {
        const { status, text, headers } = await ask(path + encodeURIComponent(hostile));
        assert.ok(status === 400 || status === 404);
        assert.match(headers.get("content-type") ?? "", /^application\/json/);
        const body: unknown = JSON.parse(text);
        assert.ok(typeof body === "object" && body !== null && "error" in body && !("status" in body));
      }
    }
  }));

Deno.test("P11 #1880 news that nobody was asked for are not even kept", () =>
  withGateway({}, async (gateway) => {
    const { db } = gateway.running.gateway;
    const kept = async () => (await db.query({ sql: "select count(*) as n from inbox" }))[0]?.n;
    const { webhookSecret: base } = gateway.running.environment;
    for (
      const path of [
        "/webhooks/bank",
        "/webhooks/bank/",
        "/webhooks/bank/guessed",
        `/webhooks/bank/${webhookSecret(base, "bureau")}`,
        `/webhooks/nobody/${webhookSecret(base, "nobody")}`,
        "/event",
        "/jobs/run",
      ]
    ) {
      const answer = await gateway.ask(path, { method: "POST", body: '{"event":"paid"}' });
      await answer.body?.cancel();
      assert.equal(answer.status, 404, path);
    }
    assert.equal(await kept(), 0n);
  }));

Deno.test("#1885 health is asked without a token, and tells names alone", () =>
  withGateway({}, async (gateway) => {
    for (const path of ["/health/live", "/health/ready"]) {
      const answer = await gateway.ask(path);
      assert.equal(answer.status, 200);
      assert.doesNotMatch(await answer.text(), /http|file:|version|error/i);
    }
  }));

Deno.test("an address that only resembles a route is none (php-anchor-sdk)", () =>
  withGateway({}, async (gateway) => {
    for (
      const path of [
        "/foo/sep6/info",
        "/sep6/info-x",
        "/sep6/info/x",
        "/xsep6/info",
        "/sep6/x/info",
        "/health/live/x",
      ]
    ) {
      const answer = await gateway.ask(path);
      await answer.body?.cancel();
      assert.equal(answer.status, 404, path);
    }
  }));

Deno.test("R-06-17 what is asked stands in no log: no value, no token, no address of a client (Anchor Platform, php)", () =>
  withGateway({}, async (gateway) => {
    const { token, wallet } = await arrive(gateway);
    const { environment, anchor, gateway: core } = gateway.running;
    const lines: string[] = [];
    const { app } = await createApp({
      gateway: core,
      environment,
      anchor,
      log: (level, event, fields) => void lines.push(JSON.stringify([level, event, fields])),
    });
    const secret = "Sentinelsson";
    const headers = { authorization: `Bearer ${token}`, "user-agent": secret, "x-forwarded-for": secret };
    const requests: readonly (readonly [string, RequestInit])[] = [
      [`/sep6/deposit?asset_code=${gateway.code}&account=${wallet.account}&email_address=${secret}`, {}],
      [`/sep6/deposit?asset_code=${secret}&account=${secret}`, {}],
      [`/sep12/customer?memo=${secret}&type=${secret}`, {}],
      [`/sep12/${secret}`, {}],
      [`/webhooks/bank/${secret}`, { method: "POST", body: secret }],
      ["/sep12/customer", { method: "PUT", body: `{"last_name": "${secret}", "birth_date": "${secret}"}` }],
      ["/auth", { method: "POST", body: `{"transaction": "${secret}"}` }],
    ];
    for (const [path, init] of requests) {
      const type = init.body ? { "content-type": "application/json" } : {};
      const answer = await app.request(path, { ...init, headers: { ...headers, ...type } });
      await answer.body?.cancel();
    }
    assert.ok(lines.length >= requests.length);
    for (const line of lines) {
      assert.doesNotMatch(line, new RegExp(`${secret}|${token.slice(0, 30)}|${wallet.account}`));
    }
  }));

/** Longer than a request waits for a provider. */
const HANGS_MS = 6_000;

Deno.test("R-12-55 a provider that does not answer holds up nobody (Anchor Platform: ten minutes)", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await gateway.kyc.fault({ fault: "hang", count: 1, ms: HANGS_MS });
    const begun = performance.now();
    const { status } = await asking(gateway, ada.token)("/sep12/customer", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(ada.person),
    });
    assert.equal(status, 202);
    assert.ok(performance.now() - begun < HANGS_MS - 300);
    // The call that hangs is let go, so that nothing of it is left behind.
    await new Promise((resolve) => setTimeout(resolve, HANGS_MS + 300 - (performance.now() - begun)));
    await gateway.until("the review to be made", async () => {
      const customer: { status?: string } = await ada.wallet.customer();
      return customer.status === "ACCEPTED" ? customer : null;
    });
  }));
