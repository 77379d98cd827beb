import assert from "node:assert/strict";
import { presets } from "../../../bank-rails/sandbox/mod.ts";
import { findTransfer } from "../../../core/transfers/find.ts";
import type { ChangeConfig } from "../../support/gateway.ts";
import { atPayment, BALANCE_WARNS, GIVEN, until } from "./at-payment.ts";
import { readQrCodes } from "./read-qr.ts";
import { acted } from "./stage.ts";

const COPIED = "main [data-copy]";

/** What the buttons of a page copy. */
const copies = (html: string) => [...html.matchAll(/data-copy="([^"]*)"/g)].map(([, value = ""]) => value);

Deno.test(
  "R-24-85 a deposit's page says what to pay where with which reference, each to be copied, and stays until it is paid",
  acted(async (ada, gateway) => {
    const at = await atPayment(ada, "deposit");
    const page = await at.page();
    assert.equal(page.status, 200);
    assert.equal(page.title, "Pay USD 100.00");
    const transfer = await findTransfer(gateway.running.gateway.db, at.id);
    const reference = transfer?.reference ?? "";
    const values = copies(page.html);
    assert.deepEqual([values[0], values[1], values.at(-1)], ["100", "Sandbox Bank", reference]);
    assert.match(values[2] ?? "", /^90\d{14}$/, "the account to pay");
    assert.equal(page.all(COPIED).length, values.length);
    assert.match(page.text, /Without it we cannot tell that the money is yours/);
    assert.doesNotMatch(page.text, /Pay exactly/, "this service takes any amount");
    assert.equal(page.attribute("main time[data-local]", "datetime")?.slice(-1), "Z");
    assert.match(page.text, /Pay before ?\w+ \d+, 20\d\d at /);
    assert.deepEqual(readQrCodes(page.html), [], "this rail has no code");
    assert.equal(page.attribute("main", "data-refresh"), "10");
    assert.match(page.html, /<noscript><meta http-equiv="refresh" content="10">/);
    // Looked at again, nothing moves; paid, it goes on by itself.
    assert.equal((await at.page()).title, page.title);
    await gateway.bank.payIn({ reference, amount: "100", payer: { name: "Z", account: "1" } });
    await until(gateway, at.id, "completed");
    assert.equal((await at.page()).title, "Done");
  }),
);

Deno.test(
  "R-24-85 R-24-104 a withdrawal's page says what to send where with which memo, as link and code too, and whom we pay only masked",
  acted(async (ada, gateway) => {
    const at = await atPayment(ada, "withdraw");
    const page = await at.page();
    assert.equal(page.title, `Pay 100.00 ${gateway.code}`);
    const shown = await ada.transaction(at.id);
    const address = String(shown["withdraw_anchor_account"]);
    const memo = String(shown["withdraw_memo"]);
    assert.deepEqual(copies(page.html), ["100", address, memo]);
    assert.match(page.text, /Your payment must carry exactly this memo/);
    assert.match(page.text, /Pay exactly this amount/);
    const uri = page.attribute("main a.button", "href") ?? "";
    assert.ok(uri.startsWith("web+stellar:pay?"));
    assert.deepEqual(readQrCodes(page.html), [uri]);
    const asked = new URL(uri).searchParams;
    assert.deepEqual(
      [asked.get("destination"), asked.get("memo"), asked.get("amount"), asked.get("asset_code")],
      [address, memo, "100", gateway.code],
    );
    assert.match(page.text, /\*{8}5544/);
    for (const value of Object.values(GIVEN)) assert.ok(!page.html.includes(value), "personal data");
  }, BALANCE_WARNS),
);

Deno.test(
  "while the bank is asked, the page says so, looks again, and goes on by itself",
  acted(async (ada, gateway) => {
    await gateway.tick();
    await gateway.bank.fault({ on: "instruction", fault: "unavailable", count: 2 });
    const at = await atPayment(ada, "deposit", { state: "instructing" });
    const asking = await at.page();
    assert.equal(asking.title, "One moment");
    assert.match(asking.text, /Do not pay yet/);
    assert.equal(asking.attribute("main", "data-refresh"), "10");
    assert.deepEqual(copies(asking.html), []);
    await until(gateway, at.id, "waiting");
    assert.equal((await at.page()).title, "Pay USD 100.00");
  }),
);

/** The default config in another currency, with the rail of a preset. */
function railOf(preset: typeof presets.pix | typeof presets.camt): Parameters<typeof acted>[1] {
  const config: ChangeConfig = (given) => ({
    ...given,
    assets: given.assets.map((asset) => ({ ...asset, currency: preset.currency })),
    services: given.services.map((service) => ({ ...service, method: preset.methods[0] })),
  });
  return { bank: { ...preset, countries: "*" }, config };
}

Deno.test(
  "R-24-85 a rail's code is a picture that banking apps read, and one that can be pasted can be copied",
  acted(async (ada) => {
    const page = await (await atPayment(ada, "deposit")).page();
    const [code = ""] = readQrCodes(page.html);
    assert.match(code, /^000201010212/);
    assert.equal(copies(page.html).at(-1), code);
    assert.equal(page.attribute("main svg", "aria-label"), "Code for your banking app");
    assert.equal(page.attribute("main svg", "role"), "img");
  }, railOf(presets.pix)),
);

Deno.test(
  "R-24-85 a SEPA code is read with its amount and reference, and is none to be pasted",
  acted(async (ada, gateway) => {
    const at = await atPayment(ada, "deposit");
    const page = await at.page();
    const transfer = await findTransfer(gateway.running.gateway.db, at.id);
    const [code = ""] = readQrCodes(page.html);
    const elements = code.split("\n");
    assert.deepEqual([elements[0], elements[7], elements[10]], ["BCD", "EUR100.00", transfer?.reference]);
    assert.ok(!copies(page.html).some((value) => value.includes("BCD")));
  }, railOf(presets.camt)),
);

Deno.test(
  "an open amount is any within the limits, which are said",
  acted(async (ada) => {
    const page = await (await atPayment(ada, "deposit", { amount: null })).page();
    assert.equal(page.title, "Make your payment");
    assert.match(page.text, /Pay any amount from USD 1\.00 to USD 10,000\.00\./);
  }),
);
