import assert from "node:assert/strict";
import { RESOURCES } from "../../../core/i18n/languages.ts";
import { formatMoney, LANGUAGES } from "../../../core/i18n/mod.ts";
import { FINAL, KINDS, type State, STATES } from "../../../core/transfers/states.ts";
import { STATUS_TABLE } from "../../../core/seps/statuses.ts";
import { sep24TransactionShape } from "../../support/sep24-shapes.ts";
import { pageVisitor } from "../../support/page-visitor.ts";
import type { GatewayOptions, TestGateway } from "../../support/gateway.ts";
import { atPayment, BALANCE_WARNS, GIVEN, until } from "./at-payment.ts";
import { acted, type Actor } from "./stage.ts";

/** Puts a transfer into a state, with what stands in the row then. */
async function put(
  gateway: TestGateway,
  id: string,
  state: State,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const columns = { state, ...more };
  await gateway.running.gateway.db.write([{
    sql: `update transfers set ${Object.keys(columns).map((name) => `${name} = ?`).join(", ")} where id = ?`,
    args: [...Object.values(columns), id],
  }], { committed: { sql: "select 1", args: [] } });
}

/** States that a kind can have in SEP-24. */
const statesOf = (kind: typeof KINDS[number]) =>
  STATES.filter((state) => STATUS_TABLE[state].sep24[kind] !== null);

/** What nobody may read on the page of a key. */
function personal(ada: Actor, html: string): string[] {
  return [...Object.values(GIVEN), ada.customer.wallet.account].filter((value) => html.includes(value));
}

Deno.test(
  "R-24-141 R-24-134 R-24-138 more_info_url answers a page in every state of both kinds, without a login",
  acted(async (ada, gateway) => {
    for (const kind of KINDS) {
      const at = await atPayment(ada, kind === "deposit" ? "deposit" : "withdraw");
      for (const state of statesOf(kind)) {
        await put(gateway, at.id, state);
        const page = await pageVisitor().get(at.moreInfo);
        assert.equal(page.status, 200, `${kind} ${state}`);
        assert.match(page.headers.get("content-type") ?? "", /^text\/html\b/);
        assert.equal(page.title, RESOURCES.en.pages.status.title[state]);
        assert.ok(page.text.includes(at.id), "its number, for support");
        assert.equal(page.attribute("main", "data-refresh"), FINAL.has(state) ? null : "10");
        assert.ok(page.all("ol.steps li").length >= 2);
        const isOurTurn = state === "funded" || state === "paying";
        assert.equal(page.text.includes("Usually it takes no longer than 1 minute."), isOurTurn, state);
        assert.deepEqual(personal(ada, page.html), [], `${kind} ${state}`);
        const shown = await ada.transaction(at.id);
        assert.equal(shown["more_info_url"], at.moreInfo, "the same in every state");
        sep24TransactionShape.parse(shown);
      }
    }
  }, BALANCE_WARNS),
);

Deno.test(
  "R-24-141 every message that a transfer can have is shown on its page, instead of what its state says",
  acted(async (ada, gateway) => {
    const at = await atPayment(ada, "deposit");
    for (const [message, text] of Object.entries(RESOURCES.en.transfer.message)) {
      await put(gateway, at.id, "on_hold", { message });
      const page = await pageVisitor().get(at.moreInfo);
      assert.equal(page.status, 200);
      assert.ok(page.text.includes(text), message);
    }
  }),
);

Deno.test(
  "R-24-142 the page says status, amounts, fees and how to pay, in the transaction's language or the one that is asked for",
  acted(async (ada) => {
    for (const lang of LANGUAGES) {
      const at = await atPayment(ada, "deposit", { fields: { lang } });
      const page = await pageVisitor({ "accept-language": "en" }).get(at.moreInfo);
      assert.equal(page.attribute("html", "lang"), lang);
      assert.equal(page.attribute("html", "dir"), lang === "ar" ? "rtl" : "ltr");
      const { amount_in, amount_out, amount_fee } = await ada.transaction(at.id);
      for (
        const [amount, code] of [[amount_in, "USD"], [amount_fee, "USD"], [amount_out, ada.gateway.code]]
      ) {
        const shown = formatMoney(lang, String(amount), String(code)).replaceAll(/\s/g, " ");
        assert.ok(page.text.includes(shown), `${lang}: ${shown} in ${page.text}`);
      }
      assert.ok(page.all("main [data-copy]").length >= 4, "what to pay, each to be copied");
      const asked = await pageVisitor().get(`${at.moreInfo}&lang=sw`);
      assert.equal(asked.attribute("html", "lang"), "sw");
    }
  }),
);

Deno.test(
  "R-24-141 R-24-73 without its very key there is no page, as if there were no such transfer",
  acted(async (ada) => {
    const [at, other] = [await atPayment(ada, "deposit"), await atPayment(ada, "deposit")];
    const keyOf = (address: string) => new URL(address).searchParams.get("key") ?? "";
    const foreign = new URL(at.moreInfo);
    foreign.searchParams.set("key", keyOf(other.moreInfo));
    const bare = at.moreInfo.split("?")[0] ?? "";
    const unknown = at.moreInfo.replace(at.id, "a".repeat(26));
    const said = new Set<string>();
    for (const address of [foreign.href, bare, `${bare}?key=`, `${at.moreInfo}x`, unknown]) {
      const page = await pageVisitor().get(address);
      assert.equal(page.status, 404, address);
      assert.ok(!page.html.includes("USD"));
      said.add(page.text);
    }
    assert.equal(said.size, 1, "nothing tells them apart");
    // Nor does the key open the flow, or the session of the flow the page.
    assert.equal(
      (await pageVisitor().get(`${new URL(at.moreInfo).origin}/interactive/${at.id}`)).status,
      403,
    );
    assert.equal((await at.person.get(bare)).status, 404);
  }),
);

Deno.test(
  "R-24-142 R-24-143 R-24-146 a deposit's page follows it to the ledger, where its transaction can be looked at",
  acted(async (ada, gateway) => {
    const at = await atPayment(ada, "deposit");
    const reader = pageVisitor();
    const now = async () => (await reader.get(at.moreInfo)).all('ol.steps li[aria-current="step"]');
    assert.match((await now())[0] ?? "", /^Now: You pay/);
    const { reference } = await referenceOf(gateway, at.id);
    const payer = { name: "Zacharias Quillfeather", account: "GB33BUKB20201555555555" };
    await gateway.bank.payIn({ reference, amount: "100", payer });
    await until(gateway, at.id, "completed");
    const page = await reader.get(at.moreInfo);
    assert.equal(page.title, "Done");
    assert.equal(page.attribute("main", "data-refresh"), null, "it is over");
    const shown = await ada.transaction(at.id);
    assert.equal(
      page.attribute('main a[target="_blank"]', "href"),
      `${gateway.publicUrl}/sandbox/horizon/transactions/${shown["stellar_transaction_id"]}`,
    );
    assert.equal(page.attribute('main a[target="_blank"]', "rel"), "noopener noreferrer");
    const steps = page.all("ol.steps li");
    assert.equal(steps.length, 6);
    assert.ok(steps.every((step) => step.startsWith("Done:") && /20\d\d/.test(step)), steps.join("; "));
    assert.deepEqual([
      ...personal(ada, page.html),
      ...[payer.name, payer.account].filter((value) => page.html.includes(value)),
    ], []);
    const account = ada.customer.wallet.account;
    assert.ok(page.text.includes(`${account.slice(0, 4)}…${account.slice(-4)}`));
    // In the session it says that the page may be closed.
    assert.match((await at.page()).text, /You may close this page now/);
    assert.doesNotMatch(page.text, /You may close this page now/);
  }),
);

async function referenceOf(gateway: TestGateway, id: string) {
  const [row] = await gateway.db.query({ sql: "select reference from transfers where id = ?", args: [id] });
  return { reference: String(row?.["reference"]) };
}

const REFUNDS: GatewayOptions = {
  config: (config) => ({
    ...config,
    services: config.services.map((service) => ({ ...service, amountRule: { kind: "refund" } })),
  }),
};

Deno.test(
  "R-24-142 R-24-152 what goes back is said with its amount, and where it can be found",
  acted(async (ada, gateway) => {
    const at = await atPayment(ada, "deposit");
    const { reference } = await referenceOf(gateway, at.id);
    await gateway.bank.payIn({ reference, amount: "40", payer: { name: "Z Q", account: "1234" } });
    await until(gateway, at.id, "refunded");
    const page = await pageVisitor().get(at.moreInfo);
    assert.equal(page.title, "Your payment went back");
    assert.match(page.text, /What went back/);
    assert.match(page.text, /Sent back ?USD 40\.00/);
    assert.match(page.all("ol.steps li").at(-1) ?? "", /^Done: Your payment goes back/);
    assert.equal(page.all("ol.steps li").length, 5);
  }, REFUNDS),
);

Deno.test(
  "R-24-142 tokens that went back are looked at on the ledger, with what the customer bore of it",
  acted(async (ada, gateway) => {
    const at = await atPayment(ada, "withdraw");
    const hash = "ab".repeat(32);
    await gateway.running.gateway.db.write([
      {
        sql:
          `insert into receipts (id, side, place, external_id, state, asset, gross, fee, net, transfer_id, revision, version, at_ms)
          select 'r1', 'ledger', 'ours', 'o1', 'matched', asset, 400000000, 0, 400000000, id, 1, 1, 1 from transfers where id = ?`,
        args: [at.id],
      },
      {
        sql:
          `insert into attempts (id, transfer_id, number, purpose, side, place, key, amount, asset, state, version, stored_ms)
          select 'a1', id, 1, 'refund', 'ledger', 'ours', ?, 395000000, asset, 'completed', 1, 1 from transfers where id = ?`,
        args: [hash, at.id],
      },
      {
        sql:
          `insert into refunds (id, transfer_id, receipt_id, attempt_id, side, place, key, asset, amount, fee, state, version, at_ms)
          select 'f1', id, 'r1', 'a1', 'ledger', 'ours', ?, asset, 395000000, 5000000, 'completed', 1, 1 from transfers where id = ?`,
        args: [hash, at.id],
      },
      {
        sql:
          `update transfers set state = 'refunded', received = 400000000, refunded = 400000000, amount_out = 0, amount_fee = 0
          where id = ?`,
        args: [at.id],
      },
    ], { committed: { sql: "select 1", args: [] } });
    const page = await pageVisitor().get(at.moreInfo);
    assert.match(page.text, new RegExp(`Sent back ?39\\.50 ${gateway.code}`));
    assert.match(page.text, new RegExp(`Cost of sending it back ?0\\.50 ${gateway.code}`));
    assert.ok(page.attribute('main a[target="_blank"]', "href")?.endsWith(`/transactions/${hash}`));
  }, BALANCE_WARNS),
);

Deno.test(
  "R-24-148 what ran out says not to pay any more, and until when something had to be done is said before",
  acted(async (ada, gateway) => {
    const link = await ada.link("deposit", { lang: "en" });
    const address = String((await ada.transaction(link.id))["more_info_url"]);
    const before = await pageVisitor().get(address);
    assert.equal(before.title, "Not finished yet");
    assert.match(before.text, /Do it before/);
    await put(gateway, link.id, "draft", { expires_ms: "1" });
    await gateway.tick();
    const page = await pageVisitor().get(address);
    assert.equal(page.title, "The time to pay is over");
    assert.deepEqual(page.all("ol.steps li.failed").length, 1);
  }),
);

Deno.test(
  "R-24-141 a transaction of SEP-6 has no page, since nobody is given an address of one",
  acted(async (ada, gateway) => {
    const id = await ada.customer.askDeposit("100");
    const address = gateway.running.gateway.pages.moreInfo.moreInfoUrl({ id });
    assert.equal((await pageVisitor().get(address)).status, 404);
  }),
);
