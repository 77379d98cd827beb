/**
 * The contract tests of a KYC provider. They run any module against a faithful stand-in of its provider's HTTP API and
 * are chosen by what the module declares; a module is done when they pass.
 *
 * @example
 * // tests/contracts/sumsub_test.ts
 * kycProviderContract("sumsub", { provider: (url) => sumsub({ url, … }), standIn: openSumsubStandIn });
 * @module
 */
import assert from "node:assert/strict";
import { kycMistakes } from "../declarations.ts";
import type { KycProvider } from "../kyc-provider.ts";
import type { Outcome } from "../outcome.ts";
import {
  CASE_KEY,
  caseNow,
  documentOf,
  inReview,
  type KycBench,
  type KycCall,
  type KycSubject,
  kycTest,
  levelOf,
  openCase,
} from "./kyc-bench.ts";
import { kycWebhookTests } from "./kyc-webhooks.ts";
import { assertNowhere, errorOf, present, READ_FAULTS, valueOf } from "./outcomes.ts";

export type { Decision, KycCall, KycStandIn, KycSubject } from "./kyc-bench.ts";

/** Registers the tests that fit what the module declares. */
export function kycProviderContract(name: string, subject: KycSubject): void {
  const provider = subject.provider("http://127.0.0.1:1");
  Deno.test(`${name}: the declaration and the members of the module agree`, () => {
    assert.deepEqual(kycMistakes(provider), []);
  });
  caseTests(name, provider, subject);
  decisionTests(name, provider, subject);
  failureTests(name, provider, subject);
  offeredTests(name, provider, subject);
  if (provider.declares.news.webhook) kycWebhookTests(name, subject);
}

function caseTests(name: string, provider: KycProvider, subject: KycSubject): void {
  const level = levelOf(provider);
  const { needs } = present(provider.declares.levels[level], "level");

  kycTest(`${name}: a case is opened once for a key`, subject, async (bench) => {
    const first = await openCase(bench);
    assert.equal(await openCase(bench), first);
    assert.notEqual(await openCase(bench, "customer-one:sep6:2"), first);
    assert.notEqual(await openCase(bench, "customer-two:sep6:1"), first);
  });

  kycTest(`${name}: a case says what it still needs`, subject, async (bench) => {
    const ref = await openCase(bench);
    const opened = await caseNow(bench, ref);
    assert.equal(opened.state, "collecting");
    assert.deepEqual([...opened.missing].toSorted(), [...needs].toSorted());
    const [first = ""] = needs;
    const given = { [first]: present(bench.standIn.fields[first], "value") };
    const report = valueOf(await bench.provider.submitFields(ref, given, bench.ports));
    assert.ok(Object.hasOwn(report, first) && report[first]?.status !== "rejected");
    const later = await caseNow(bench, ref);
    assert.ok(!later.missing.includes(first));
    assert.ok(later.revision > opened.revision);
  });

  kycTest(`${name}: values given at the opening count`, subject, async ({ provider, ports, standIn }) => {
    const request = { caseKey: CASE_KEY, level, fields: standIn.fields };
    const { ref } = valueOf(await provider.openCase(request, ports));
    const documents = needs.filter((field) => !Object.hasOwn(standIn.fields, field));
    const opened = present(valueOf(await provider.readCase(ref, ports)), "case");
    assert.deepEqual([...opened.missing].toSorted(), documents.toSorted());
  });

  kycTest(`${name}: a review begins once`, subject, async (bench) => {
    const ref = await inReview(bench);
    const before = await caseNow(bench, ref);
    assert.equal(before.state, "processing");
    valueOf(await bench.provider.startReview(ref, bench.ports));
    assert.deepEqual(await caseNow(bench, ref), before);
  });

  kycTest(`${name}: a case that nobody opened is read as nothing`, subject, async ({ provider, ports }) => {
    assert.equal(valueOf(await provider.readCase("never-opened", ports)), null);
  });
}

function decisionTests(name: string, provider: KycProvider, subject: KycSubject): void {
  const [field = ""] = present(provider.declares.levels[levelOf(provider)], "level").needs;

  for (const state of ["accepted", "rejected", "expired"] as const) {
    kycTest(`${name}: a case may end as ${state}`, subject, async (bench) => {
      const ref = await inReview(bench);
      const before = await caseNow(bench, ref);
      await bench.standIn.decide(CASE_KEY, { state });
      const after = await caseNow(bench, ref);
      assert.equal(after.state, state);
      assert.ok(after.revision > before.revision);
      if (state === "accepted") assert.deepEqual(after.missing, []);
    });
  }

  kycTest(`${name}: values that were refused can be given again`, subject, async (bench) => {
    const ref = await inReview(bench);
    await bench.standIn.decide(CASE_KEY, { state: "retry", fields: [field] });
    const refused = await caseNow(bench, ref);
    assert.equal(refused.state, "retry");
    assert.equal(refused.fields[field]?.status, "rejected");
    assert.ok(refused.missing.includes(field));
    const value = { [field]: present(bench.standIn.fields[field], "value") };
    valueOf(await bench.provider.submitFields(ref, value, bench.ports));
    valueOf(await bench.provider.startReview(ref, bench.ports));
    assert.equal((await caseNow(bench, ref)).state, "processing");
    await bench.standIn.decide(CASE_KEY, { state: "accepted" });
    assert.equal((await caseNow(bench, ref)).state, "accepted");
  });

  kycTest(`${name}: M-22 an acceptance can be withdrawn`, subject, async (bench) => {
    const ref = await inReview(bench);
    await bench.standIn.decide(CASE_KEY, { state: "accepted" });
    const accepted = await caseNow(bench, ref);
    await bench.standIn.decide(CASE_KEY, { state: "rejected" });
    const withdrawn = await caseNow(bench, ref);
    assert.equal(withdrawn.state, "rejected");
    assert.ok(withdrawn.revision > accepted.revision);
  });

  kycTest(`${name}: an unknown status is an alarm`, subject, async (bench) => {
    const ref = await inReview(bench);
    await bench.standIn.fault("readCase", "unknown_status");
    const error = errorOf(await bench.provider.readCase(ref, bench.ports), "unknown_outcome");
    assert.equal(error.alarm, true);
  });
}

/** Where codes are sent to in these tests. */
const CODE_VALUES: Readonly<Record<string, string>> = {
  mobile_number: "+14155550123",
  email_address: "anabela@example.com",
};

const CALLS: Readonly<Record<KycCall, (bench: KycBench, ref: string) => Promise<Outcome<unknown>>>> = {
  openCase: ({ provider, ports, standIn }) =>
    provider.openCase(
      { caseKey: "customer-two:sep6:1", level: levelOf(provider), fields: standIn.fields },
      ports,
    ),
  submitFields: ({ provider, ports, standIn }, ref) => provider.submitFields(ref, standIn.fields, ports),
  startReview: ({ provider, ports }, ref) => provider.startReview(ref, ports),
  readCase: ({ provider, ports }, ref) => provider.readCase(ref, ports),
  hostedPage: ({ provider, ports }, ref) =>
    present(provider.hostedPage, "hostedPage")(ref, { returnUrl: "https://anchor.test/back" }, ports),
  listChanged: ({ provider, ports }) => present(provider.listChanged, "listChanged")(null, ports),
  sendCode: ({ provider, ports }) => {
    const [field = ""] = provider.declares.verifies;
    const request = { key: "customer-two:code:1", field, value: CODE_VALUES[field] ?? "" };
    return present(provider.sendCode, "sendCode")(request, ports);
  },
};

/** Sends a code to the first value that is verified. */
async function codeSent({ provider, ports }: KycBench, key = "customer-one:code:1"): Promise<string> {
  const [field = ""] = provider.declares.verifies;
  const request = { key, field, value: CODE_VALUES[field] ?? "", language: "en" };
  return valueOf(await present(provider.sendCode, "sendCode")(request, ports)).codeRef;
}

function failureTests(name: string, provider: KycProvider, subject: KycSubject): void {
  for (const [member, ask] of Object.entries(CALLS)) {
    const call = isCall(member) ? member : null;
    if (call === null || provider[call] === undefined) continue;
    kycTest(`${name}: failures of ${call} are values of the right kind`, subject, async (bench) => {
      const ref = await inReview(bench);
      for (const [fault, kinds] of READ_FAULTS) {
        await bench.standIn.fault(call, fault);
        if (fault === "hang") bench.ports.giveUpAfter(10);
        const error = errorOf(await ask(bench, ref), ...kinds);
        assertNowhere(bench.standIn.secrets, error);
        if (fault === "rate_limited") assert.ok((error.retryAfterMs ?? 0) > 0, "Retry-After is passed on");
      }
      valueOf(await ask(bench, ref));
      assertNowhere(bench.standIn.secrets, bench.ports.requests.map(({ url }) => url));
    });
  }

  kycTest(`${name}: a lost answer to the opening leaves one case`, subject, async (bench) => {
    await bench.standIn.fault("openCase", "commit_then_drop");
    const request = { caseKey: CASE_KEY, level: levelOf(bench.provider), fields: {} };
    errorOf(await bench.provider.openCase(request, bench.ports), "unavailable", "unknown_outcome");
    const ref = await openCase(bench);
    assert.equal(await openCase(bench), ref);
    if (bench.provider.listChanged) {
      const { refs } = valueOf(await bench.provider.listChanged(null, bench.ports));
      assert.deepEqual([...refs], [ref]);
    }
  });
}

function isCall(member: string): member is KycCall {
  return Object.hasOwn(CALLS, member);
}

function offeredTests(name: string, provider: KycProvider, subject: KycSubject): void {
  const { takes, verifies, erases, levels } = provider.declares;

  if (takes.documents) {
    kycTest(`${name}: a document that is wanted can be given`, subject, async (bench) => {
      const [field = ""] = Object.values(levels).flatMap(({ needs, takes: also }) => [...needs, ...also])
        .filter((known) => /^photo_|^proof_|^video_/.test(known));
      const ref = await openCase(bench);
      const submitDocument = present(bench.provider.submitDocument, "submitDocument");
      const report = valueOf(await submitDocument(ref, documentOf(field), bench.ports));
      assert.notEqual(report[field]?.status, "rejected");
      assert.ok(Object.hasOwn((await caseNow(bench, ref)).fields, field));
    });
  }

  if (takes.hosted) {
    kycTest(`${name}: its own page leads a case into review`, subject, async (bench) => {
      const ref = await openCase(bench);
      const request = { returnUrl: "https://anchor.test/back", language: "en" };
      const hostedPage = present(bench.provider.hostedPage, "hostedPage");
      const page = valueOf(await hostedPage(ref, request, bench.ports));
      assert.ok(page.validUntil > bench.ports.now());
      const origins = bench.provider.declares.hosted?.origins;
      assert.ok(origins?.includes(new URL(page.url).origin), "the page's origin is declared");
      await present(bench.standIn.fillPage, "fillPage")(page.url);
      assert.equal((await caseNow(bench, ref)).state, "processing");
      if (!page.singleUse) return;
      await assert.rejects(present(bench.standIn.fillPage, "fillPage")(page.url));
      assert.notEqual(valueOf(await hostedPage(ref, request, bench.ports)).url, page.url);
    });
  }

  if (verifies.length > 0) {
    kycTest(`${name}: R-12-73 a code is right, wrong or expired`, subject, async (bench) => {
      const { provider, ports, standIn } = bench;
      const codeRef = await codeSent(bench);
      const code = await present(standIn.lastCode, "lastCode")();
      const check = present(provider.checkCode, "checkCode");
      const wrong = code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
      assert.equal(valueOf(await check(codeRef, wrong, ports)), "wrong");
      assert.equal(valueOf(await check(codeRef, code, ports)), "right");
      await present(standIn.expireCodes, "expireCodes")();
      assert.equal(valueOf(await check(codeRef, code, ports)), "expired");
      const request = { key: "customer-one:first_name:1", field: "first_name", value: "Ana" };
      const unasked = await present(provider.sendCode, "sendCode")(request, ports);
      errorOf(unasked, "not_supported", "invalid_input");
    });

    kycTest(`${name}: a code is sent once for a key, and needs no case`, subject, async (bench) => {
      const first = await codeSent(bench);
      const code = await present(bench.standIn.lastCode, "lastCode")();
      assert.equal(await codeSent(bench), first);
      assert.equal(await present(bench.standIn.lastCode, "lastCode")(), code);
      assert.notEqual(await codeSent(bench, "customer-one:code:2"), first);
    });
  }

  if (provider.listChanged) {
    kycTest(`${name}: cases whose news was lost are found by what changed`, subject, async (bench) => {
      const ref = await inReview(bench);
      const listChanged = present(bench.provider.listChanged, "listChanged");
      const first = valueOf(await listChanged(null, bench.ports));
      assert.ok(first.refs.includes(ref));
      assert.deepEqual(valueOf(await listChanged(first.next, bench.ports)).refs, []);
      await bench.standIn.decide(CASE_KEY, { state: "accepted" });
      assert.deepEqual([...valueOf(await listChanged(first.next, bench.ports)).refs], [ref]);
    });
  }

  if (erases) {
    kycTest(`${name}: what is erased is gone, also when asked twice`, subject, async (bench) => {
      const ref = await inReview(bench);
      await bench.standIn.decide(CASE_KEY, { state: "accepted" });
      const erase = present(bench.provider.erase, "erase");
      assert.equal(valueOf(await erase(ref, bench.ports)).erased, true);
      const left = valueOf(await bench.provider.readCase(ref, bench.ports));
      assertNowhere(Object.values(bench.standIn.fields), left);
      assert.equal(valueOf(await erase(ref, bench.ports)).erased, true);
    });
  }
}
