/**
 * Requests for SEP-6.
 * @module
 */
import fc from "fast-check";
import { type Door, doorOf, idsOf } from "./doors.ts";
import { one, type Pairs, type Part } from "./params.ts";
import {
  account,
  amount,
  asset,
  callback,
  customer,
  feeDoor,
  ignored,
  memo,
  transactionDoor,
  transactionsDoor,
} from "./transfer-doors.ts";
import { oddText } from "./values.ts";

const method: Part = {
  needed: false,
  repeatable: false,
  valid: fc.constantFrom<Pairs>(
    [["funding_method", "bank_account"]],
    [["type", "bank_account"]],
    [["funding_method", "bank_account"], ["type", "bank_account"]],
    [],
  ),
  wrong: fc.constantFrom<Pairs>(
    [["funding_method", "cash"]],
    [["type", "BANK_ACCOUNT"]],
    [["funding_method", "bank_account"], ["type", "cash"]],
    [["funding_method", "__proto__"]],
    [["funding_method", "constructor"]],
  ),
};

const country = one("country_code", fc.constantFrom("USA", "BRA", "KEN", "MEX"), {
  wrong: fc.constantFrom("usa", "US", "USAX", "123", "__proto__", "U\u0000A", "ÜSA"),
});

const email = one("email_address", fc.constant("ada@example.com"), {
  wrong: fc.constantFrom("ada", "@", "a@b@c", `${"a".repeat(5_000)}@example.com`, "a@b.c\r\nBcc: x@y.z"),
});

const deposit = doorOf({
  door: "GET /sep6/deposit",
  closed: true,
  readsQuery: true,
  query: (place) => [
    asset(place),
    account(place, true),
    method,
    amount,
    country,
    memo("memo_type", "memo"),
    one("claimable_balance_supported", fc.constantFrom("true", "false"), {
      wrong: fc.constantFrom("1", "yes", "TRUE", "null", "[]"),
    }),
    customer(place),
    callback,
    email,
    ignored,
  ],
});

const withdraw = doorOf({
  door: "GET /sep6/withdraw",
  closed: true,
  readsQuery: true,
  query: (place) => [
    asset(place),
    method,
    account(place, false),
    amount,
    country,
    memo("refund_memo_type", "refund_memo"),
    one("memo", oddText),
    customer(place),
    callback,
    ignored,
  ],
});

const patch = doorOf({
  door: "PATCH /sep6/transactions/:id",
  closed: true,
  paths: ({ own, foreign }) => {
    const { valid, wrong } = idsOf(own.transfers, foreign.transfers);
    const to = (id: string) => `/sep6/transactions/${encodeURIComponent(id)}`;
    return fc.oneof(
      valid.map((id) => ({ path: to(id), wrong: "a transaction of which nothing was asked" })),
      wrong.map((id) => ({ path: to(id), wrong: "an id that is not the caller's" })),
    );
  },
});

/** By route. */
export const sep6Doors: Readonly<Record<string, Door>> = {
  "GET /sep6/info": doorOf({ door: "GET /sep6/info", closed: false }),
  "GET /sep6/deposit": deposit,
  "GET /sep6/withdraw": withdraw,
  "GET /sep6/fee": feeDoor("sep6"),
  "GET /sep6/transactions": transactionsDoor("sep6", {
    valid: ["deposit", "withdrawal", "deposit-exchange", "deposit,withdrawal"],
    wrong: ["deposit,,withdrawal"],
    repeatable: true,
  }),
  "GET /sep6/transaction": transactionDoor("sep6"),
  "PATCH /sep6/transactions/:id": patch,
};
