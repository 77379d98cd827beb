import assert from "node:assert/strict";
import {
  newSessionId,
  type Opened,
  PAGE_SESSION_SECONDS,
  type PageSession,
} from "../../../core/interactive/page-session.ts";
import { openDatabase } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { Refusal } from "../../../core/refusal.ts";
import { newId } from "../../../core/transfers/id.ts";
import { inFile } from "../records/files.ts";
import { inMemory } from "../records/memory.ts";
import { placeOver, SECRET, START } from "./place.ts";

function opened(came: Opened): { readonly cookie: string; readonly session: PageSession } {
  if (came.kind !== "opened") return assert.fail(`it is ${came.kind}`);
  return came;
}

Deno.test("R-24-43 R-24-45 a link opens one session; with another id it is spent", async () => {
  using db = await inMemory();
  const { pages, transferId, link } = placeOver(db);
  const token = await link();
  const sessionId = newSessionId();
  const { cookie, session } = opened(await pages.open({ token, transferId, sessionId }));
  assert.deepEqual(await pages.find(cookie, transferId), session);
  for (let n = 0; n < 3; n++) {
    const other = await pages.open({ token, transferId, sessionId: newSessionId() });
    assert.deepEqual(other, { kind: "spent" });
  }
  assert.deepEqual(await pages.find(cookie, transferId), session, "the first goes on");
  // Another link of the same transfer is another matter.
  const second = opened(await pages.open({ token: await link(), transferId, sessionId: newSessionId() }));
  assert.notEqual(second.cookie, cookie);
});

Deno.test("R-24-45 of many POSTs at once in two processes one id wins, and only its session is found", async () => {
  await using file = await inFile();
  const [db, second] = [await file.open(), await file.open()];
  await migrate(db, migrations);
  const [one, other] = [placeOver(db), placeOver(second)];
  const { transferId } = one;
  const token = await one.link();
  const ids = Array.from({ length: 20 }, newSessionId);
  // Each twice, once to each process.
  const came = await Promise.all(
    [...ids, ...ids].map((sessionId, n) =>
      (n < ids.length ? one : other).pages.open({ token, transferId, sessionId })
    ),
  );
  const winners = came.filter(({ kind }) => kind === "opened").map(opened);
  assert.equal(winners.length, 2, "one id, in both processes");
  assert.equal(new Set(winners.map(({ cookie }) => cookie)).size, 1);
  assert.equal(came.filter(({ kind }) => kind === "spent").length, 38);
  const [jti] = winners[0]?.cookie.split(".") ?? [];
  const found = await Promise.all(ids.map((id) => other.pages.find(`${jti}.${id}`, transferId)));
  assert.deepEqual(found.filter((session) => session !== null), winners.slice(0, 1).map((w) => w.session));
  db.close();
  second.close();
});

Deno.test("R-24-86 the same POST again opens the same session, which gets no longer, also when the link has run out", async () => {
  using db = await inMemory();
  const { pages, transferId, link, pass } = placeOver(db);
  const opening = { token: await link(), transferId, sessionId: newSessionId() };
  const first = await pages.open(opening);
  assert.equal(opened(first).session.endsAt, START + PAGE_SESSION_SECONDS);
  assert.deepEqual(await Promise.all([pages.open(opening), pages.open(opening)]), [first, first]);
  for (const seconds of [600, 600, PAGE_SESSION_SECONDS - 1_230]) {
    await pass(seconds);
    assert.deepEqual(await pages.open(opening), first);
    const other = await pages.open({ ...opening, sessionId: newSessionId() });
    assert.deepEqual(other, { kind: "spent" });
  }
  await pass(30);
  assert.deepEqual(await pages.open(opening), { kind: "expired" }, "nothing opens it a second time");
});

Deno.test("R-24-45 a link that has run out opens nothing", async () => {
  using db = await inMemory();
  const { pages, transferId, link, pass } = placeOver(db);
  const opening = { token: await link(), transferId, sessionId: newSessionId() };
  await pass(900);
  assert.deepEqual(await pages.open(opening), { kind: "expired" });
  assert.deepEqual(await pages.open({ ...opening, transferId: newId() }), { kind: "invalid" });
  const rows = await db.query({ sql: "select key from sessions" });
  assert.deepEqual(rows, []);
});

Deno.test("R-24-73 a session is its transfer's alone, and a link posted at another's page is not spent", async () => {
  using db = await inMemory();
  const { pages, transferId, link } = placeOver(db);
  const opening = { token: await link(), transferId, sessionId: newSessionId() };
  const elsewhere = newId();
  assert.deepEqual(await pages.open({ ...opening, transferId: elsewhere }), { kind: "invalid" });
  const { cookie, session } = opened(await pages.open(opening));
  assert.equal(session.transferId, transferId);
  for (
    const other of [elsewhere, "", transferId.toUpperCase(), `${transferId} `, "\u0000", "x".repeat(1e4)]
  ) {
    assert.equal(await pages.find(cookie, other), null);
  }
  assert.ok(await pages.find(cookie, transferId));
});

Deno.test("R-24-73 a cookie that is cut, changed or put together of two opens nothing", async () => {
  using db = await inMemory();
  const { pages, transferId, link } = placeOver(db);
  const open = async () =>
    opened(await pages.open({ token: await link(), transferId, sessionId: newSessionId() })).cookie;
  const [cookie, another] = [await open(), await open()];
  const [jti = "", id = ""] = cookie.split(".");
  const [otherJti = "", otherId = ""] = another.split(".");
  const changed = Array.from(
    cookie,
    (letter, at) => cookie.slice(0, at) + (letter === "a" ? "b" : "a") + cookie.slice(at + 1),
  );
  const wrong = [
    ...changed,
    `${jti}.${otherId}`,
    `${otherJti}.${id}`,
    `${jti}.`,
    `.${id}`,
    jti,
    id,
    `${jti}.${id}.`,
    `${jti}.${id}\n`,
    `${cookie}\u0000`,
    `\u0000.${id}`,
    `${jti}.${cookie}`,
    `${jti}.${"x".repeat(10_000)}`,
    cookie.slice(1),
    cookie.slice(0, -1),
    "",
    "x".repeat(10_000),
    "__proto__.constructor",
  ];
  for (const given of wrong) assert.equal(await pages.find(given, transferId), null, given);
  assert.ok(await pages.find(cookie, transferId));
});

Deno.test("R-24-45 what is no link or no session id opens nothing, and spends nothing", async () => {
  using db = await inMemory();
  const { pages, transferId, link } = placeOver(db);
  const opening = { token: await link(), transferId, sessionId: newSessionId() };
  const [head, body] = opening.token.split(".");
  const tokens = ["", "a.b.c", "\u0000", `${head}.${body}.`, `${opening.token}\u0000`, "x".repeat(10_000)];
  const ids = [
    "",
    "short",
    "\u0000".repeat(43),
    `${opening.sessionId}\n`,
    `${opening.sessionId}A`,
    "ü".repeat(43),
  ];
  const wrong = [
    ...tokens.map((token) => ({ ...opening, token })),
    ...ids.map((sessionId) => ({ ...opening, sessionId })),
    { ...opening, sessionId: "x".repeat(10_000) },
    { ...opening, transferId: "" },
    { ...opening, transferId: "\u0000" },
  ];
  for (const one of wrong) assert.deepEqual(await pages.open(one), { kind: "invalid" });
  opened(await pages.open(opening));
});

Deno.test("R-24-45 a session ends a day after it was opened, by the store's clock and by the process's", async () => {
  for (const whose of ["process", "store"] as const) {
    using db = await inMemory();
    const { pages, transferId, link, pass } = placeOver(db);
    const { cookie } = opened(
      await pages.open({ token: await link(), transferId, sessionId: newSessionId() }),
    );
    await pass(PAGE_SESSION_SECONDS - 10, whose);
    assert.ok(await pages.find(cookie, transferId), whose);
    await pass(10, whose);
    assert.equal(await pages.find(cookie, transferId), null, whose);
  }
});

Deno.test("R-24-45 links outlast the rotation of the secret that signed them, and not its end", async () => {
  const NEW = "another secret of the tests, at least 32 bytes";
  using db = await inMemory();
  const { transferId, link } = placeOver(db, [SECRET]);
  const opening = { token: await link(), transferId, sessionId: newSessionId() };
  assert.deepEqual(await placeOver(db, [NEW]).pages.open(opening), { kind: "invalid" });
  const { cookie } = opened(await placeOver(db, [NEW, SECRET]).pages.open(opening));
  assert.ok(await placeOver(db, [NEW]).pages.find(cookie, transferId), "a session needs no secret");
});

Deno.test("the store knows neither a session's id nor its link's token", async () => {
  using db = await inMemory();
  const { pages, transferId, link } = placeOver(db);
  const opening = { token: await link(), transferId, sessionId: newSessionId() };
  const { cookie, session } = opened(await pages.open(opening));
  const rows = await db.query({ sql: "select key, value from sessions" });
  assert.equal(rows.length, 1);
  const text = JSON.stringify(rows[0]);
  assert.ok(text.includes(session.name), "this is where it is kept");
  for (const secret of [opening.sessionId, opening.token, cookie]) assert.ok(!text.includes(secret));
  assert.notEqual(session.name, opening.sessionId);
});

Deno.test("session ids are 256 random bits, of the form that is taken", () => {
  const ids = Array.from({ length: 1_000 }, newSessionId);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.match(id, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(Uint8Array.fromBase64(id, { alphabet: "base64url" }).length, 32);
  }
});

Deno.test("R-24-45 nobody is let in while sessions cannot be reached", async () => {
  const db = await openDatabase({ url: "http://127.0.0.1:1", onDeploy: true });
  const { pages, transferId, link } = placeOver(db);
  const unreachable = (error: unknown) => error instanceof Refusal && error.code === "sessions.unreachable";
  const sessionId = newSessionId();
  await assert.rejects(pages.open({ token: await link(), transferId, sessionId }), unreachable);
  await assert.rejects(pages.find(`${newId()}.${sessionId}`, transferId), unreachable);
  db.close();
});
