/**
 * Requests for SEP-12.
 * @module
 */
import fc from "fast-check";
import { type Door, doorOf, idsOf, paramsBody } from "./doors.ts";
import { one, type Pairs, type Part } from "./params.ts";
import { NOBODY_LISTENS, type Place } from "./place.ts";
import { NO_ACCOUNTS, NO_URLS } from "./values.ts";

const type = one("type", fc.constantFrom("sep6", "sep24"), {
  wrong: fc.constantFrom(
    "sep31",
    "SEP6",
    "__proto__",
    "constructor",
    "x".repeat(10_000),
    "\u0000",
    "sep6,sep24",
  ),
});

/** Whom a request speaks of. */
export function identification(
  { foreign, accounts }: Place,
  customers: readonly string[],
  account: string,
): readonly Part[] {
  return [
    one("id", fc.constantFrom(...customers), { wrong: idsOf(customers, foreign.customers).wrong }),
    one("account", fc.constant(account), { wrong: fc.constantFrom(accounts[1] ?? "", ...NO_ACCOUNTS) }),
  ];
}

/** Below a plain account each memo is a user of its own, so a memo and an id rarely go together. */
const memo: Part = {
  needed: false,
  repeatable: false,
  valid: fc.constantFrom<Pairs>([["memo", "7"]], [["memo", "7"], ["memo_type", "id"]], [["memo", "user-1"]]),
  wrong: fc.constantFrom<Pairs>(
    [["memo", "x"], ["memo_type", "id"]],
    [["memo", "x"], ["memo_type", "hash"]],
    [["memo", "7"], ["memo_type", "return"]],
    [["memo", "7"], ["memo_type", "__proto__"]],
    [["memo", "x".repeat(10_000)]],
  ),
};

/** What for: a type, or a transaction with its type. */
const purpose = ({ own, foreign }: Place): Part => {
  const { valid, wrong } = idsOf(own.transfers, foreign.transfers);
  const named = (id: string): Pairs => [["transaction_id", id], ["type", "sep6"]];
  return {
    needed: false,
    repeatable: false,
    valid: fc.oneof(type.valid, valid.map(named)),
    wrong: fc.oneof(
      wrong.map(named),
      valid.map((id): Pairs => [["transaction_id", id]]),
      valid.map((id): Pairs => [["transaction_id", id], ["type", "sep24"]]),
    ),
  };
};

const text = (name: string, valid: readonly string[], wrong: readonly string[]): Part =>
  one(name, fc.constantFrom(...valid), { wrong: fc.constantFrom(...wrong) });

/** Values of a person. */
export const PERSON: readonly Part[] = [
  text("first_name", ["Ada", "José", "李", "O'Neill"], ["a\u0000b", "x".repeat(5_000)]),
  text("last_name", ["Lovelace", "García"], ["\u0001", "x".repeat(5_000)]),
  text("email_address", ["ada@example.com"], ["ada", "@", "a@b@c", `${"a".repeat(5_000)}@example.com`]),
  text("birth_date", ["1985-12-10"], ["1985-02-30", "10.12.1985", "2999-01-01", "yesterday", "1e3", "-1"]),
  text("mobile_number", ["+5511987654321"], ["12", "+", "call me", "+".repeat(300), "١٢٣٤٥٦٧٨٩"]),
  text("address_country_code", ["USA", "BRA"], ["US", "XXX", "usa1", "__proto__"]),
  text("sex", ["male", "female"], ["M?", "constructor", ""].filter((one) => one !== "")),
  text("bank_account_type", ["checking", "savings"], ["current account", "__proto__"]),
];

/** Codes that nobody was sent. */
const code = one("mobile_number_verification", fc.constantFrom("123456", "000000", "abc"), {
  wrong: fc.constantFrom("x".repeat(10_000), "__proto__", "\u0000"),
});

const get = (
  place: Place,
): readonly Part[] => [
  purpose(place),
  ...identification(place, place.own.customers, place.accounts[0] ?? ""),
];

const getWithMemo: readonly Part[] = [type, memo];

const door = "GET /sep12/customer";

/** By route. */
export const sep12Doors: Readonly<Record<string, Door>> = {
  [door]: (place) =>
    fc.oneof(
      doorOf({ door, closed: true, readsQuery: true, query: get })(place),
      doorOf({ door, closed: true, readsQuery: true, query: () => getWithMemo })(place).map((shot) =>
        // Beside a token that names the memo itself, its type says nothing more (R-12-14).
        shot.token.sub?.includes(":") === true ? { ...shot, wrong: null } : shot
      ),
    ),
  "PUT /sep12/customer/callback": doorOf({
    door: "PUT /sep12/customer/callback",
    closed: true,
    readsQuery: true,
    speaksInBody: true,
    by: ({ giver }) => giver.token,
    body: ({ giver, ...place }) =>
      paramsBody([
        one("url", fc.constant(`https://${NOBODY_LISTENS}/kyc`), {
          needed: true,
          wrong: fc.constantFrom(...NO_URLS),
        }),
        ...identification({ giver, ...place }, [giver.customer], giver.account),
      ], { field: "url", encodings: ["json", "form", "multipart"] }),
  }),
  // Nobody is sent a code here, so none is right.
  "PUT /sep12/customer/verification": doorOf({
    door: "PUT /sep12/customer/verification",
    closed: true,
    readsQuery: true,
    speaksInBody: true,
    by: ({ giver }) => giver.token,
    body: ({ giver, foreign }) =>
      paramsBody([
        one("id", fc.constant(giver.customer), {
          needed: true,
          wrong: idsOf([giver.customer], foreign.customers).wrong,
        }),
        { ...code, needed: true },
      ], { field: "id", encodings: ["json", "form", "multipart"] })
        .map((body) => ({ ...body, fine: false })),
  }),
  "PUT /sep12/customer": doorOf({
    door: "PUT /sep12/customer",
    closed: true,
    readsQuery: true,
    speaksInBody: true,
    by: ({ giver }) => giver.token,
    body: (place) =>
      fc.oneof(
        paramsBody([type, ...PERSON], {
          field: "first_name",
          encodings: ["json", "form", "multipart"],
        }),
        paramsBody([
          ...identification(place, [place.giver.customer], place.giver.account),
          memo,
          code,
          ...PERSON.slice(0, 3),
        ], {
          field: "last_name",
          encodings: ["json", "form", "multipart"],
        }).map((body) => ({ ...body, fine: false })),
      ),
  }),
};
