import assert from "node:assert/strict";
import type { Published } from "../../../core/reserve/readings.ts";
import { createServed } from "../../../core/reserve/served.ts";
import { reserveRoutes } from "../../../routes/reserve/mod.ts";
import { inMemory } from "../../core/records/memory.ts";
import { exampleApp } from "../http/example-app.ts";

const PUBLISHED: Published = { number: 7, statement: '{"number":7}', jws: "head.body.signature-of-seven" };

function appWith(published: () => Promise<Published | null>) {
  const { app } = exampleApp();
  app.route("/", reserveRoutes({ published }));
  return app;
}

const app = () => appWith(() => Promise.resolve(PUBLISHED));

Deno.test("M-26 the statement is JSON for everybody, and signed for who asks for it", async () => {
  for (
    const [path, accept, isSigned] of [
      ["/reserve", undefined, false],
      ["/reserve", "*/*", false],
      ["/reserve", "application/json, application/jose;q=0", false],
      ["/reserve", "application/jose", true],
      ["/reserve", "text/html, Application/JOSE;q=0.5", true],
      ["/reserve.jws", undefined, true],
      ["/reserve.jws", "application/json", true],
    ] as const
  ) {
    const answer = await app().request(path, accept === undefined ? {} : { headers: { accept } });
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), isSigned ? PUBLISHED.jws : PUBLISHED.statement, `${path} ${accept}`);
    assert.equal(answer.headers.get("content-type"), isSigned ? "application/jose" : "application/json");
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    assert.match(answer.headers.get("cache-control") ?? "", /^public, max-age=\d+$/);
    if (path === "/reserve") assert.match(answer.headers.get("vary") ?? "", /accept/i);
  }
});

Deno.test("M-26 who has the statement is answered 304; the signed one is another", async () => {
  const tag = async (path: string) => (await app().request(path)).headers.get("etag") ?? "";
  const [plain, signed] = [await tag("/reserve"), await tag("/reserve.jws")];
  assert.notEqual(plain, signed);
  const ask = (path: string, known: string) => app().request(path, { headers: { "if-none-match": known } });
  assert.equal((await ask("/reserve", `"x", W/${plain}`)).status, 304);
  assert.equal((await ask("/reserve.jws", signed)).status, 304);
  assert.equal((await ask("/reserve.jws", plain)).status, 200);
});

Deno.test("M-26 before the first reading the answer is 503, which nobody keeps", async () => {
  const answer = await appWith(() => Promise.resolve(null)).request("/reserve");
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("cache-control"), "no-store");
  assert.ok(answer.headers.get("retry-after"));
});

Deno.test("M-26 however many ask, the records are read once in a while, and nothing is worked out", async () => {
  using db = await inMemory();
  const asked: string[] = [];
  let now = 0;
  const counting = {
    ...db,
    query: (statement: Parameters<typeof db.query>[0]) => {
      asked.push(statement.sql);
      return db.query(statement);
    },
  };
  const served = createServed(counting, () => now);
  assert.equal(await served(), null);
  await db.write([{
    sql:
      `insert into reserve_readings (number, made_ms, up_to, state, statement, jws) values (7, 0, 0, '{}', ?, ?)`,
    args: [PUBLISHED.statement, PUBLISHED.jws],
  }], { committed: { sql: "select 1 from reserve_readings where number = 7" } });
  assert.deepEqual(await served(), PUBLISHED);
  asked.length = 0;
  const routes = appWith(served);
  for (const answer of await Promise.all(Array.from({ length: 50 }, () => routes.request("/reserve")))) {
    assert.equal(await answer.text(), PUBLISHED.statement);
  }
  assert.deepEqual(asked, []);
  now = 5_000;
  await Promise.all(Array.from({ length: 50 }, () => routes.request("/reserve")));
  assert.equal(asked.length, 1);
});

Deno.test("M-26 a read that fails is a 503 for who asked, and the next who asks reads again", async () => {
  using db = await inMemory();
  let fails = true;
  const served = createServed({
    ...db,
    query: (statement) => fails ? Promise.reject(new Error("away")) : db.query(statement),
  }, () => 0);
  await assert.rejects(served(), /away/);
  fails = false;
  assert.equal(await served(), null);
});
