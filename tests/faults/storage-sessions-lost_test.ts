import assert from "node:assert/strict";
import { Keypair, TransactionBuilder } from "@stellar/stellar-sdk";
import { arrive, text } from "../support/customer.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { arriveHosted } from "../support/hosted-customer.ts";
import { needs, redisServer } from "../support/machine.ts";
import { pageVisitor } from "../support/page-visitor.ts";
import { type RedisBridge, startRedisBridge } from "../support/redis-bridge.ts";

/** A gateway whose sessions lie in a Redis that a test may kill. */
async function onRedis(
  journey: (gateway: TestGateway, redis: RedisBridge) => Promise<void>,
): Promise<void> {
  await using redis = await startRedisBridge();
  const variables = { UPSTASH_REDIS_REST_URL: redis.url, UPSTASH_REDIS_REST_TOKEN: redis.token };
  await withGateway({ variables }, (gateway) => journey(gateway, redis));
}

/** A challenge, signed by its account. */
async function signedChallenge(gateway: GatewayUnderTest, key: Keypair): Promise<string> {
  const answer = await gateway.ask(`/auth?account=${key.publicKey()}`);
  assert.equal(answer.status, 200);
  const { transaction } = await answer.json();
  const signed = TransactionBuilder.fromXDR(transaction, gateway.passphrase);
  signed.sign(key);
  return signed.toXDR();
}

const logIn = (gateway: GatewayUnderTest, transaction: string) =>
  gateway.ask("/auth", {
    method: "POST",
    headers: { "content-type": "application/json", "accept-language": "es" },
    body: JSON.stringify({ transaction }),
  });

async function assertUnreachable(answer: Response): Promise<void> {
  const body = await answer.json();
  assert.deepEqual([answer.status, body.code], [503, "sessions.unreachable"]);
  assert.ok(Number(answer.headers.get("retry-after")) > 0);
  assert.equal(answer.headers.get("content-language"), "es");
  assert.equal("token" in body, false);
}

const readiness = async (gateway: GatewayUnderTest) => {
  const answer = await gateway.ask("/health/ready");
  const { status, checks } = await answer.json();
  return [answer.status, status, checks.sessions];
};

Deno.test({
  name: "M-25 Redis lost in the midst costs logins, and never a coin",
  ...needs(redisServer, () =>
    onRedis(async (gateway, redis) => {
      const ada = await arrive(gateway);
      const eve = await arrive(gateway);
      await eve.deposit("100");
      const deposit = await ada.askDeposit("100");
      const withdrawal = await eve.askWithdrawal("40");
      const stranger = Keypair.random();
      const before = await signedChallenge(gateway, stranger);

      await redis.kill();
      // Money comes and goes while nobody can log in; who has a token reads of it.
      await ada.payIn(deposit, "100");
      await eve.send(withdrawal, "40");
      await ada.until(deposit, "completed");
      assert.equal(text(await eve.until(withdrawal, "completed"), "amount_out"), "39.3");
      await ada.holds("99");
      const opened = await ada.askDeposit("50");
      await ada.payIn(opened, "50");
      await ada.until(opened, "completed");

      const asked = await gateway.ask(`/auth?account=${stranger.publicKey()}`, {
        headers: { "accept-language": "es" },
      });
      await assertUnreachable(asked);
      await assertUnreachable(await logIn(gateway, before));
      assert.deepEqual(await readiness(gateway), [200, "degraded", "failed"]);

      await redis.restart();
      const first = await logIn(gateway, before);
      assert.equal(first.status, 200, "what was asked for before is good, once");
      await first.body?.cancel();
      const second = await logIn(gateway, before);
      assert.equal(second.status, 400);
      await second.body?.cancel();
      await (await arrive(gateway)).deposit("20");
      await gateway.booksAgree();
    })),
});

Deno.test({
  name: "R-24-73 M-25 Redis lost in the midst costs open pages, and never a coin",
  ...needs(redisServer, () =>
    onRedis(async (gateway, redis) => {
      const ada = await arriveHosted(gateway);
      const paid = await ada.ask("deposit", "100");
      const { more_info_url: status } = await ada.transaction(paid);
      const [open, unopened] = [await ada.link("deposit", { lang: "es" }), await ada.link("deposit")];
      const person = pageVisitor();
      const page = await person.open(open.url);
      assert.equal(page.status, 200);

      await redis.kill();
      await ada.payIn(paid, "100");
      await ada.until(paid, "completed");
      await ada.holds("99");
      // Nobody is let in, and everybody is told so on a page, in the language that their browser asks for.
      const away = [
        await person.get(page.url),
        await person.send(page, { amount: "10" }),
        await pageVisitor({ "accept-language": "es" }).open(unopened.url),
      ];
      for (const { status, headers, title, html } of away) {
        assert.equal(status, 503, title);
        assert.ok(Number(headers.get("retry-after")) > 0);
        assert.match(headers.get("content-type") ?? "", /^text\/html/);
        assert.ok(!html.includes("redis"));
      }
      assert.equal(away.at(-1)?.attribute("html", "lang"), "es");
      // What needs no session goes on: the status page, and a link that carries no values.
      assert.equal((await pageVisitor().get(status)).status, 200);
      const late = await ada.link("deposit", { first_name: "Ada" });

      await redis.restart();
      for (const { url } of [unopened, late]) {
        assert.equal((await pageVisitor().open(url)).status, 200, "a link that nobody has spent is good");
      }
      assert.equal((await ada.transaction(open.id)).status, "incomplete", "nothing was chosen");
      await gateway.booksAgree();
    })),
});

Deno.test({
  name: "a Redis that comes back empty in the midst of a login costs at most that login",
  ...needs(redisServer, () =>
    onRedis(async (gateway, redis) => {
      const signed = await signedChallenge(gateway, Keypair.random());
      await redis.kill();
      await redis.restart();
      const all = await Promise.all(Array.from({ length: 10 }, () => logIn(gateway, signed)));
      const statuses = all.map(({ status }) => status).sort();
      for (const answer of all) await answer.body?.cancel();
      assert.deepEqual(statuses, [200, ...Array<number>(9).fill(400)], "of many who bring it one is let in");
    })),
});
