import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import type { KycProvider } from "../../../plugins/kyc-provider.ts";
import { failed } from "../../../plugins/outcome.ts";
import { repeatable } from "../../../core/records/database.ts";
import { answer, fieldOf, lastCode, NUMBER, refused, standingOf, verifying, wrongFor } from "./codes.ts";
import { working } from "./at-work.ts";
import { BASIC, holder, OTHER } from "./people.ts";

Deno.test("R-12-69 R-12-51 a number that is asked waits for its code, also while other values are missing", () =>
  verifying(async (at) => {
    await at.put(holder(), { first_name: "Ada", mobile_number: NUMBER });
    const before = await standingOf(at);
    deepEqual([before.status, before.missing], ["NEEDS_INFO", ["last_name", "email_address"]]);
    equal(before.provided["mobile_number"]?.status, "VERIFICATION_REQUIRED");
    deepEqual((await at.codes()).map(({ field, value }) => [field, value]), [["mobile_number", NUMBER]]);
    await at.put(holder(), BASIC);
    const after = await standingOf(at);
    deepEqual([after.status, after.missing, after.toVerify], ["NEEDS_INFO", [], ["mobile_number"]]);
    deepEqual(await at.db.query({ sql: "select id from kyc_cases" }), [], "nothing is reviewed before");
  }));

Deno.test("R-12-70 the right code accepts the number, and begins the review that waited for it", () =>
  verifying(async (at) => {
    await at.put(holder(), { first_name: "Ada", mobile_number: NUMBER });
    await answer(at, await lastCode(at));
    equal(await fieldOf(at), "ACCEPTED");
    equal((await standingOf(at)).status, "NEEDS_INFO");
    await at.put(holder(), { ...BASIC, last_name: "Review" });
    equal(await fieldOf(at), "PROCESSING");
    equal((await standingOf(at)).status, "PROCESSING");
    await at.put(holder(OTHER), { ...BASIC, mobile_number: "+14155550199" });
    await at.put(holder(OTHER), { mobile_number_verification: await lastCode(at) });
    deepEqual([(await standingOf(at, holder(OTHER))).status, await fieldOf(at, holder(OTHER))], [
      "ACCEPTED",
      "ACCEPTED",
    ]);
  }));

Deno.test("R-12-72 a code may stand beside new values: all of them count, or none", () =>
  verifying(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    const code = await lastCode(at);
    await rejects(answer(at, wrongFor(code), BASIC), refused("sep12.code_wrong"));
    deepEqual((await standingOf(at)).missing, ["first_name", "last_name", "email_address"]);
    await rejects(answer(at, code, { ...BASIC, email_address: "no" }), refused("sep12.invalid.email"));
    equal(await fieldOf(at), "VERIFICATION_REQUIRED");
    await answer(at, code, BASIC);
    equal((await standingOf(at)).status, "ACCEPTED");
  }));

Deno.test("R-12-42 a review that took a number over before codes were asked is not put in question", () =>
  verifying(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER });
    await answer(at, await lastCode(at));
    await at.db.write([{ sql: "delete from customer_verifications" }], repeatable);
    const { standing, effects } = await at.customers.read(holder(), {});
    deepEqual([standing.status, standing.toVerify, effects], ["ACCEPTED", [], []]);
  }));

Deno.test("R-12-74 a code for what does not wait for one is refused", () =>
  verifying(async (at) => {
    const unasked = refused("sep12.not_to_verify");
    await rejects(answer(at, "123456"), unasked);
    await at.put(holder(), BASIC);
    await rejects(at.put(holder(), { email_address_verification: "123456" }), unasked);
    await at.put(holder(), { mobile_number: NUMBER });
    const code = await lastCode(at);
    await rejects(answer(at, code, { mobile_number: "+14155550199" }), unasked);
    equal((await at.codes()).length, 1, "the other number was not stored, so nothing was sent to it");
  }));

Deno.test("R-12-69 R-12-73 another number needs another code; the same one again does not", () =>
  verifying(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER });
    const first = await lastCode(at);
    await at.put(holder(), { mobile_number: NUMBER });
    equal((await at.codes()).length, 1);
    await answer(at, first);
    await at.put(holder(), { mobile_number: NUMBER });
    equal((await standingOf(at)).status, "ACCEPTED");
    await at.put(holder(), { mobile_number: "+14155550199" });
    equal(await fieldOf(at), "VERIFICATION_REQUIRED");
    equal((await standingOf(at)).status, "NEEDS_INFO", "the review rested on the other number");
    await answer(at, await lastCode(at));
    equal((await standingOf(at)).status, "ACCEPTED");
    equal((await at.codes()).length, 2);
  }));

Deno.test("R-12-48 R-12-70 a verified number that a review asks again stays verified when it is the same", () =>
  verifying(async (at) => {
    const id = await at.put(holder(), { ...BASIC, last_name: "Review", mobile_number: NUMBER });
    await answer(at, await lastCode(at));
    const refusal = { decision: "retry", fields: ["mobile_number"], reason: "data_mismatch" };
    await at.bureau("/decide", { customer_id: id, ...refusal });
    await at.customers.sweep("bureau", null);
    equal(await fieldOf(at), "REJECTED");
    await at.put(holder(), { mobile_number: NUMBER });
    equal((await standingOf(at)).status, "PROCESSING");
    equal((await at.codes()).length, 1);
  }));

Deno.test("R-12-72 R-12-63 of two codes in one PUT both are right, or neither counts", () =>
  verifying(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER });
    const codes = await at.codes();
    const codeOf = (name: string) => codes.find(({ field }) => field === name)?.code ?? "";
    const email = codeOf("email_address");
    const both = { email_address_verification: email };
    await rejects(answer(at, wrongFor(codeOf("mobile_number")), both), refused("sep12.code_wrong"));
    const { toVerify } = await standingOf(at);
    deepEqual(toVerify, ["email_address", "mobile_number"]);
    await answer(at, codeOf("mobile_number"), both);
    equal((await standingOf(at)).status, "ACCEPTED");
  }, { kyc: { verifies: ["email_address", "mobile_number"] } }));

Deno.test("R-12-42 an accepted customer who adds a number stays accepted while its code is awaited", () =>
  working(async (at) => {
    await at.put(holder(), BASIC);
    await at.put(holder(), { mobile_number: NUMBER });
    deepEqual([(await standingOf(at)).status, await fieldOf(at)], ["ACCEPTED", "VERIFICATION_REQUIRED"]);
    await answer(at, await lastCode(at));
    deepEqual([(await standingOf(at)).status, await fieldOf(at)], ["ACCEPTED", "ACCEPTED"]);
  }));

Deno.test("R-12-42 a number that may be left out holds nothing up, and no provider has it before its code came", () => {
  const handedIn: string[][] = [];
  const listening = (real: KycProvider): KycProvider => ({
    ...real,
    submitFields: (ref, fields, ports) => {
      handedIn.push(Object.keys(fields));
      return real.submitFields(ref, fields, ports);
    },
  });
  return working(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER });
    deepEqual([(await standingOf(at)).status, await fieldOf(at)], ["ACCEPTED", "VERIFICATION_REQUIRED"]);
    ok(handedIn.length > 0 && handedIn.every((names) => !names.includes("mobile_number")));
    // A slip of the pen is mended without another review: the one that there was did not rest on it.
    await at.put(holder(), { mobile_number: "+14155550124" });
    deepEqual([(await standingOf(at)).status, await fieldOf(at)], ["ACCEPTED", "VERIFICATION_REQUIRED"]);
    deepEqual(await at.db.query({ sql: "select state from kyc_cases" }), [{ state: "accepted" }]);
    await answer(at, await lastCode(at));
    deepEqual([(await standingOf(at)).status, await fieldOf(at)], ["ACCEPTED", "ACCEPTED"]);
    await rejects(answer(at, "000000"), refused("sep12.not_to_verify"));
    // Whatever is reviewed anew has it.
    await at.put(holder(), { last_name: "Byron" });
    equal((await standingOf(at)).status, "ACCEPTED");
    ok(handedIn.at(-1)?.includes("mobile_number"));
  }, { provider: listening });
});

Deno.test("P6 R-12-46 R-12-70 a number that a review wants while its code is awaited is not asked once more", () => {
  const handedIn: string[][] = [];
  const listening = (real: KycProvider): KycProvider => ({
    ...real,
    submitFields: (ref, fields, ports) => {
      handedIn.push(Object.keys(fields));
      return real.submitFields(ref, fields, ports);
    },
  });
  return working(async (at) => {
    const id = await at.put(holder(), { ...BASIC, last_name: "Review", mobile_number: NUMBER });
    await at.bureau("/decide", { customer_id: id, decision: "more", fields: ["mobile_number"] });
    await at.customers.sweep("bureau", null);
    const { status, missing, waits } = await standingOf(at);
    deepEqual([status, missing, waits, await fieldOf(at)], ["NEEDS_INFO", [], true, "VERIFICATION_REQUIRED"]);
    await answer(at, await lastCode(at));
    ok(handedIn.at(-1)?.includes("mobile_number"));
    deepEqual([(await standingOf(at)).status, (await at.codes()).length], ["PROCESSING", 1]);
    // Now that a review has had it, a refusal is one of it.
    await at.bureau("/decide", { customer_id: id, decision: "retry", fields: ["mobile_number"] });
    await at.customers.sweep("bureau", null);
    deepEqual((await standingOf(at)).missing, ["mobile_number"]);
  }, { provider: listening });
});

Deno.test("R-12-42 R-12-67 a review that was done before a number was verified does not rest on it", () =>
  working(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER });
    await answer(at, await lastCode(at));
    await at.put(holder(), { mobile_number: "+14155550124" });
    deepEqual(await at.db.query({ sql: "select state from kyc_cases" }), [{ state: "accepted" }]);
  }));

Deno.test("R-12-70 what one type verified holds for another", () =>
  verifying(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER }, { type: "sep24" });
    equal((await standingOf(at, holder(), { type: "sep24" })).status, "NEEDS_INFO");
    await answer(at, await lastCode(at));
    await at.performNow((await at.customers.read(holder(), { type: "sep24" })).effects);
    equal((await standingOf(at)).status, "ACCEPTED");
    equal((await standingOf(at, holder(), { type: "sep24" })).status, "ACCEPTED");
    equal((await at.codes()).length, 1);
  }));

Deno.test("R-12-69 R-12-48 a number to which nothing can be sent is asked again", () =>
  verifying(async (at) => {
    const id = await at.put(holder(), { ...BASIC, mobile_number: "+14150000000" });
    const { status, missing, provided } = await standingOf(at);
    deepEqual([status, missing], ["NEEDS_INFO", ["mobile_number"]]);
    deepEqual(provided["mobile_number"], { status: "REJECTED", reason: "invalid_format" });
    await at.put(holder(), { mobile_number: NUMBER });
    await answer(at, await lastCode(at));
    equal((await standingOf(at)).status, "ACCEPTED");
    equal(await at.put(holder(), {}), id);
  }));

Deno.test("R-12-69 a code whose sending failed is sent later, once; until then there is none to check", () =>
  verifying(async (at) => {
    at.cuts.push("not_sent");
    await at.put(holder(), { mobile_number: NUMBER });
    deepEqual([await fieldOf(at), (await at.codes()).length], ["VERIFICATION_REQUIRED", 0]);
    await rejects(answer(at, "123456"), refused("sep12.code_not_sent"));
    at.cuts.push("answer_lost");
    await at.performNow(await at.outbox.due(10));
    await at.performNow(await at.outbox.due(10));
    equal((await at.codes()).length, 1);
    await answer(at, await lastCode(at));
    equal(await fieldOf(at), "ACCEPTED");
  }));

Deno.test("R-12-71 a provider that does not answer verifies nothing, and the try is counted", () =>
  verifying(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    at.cuts.push("not_sent");
    await rejects(answer(at, await lastCode(at)), refused("sep12.code_unchecked"));
    equal(await fieldOf(at), "VERIFICATION_REQUIRED");
    deepEqual(await at.db.query({ sql: "select tries from customer_verifications" }), [{ tries: 1n }]);
    await answer(at, await lastCode(at));
    equal(await fieldOf(at), "ACCEPTED");
  }));

Deno.test("R-12-73 a code that the provider does not know any more is replaced", () => {
  let forgotten = true;
  const provider = (real: KycProvider): KycProvider => ({
    ...real,
    checkCode: async (...args) =>
      forgotten ? failed("not_found") : await real.checkCode?.(...args) ?? failed("not_supported"),
  });
  return verifying(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    await rejects(answer(at, await lastCode(at)), refused("sep12.code_expired"));
    equal((await at.codes()).length, 2);
    forgotten = false;
    await answer(at, await lastCode(at));
    equal(await fieldOf(at), "ACCEPTED");
  }, { provider });
});

Deno.test("R-12-69 a number that was known before codes were asked is verified when somebody looks", () =>
  verifying(async (at) => {
    await at.put(holder(), { first_name: "Ada", mobile_number: NUMBER });
    await at.db.write([{ sql: "delete from customer_verifications" }], repeatable);
    await at.db.write([{ sql: "delete from code_sendings" }], repeatable);
    const reads = await Promise.all([at.customers.read(holder(), {}), at.customers.read(holder(), {})]);
    equal(reads.flatMap(({ effects }) => effects).length, 1, "one of two sends");
    await at.performNow(reads.flatMap(({ effects }) => effects));
    equal((await at.codes()).length, 2);
    await answer(at, await lastCode(at));
    equal(await fieldOf(at), "ACCEPTED");
  }));

Deno.test("R-12-69 what the provider does not verify waits for no code", () =>
  verifying(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER });
    equal((await standingOf(at)).status, "ACCEPTED");
    deepEqual(await at.codes(), []);
  }, { kyc: { verifies: [] } }));

Deno.test("neither the number nor its code stands in the records in the clear", () =>
  verifying(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    await rejects(answer(at, wrongFor(await lastCode(at))));
    for (const table of ["customer_verifications", "code_sendings", "outbox"]) {
      const rows = await at.db.query({ sql: `select * from ${table}` });
      const text = rows.map((row) =>
        Object.values(row).map((value) =>
          value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value)
        ).join(" ")
      ).join("\n");
      ok(rows.length > 0 && !text.includes("4155550123") && !text.includes("code_"), table);
    }
  }));
