/**
 * Transfers of SEP-24 with pages that are open, links to be opened, and such as open nothing.
 * @module
 */
import assert from "node:assert/strict";
import { pageVisitor } from "../../support/page-visitor.ts";
import type { Customer } from "../../support/customer.ts";
import type { TestGateway } from "../../support/gateway.ts";
import { newSessionId } from "../../../core/interactive/page-session.ts";
import { LINK_TOKEN } from "../../../core/interactive/link.ts";
import { createTokens } from "../../../core/auth/mod.ts";

/** Who comes to a transfer's pages. */
export interface Visitor {
  readonly name: string;
  /** Whose pages are asked for. */
  readonly transfer: string;
  /** The `Cookie` header, or none. */
  readonly cookie: string | null;
  readonly formToken: string | null;
  /** Whether the cookie is a session of that transfer. */
  readonly isIn: boolean;
}

/** What a page of a link would post. */
export interface Opening {
  readonly name: string;
  readonly transfer: string;
  readonly token: string;
  readonly sessionId: string;
  readonly opens: boolean;
}

/** Everything about pages that generators and judge know. */
export interface Hosted {
  /** Ids of the attackers' transfers, in several states. */
  readonly transfers: readonly string[];
  readonly visitors: { readonly good: readonly Visitor[]; readonly bad: readonly Visitor[] };
  readonly openings: readonly Opening[];
  /** Of a victim: ids, and what opens their pages. */
  readonly foreign: { readonly transfers: readonly string[]; readonly secrets: readonly string[] };
}

/** Drafts for people who go on from there; each may be chosen for once. */
const DRAFTS = 12;

/** Opens transfers of an attacker and of a victim, and their pages. */
export async function openHosted(gateway: TestGateway, ada: Customer, bob: Customer): Promise<Hosted> {
  const { environment, gateway: core } = gateway.running;
  const ask = async (who: Customer, at: number) => {
    const request = { assetCode: gateway.code, fields: { lang: "en", first_name: `Given${at}` } };
    return await (at % 2 === 0 ? who.wallet.hosted.deposit(request) : who.wallet.hosted.withdraw(request));
  };
  const visit = async (who: Customer, at: number): Promise<Visitor> => {
    const { id, url } = await ask(who, at);
    const person = pageVisitor();
    await person.open(url);
    const { value } = [...person.cookies.values()][0] ?? assert.fail("no session");
    const session = await core.pages.sessions.find(value.replace("session=", ""), id);
    assert.ok(session, "the session is there");
    return {
      name: "a visitor",
      transfer: id,
      cookie: value,
      formToken: core.pages.forms.formToken(session),
      isIn: true,
    };
  };
  const good: Visitor[] = [];
  for (let at = 0; at < DRAFTS; at++) good.push(await visit(ada, at));
  const victims = [await visit(bob, 0), await visit(bob, 1)];
  // One of each kind is past its choice from the start.
  for (const { transfer } of [...good.slice(0, 2), ...victims]) {
    await core.choose(transfer, { amount: 200_000_000n, method: "bank_account" });
  }
  const [own, other] = good;
  const [victim] = victims;
  assert.ok(own && other && victim);
  const stranger = (name: string, change: Partial<Visitor>): Visitor => ({
    ...own,
    name,
    isIn: false,
    ...change,
  });
  const forged = `${own.cookie?.slice(0, -4)}AAAA`;
  const [fresh, spent] = [await ask(ada, 0), await ask(ada, 1)];
  const opening = (name: string, url: string, opens: boolean): Opening => ({
    name,
    transfer: new URL(url).pathname.split("/").at(-1) ?? "",
    token: new URL(url).searchParams.get("token") ?? "",
    sessionId: newSessionId(),
    opens,
  });
  await pageVisitor().open(spent.url);
  const links = createTokens({
    secrets: environment.jwtSecrets,
    issuer: environment.publicUrl,
    now: () => Math.floor(Date.now() / 1000) - 3_600,
  });
  const aged = await links.sign(LINK_TOKEN, { sub: fresh.id, jti: "a".repeat(26) });
  const good1 = opening("a link", fresh.url, true);
  return {
    transfers: good.map(({ transfer }) => transfer),
    visitors: {
      good,
      bad: [
        stranger("nobody", { cookie: null, formToken: null }),
        stranger("nobody with a form", { cookie: null }),
        stranger("a visitor of another transfer", { cookie: other.cookie, formToken: other.formToken }),
        stranger("a visitor at a victim's pages", { transfer: victim.transfer }),
        stranger("a forged cookie", { cookie: forged }),
        stranger("a long cookie", { cookie: `session=${"a".repeat(6_000)}` }),
        stranger("a cookie of nothing", { cookie: "session=" }),
        stranger("a token of the API", { cookie: `session=${ada.token}` }),
        stranger("pages that are not there", { transfer: "a".repeat(26) }),
        stranger("no id", { transfer: "__proto__" }),
        stranger("a long id", { transfer: "x".repeat(5_000) }),
      ],
    },
    openings: [
      good1,
      opening("a spent link", spent.url, false),
      { ...good1, name: "another session", sessionId: "short", opens: false },
      { ...good1, name: "another transfer", transfer: spent.id, opens: false },
      { ...good1, name: "a forged token", token: `${good1.token}x`, opens: false },
      { ...good1, name: "a token of the API", token: ada.token, opens: false },
      { ...good1, name: "an expired link", token: aged, opens: false },
      { ...good1, name: "no token", token: "", opens: false },
      { ...good1, name: "a long token", token: "a".repeat(9_000), opens: false },
    ],
    foreign: {
      transfers: victims.map(({ transfer }) => transfer),
      secrets: victims.flatMap(({ cookie, formToken, transfer }) => [
        cookie?.replace("session=", "") ?? "",
        formToken ?? "",
        new URL(core.pages.moreInfo.moreInfoUrl({ id: transfer })).searchParams.get("key") ?? "",
      ]),
    },
  };
}
