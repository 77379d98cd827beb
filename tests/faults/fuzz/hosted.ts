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

/** The address of a status page. */
export interface StatusKey {
  readonly name: string;
  readonly transfer: string;
  readonly key: string;
  readonly opens: boolean;
}

/** Everything about pages that generators and judge know. */
export interface Hosted {
  /** Ids of the attackers' transfers, in several states. */
  readonly transfers: readonly string[];
  readonly visitors: { readonly good: readonly Visitor[]; readonly bad: readonly Visitor[] };
  readonly openings: readonly Opening[];
  readonly keys: readonly StatusKey[];
  /** Of a victim: ids, and what opens their pages. */
  readonly foreign: { readonly transfers: readonly string[]; readonly secrets: readonly string[] };
}

/** Drafts for people who go on from there; each may be chosen for once. */
const DRAFTS = 12;

/** Opens transfers of an attacker and of a victim, and their pages. */
export async function openHosted(
  gateway: TestGateway,
  ada: Customer,
  bob: Customer,
  owers: readonly Customer[],
): Promise<Hosted> {
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
  // One of each kind is past its choice from the start, and some wait for the data of who has given none.
  const owing = await Promise.all(owers.flatMap((who) => [visit(who, 0), visit(who, 1)]));
  for (const { transfer } of [...good.slice(0, 2), ...victims, ...owing]) {
    await core.choose(transfer, { amount: 200_000_000n, method: "bank_account" });
  }
  good.push(...owing);
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
  const link = opening("a link", fresh.url, true);
  const keyOf = (id: string) =>
    new URL(core.pages.moreInfo.moreInfoUrl({ id })).searchParams.get("key") ?? "";
  const keys = good.map(({ transfer }): StatusKey => ({
    name: "a status page",
    transfer,
    key: keyOf(transfer),
    opens: true,
  }));
  const locked = (name: string, change: Partial<StatusKey>): StatusKey => ({
    name,
    transfer: own.transfer,
    key: keyOf(own.transfer),
    opens: false,
    ...change,
  });
  return {
    // Of one user; the others who owe data are attackers too.
    transfers: good.slice(0, DRAFTS).map(({ transfer }) => transfer),
    keys: [
      ...keys,
      locked("a key of another transfer", { key: keyOf(other.transfer) }),
      locked("a key at a victim's page", { transfer: victim.transfer }),
      locked("a key of nothing", { key: "" }),
      locked("a forged key", { key: `${keyOf(own.transfer).slice(0, -2)}AA` }),
      locked("a long key", { key: "A".repeat(5_000) }),
      locked("a key at no transfer", { transfer: "a".repeat(26), key: keyOf("a".repeat(26)) }),
      locked("no id", { transfer: "__proto__", key: keyOf("__proto__") }),
    ],
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
      link,
      opening("a spent link", spent.url, false),
      { ...link, name: "another session", sessionId: "short", opens: false },
      { ...link, name: "another transfer", transfer: spent.id, opens: false },
      { ...link, name: "a forged token", token: `${link.token}x`, opens: false },
      { ...link, name: "a token of the API", token: ada.token, opens: false },
      { ...link, name: "an expired link", token: aged, opens: false },
      { ...link, name: "no token", token: "", opens: false },
      { ...link, name: "a long token", token: "a".repeat(9_000), opens: false },
    ],
    foreign: {
      transfers: victims.map(({ transfer }) => transfer),
      secrets: victims.flatMap(({ cookie, formToken, transfer }) => [
        cookie?.replace("session=", "") ?? "",
        formToken ?? "",
        keyOf(transfer),
      ]),
    },
  };
}
