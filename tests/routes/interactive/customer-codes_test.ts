import assert from "node:assert/strict";
import { z } from "zod";
import { moveClock } from "../../../core/records/clock.ts";
import type { GatewayOptions, TestGateway } from "../../support/gateway.ts";
import { acted, type Actor } from "./stage.ts";
import { atForm, PERSON, stateOf } from "./customer-at-page.ts";

const codes = z.object({ codes: z.array(z.object({ value: z.string(), code: z.string() })) });

/** What the bureau sent, newest first. */
const sentBy = async (gateway: TestGateway) => codes.parse(await gateway.send("/kyc/codes")).codes;

/** Nobody is served without a number that is confirmed. */
const NUMBER_NEEDED: GatewayOptions = {
  config: (config) => ({
    ...config,
    countries: {
      "*": {
        tiers: [{
          name: "basic",
          fields: [...Object.keys(PERSON), "mobile_number"],
          levels: { bureau: "basic" },
        }],
      },
    },
  }),
};

/** A person whose number waits for its code. */
async function atCode(ada: Actor, mobile_number = "+1 (415) 555-0123") {
  const { id, person, page } = await atForm(ada);
  return { id, person, page: await person.send(page, { ...PERSON, mobile_number }) };
}

Deno.test(
  "P7 R-12-70 a number is confirmed by its code: a wrong one says what to do, the right one goes on",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atCode(ada);
    assert.equal(page.title, "Enter the code");
    assert.match(page.text, /Code sent to \u2066\*+0123\u2069/);
    assert.ok(!page.html.includes("+1415555"), "the number itself is not shown");
    const input = "#in-mobile_number_verification";
    assert.deepEqual(
      ["inputmode", "autocomplete", "dir"].map((name) => page.attribute(input, name)),
      ["numeric", "one-time-code", "ltr"],
    );
    const [sent] = await sentBy(gateway);
    assert.equal(sent?.value, "+14155550123");
    const code = sent?.code ?? "";
    const wrong = await person.send(page, {
      mobile_number_verification: code.replace(/.$/, (n) => n === "0" ? "1" : "0"),
    });
    assert.equal(wrong.status, 422);
    assert.match(wrong.all("[role=alert] li").join(), /This is not the code that we sent.*Tries left: 5/);
    assert.equal(wrong.attribute(input, "value"), null, "a code is not repeated");
    const none = await person.send(page);
    assert.match(none.all("[role=alert] li").join(), /Enter the code that we sent you/);
    const right = { mobile_number_verification: `${code.slice(0, 3)} ${code.slice(3)}` };
    await Promise.all([person.send(page, right), person.send(page, right)]);
    assert.equal(await stateOf(gateway, id), "waiting");
    assert.equal((await person.send(page, right)).status, 200, "once more is no fault");
    assert.doesNotMatch(gateway.lines.join("\n"), new RegExp(`${code}|4155550123`));
  }, NUMBER_NEEDED),
);

Deno.test(
  "R-12-69 R-12-73 a new code is sent by a button, a mistyped number is mended, and neither too often",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atCode(ada, "+14155550199");
    const anew = await person.send(page, {}, { button: ["send_code", "mobile_number"] });
    assert.deepEqual([anew.status, anew.passed.length], [200, 2]);
    assert.match(anew.text, /A new code is on its way/);
    assert.equal((await sentBy(gateway)).length, 2);
    const mending = anew.html.slice(anew.html.indexOf("<details"));
    assert.match(mending, /name="mobile_number"/);
    const mended = await person.send(page, { mobile_number: "+1 415 555 0123" });
    assert.match(mended.text, /Code sent to \u2066\*+0123/);
    assert.equal((await sentBy(gateway))[0]?.value, "+14155550123");
    const bad = await person.send(page, { mobile_number: "555" });
    assert.equal(bad.status, 422);
    assert.equal(bad.title, "Enter the code");
    assert.match(bad.all("#in-mobile_number-error").join(), /with its country code/);
    assert.notEqual(bad.attribute("details", "open"), null);
    let last = mended;
    for (let n = 0; n < 3; n++) {
      last = await person.send(page, {}, { button: ["send_code", "mobile_number"] });
    }
    assert.equal(last.status, 422);
    assert.match(last.all("[role=alert] li").join(), /Too many codes were sent. Ask again in \d+ minutes/);
    const [sent] = await sentBy(gateway);
    await person.send(page, { mobile_number_verification: sent?.code ?? "" });
    assert.equal(await stateOf(gateway, id), "waiting");
    const late = await person.send(page, {}, { button: ["send_code", "mobile_number"] });
    assert.equal(late.status, 200);
  }, NUMBER_NEEDED),
);

Deno.test(
  "R-12-73 a code that ran out is replaced, and the page says so",
  acted(async (ada, gateway) => {
    const { id, person, page } = await atCode(ada);
    const [first] = await sentBy(gateway);
    await moveClock(gateway.db, 11 * 60 * 1000);
    const late = await person.send(page, { mobile_number_verification: first?.code ?? "" });
    assert.match(late.all("[role=alert] li").join(), /A new one is on its way/);
    const [second] = await sentBy(gateway);
    assert.notEqual(second?.code, first?.code);
    await person.send(late, { mobile_number_verification: second?.code ?? "" });
    assert.equal(await stateOf(gateway, id), "waiting");
  }, NUMBER_NEEDED),
);
