import assert from "node:assert/strict";
import { sandboxBank } from "../../bank-rails/sandbox/mod.ts";
import { sandboxKyc } from "../../kyc-providers/sandbox/mod.ts";
import { kycInstances, railInstances } from "../../plugins/registry.ts";
import { sep9Fields } from "../../plugins/sep9/mod.ts";
import type { BankRail } from "../../plugins/bank-rail.ts";
import type { KycProvider } from "../../plugins/kyc-provider.ts";

const rail = sandboxBank({ url: "http://127.0.0.1:1" });
const kyc = sandboxKyc({ url: "http://127.0.0.1:1" });
const isKnown = (name: string) => sep9Fields.has(name);

Deno.test("instances are found by name, and a retired one opens nothing new", () => {
  const other = sandboxBank({ url: "http://127.0.0.1:2" });
  const found = railInstances(
    { bank: { module: rail }, "old-bank": { module: other, retired: true } },
    isKnown,
  );
  assert.deepEqual(found.mistakes, []);
  assert.deepEqual(found.names, ["bank", "old-bank"]);
  assert.equal(found.find("bank"), rail);
  assert.equal(found.findOpen("bank"), rail);
  assert.equal(found.find("old-bank"), other);
  assert.equal(found.findOpen("old-bank"), null);
  for (const name of ["", "Bank", "constructor", "__proto__"]) assert.equal(found.find(name), null);
});

Deno.test("names that an address cannot hold are mistakes", () => {
  for (const name of ["Bank", "my_bank", "-bank", "bank-", "a--b", "1bank", "b/c", "x".repeat(64)]) {
    const { mistakes } = kycInstances({ [name]: { module: kyc } }, isKnown);
    assert.deepEqual(mistakes.map(({ where }) => where), [`kyc.${name}`]);
  }
});

Deno.test("the sandbox modules declare known fields only", () => {
  assert.deepEqual(kycInstances({ bureau: { module: kyc } }, isKnown).mistakes, []);
  const wrong = sandboxBank({ url: "http://127.0.0.1:1", payoutFields: ["pix_kye"] });
  assert.deepEqual(railInstances({ bank: { module: wrong } }, isKnown).mistakes, [{
    where: "rails.bank.module.declares.payout",
    write: "use a field that the catalogue knows instead of pix_kye",
  }]);
  const unheard: KycProvider = { ...kyc, declares: { ...kyc.declares, verifies: ["email"] } };
  assert.deepEqual(kycInstances({ bureau: { module: unheard } }, isKnown).mistakes, [{
    where: "kyc.bureau.module.declares.verifies",
    write: "use a field that the catalogue knows instead of email",
  }]);
});

Deno.test("a declared capability without its member is a mistake, and the reverse", () => {
  const { readWebhook: _, ...silent } = rail;
  const mistakes = (module: BankRail) => railInstances({ bank: { module } }).mistakes;
  assert.deepEqual(mistakes(silent), [{
    where: "rails.bank.module.readWebhook",
    write: "add this member: news comes by webhook",
  }]);
  const undeclared = { ...rail, declares: { ...rail.declares, balance: "none" as const } };
  assert.deepEqual(mistakes(undeclared), [{
    where: "rails.bank.module.readBalance",
    write: "leave this member out, or declare that the balance can be asked",
  }]);
  const { erase: __, ...keeping } = kyc;
  assert.deepEqual(kycInstances({ bureau: { module: keeping } }).mistakes.map(({ where }) => where), [
    "kyc.bureau.module.erase",
  ]);
});

Deno.test("declarations that cannot work are mistakes", () => {
  const { deposit, payout } = rail.declares;
  assert.ok(deposit && payout);
  const wrong: Record<string, Partial<BankRail["declares"]>> = {
    "declares.minUnit": { minUnit: 0n },
    "declares.currency": { currency: "usd" },
    "declares.countries": { countries: [] },
    "declares.methods": { methods: [] },
    "declares.news": { news: { webhook: false, pollEverySeconds: null, files: false } },
    "declares.deposit.reference": { deposit: { ...deposit, reference: null } },
    "declares.payout.key": { payout: { ...payout, key: { alphabet: "01", length: 8 } } },
    "declares.payout.finality": {
      payout: { ...payout, finality: { kind: "returnable", returnableDays: 0 } },
    },
    "declares.payout.payerField": { payout: { ...payout, payerField: "clabe_number" } },
    "declares.payout.reference": { payout: { ...payout, reference: { alphabet: "aab", maxLength: 10 } } },
  };
  for (const [where, change] of Object.entries(wrong)) {
    const module = { ...rail, declares: { ...rail.declares, ...change } };
    const found = railInstances({ bank: { module } }, isKnown).mistakes.map((mistake) => mistake.where);
    assert.ok(found.includes(`rails.bank.module.${where}`), `${where} is not found: ${found.join()}`);
  }
});

Deno.test("wrong options of a module are told all at once, with what to write", () => {
  assert.throws(
    () => sandboxBank({ url: "nowhere", currency: "usd", webhook: "none", pollEverySeconds: null }),
    (error) => {
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /url/);
      assert.match(error.message, /write an ISO 4217 code/);
      return true;
    },
  );
  assert.throws(
    () => sandboxBank({ url: "http://a", webhook: "none", pollEverySeconds: null }),
    /at least one/,
  );
  assert.throws(() => sandboxKyc({ url: "http://a", fields: false }), /fields/);
});

Deno.test("a page of the provider's own names where it lies, and what of the browser it uses", () => {
  const hosted = sandboxKyc({ url: "https://kyc.example", hosted: true });
  const mistakesOf = (page: KycProvider["declares"]["hosted"]) =>
    kycInstances(
      { bureau: { module: { ...hosted, declares: { ...hosted.declares, hosted: page } } } },
      isKnown,
    )
      .mistakes.map(({ where }) => where.replace("kyc.bureau.module.declares.hosted.", ""));
  const page = { shown: "frame", origins: ["https://kyc.example"], permissions: ["camera"] } as const;
  assert.deepEqual(mistakesOf(page), []);
  assert.deepEqual(mistakesOf({ ...page, origins: [] }), ["origins"]);
  assert.deepEqual(mistakesOf({ ...page, origins: ["https://kyc.example/; script-src *"] }), ["origins"]);
  assert.deepEqual(mistakesOf({ ...page, permissions: ['camera "x"'] }), ["permissions"]);
});
