import { deepEqual, equal } from "node:assert/strict";
import { CASE_STATES } from "../../../core/customers/kyc-case.ts";
import type { CaseRecord, CaseState } from "../../../core/customers/kyc-case.ts";
import type { Need, ProviderPage } from "../../../core/customers/need.ts";
import { standing } from "../../../core/customers/standing.ts";
import type { Given } from "../../../core/customers/standing.ts";
import type { KycCase } from "../../../plugins/kyc-provider.ts";

const NAMES = ["first_name", "last_name"];
const ACCOUNT = "bank_account_number";

/** What is asked for a withdrawal where the provider has a page. */
function needWith(page: ProviderPage): Need {
  return {
    type: "sep24",
    tier: "light",
    required: page.alone ? [ACCOUNT] : [...NAMES, ACCOUNT],
    optional: [],
    payout: [ACCOUNT],
    reviewed: page.alone ? [] : NAMES,
    verifies: [],
    instance: "bureau",
    level: "basic",
    accepts: [{ instance: "bureau", level: "basic", page }],
    idTypes: [],
  };
}

const ALONE = needWith({ alone: true, collects: NAMES });
const BESIDE = needWith({ alone: false, collects: NAMES });

function kyc(state: CaseState, says: Partial<KycCase> = {}): CaseRecord {
  return {
    id: "c:sep24:1",
    customerId: "c",
    type: "sep24",
    attempt: 1,
    level: "basic",
    instance: "bureau",
    ref: "r",
    state,
    revision: 1,
    valuesVersion: 1,
    validUntilMs: null,
    answer: { state: "processing", revision: 1, missing: [], fields: {}, reasons: [], ...says },
    version: 1,
    unreadMark: null,
  };
}

const given = (names: readonly string[], version = 1) =>
  new Map(names.map((name): [string, Given] => [name, { version, givenMs: version * 1000 }]));
const short = (need: Need, cases: readonly CaseRecord[], names: readonly string[], version = 1) => {
  const { status, missing, page, begin } = standing(need, given(names, version), cases, 1_000_000);
  return [status, missing.join(","), page, begin] as const;
};

Deno.test("P4 R-12-38 where the page is the only way, a form asks for the account alone, in every state of the review", () => {
  const expected: Record<CaseState, readonly [string, string, string | null, boolean]> = {
    new: ["NEEDS_INFO", "", "bureau", false],
    collecting: ["NEEDS_INFO", "", "bureau", false],
    processing: ["PROCESSING", "", null, false],
    accepted: ["ACCEPTED", "", null, false],
    retry: ["NEEDS_INFO", "", "bureau", false],
    rejected: ["REJECTED", "", null, false],
    expired: ["NEEDS_INFO", "", "bureau", false],
    superseded: ["NEEDS_INFO", "", "bureau", false],
  };
  const says = { missing: NAMES, fields: { last_name: { status: "rejected" as const } } };
  for (const state of CASE_STATES) {
    deepEqual(short(ALONE, [kyc(state, says)], [ACCOUNT]), expected[state], state);
    // What came since was never the provider's, so nothing of it begins a review.
    deepEqual(short(ALONE, [kyc(state, says)], [ACCOUNT, ...NAMES], 2), expected[state], state);
    const [status, , page] = expected[state];
    const without = status === "REJECTED"
      ? ["REJECTED", "", null, false]
      : ["NEEDS_INFO", ACCOUNT, page, false];
    deepEqual(short(ALONE, [kyc(state, says)], []), without, state);
  }
  deepEqual(short(ALONE, [], [ACCOUNT]), ["NEEDS_INFO", "", "bureau", false], "no review yet");
});

Deno.test("P4 P6 beside a form the page is open while something is missing, and what it asked is not asked again", () => {
  const all = [...NAMES, ACCOUNT];
  const open = (state: CaseState, names: readonly string[], says: Partial<KycCase> = {}) =>
    short(BESIDE, [kyc(state, says)], names);
  deepEqual(short(BESIDE, [], [ACCOUNT]), ["NEEDS_INFO", "first_name,last_name", "bureau", false]);
  deepEqual(
    short(BESIDE, [], NAMES),
    ["NEEDS_INFO", ACCOUNT, null, false],
    "the account is no matter of the page",
  );
  deepEqual(short(BESIDE, [], all), ["PROCESSING", "", null, true]);
  deepEqual(open("new", [ACCOUNT]), ["NEEDS_INFO", "first_name,last_name", "bureau", false]);
  deepEqual(open("new", all), ["PROCESSING", "", null, false]);
  const wants = { missing: ["last_name"] };
  deepEqual(open("collecting", ["first_name", ACCOUNT], wants), ["NEEDS_INFO", "last_name", "bureau", false]);
  deepEqual(open("collecting", all), ["NEEDS_INFO", "", "bureau", false], "a selfie has no name in SEP-9");
  for (const [state, status] of [["processing", "PROCESSING"], ["accepted", "ACCEPTED"]] as const) {
    deepEqual(open(state, [ACCOUNT]), [status, "", null, false], state);
    deepEqual(open(state, []), ["NEEDS_INFO", ACCOUNT, null, false], state);
  }
  deepEqual(open("expired", [ACCOUNT]), ["NEEDS_INFO", "first_name,last_name", "bureau", false]);
  deepEqual(open("rejected", []), ["REJECTED", "", null, false]);
});

Deno.test("R-12-39 what the config wants beyond the page is asked by the form, also of who was accepted there", () => {
  const need = { ...BESIDE, required: [...BESIDE.required, "city"] };
  deepEqual(short(need, [kyc("accepted")], [ACCOUNT]), ["NEEDS_INFO", "city", null, false]);
  equal(short(need, [kyc("accepted")], [ACCOUNT, "city"])[0], "ACCEPTED");
});
