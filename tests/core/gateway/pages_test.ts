import assert from "node:assert/strict";
import { createTokens } from "../../../core/auth/mod.ts";
import { buildPages } from "../../../core/config/pages.ts";
import { pagesRoom } from "../../../core/gateway/pages.ts";
import { createMoreInfo } from "../../../core/interactive/more-info.ts";
import { newSessionId } from "../../../core/interactive/page-session.ts";
import { openDatabase } from "../../../core/records/database.ts";
import { Refusal } from "../../../core/refusal.ts";
import { embeddedSessions } from "../../../core/sessions/embedded.ts";
import { keptLog } from "../../support/gateway.ts";
import { PUBLIC_URL, SECRET } from "../interactive/place.ts";
import { EXAMPLE_INPUTS, exampleConfig } from "../config/example-anchor.ts";
import { moneyAtWork, OURS } from "../transfers/money-at-work.ts";
import { chosen, draft, type Guest, nowOf, shown, withGuest } from "./guest.ts";

const GIVEN = { first_name: "Zacharias", id_number: "12345678901" };

/** Has the guest's customer erased, as DELETE does. */
async function erase({ gateway, owner, account }: Guest): Promise<void> {
  await gateway.effects.performNow(await gateway.customers.erase(owner, { account }), 2_000);
}

Deno.test("R-24-42 R-24-43 R-24-73 a draft's link opens its pages once, and no other's", () =>
  withGuest({}, async (guest) => {
    const { gateway: { pages }, test } = guest;
    const [mine, other] = [await draft(guest, "deposit"), await draft(guest, "withdrawal")];
    const link = new URL(await pages.linkFor(mine));
    assert.equal(link.origin + link.pathname, `${test.publicUrl}/interactive/${mine.id}`);
    const token = link.searchParams.get("token") ?? "";
    const sessionId = newSessionId();
    const open = (transferId: string, id = sessionId) =>
      pages.sessions.open({ token, transferId, sessionId: id });
    assert.equal((await open(other.id)).kind, "invalid");
    const opened = await open(mine.id);
    assert.ok(opened.kind === "opened");
    assert.equal((await open(mine.id)).kind, "opened", "the same POST once more");
    assert.equal((await open(mine.id, newSessionId())).kind, "spent");
    assert.deepEqual(await pages.sessions.find(opened.cookie, mine.id), opened.session);
    assert.equal(await pages.sessions.find(opened.cookie, other.id), null);
    const form = pages.forms.formToken(opened.session);
    assert.equal(pages.forms.isFormToken(opened.session, form), true);
    assert.equal(pages.forms.isFormToken({ ...opened.session, transferId: other.id }, form), false);
  }));

Deno.test("R-24-44 a link's token is no bearer of the API, and the API's opens no page", () =>
  withGuest({}, async (guest) => {
    const { gateway: { pages, caller }, customer, test } = guest;
    const { id } = await draft(guest, "deposit");
    const token = new URL(await pages.linkFor({ id })).searchParams.get("token") ?? "";
    assert.equal(await caller(token), null);
    assert.notEqual(await caller(customer.token), null);
    const answer = await test.ask(`/sep6/transaction?id=${id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await answer.body?.cancel();
    assert.equal(answer.status, 403);
    const opening = { token: customer.token, transferId: id, sessionId: newSessionId() };
    assert.deepEqual(await pages.sessions.open(opening), { kind: "invalid" });
  }));

Deno.test("R-24-141 the address that a transfer shows is that of its status page, in each state", () =>
  withGuest({}, async (guest) => {
    const { moreInfo } = guest.gateway.pages;
    const begun = await draft(guest, "deposit");
    const first = String((await shown(guest, begun)).more_info_url);
    await guest.give("sep24");
    await chosen(guest, begun, "100");
    await guest.until(begun, "waiting");
    assert.equal((await shown(guest, await nowOf(guest, begun))).more_info_url, first);
    const address = new URL(first);
    assert.equal(address.pathname, `/interactive/${begun.id}/status`);
    const key = address.searchParams.get("key") ?? "";
    assert.equal(moreInfo.isMoreInfoKey(begun.id, key), true);
    assert.equal(moreInfo.isMoreInfoKey((await draft(guest, "deposit")).id, key), false);
  }));

Deno.test("R-12-78 whoever is erased leaves nothing waiting for any page, in whatever state its transfer was", () =>
  withGuest({}, async (guest) => {
    const { gateway: { pages: { values } } } = guest;
    const left = await draft(guest, "withdrawal");
    const waiting = await draft(guest, "deposit");
    await chosen(guest, waiting, "100");
    await guest.give("sep24");
    await guest.until(waiting, "waiting");
    for (const { id } of [left, waiting]) await values.keep(id, GIVEN);
    await values.keep("another", GIVEN);
    await erase(guest);
    for (const one of [left, waiting]) {
      assert.deepEqual(await values.waiting(one.id), {});
      assert.equal((await nowOf(guest, one)).state, "failed");
    }
    assert.deepEqual(await values.waiting("another"), GIVEN);
  }));

Deno.test("R-12-78 R-12-85 who has given nothing is not known, and what a wallet sent for the pages is given up all the same", () =>
  withGuest({}, async (guest) => {
    const { gateway: { pages: { values } } } = guest;
    const { id } = await draft(guest, "deposit");
    await values.keep(id, GIVEN);
    const isUnknown = (error: unknown) => error instanceof Refusal && error.code === "sep12.nothing_stored";
    await assert.rejects(erase(guest), isUnknown);
    assert.deepEqual(await values.waiting(id), {});
  }));

Deno.test("R-12-78 while sessions cannot be reached, an erasure goes on, and the log says what waits", async () => {
  using work = await moneyAtWork();
  const away = await openDatabase({ url: "http://127.0.0.1:1", onDeploy: true });
  try {
    const now = () => 0;
    const { log, lines } = keptLog();
    const pages = pagesRoom({
      environment: { publicUrl: PUBLIC_URL, jwtSecrets: [SECRET], passphrase: "a network" },
      anchor: { pages: buildPages(exampleConfig(), EXAMPLE_INPUTS) },
      receivingAccount: OURS,
      db: work.db,
      vault: work.vault,
      sessions: embeddedSessions(away),
      tokens: createTokens({ secrets: [SECRET], issuer: PUBLIC_URL, now }),
      moreInfo: createMoreInfo({ publicUrl: PUBLIC_URL, webhookSecret: SECRET }),
      log,
      now,
    });
    await pages.forgetWaiting("nobody");
    assert.deepEqual(lines, []);
    const [first, second] = [await work.draft(), await work.draft()];
    assert.equal(first.customerId, second.customerId);
    await pages.forgetWaiting(first.customerId);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /"warning","event":"pages.not_forgotten".*sessions\.unreachable/);
  } finally {
    away.close();
  }
});

Deno.test("R-24-52 P19 a language that is chosen on a page is spoken by the transfer, and by the next one from its start", () =>
  withGuest({}, async (guest) => {
    const { gateway } = guest;
    const first = await draft(guest, "deposit");
    assert.equal(first.language, "en");
    await gateway.chooseLanguage(first.id, "sw");
    assert.equal((await nowOf(guest, first)).language, "sw");
    assert.equal((await draft(guest, "withdrawal")).language, "sw");
  }));
