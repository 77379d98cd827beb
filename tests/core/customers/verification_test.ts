import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { CODE_LIMITS } from "../../../core/customers/mod.ts";
import { readCodes } from "../../../core/customers/check-codes.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { Refusal } from "../../../core/refusal.ts";
import { working } from "./at-work.ts";
import type { AtWork } from "./at-work.ts";
import { BASIC, holder, OTHER } from "./people.ts";

const NUMBER = "+14155550123";

const standingOf = async (at: AtWork, who = holder(), request: Record<string, string> = {}) =>
  (await at.customers.read(who, request)).standing;
const fieldOf = async (at: AtWork, who = holder()) =>
  (await standingOf(at, who)).provided["mobile_number"]?.status;
const refused = (code: string) => (error: unknown) => error instanceof Refusal && error.code === code;
const answer = (at: AtWork, code: string, more: Record<string, unknown> = {}) =>
  at.put(holder(), { mobile_number_verification: code, ...more });

/** The code that was sent last. */
async function lastCode(at: AtWork): Promise<string> {
  const [code] = await at.codes();
  ok(code);
  return code.code;
}

/** Another code than this one, of the same length. */
const wrongFor = (code: string) => code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));

Deno.test("R-12-69 R-12-51 a number that is asked waits for its code, also while other values are missing", () =>
  working(async (at) => {
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
  working(async (at) => {
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
  working(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    const code = await lastCode(at);
    await rejects(answer(at, wrongFor(code), BASIC), refused("sep12.code_wrong"));
    deepEqual((await standingOf(at)).missing, ["first_name", "last_name", "email_address"]);
    await rejects(answer(at, code, { ...BASIC, email_address: "no" }), refused("sep12.invalid.email"));
    equal(await fieldOf(at), "VERIFICATION_REQUIRED");
    await answer(at, code, BASIC);
    equal((await standingOf(at)).status, "ACCEPTED");
  }));

Deno.test("R-12-71 R-12-73 a wrong code is counted, and after too many the right one is none any more", () =>
  working(async (at) => {
    const id = await at.put(holder(), { mobile_number: NUMBER });
    const code = await lastCode(at);
    for (let n = 1; n <= CODE_LIMITS.tries; n++) {
      await rejects(
        answer(at, wrongFor(code)),
        (error) =>
          refused("sep12.code_wrong")(error) && error instanceof Refusal &&
          error.params["left"] === CODE_LIMITS.tries - n,
      );
      equal(await fieldOf(at), "VERIFICATION_REQUIRED");
    }
    await rejects(answer(at, code), refused("sep12.code_expired"));
    equal((await at.codes()).length, 2, "a new one has been sent");
    equal(await fieldOf(at), "VERIFICATION_REQUIRED");
    if (await lastCode(at) !== code) await rejects(answer(at, code), refused("sep12.code_wrong"));
    equal(await answer(at, await lastCode(at)), id);
    equal(await fieldOf(at), "ACCEPTED");
  }));

Deno.test("R-12-73 a code is good once, and for ten minutes", () =>
  working(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    const late = await lastCode(at);
    await moveClock(at.db, CODE_LIMITS.livesMs + 1);
    await rejects(answer(at, late), refused("sep12.code_expired"));
    const code = await lastCode(at);
    await answer(at, code);
    await rejects(answer(at, code), refused("sep12.not_to_verify"));
    equal(await fieldOf(at), "ACCEPTED");
  }));

Deno.test("R-12-70 R-09-18 a code is text: its zeros stay, under each name of its field", () => {
  const codes = readCodes([["family_name_verification", " 001234 "], ["last_name_verification", "001234"]]);
  deepEqual([...codes], [["last_name", "001234"]]);
  const twice = [["family_name_verification", "1"], ["last_name_verification", "2"]] as const;
  throws(() => readCodes(twice), refused("sep12.given_twice"));
  throws(() => readCodes([["last_name_verification", 1234]]), refused("sep12.text_expected"));
});

Deno.test("R-12-73 of many answers at once no more are looked at than are allowed", () =>
  working(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    const code = await lastCode(at);
    at.calls.length = 0;
    const ends = await Promise.allSettled(Array.from({ length: 20 }, () => answer(at, wrongFor(code))));
    ok(ends.every(({ status }) => status === "rejected"));
    equal(at.calls.filter((call) => call.endsWith("/check")).length, CODE_LIMITS.tries);
    equal((await at.codes()).length, 2, "and one new code is sent, not one for each");
  }));

Deno.test("R-12-73 the right code twice at once verifies once", () =>
  working(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER });
    const code = await lastCode(at);
    const ends = await Promise.allSettled([answer(at, code), answer(at, code, { city: "Paris" })]);
    equal(ends.filter(({ status }) => status === "fulfilled").length, 1);
    equal((await standingOf(at)).status, "ACCEPTED");
    equal((await at.db.query({ sql: "select id from kyc_cases" })).length, 1);
  }));

Deno.test("R-12-73 codes are not sent without end, neither for one customer nor to one number", () =>
  working(async (at) => {
    for (let n = 0; n < CODE_LIMITS.sends; n++) {
      await at.put(holder(), { mobile_number: `+1415555010${n}` });
    }
    equal((await at.codes()).length, CODE_LIMITS.sends);
    const again = () => at.put(holder(), { mobile_number: NUMBER, city: "Paris" });
    await rejects(
      again(),
      (error) =>
        refused("sep12.code_limit")(error) && error instanceof Refusal && error.params["minutes"] === 60,
    );
    deepEqual((await standingOf(at)).provided["city"], undefined, "and nothing of that PUT is stored");
    for (let memo = 1; memo < CODE_LIMITS.sends; memo++) {
      await at.put(holder(OTHER, String(memo)), { mobile_number: "+14155550104" });
    }
    await rejects(
      at.put(holder(OTHER, "9"), { mobile_number: "+14155550104" }),
      refused("sep12.code_limit"),
    );
    await moveClock(at.db, CODE_LIMITS.sendsPerMs + 1);
    await again();
    equal((await at.codes())[0]?.value, NUMBER);
    await at.customers.forgetSendings();
    deepEqual(await at.db.query({ sql: "select count(*) as n from code_sendings" }), [{ n: 2n }]);
  }));

Deno.test("R-12-74 a code for what does not wait for one is refused", () =>
  working(async (at) => {
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
  working(async (at) => {
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
  working(async (at) => {
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

Deno.test("R-12-42 an accepted customer who adds a number stays accepted while its code is awaited", () =>
  working(async (at) => {
    await at.put(holder(), BASIC);
    await at.put(holder(), { mobile_number: NUMBER });
    deepEqual([(await standingOf(at)).status, await fieldOf(at)], ["ACCEPTED", "VERIFICATION_REQUIRED"]);
    await answer(at, await lastCode(at));
    deepEqual([(await standingOf(at)).status, await fieldOf(at)], ["ACCEPTED", "ACCEPTED"]);
  }));

Deno.test("R-12-70 what one type verified holds for another", () =>
  working(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER }, { type: "sep24" });
    equal((await standingOf(at, holder(), { type: "sep24" })).status, "NEEDS_INFO");
    await answer(at, await lastCode(at));
    await at.performNow((await at.customers.read(holder(), { type: "sep24" })).effects);
    equal((await standingOf(at)).status, "ACCEPTED");
    equal((await standingOf(at, holder(), { type: "sep24" })).status, "ACCEPTED");
    equal((await at.codes()).length, 1);
  }));

Deno.test("R-12-69 R-12-48 a number to which nothing can be sent is asked again", () =>
  working(async (at) => {
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
  working(async (at) => {
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
  working(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    at.cuts.push("not_sent");
    await rejects(answer(at, await lastCode(at)), refused("sep12.code_unchecked"));
    equal(await fieldOf(at), "VERIFICATION_REQUIRED");
    deepEqual(await at.db.query({ sql: "select tries from customer_verifications" }), [{ tries: 1n }]);
    await answer(at, await lastCode(at));
    equal(await fieldOf(at), "ACCEPTED");
  }));

Deno.test("R-12-69 a number that was known before codes were asked is verified when somebody looks", () =>
  working(async (at) => {
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
  working(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER });
    equal((await standingOf(at)).status, "ACCEPTED");
    deepEqual(await at.codes(), []);
  }, { kyc: { verifies: [] } }));

Deno.test("neither the number nor its code stands in the records in the clear", () =>
  working(async (at) => {
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
