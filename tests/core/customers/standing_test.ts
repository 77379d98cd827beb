import { deepEqual, equal } from "node:assert/strict";
import { CASE_STATES } from "../../../core/customers/kyc-case.ts";
import type { CaseRecord, CaseState } from "../../../core/customers/kyc-case.ts";
import type { Need } from "../../../core/customers/need.ts";
import { standing } from "../../../core/customers/standing.ts";
import type { Given } from "../../../core/customers/standing.ts";
import type { KycCase } from "../../../plugins/kyc-provider.ts";

const NEED: Need = {
  type: "sep6",
  tier: "light",
  required: ["first_name", "last_name", "bank_account_number"],
  optional: ["city"],
  payout: ["bank_account_number"],
  reviewed: ["first_name", "last_name", "city"],
  verifies: [],
  instance: "bureau",
  level: "basic",
  accepts: [{ instance: "bureau", level: "basic" }, { instance: "bureau", level: "full" }],
  idTypes: ["passport"],
};

function kyc(state: CaseState, more: Partial<CaseRecord> & { says?: Partial<KycCase> } = {}): CaseRecord {
  const { says, ...rest } = more;
  return {
    id: `c:sep6:${more.attempt ?? 1}`,
    customerId: "c",
    type: "sep6",
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
    ...rest,
  };
}

function given(names: readonly string[], version = 1): Map<string, Given> {
  return new Map(names.map((name) => [name, { version, givenMs: version * 1000 }]));
}

const ALL = given(NEED.required);
const NOW = 1_000_000;
const short = (cases: readonly CaseRecord[], values = ALL, need = NEED) => {
  const { status, missing, begin } = standing(need, values, cases, NOW);
  return [status, missing.join(","), begin] as const;
};

Deno.test("R-12-38 every state of a review has one status, with all given", () => {
  const expected: Record<CaseState, readonly [string, string, boolean]> = {
    new: ["PROCESSING", "", false],
    collecting: ["NEEDS_INFO", "", false],
    processing: ["PROCESSING", "", false],
    accepted: ["ACCEPTED", "", false],
    retry: ["NEEDS_INFO", "first_name,last_name", false],
    rejected: ["REJECTED", "", false],
    expired: ["NEEDS_INFO", "first_name,last_name", false],
    superseded: ["PROCESSING", "", true],
  };
  for (const state of CASE_STATES) deepEqual(short([kyc(state)]), expected[state], state);
  deepEqual(short([]), ["PROCESSING", "", true], "no review yet: one is to begin");
});

Deno.test("R-12-39 whatever is missing is asked, also of an accepted customer", () => {
  const without = given(["first_name", "last_name"]);
  deepEqual(short([kyc("accepted")], without), ["NEEDS_INFO", "bank_account_number", false]);
  deepEqual(short([kyc("processing")], without), ["NEEDS_INFO", "bank_account_number", false]);
  deepEqual(short([kyc("rejected")], without), ["REJECTED", "", false]);
  deepEqual(short([], given([])), ["NEEDS_INFO", NEED.required.join(","), false]);
});

Deno.test("R-12-48 a refused value is missing until it came again", () => {
  const refused = kyc("retry", {
    says: { fields: { last_name: { status: "rejected", reason: "data_mismatch" } } },
  });
  deepEqual(short([refused]), ["NEEDS_INFO", "last_name", false]);
  const again = new Map([...ALL, ["last_name", { version: 2, givenMs: 2000 }]]);
  deepEqual(short([refused], again), ["PROCESSING", "", true]);
  const { provided } = standing(NEED, ALL, [refused], NOW);
  deepEqual(provided["last_name"], { status: "REJECTED", reason: "data_mismatch" });
  deepEqual(provided["first_name"], {});
  deepEqual(
    standing(NEED, again, [refused], NOW).provided["last_name"],
    {},
    "the new value has not been looked at",
  );
});

Deno.test("R-12-46 what a provider wants beyond the list is asked once", () => {
  const wants = kyc("collecting", { says: { missing: ["photo_id_front"] } });
  deepEqual(short([wants]), ["NEEDS_INFO", "photo_id_front", false]);
  const sent = new Map([...ALL, ["photo_id_front", { version: 2, givenMs: 2000 }]]);
  deepEqual(short([wants], sent), ["PROCESSING", "", true]);
});

Deno.test("P6 a heavier acceptance covers, a lighter one does not", () => {
  deepEqual(short([kyc("accepted", { level: "full" })]), ["ACCEPTED", "", false]);
  const heavy: Need = { ...NEED, level: "full", accepts: [{ instance: "bureau", level: "full" }] };
  deepEqual(short([kyc("accepted")], ALL, heavy), ["PROCESSING", "", true]);
  const upgrade = [kyc("accepted"), kyc("retry", { attempt: 2, level: "full" })];
  deepEqual(short(upgrade), ["ACCEPTED", "", false], "a heavier review that stalls takes nothing away");
  deepEqual(short([kyc("accepted"), kyc("rejected", { attempt: 2, level: "full" })]), [
    "REJECTED",
    "",
    false,
  ]);
  deepEqual(short([kyc("accepted", { instance: "other" })]), ["PROCESSING", "", true]);
});

Deno.test("M-22 an acceptance counts until its end", () => {
  deepEqual(short([kyc("accepted", { validUntilMs: NOW + 1 })]), ["ACCEPTED", "", false]);
  deepEqual(short([kyc("accepted", { validUntilMs: NOW })]), ["NEEDS_INFO", "first_name,last_name", false]);
});

Deno.test("M-21 an account that did not work is asked again, and only it", () => {
  const again = { ...NEED, again: { names: ["bank_account_number"], sinceMs: 1500 } };
  deepEqual(short([kyc("accepted")], ALL, again), ["NEEDS_INFO", "bank_account_number", false]);
  const renewed = new Map([...ALL, ["bank_account_number", { version: 2, givenMs: 2000 }]]);
  deepEqual(short([kyc("accepted")], renewed, again), ["ACCEPTED", "", false]);
});

Deno.test("M-21 R-12-42 what may be left out of an account that did not work may be given again, and holds nothing up", () => {
  const names = ["bank_account_number", "bank_branch_number"];
  const again = { ...NEED, optional: ["bank_branch_number"], again: { names, sinceMs: 1500 } };
  const given = new Map([...ALL, ["bank_branch_number", { version: 1, givenMs: 1000 }]]);
  const asked = standing(again, given, [kyc("accepted")], NOW);
  deepEqual([asked.status, asked.missing, asked.optional], [
    "NEEDS_INFO",
    ["bank_account_number"],
    ["bank_branch_number"],
  ]);
  const renewed = new Map([...given, ["bank_account_number", { version: 2, givenMs: 2000 }]]);
  deepEqual(short([kyc("accepted")], renewed, again), ["ACCEPTED", "", false]);
});

Deno.test("fraud, watchlist and duplicate are never told, in no place", () => {
  for (const code of ["fraud", "watchlist", "duplicate"] as const) {
    const reasons = [{ code: "blurred" as const }, { code }];
    const fields = { last_name: { status: "rejected" as const, reason: code } };
    for (const state of ["rejected", "retry"] as const) {
      const { reason, provided } = standing(NEED, ALL, [kyc(state, { says: { reasons, fields } })], NOW);
      equal(reason, "other");
      equal(provided["last_name"]?.reason, "other");
    }
  }
});

Deno.test("R-12-47 R-12-50 accounts to pay have no field status, reviewed values do", () => {
  const { provided } = standing(NEED, ALL, [kyc("accepted")], NOW);
  deepEqual(provided, {
    first_name: { status: "ACCEPTED" },
    last_name: { status: "ACCEPTED" },
    bank_account_number: {},
  });
});
