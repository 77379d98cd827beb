/**
 * Requests to the operators' routes: by whoever has no key, and by an operator about what is not there. What is there is
 * everybody's, and would be told.
 * @module
 */
import fc from "fast-check";
import { type Door, doorOf, paramsBody } from "./doors.ts";
import { one } from "./params.ts";
import { OPERATOR_KEY, type Place } from "./place.ts";
import type { TokenShown } from "./shot.ts";

const KEY: TokenShown = { name: "an operator's key", header: `Bearer ${OPERATOR_KEY}`, sub: null };

/** Ids of nothing. */
const ids = fc.constantFrom(
  "aaaaaaaaaaaaaaaaaaaaaaaaaa",
  "0",
  "__proto__",
  "%27%20or%201=1",
  "x".repeat(5_000),
  "effect_parked:x:y",
);

/** A route that is asked by these, and never says yes. */
function closed(door: string, options: Partial<Parameters<typeof doorOf>[0]>, mayBeKnown: boolean): Door {
  return (place: Place) =>
    doorOf({ door, closed: false, readsQuery: true, ...options })(place).chain((shot) => {
      const strangers = place.tokens.bad.filter(({ header }) => !header?.includes(OPERATOR_KEY));
      return fc.constantFrom(...strangers, ...(mayBeKnown ? [KEY, KEY, KEY, KEY, KEY, KEY] : [])).map(
        (token) => ({ ...shot, token, wrong: "no key, or nothing there", fine: false }),
      );
    });
}

const paths = (template: string) => () =>
  ids.map((id) => ({ path: template.replace(/:\w+/, id), wrong: "no such record" }));
const list = { query: () => [one("limit", fc.constantFrom("1", "200")), one("after", fc.constant("x"))] };
const body = (name: string) => ({
  body: () =>
    paramsBody([one(name, fc.constantFrom("x", "aaaa"))], { field: name, encodings: ["json", "form"] }),
});

const withId = (door: string, more = {}) =>
  closed(door, { paths: paths(door.split(" ")[1] ?? ""), ...more }, true);

/** By route. */
export const operatorDoors: Readonly<Record<string, Door>> = {
  "GET /operator/transfers": closed("GET /operator/transfers", list, false),
  "GET /operator/unmatched": closed("GET /operator/unmatched", list, false),
  "GET /operator/receivables": closed("GET /operator/receivables", list, false),
  "POST /operator/receivables/:id/settle": withId("POST /operator/receivables/:id/settle", body("how")),
  "POST /operator/receivables/:id/clawback": withId(
    "POST /operator/receivables/:id/clawback",
    body("amount"),
  ),
  "POST /operator/receivables/:id/lift": withId("POST /operator/receivables/:id/lift"),
  "GET /operator/alarms": closed("GET /operator/alarms", {}, false),
  "GET /operator/audit": closed("GET /operator/audit", {
    query: () => [one("limit", fc.constantFrom("1", "1000")), one("after", fc.constantFrom("0", "7"))],
  }, false),
  "GET /operator/transfers/:id": withId("GET /operator/transfers/:id"),
  "POST /operator/transfers/:id/approve": withId("POST /operator/transfers/:id/approve", body("payee")),
  "POST /operator/transfers/:id/pay": withId("POST /operator/transfers/:id/pay", body("payee")),
  "POST /operator/transfers/:id/refund": withId("POST /operator/transfers/:id/refund"),
  "POST /operator/transfers/:id/fail": withId("POST /operator/transfers/:id/fail"),
  "POST /operator/unmatched/:id/assign": withId("POST /operator/unmatched/:id/assign", body("transfer")),
  "POST /operator/unmatched/:id/return": withId("POST /operator/unmatched/:id/return"),
  "POST /operator/alarms/:id/close": withId("POST /operator/alarms/:id/close", body("note")),
  "GET /operator/debits": closed("GET /operator/debits", list, false),
  "POST /operator/debits/:id/explain": withId("POST /operator/debits/:id/explain", body("transfer")),
  "POST /operator/assets/:code/release": withId("POST /operator/assets/:code/release"),
  "GET /operator/envelopes": closed("GET /operator/envelopes", {}, false),
  "POST /operator/envelopes/:id/decide": withId("POST /operator/envelopes/:id/decide", body("transaction")),
};
