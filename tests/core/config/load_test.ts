import assert from "node:assert/strict";
import type { AnchorConfig, ConfigFunction } from "../../../core/config/anchor.ts";
import { tierFor } from "../../../core/config/anchor-runtime.ts";
import { loadAnchor, type LoadOptions } from "../../../core/config/load.ts";
import { describeMistakes } from "../../../core/config/mistakes.ts";
import {
  EXAMPLE_INPUTS,
  exampleConfig,
  exampleKyc,
  exampleRail,
  exampleService,
  ISSUER,
  payingRail,
  takingRail,
} from "./example-anchor.ts";

const OPTIONS: LoadOptions = { ...EXAMPLE_INPUTS, variables: {} };

const load = (config: AnchorConfig, options: Partial<LoadOptions> = {}) =>
  loadAnchor(() => Promise.resolve(config), { ...OPTIONS, ...options });

async function anchorOf(config: AnchorConfig) {
  const result = await load(config);
  assert.ok(result.ok, result.ok ? "" : describeMistakes(result.mistakes));
  return result.value;
}

/** Paths of what is wrong, each once. */
async function wrong(config: AnchorConfig, options: Partial<LoadOptions> = {}): Promise<string[]> {
  const result = await load(config, options);
  return result.ok ? [] : [...new Set(result.mistakes.map(({ where }) => where))];
}

Deno.test("amounts become exact integers and defaults are filled in", async () => {
  const anchor = await anchorOf(exampleConfig());
  const service = anchor.service({ kind: "deposit", asset: "USDX", method: "bank_account", country: "BRA" });
  assert.ok(service);
  assert.equal(service.min, 10_000_000n);
  assert.equal(service.max, 100_000_000_000n);
  assert.deepEqual(service.fee, { fixed: 5_000_000n, percent: 10_000_000n });
  assert.deepEqual(service.amountRule, { kind: "exact" });
  assert.deepEqual([service.payWithin, service.eta], [86_400, null]);
  assert.equal(service.asset.id, `USDX:${ISSUER}`);
  assert.deepEqual(anchor.auth, {
    challengeSeconds: 900,
    tokenSeconds: 86_400,
    threshold: "medium",
    clientSignedHeader: false,
    clientDomains: { allow: null, deny: [], required: false },
  });
  assert.equal(anchor.languages.length, 10);
  assert.equal(anchor.retentionDays, 1825);
  assert.equal((await anchorOf(exampleConfig({ retentionDays: 3650 }))).retentionDays, 3650);
});

Deno.test("M-7 the cap on fees is 0.01 XLM unless the config says another", async () => {
  assert.equal((await anchorOf(exampleConfig())).feeCap, 100_000n);
  assert.equal((await anchorOf(exampleConfig({ ledger: { feeCap: "0.00002" } }))).feeCap, 200n);
  assert.equal((await anchorOf(exampleConfig({ ledger: { feeCap: "1" } }))).feeCap, 10_000_000n);
});

Deno.test("the first service that fits asset, kind, method and country wins", async () => {
  const anchor = await anchorOf(exampleConfig({
    rails: { bank: { module: exampleRail({ methods: ["bank_account", "cash"] }) } },
    services: [
      exampleService({ countries: ["BRA"], min: "5" }),
      exampleService({ min: "7" }),
      exampleService({ method: "cash", min: "9" }),
    ],
  }));
  const min = (query: Parameters<typeof anchor.service>[0]) => anchor.service(query)?.min;
  assert.equal(min({ kind: "deposit", asset: "USDX", country: "BRA" }), 50_000_000n);
  assert.equal(min({ kind: "deposit", asset: "USDX", country: "MEX" }), 70_000_000n);
  assert.equal(
    min({ kind: "deposit", asset: "USDX" }),
    50_000_000n,
    "a country that is not known may be any",
  );
  assert.equal(min({ kind: "deposit", asset: "USDX", method: "cash" }), 90_000_000n);
  assert.equal(min({ kind: "withdrawal", asset: "USDX" }), undefined);
  assert.equal(min({ kind: "deposit", asset: "usdx" }), undefined);
  assert.equal(anchor.servicesFor({ asset: "USDX" }).length, 3);
});

Deno.test("P5 the tier follows the sum, its own end included", async () => {
  const { pack } = await anchorOf(exampleConfig());
  const name = (units: bigint | null) => tierFor(pack("BRA"), units)?.name;
  assert.equal(name(null), "light");
  assert.equal(name(0n), "light");
  assert.equal(name(10_000_000_000n), "light");
  assert.equal(name(10_000_000_001n), "whole");
});

Deno.test("a sum above the end of the last tier has no tier", async () => {
  const light = { name: "light", upTo: "10", fields: [], levels: { bureau: "basic" } };
  const { pack } = await anchorOf(exampleConfig({ countries: { "*": { tiers: [light] } } }));
  assert.equal(tierFor(pack(), 100_000_000n)?.name, "light");
  assert.equal(tierFor(pack(), 100_000_001n), null);
});

Deno.test("a country has its own pack, else that of *", async () => {
  const tiers = [{ name: "brazil", fields: [], levels: { bureau: "basic" } }];
  const { pack } = await anchorOf(
    exampleConfig({ countries: { ...exampleConfig().countries, BRA: { tiers } } }),
  );
  assert.deepEqual([pack("BRA").country, pack("MEX").country, pack().country], ["BRA", "*", "*"]);
});

Deno.test("all that is wrong with the values comes at once, each with its path", async () => {
  const config = exampleConfig({
    organization: { ...exampleConfig().organization, url: "example.com", phoneNumber: "555-1234" },
    services: [exampleService({ min: "1,50", max: "1e3" })],
    treasuryAccounts: ["GABC"],
  });
  assert.deepEqual(await wrong(config), [
    "organization.url",
    "organization.phoneNumber",
    "services[0].min",
    "services[0].max",
    "treasuryAccounts[0]",
  ]);
});

Deno.test("values that no type would let through are found at start", async () => {
  const spoil = (changes: Record<string, unknown>): ConfigFunction => () =>
    Promise.resolve(Object.assign(exampleConfig(), changes));
  const cases: [Record<string, unknown>, string][] = [
    [{ sevices: [] }, "sevices"],
    [{ rails: { "Bank One": { module: exampleRail() } } }, 'rails["Bank One"]'],
    [{ rails: { bank: { module: exampleKyc() } } }, "rails.bank.module"],
    [{ rails: { bank: exampleRail() } }, "rails.bank.module"],
    [{ countries: { Brazil: { tiers: [] } } }, "countries.Brazil"],
    [{ assets: [] }, "assets"],
    [{ languages: ["en", "xx"] }, "languages[1]"],
    [{ retentionDays: 0 }, "retentionDays"],
    [{ retentionDays: 36_501 }, "retentionDays"],
    [{ auth: { threshold: "low" } }, "auth.threshold"],
    [{ ledger: { feeCap: "0.0000199" } }, "ledger.feeCap"],
    [{ ledger: { feeCap: "1.0000001" } }, "ledger.feeCap"],
    [{ ledger: { feeCap: "much" } }, "ledger.feeCap"],
  ];
  for (const [changes, where] of cases) {
    const result = await loadAnchor(spoil(changes), OPTIONS);
    assert.ok(!result.ok, where);
    assert.ok(result.mistakes.some((mistake) => mistake.where === where), describeMistakes(result.mistakes));
    assert.ok(
      result.mistakes.every(({ write }) => write !== "" && !/invalid/i.test(write)),
      "each says what to write",
    );
  }
});

Deno.test("services name what exists, what is not retired, and what can do it", async () => {
  const one = (service: Parameters<typeof exampleService>[0], changes: Partial<AnchorConfig> = {}) =>
    wrong(exampleConfig({ ...changes, services: [exampleService(service)] }));
  assert.deepEqual(await one({ asset: "EURX" }), ["services[0].asset"]);
  assert.deepEqual(await one({ rail: "other" }), ["services[0].rail"]);
  assert.deepEqual(await one({ kyc: "toString" }), ["services[0].kyc"]);
  assert.deepEqual(await one({ method: "PIX" }), ["services[0].method"]);
  assert.deepEqual(await one({ rail: "constructor" }), ["services[0].rail"]);
  const rails = (options: Parameters<typeof exampleRail>[0], retired = false) => ({
    rails: { bank: { module: exampleRail(options), retired } },
  });
  assert.deepEqual(await one({}, rails({}, true)), ["services[0].rail"]);
  assert.deepEqual(await one({}, rails({ currency: "EUR" })), ["services[0].rail"]);
  assert.deepEqual(await one({}, { rails: { bank: { module: payingRail() } } }), ["services[0].rail"]);
  assert.deepEqual(await one({ kind: "withdrawal" }, { rails: { bank: { module: takingRail() } } }), [
    "services[0].rail",
  ]);
  assert.deepEqual(await one({}, rails({ countries: ["BRA"] })), ["services[0].countries"]);
  assert.deepEqual(await one({ countries: ["BRA", "MEX"] }, rails({ countries: ["BRA"] })), [
    "services[0].countries",
  ]);
  assert.deepEqual(await one({ countries: ["BRA"] }, rails({ countries: ["BRA"] })), []);
  const kyc = { kyc: { bureau: { module: exampleKyc({ countries: ["MEX"] }) } } };
  assert.deepEqual(await one({ countries: ["BRA"] }, kyc), ["services[0].countries"]);
});

Deno.test("M-19 what a refund costs leaves something of it, and fits what the rail can send back", async () => {
  const one = (service: Parameters<typeof exampleService>[0], refund: "full" | "partial" = "partial") =>
    wrong(exampleConfig({
      services: [exampleService(service)],
      rails: { bank: { module: railWith(refund) } },
    }));
  assert.deepEqual(await one({ kind: "withdrawal", refundFee: "0.5", onPayoutFailure: "refund" }), []);
  assert.deepEqual(await one({ kind: "withdrawal", onPayoutFailure: "ask" }), []);
  assert.deepEqual(await one({ kind: "withdrawal", refundFee: "0.5" }, "full"), []);
  assert.deepEqual(await one({ kind: "deposit", refundFee: "0.5" }), []);
  assert.deepEqual(await one({ kind: "deposit", refundFee: "0.5" }, "full"), ["services[0].refundFee"]);
  assert.deepEqual(await one({ kind: "deposit", refundFee: "0.0000001" }), ["services[0].refundFee"]);
  assert.deepEqual(await one({ min: "1", refundFee: "1" }), ["services[0].refundFee"]);
  const excess = { amountRule: { kind: "excess" } } as const;
  assert.deepEqual(await one({ kind: "deposit", ...excess }), []);
  assert.deepEqual(await one({ kind: "withdrawal", ...excess }, "full"), []);
  assert.deepEqual(
    await one({ kind: "deposit", ...excess }, "full"),
    [],
    "a part is paid to the payer's account",
  );
  const { payout, ...declares } = railWith("full").declares;
  assert.ok(payout);
  const { payerField: _, ...unpaid } = payout;
  const module = { ...railWith("full"), declares: { ...declares, payout: unpaid } };
  const whole = exampleConfig({ services: [exampleService(excess)], rails: { bank: { module } } });
  assert.deepEqual(await wrong(whole), ["services[0].amountRule"]);
  assert.deepEqual(await one({ kind: "deposit", onPayoutFailure: "hold" }), ["services[0].onPayoutFailure"]);
  const anchor = await anchorOf(exampleConfig());
  assert.deepEqual(anchor.services.map(({ refundFee, onPayoutFailure }) => [refundFee, onPayoutFailure])[0], [
    0n,
    "hold",
  ]);
});

function railWith(refund: "full" | "partial") {
  const rail = exampleRail();
  const { deposit } = rail.declares;
  assert.ok(deposit);
  return { ...rail, declares: { ...rail.declares, deposit: { ...deposit, refund } } };
}

Deno.test("a retired instance that no service names is kept", async () => {
  const anchor = await anchorOf(exampleConfig({
    rails: { bank: { module: exampleRail() }, former: { module: exampleRail(), retired: true } },
  }));
  assert.equal(anchor.rails["former"]?.retired, true);
});

Deno.test("a capability that is declared and not there, and one that is there undeclared, is a mistake", async () => {
  const { readStatement: _statement, ...unpolled } = exampleRail();
  assert.deepEqual(await wrong(exampleConfig({ rails: { bank: { module: unpolled } } })), [
    "rails.bank.module.readStatement",
  ]);
  const { createPayout: _create, findPayout: _find, ...mute } = exampleRail();
  const rails = { bank: { module: exampleRail() }, former: { module: mute, retired: true } };
  assert.deepEqual(await wrong(exampleConfig({ rails })), [
    "rails.former.module.createPayout",
    "rails.former.module.findPayout",
  ]);
  const rail = exampleRail();
  const undeclared = { ...rail, declares: { ...rail.declares, balance: "none" as const } };
  assert.deepEqual(await wrong(exampleConfig({ rails: { bank: { module: undeclared } } })), [
    "rails.bank.module.readBalance",
  ]);
  const { submitDocument: _submit, erase: _erase, ...bureau } = exampleKyc();
  assert.deepEqual(await wrong(exampleConfig({ kyc: { bureau: { module: bureau } } })), [
    "kyc.bureau.module.submitDocument",
    "kyc.bureau.module.erase",
  ]);
});

Deno.test("a name in a declaration that SEP-9 does not know is a mistake that says which", async () => {
  const bank = { module: exampleRail({ payoutFields: ["bank_account_number", "pix_kye"] }) };
  const result = await load(exampleConfig({ rails: { bank } }));
  assert.ok(!result.ok);
  assert.deepEqual(result.mistakes.map(({ where }) => where), ["rails.bank.module.declares.payout"]);
  assert.match(describeMistakes(result.mistakes), /pix_kye/);
  const real = exampleKyc();
  const levels = { ...real.declares.levels, full: { needs: ["first_name", "shoe_size"], takes: [] } };
  const kyc = { bureau: { module: { ...real, declares: { ...real.declares, levels } } } };
  assert.deepEqual(await wrong(exampleConfig({ kyc })), ["kyc.bureau.module.declares.levels.full"]);
  const former = { "old-bank": { ...bank, retired: true }, bank: { module: exampleRail() } };
  assert.deepEqual(await wrong(exampleConfig({ rails: former })), [
    "rails.old-bank.module.declares.payout",
  ]);
});

Deno.test("M-24 limits are whole multiples of the rail's smallest unit, and the fee leaves something", async () => {
  const one = (service: Parameters<typeof exampleService>[0]) =>
    wrong(exampleConfig({ services: [exampleService(service)] }));
  assert.deepEqual(await one({ min: "1.001" }), ["services[0].min"]);
  assert.deepEqual(await one({ max: "10.0000001" }), ["services[0].max"]);
  assert.deepEqual(await one({ min: "0" }), ["services[0].min"]);
  assert.deepEqual(await one({ min: "10", max: "9.99" }), ["services[0].max"]);
  assert.deepEqual(await one({ min: "1", max: "1" }), []);
  assert.deepEqual(await one({ fee: { fixed: "1" } }), ["services[0].fee"]);
  assert.deepEqual(await one({ fee: { percent: "100" } }), ["services[0].fee.percent"]);
  assert.deepEqual(await one({ kind: "withdrawal", fee: { fixed: "0.995" } }), ["services[0].fee"]);
});

Deno.test("country packs have rising tiers, and levels that the modules declare", async () => {
  const tier = (name: string, upTo?: string, level = "basic") => ({
    name,
    ...(upTo === undefined ? {} : { upTo }),
    fields: [],
    levels: { bureau: level },
  });
  const pack = (...tiers: ReturnType<typeof tier>[]) =>
    wrong(exampleConfig({ countries: { "*": { tiers } } }));
  assert.deepEqual(await pack(tier("a", "10"), tier("b", "10"), tier("c")), ['countries["*"].tiers[1].upTo']);
  assert.deepEqual(await pack(tier("a"), tier("b")), ['countries["*"].tiers[0].upTo']);
  assert.deepEqual(await pack(tier("a", "10"), tier("a")), ['countries["*"].tiers[1].name']);
  assert.deepEqual(await pack(tier("a", undefined, "gold")), ['countries["*"].tiers[0].levels.bureau']);
  assert.deepEqual(
    await wrong(
      exampleConfig({
        countries: { "*": { tiers: [{ name: "a", fields: [], levels: { other: "basic" } }] } },
      }),
    ),
    ['countries["*"].tiers[0].levels.bureau', 'countries["*"].tiers[0].levels.other'],
  );
  assert.deepEqual(await wrong(exampleConfig({ countries: { BRA: { tiers: [tier("a")] } } })), ["countries"]);
});

Deno.test("P2 the public network refuses modules of the sandbox", async () => {
  const config = exampleConfig();
  assert.deepEqual(await wrong(config), []);
  assert.deepEqual(await wrong(config, { network: "public" }), ["kyc.bureau", "rails.bank"]);
});

Deno.test("names that would clash are refused", async () => {
  const [asset] = exampleConfig().assets;
  assert.ok(asset);
  assert.deepEqual(await wrong(exampleConfig({ assets: [asset, asset] })), ["assets[1].code"]);
  assert.deepEqual(
    await wrong(exampleConfig({ kyc: { ...exampleConfig().kyc, bank: { module: exampleKyc() } } })),
    [
      "rails.bank",
    ],
  );
  assert.deepEqual(await wrong(exampleConfig({ languages: ["es"] })), ["languages"]);
});

Deno.test("every variable that the config misses is listed, also when a factory refuses the nothing it got", async () => {
  const config: ConfigFunction = ({ env, envOr }) => {
    assert.equal(envOr("ABSENT", "otherwise"), "otherwise");
    assert.equal(env("PRESENT"), "value");
    const key = env("BANK_KEY");
    env("KYC_KEY");
    if (key === "") throw new TypeError("Cannot open the bank: no key");
    return Promise.resolve(exampleConfig());
  };
  const result = await loadAnchor(config, { ...OPTIONS, variables: { PRESENT: " value ", KYC_KEY: "" } });
  assert.ok(!result.ok);
  assert.deepEqual(result.mistakes.map(({ where }) => where), ["BANK_KEY", "KYC_KEY"]);
});

Deno.test("what a factory refuses, and what further checks find, comes out as a mistake", async () => {
  const refused = await loadAnchor(
    () => Promise.reject(new TypeError("Cannot open the bank: no folder")),
    OPTIONS,
  );
  assert.ok(!refused.ok);
  assert.match(describeMistakes(refused.mistakes), /anchor\.config\.ts: correct .*Cannot open the bank/);
  const checks = [() => [{ where: "kyc.bureau", write: "declare fewer levels" }]];
  assert.deepEqual(await wrong(exampleConfig(), { checks }), ["kyc.bureau"]);
});
