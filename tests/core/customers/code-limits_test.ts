import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { readCodes } from "../../../core/customers/check-codes.ts";
import { CODE_LIMITS } from "../../../core/customers/mod.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { answer, fieldOf, lastCode, NUMBER, refused, standingOf, verifying, wrongFor } from "./codes.ts";
import { BASIC, holder, OTHER } from "./people.ts";

Deno.test("R-12-71 R-12-73 a wrong code is counted, and after too many the right one is none any more", () =>
  verifying(async (at) => {
    const id = await at.put(holder(), { mobile_number: NUMBER });
    const code = await lastCode(at);
    for (let n = 1; n < CODE_LIMITS.tries; n++) {
      await rejects(
        answer(at, wrongFor(code)),
        refused("sep12.code_wrong", { left: CODE_LIMITS.tries - n }),
      );
      equal(await fieldOf(at), "VERIFICATION_REQUIRED");
    }
    await rejects(answer(at, wrongFor(code)), refused("sep12.code_expired"));
    equal((await at.codes()).length, 2, "a new one has been sent with the last try's answer");
    equal(await fieldOf(at), "VERIFICATION_REQUIRED");
    if (await lastCode(at) !== code) await rejects(answer(at, code), refused("sep12.code_wrong"));
    equal(await answer(at, await lastCode(at)), id);
    equal(await fieldOf(at), "ACCEPTED");
  }));

Deno.test("R-12-73 a code is good once, and for ten minutes", () =>
  verifying(async (at) => {
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
  verifying(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    const code = await lastCode(at);
    at.calls.length = 0;
    const ends = await Promise.allSettled(Array.from({ length: 20 }, () => answer(at, wrongFor(code))));
    ok(ends.every(({ status }) => status === "rejected"));
    equal(at.calls.filter((call) => call.endsWith("/check")).length, CODE_LIMITS.tries);
    equal((await at.codes()).length, 2, "and one new code is sent, not one for each");
  }));

Deno.test("R-12-73 M-30 two processes together allow no more tries, and send no more codes", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await verifying(async (at) => {
      const second = await at.another();
      try {
        await at.put(holder(), { mobile_number: NUMBER });
        const entries = [["mobile_number_verification", wrongFor(await lastCode(at))]] as const;
        at.calls.length = 0;
        const ends = await Promise.allSettled(
          Array.from({ length: 6 }, () => [at.customers, second.customers]).flat()
            .map((customers) => customers.put(holder(), { entries, language: "en" })),
        );
        ok(ends.every(({ status }) => status === "rejected"));
        equal(at.calls.filter((call) => call.endsWith("/check")).length, CODE_LIMITS.tries);
        const sendings = await at.db.query({ sql: "select id from outbox where kind = 'kyc_code'" });
        equal(sendings.length, 2, "the first code, and one that replaces it");
      } finally {
        second.close();
      }
    }, { url: `file:${folder}/kedge.db` });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("R-12-73 the right code twice at once verifies once", () =>
  verifying(async (at) => {
    await at.put(holder(), { ...BASIC, mobile_number: NUMBER });
    const code = await lastCode(at);
    const ends = await Promise.allSettled([answer(at, code), answer(at, code, { city: "Paris" })]);
    equal(ends.filter(({ status }) => status === "fulfilled").length, 1);
    equal((await standingOf(at)).status, "ACCEPTED");
    equal((await at.db.query({ sql: "select id from kyc_cases" })).length, 1);
  }));

Deno.test("R-12-73 codes are not sent without end, neither for one customer nor to one number", () =>
  verifying(async (at) => {
    for (let n = 0; n < CODE_LIMITS.sends; n++) {
      await at.put(holder(), { mobile_number: `+1415555010${n}` });
    }
    equal((await at.codes()).length, CODE_LIMITS.sends);
    const again = () => at.put(holder(), { mobile_number: NUMBER, city: "Paris" });
    await rejects(
      again(),
      refused("sep12.code_limit", { minutes: 60 }),
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

Deno.test("R-12-73 codes that run out are sent anew as often as is allowed, then it is said when", () =>
  verifying(async (at) => {
    await at.put(holder(), { mobile_number: NUMBER });
    for (let n = 1; n < CODE_LIMITS.sends; n++) {
      await moveClock(at.db, CODE_LIMITS.livesMs);
      await rejects(answer(at, await lastCode(at)), refused("sep12.code_expired"));
    }
    await moveClock(at.db, CODE_LIMITS.livesMs);
    await rejects(
      answer(at, await lastCode(at)),
      refused("sep12.code_limit", { minutes: 10 }),
    );
    equal((await at.codes()).length, CODE_LIMITS.sends);
    await moveClock(at.db, CODE_LIMITS.livesMs);
    await rejects(answer(at, await lastCode(at)), refused("sep12.code_expired"));
    await answer(at, await lastCode(at));
    equal(await fieldOf(at), "ACCEPTED");
  }));
